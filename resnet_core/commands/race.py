"""``race``: two networks trained on the same batches, and what their gradients did."""

from __future__ import annotations

import math
import sys
from dataclasses import asdict
from typing import Any

import click

from resnet_core.commands.data import WHICH
from resnet_core.commands.gradients import INITIALISATIONS
from resnet_core.commands.output import json_option, one_sentence, progress, say
from resnet_core.figures.race_words import finish, race_reading
from resnet_core.hands import sets
from resnet_core.training.race import KINDS, Race, Side, side_of, title
from resnet_core.training.records import DONE
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore


@click.command()
@click.option("--pair", default="plain,residual", show_default=True, help=f"Two of {', '.join(KINDS)}.")
@click.option("--depth", default=8, show_default=True, help="Layers, 6n+2.")
@click.option("--batch-norm", default="on", show_default=True, type=click.Choice(["on", "off"]))
@click.option("--init", default="he", show_default=True, type=click.Choice(list(INITIALISATIONS)))
@click.option("--epochs", default=Race.epochs, show_default=True, help="Passes over the pictures.")
@click.option("--learning-rate", default=Race.learning_rate, show_default=True)
@click.option("--width", default=Race.width, show_default=True, help="Multiplier of 16, 32 and 64 filters.")
@click.option("--side", default=Race.side, show_default=True, help="Pixels that pictures are reduced to.")
@click.option("--seed", default=Race.seed, show_default=True)
@click.option("--data", type=click.Choice(sets.NAMES), help=WHICH)
@json_option
@one_sentence
def race(pair: str, batch_norm: str, init: str, data: str | None, as_json: bool, **chosen: Any) -> None:
    """Train two networks with the same seed on the same batches, one after the other.

    Both are ordinary runs: with the usual width and side, the page on gradients finds and plays them.
    """
    kinds: Any = tuple(name.strip() for name in pair.split(","))
    hands = sets.load(data or sets.default_name())
    asked = Race(
        kinds, batch_norm=batch_norm == "on", initializer=INITIALISATIONS[init], data=hands.name,
        **chosen,
    )  # fmt: skip
    store = RunStore()
    first, second = asked.settings(len(hands.train_y))
    sides = (_trained(store, asked.pair[0], first), _trained(store, asked.pair[1], second))
    reached = finish(sides)
    epoch, finishes = reached if reached else (0, ())
    values = {
        "race": asdict(asked),
        "epoch": epoch,
        "runs": [side.run.id for side in sides],
        "networks": [_without_nan(asdict(each)) for each in finishes],
        "gradients": [_gradients(side) for side in sides],
    }
    said = race_reading(epoch, finishes) if finishes else ["Neither run has completed an epoch."]
    say(as_json, values, "\n".join(said).replace("**", ""))
    if any(side.run.status != DONE for side in sides):
        sys.exit(1)


def _trained(store: RunStore, kind: str, settings: RunSettings) -> Side:
    from resnet_core.training import loop

    run_id = store.create(settings, title(settings))
    progress(f"run {run_id}: {store.run(run_id).title}")
    loop.train(run_id, store.folder, progress)
    run = store.run(run_id)
    if run.status != DONE:
        progress(run.reason or f"The run was {run.status} before its end.")
    return side_of(store, kind, run)


def _gradients(side: Side) -> dict[str, Any]:
    norms = side.norms.on_the_main_path()
    return {
        "kind": side.kind,
        "layers": [layer.name for layer in norms.layers],
        "steps": norms.step.tolist(),
        "norms": [[_number(value) for value in row] for row in norms.norms.tolist()],
    }


def _without_nan(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _number(value) if isinstance(value, float) else value for name, value in values.items()}


def _number(value: float) -> float | None:
    """None for what JSON does not know."""
    return value if math.isfinite(value) else None
