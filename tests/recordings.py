"""Recorded runs as they would ship, made up: a description that can be read, and weights that cannot."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from resnet_core.training.calibration import Calibration
from resnet_core.training.evaluation import evaluate
from resnet_core.training.recorder import description
from resnet_core.training.records import DONE, EpochRecord, Run, Steps
from resnet_core.training.reliance import Reliance, rely
from resnet_core.training.settings import RunSettings

DAY = "2026-11-03"
CALIBRATION = Calibration(temperature=1.6, threshold=0.7)


def a_reliance(seed: int = 1) -> Reliance:
    """What was measured on 600 made-up signs and 240 pictures of something else."""
    generator = np.random.default_rng(seed)
    labels = np.arange(600) % 6
    logits = 6 * np.eye(6)[labels] + generator.normal(0, 1.6, (600, 6))
    rooms, noise = generator.normal(0, 1.2, (200, 6)), generator.normal(0, 0.3, (40, 6))
    return rely(
        CALIBRATION,
        {
            "rendered signs": (logits[:400], labels[:400]),
            "Sign Language Digits": (logits[400:], labels[400:]),
        },
        {"rooms": rooms, "noise": noise},
        chosen_on="300 signs and 200 rooms",
        measured_on="600 other signs",
    )


def a_run(steps: int = 48, test: int = 120, network: str = "resnet50") -> Run:
    """A run that is done, of four epochs."""
    answers = np.eye(6)[np.arange(test) % 6] * 0.9 + 0.1 / 6
    answers[:5] = np.roll(answers[:5], 1, axis=1)
    card = {
        "machine": {"processor": "x86_64", "cores": 2, "memory_gib": 7.8, "system": "Linux 6"},
        "versions": {"python": "3.11", "keras": "3.15"},
        "data": {
            "name": "rendered-large+digits", "digest": "5" * 64, "training": 9000, "validation": 600,
            "test": test, "clean_test": test,
        },
        "network": {"title": "ResNet-50", "parameters": 1_503_974},
    }  # fmt: skip
    settings = RunSettings(network, data="rendered-large+digits", epochs=4)
    return Run(
        id="whatever", title="Ours, as shipped", settings=settings, status=DONE, reason="",
        created=1_793_700_000.0, seconds=1200.0, step=steps, steps=steps, epoch=4, card=card,
        evaluation=evaluate(answers, np.arange(test) % 6), pace=None,
    )  # fmt: skip


def some_steps(count: int) -> Steps:
    """Metrics of that many steps in four epochs."""
    at = np.arange(1, count + 1)
    return Steps(at, (at - 1) * 4 // count + 1, at * 0.31, 2 / np.sqrt(at), 1 - 1 / np.sqrt(at), at * 1e-5)


def write(
    folder: Path,
    name: str = "shipped",
    *,
    reliance: Reliance | None = None,
    network: str = "resnet50",
    weights: bool = True,
) -> Path:
    """Writes a recording into `folder`/`name`, which is made, and returns that."""
    run = a_run(network=network)
    epochs = [
        EpochRecord(
            i, 12 * i, 300.0 * i, 1 / i, 1 - 1 / (i + 1), 1.1 / i, 0.9 - 0.3 / i, 1.2 / i, 0.9 - 0.4 / i
        )
        for i in (1, 2, 3, 4)
    ]
    made = folder / name
    made.mkdir(parents=True)
    (made / "run.json").write_bytes(description(run, some_steps(48), epochs, reliance))
    for step in (12, 48) if weights else ():
        (made / f"weights-{step:06d}.h5").write_bytes(b"nobody reads these")
    return made
