"""A notebook that repeats a run: its settings, its pictures, its steps, and the network in plain Keras."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from typing import Any

from resnet_core.hands import sets
from resnet_core.network.source import source
from resnet_core.training.controls import RateChange
from resnet_core.training.export_model import network_of
from resnet_core.training.records import EpochRecord, Run, RunError, Steps

_TITLE = """\
# {title}

This notebook repeats a run of ResNet Explainer: {epochs} epochs, recipe *{recipe}*, seed {seed}, which took
{seconds:.0f} s and {tested}.

It needs the package `resnet_core`: open it with the Python of the project, in the project's folder. Numbers
come out the same up to the rounding of your processor, which grows from step to step.
"""

_SETTINGS = '''\
import json
import tempfile

import numpy as np

from resnet_core.hands import sets
from resnet_core.network.weights import read_weights, set_weights
from resnet_core.training.export_model import network_of
from resnet_core.training.loop import train
from resnet_core.training.predict import newest_weights
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore

settings = RunSettings.from_dict(json.loads("""
{settings}
"""))
data = sets.load(settings.data)
if data.digest != "{digest}":
    print("These are other pictures than those of the run, so the numbers will differ.")
'''

_TRAIN = """\
store = RunStore(tempfile.mkdtemp())
run_id = store.create(settings)
{changed}train(run_id, store.folder, print)
run = store.run(run_id)
print(run.status, run.reason)
"""

_COMPARE = """\
first_losses = {losses}  # of the run that is repeated
test_accuracies = {accuracies}
steps, epochs = store.steps(run_id), store.epochs(run_id)
print("loss of the first steps, then and now")
for then, now in zip(first_losses, steps.loss):
    print(f"{{then:.6f}}  {{now:.6f}}")
print("test accuracy after each epoch, then and now")
for then, record in zip(test_accuracies, epochs):
    print(then, record.test_accuracy)
"""

_ASK = """\
model = build_{name}()
set_weights(model, read_weights(newest_weights(store, run_id), network_of(run)))
probabilities = model.predict(data.test_x / np.float32(255), verbose=0)
right = int((probabilities.argmax(axis=1) == data.test_y).sum())
print(f"{{right}} of {{len(data.test_y)}} test pictures answered rightly")
"""


def notebook(
    run: Run, steps: Steps, epochs: Sequence[EpochRecord], changes: Sequence[RateChange] = ()
) -> dict[str, Any]:
    """The notebook as plain values of nbformat 4.5, to be written as JSON.

    Args:
        run: that is repeated.
        steps: its metrics of the steps.
        epochs: its metrics of the epochs.
        changes: of its learning rate, by people while it ran; they are repeated, too.

    Raises:
        RunError: when the run cannot be repeated, because its pictures are not kept.
    """
    settings = run.settings
    if settings.base or settings.data not in sets.NAMES:
        raise RunError(
            f"A notebook repeats runs on {' and '.join(sets.TITLES.values())}, but this run learned from "
            f"{sets.title_of(settings.data)}, which does not come with the app."
        )
    spec = network_of(run)
    program = source(spec, initializer=settings.recipe_used.initializer)
    program = program.split("\n\n\nif __name__ ==", maxsplit=1)[0] + "\n"
    cells = [
        _markdown(_TITLE.format(
            title=run.title, epochs=settings.epochs, recipe=settings.recipe_used.title, seed=settings.seed,
            seconds=run.seconds, tested=_tested(run),
        )),
        _code(_SETTINGS.format(
            settings=json.dumps(settings.to_dict(), indent=2).replace("\\", "\\\\"),
            digest=run.card.get("data", {}).get("digest", ""),
        )),
        _markdown("## Train it again"),
        _code(_TRAIN.format(changed="".join(
            f"store.change_rate(run_id, {each.step}, {each.factor!r})  # as a person did while it ran\n"
            for each in changes
        ))),
        _markdown("## What came then, and what came now"),
        _code(_COMPARE.format(
            losses=_numbers([float(loss) for loss in steps.loss[:8]]),
            accuracies=_numbers([record.test_accuracy for record in epochs]),
        )),
        _markdown("## The same network as a program of plain Keras"),
        _code(program),
    ]  # fmt: skip
    if settings.side == spec.input_shape[0] and settings.can_be_asked:
        cells += [_markdown("## Its answers, by that program"), _code(_ASK.format(name=spec.name))]
    return {
        "cells": [{"id": f"cell-{number}", **cell} for number, cell in enumerate(cells, start=1)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _tested(run: Run) -> str:
    if run.evaluation is None:
        return "was not tested"
    found = run.evaluation.all
    low, high = found.interval
    interval = f"95 % interval {low:.1%} to {high:.1%}"
    return f"answered {found.correct} of {found.count} test pictures rightly ({interval})"


def _numbers(values: Sequence[float | None]) -> str:
    written = ", ".join("None" if value is None else f"{value:.6g}" for value in values)
    return "[" + "\n    ".join(textwrap.wrap(written, 90)) + "]"


def _markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text.rstrip().splitlines(keepends=True)}


def _code(text: str) -> dict[str, Any]:
    lines = text.rstrip().splitlines(keepends=True)
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": lines}
