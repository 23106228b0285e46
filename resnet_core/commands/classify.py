"""``classify`` and ``evaluate``: a trained run, asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np
from PIL import Image

from resnet_core.commands.output import json_option, one_sentence, say
from resnet_core.hands.autocrop import auto_part
from resnet_core.hands.picture import Box, Crop, network_input, open_picture
from resnet_core.hands.sets import labelled
from resnet_core.training.calibration import expected_calibration_error
from resnet_core.training.checkpoint import checkpoints
from resnet_core.training.evaluation import Accuracy
from resnet_core.training.evaluation import evaluate as evaluation_of
from resnet_core.training.predict import Answer, newest_weights, predict
from resnet_core.training.records import Run, RunError
from resnet_core.training.reliance import Abstention
from resnet_core.training.store import RunStore

run_option = click.option(
    "--run", "run_id", help="Id of the run; by default the one that ships, or the newest that can answer."
)

#: Ways of choosing the part of a picture that the network sees: a word that `network_input` knows, or a box.
CROPS: dict[str, Callable[[Image.Image], str | Box]] = {
    "auto": lambda image: auto_part(image) or "square",
    "square": lambda image: "square",
    "none": lambda image: "none",
}


@click.command()
@run_option
@click.option(
    "--crop",
    default="auto",
    show_default=True,
    type=click.Choice(list(CROPS)),
    help="What the network sees: the square around the hand, where one is found and else the one in the "
    "middle; the square in the middle; or all of it, squeezed.",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
@one_sentence
def classify(run_id: str | None, crop: str, files: tuple[Path, ...], as_json: bool) -> None:
    """Say which hand sign, 0 to 5, each picture shows, or that there is none or the network is not sure."""
    seen = [what_is_seen(path, crop) for path in files]
    run, answer = _ask(run_id, np.stack([part.pixels for _, part in seen]))
    values = [
        {
            "file": str(path),
            "label": label,
            "probabilities": [round(float(share), 6) for share in shares],
            "crop": used,
            "box": list(part.box),
            "run": run.id,
        }
        for path, (used, part), label, shares in zip(
            files, seen, answer.labels, answer.probabilities, strict=True
        )
    ]
    lines = [
        f"{path}: {_words(label, shares)}"
        for path, label, shares in zip(files, answer.labels, answer.probabilities, strict=True)
    ]
    say(as_json, values, "\n".join(lines))


def what_is_seen(path: Path, crop: str) -> tuple[str, Crop]:
    """The way in which a picture was cropped in the end, and what the network sees of it."""
    image = open_picture(path.read_bytes(), path.name)
    part = CROPS[crop](image)
    return part if isinstance(part, str) else crop, network_input(image, crop=part)


def _words(label: int | None, shares: np.ndarray) -> str:
    if label is None:
        return f"no hand, or not sure ({shares.argmax()} with {shares.max():.1%})"
    return f"{label} ({shares.max():.1%})"


@click.command()
@run_option
@click.option(
    "--data", "name", required=True, help="signs, rendered, digits, or an .h5 file in the layout of SIGNS."
)
@click.option("--split", default="any", show_default=True, type=click.Choice(["any", "train", "test"]))
@json_option
@one_sentence
def evaluate(run_id: str | None, name: str, split: str, as_json: bool) -> None:
    """Accuracy of a run on a labelled set or file, with its 95 % Wilson interval, and how sure it is."""
    shown = labelled(name, split)
    labels, (run, answer) = shown.labels, _ask(run_id, shown.pictures)
    known = answer.probabilities.shape[1]
    if labels.max() >= known:
        raise RunError(f"{shown.title} should have labels from 0 to {known - 1}, but {labels.max()} came.")
    found = evaluation_of(answer.probabilities, labels)
    given = [(label, true) for label, true in zip(answer.labels, labels, strict=True) if label is not None]
    refused = Abstention(shown.title, True, len(labels) - len(given), len(labels))
    right = Accuracy(sum(int(label == true) for label, true in given), len(given)) if given else None
    error = expected_calibration_error(answer.probabilities, labels)
    values: dict[str, Any] = {
        "run": run.id,
        "accuracy": found.all.value,
        "interval": list(found.all.interval),
        "count": found.all.count,
        "confusion": [list(row) for row in found.confusion],
        "calibration_error": error,
        "temperature": answer.calibration.temperature if answer.calibration else None,
        "threshold": answer.calibration.threshold if answer.calibration else None,
        "mirrored": answer.calibration.mirrored if answer.calibration else False,
        "abstained": refused.refused,
        "abstention": refused.value,
        "abstention_interval": list(refused.interval),
        "accuracy_of_answers": right.value if right else None,
        "interval_of_answers": list(right.interval) if right else None,
    }
    say(as_json, values, _report(found.all, refused, right, error))


def _report(every: Accuracy, refused: Abstention, right: Accuracy | None, error: float) -> str:
    low, high = every.interval
    text = f"{every.value:.1%} of {every.count} right (95 % interval {low:.1%} to {high:.1%})"
    if refused.refused:
        low, high = refused.interval
        text += f"\nno answer to {refused.value:.1%} (95 % interval {low:.1%} to {high:.1%})"
        text += f", {right.value:.1%} of the other {right.count} right" if right else ""
    return f"{text}\nexpected calibration error {error:.1%}"


def _ask(run_id: str | None, images: np.ndarray) -> tuple[Run, Answer]:
    store = RunStore()
    run = chosen_run(store, run_id)
    weights = str(newest_weights(store, run.id))
    return run, predict(run.settings, weights, images, run.classes, run.calibration)


def has_weights(store: RunStore, run: Run) -> bool:
    """Whether weights of a run are kept; of some recorded runs only the curves are."""
    return bool(checkpoints(store.checkpoints(run.id)))


def chosen_run(store: RunStore, run_id: str | None) -> Run:
    """The run of that id, or else the first that ships, or else the newest that can answer."""
    if run_id is not None:
        return store.run(run_id)
    trained = [
        run
        for run in store.runs()
        if run.epoch > 0 and not run.settings.base and run.settings.can_be_asked and has_weights(store, run)
    ]
    if not trained:
        raise RunError("There is no trained run yet: python -m resnet_core train makes one.")
    return next((run for run in trained if run.recorded), trained[0])
