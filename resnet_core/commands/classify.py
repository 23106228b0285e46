"""``classify`` and ``evaluate``: a trained run, asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import numpy as np

from resnet_core.commands.output import json_option, one_sentence, say
from resnet_core.hands.picture import network_input, open_picture
from resnet_core.hands.sets import labelled
from resnet_core.training.evaluation import evaluate as evaluation_of
from resnet_core.training.records import Run, RunError
from resnet_core.training.store import RunStore

run_option = click.option("--run", "run_id", help="Id of the run; by default the newest that can answer.")


@click.command()
@run_option
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
@one_sentence
def classify(run_id: str | None, files: tuple[Path, ...], as_json: bool) -> None:
    """Say which hand sign, 0 to 5, each picture shows."""
    inputs = np.stack([network_input(open_picture(path.read_bytes(), path.name)).pixels for path in files])
    probabilities = _ask(run_id, inputs)
    values = [
        {"file": str(path), "label": int(row.argmax()), "probabilities": [round(float(p), 6) for p in row]}
        for path, row in zip(files, probabilities, strict=True)
    ]
    lines = [
        f"{path}: {row.argmax()} ({row.max():.1%})" for path, row in zip(files, probabilities, strict=True)
    ]
    say(as_json, values, "\n".join(lines))


@click.command()
@run_option
@click.option(
    "--data", "name", required=True, help="signs, rendered, digits, or an .h5 file in the layout of SIGNS."
)
@click.option("--split", default="any", show_default=True, type=click.Choice(["any", "train", "test"]))
@json_option
@one_sentence
def evaluate(run_id: str | None, name: str, split: str, as_json: bool) -> None:
    """Accuracy of a run on a labelled set or file, with its 95 % Wilson interval."""
    shown = labelled(name, split)
    labels, probabilities = shown.labels, _ask(run_id, shown.pictures)
    known = probabilities.shape[1]
    if labels.max() >= known:
        raise RunError(f"{shown.title} should have labels from 0 to {known - 1}, but {labels.max()} came.")
    found = evaluation_of(probabilities, labels)
    low, high = found.all.interval
    values: dict[str, Any] = {
        "accuracy": found.all.value,
        "interval": [low, high],
        "count": found.all.count,
        "confusion": [list(row) for row in found.confusion],
    }
    say(
        as_json,
        values,
        f"{shown.title}: {found.all.value:.1%} of {found.all.count} right "
        f"(95 % interval {low:.1%} to {high:.1%})",
    )


def _ask(run_id: str | None, images: np.ndarray) -> np.ndarray:
    from resnet_core.training.predict import newest_weights, predict

    store = RunStore()
    run = _chosen(store, run_id)
    classes = len(run.evaluation.confusion) if run.evaluation else 6
    return predict(run.settings, str(newest_weights(store, run.id)), images, classes).probabilities


def _chosen(store: RunStore, run_id: str | None) -> Run:
    if run_id is not None:
        return store.run(run_id)
    trained = [run for run in store.runs() if run.epoch > 0]
    if not trained:
        raise RunError("There is no trained run yet: python -m resnet_core train makes one.")
    return trained[0]
