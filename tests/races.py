"""Races as they would ship, made up: two runs of eight layers with their gradients."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from resnet_core.network.depth import weight_layers
from resnet_core.training.gradient_norms import GradientNorms
from resnet_core.training.race import BATCH, Race, Side, title
from resnet_core.training.race_recording import write_race
from resnet_core.training.records import DONE, EpochRecord, Steps
from resnet_core.training.settings import RunSettings
from tests.recordings import a_run

PICTURES = 320


def a_race(race: Race | None = None, *, epochs: int = 4, done: int | None = None) -> tuple[Side, Side]:
    """Two sides with numbers from a generator; the residual one learns faster.

    Args:
        race: what they are said to be.
        epochs: of the race.
        done: epochs that they have completed, by default all.
    """
    race = dataclasses.replace(race or Race(depth=8), epochs=epochs)
    generator = np.random.default_rng(5)
    pairs = zip(race.pair, race.settings(PICTURES), (0.4, 1.5), strict=True)
    one, other = (_side(kind, settings, speed, done or epochs, generator) for kind, settings, speed in pairs)
    return one, other


def _side(kind: str, settings: RunSettings, speed: float, done: int, generator: np.random.Generator) -> Side:
    each = PICTURES // BATCH
    step = np.arange(1, done * each + 1)
    loss = 1.9 * np.exp(-speed * step / len(step)) * generator.uniform(0.95, 1.05, len(step))
    steps = Steps(step, (step - 1) // each + 1, step * 0.3, loss, 1 - loss / 2, np.full(len(step), 0.1))
    records = tuple(
        EpochRecord(
            number, number * each, number * 1.5, float(loss[(number - 1) * each : number * each].mean()),
            0.5, None, None, 1.9 / number, 1 - 0.8 / number,
        )
        for number in range(1, done + 1)
    )  # fmt: skip
    layers = weight_layers(settings.spec())
    kept = step[:: settings.gradients_every]
    norms = np.exp(generator.normal(0, 2, (len(kept), len(layers)))).astype(np.float32)
    base = a_run(steps=settings.epochs * each)
    run = dataclasses.replace(
        base, id=kind, title=title(settings), settings=settings, status=DONE, step=int(step[-1]), epoch=done
    )
    return Side(kind, run, steps, records, GradientNorms(layers, kept.astype(np.int64), norms))


def write(folder: Path, name: str = "8-he", race: Race | None = None) -> Path:
    """Writes a race into `folder`/`name` and returns that."""
    write_race(folder / name, a_race(race))
    return folder / name
