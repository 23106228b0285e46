"""The metrics of a run as a table, and what is known of it as a card."""

from __future__ import annotations

import csv
import dataclasses
import io
import time
from collections.abc import Sequence
from typing import Any

from resnet_core.training.controls import RateChange
from resnet_core.training.evaluation import Accuracy
from resnet_core.training.export_model import PLAIN
from resnet_core.training.records import EpochRecord, Run, Steps

COLUMNS = (
    "of", "step", "epoch", "seconds", "loss", "accuracy", "learning_rate", "validation_loss",
    "validation_accuracy", "test_loss", "test_accuracy",
)  # fmt: skip


def metrics_csv(steps: Steps, epochs: Sequence[EpochRecord]) -> str:
    """A row for every step, then one for every epoch, with the columns `COLUMNS`; no value is left empty.

    In the rows of epochs, loss and accuracy are the means over the steps of the epoch.
    """
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    table.writeheader()
    for at in range(len(steps)):
        row = {field.name: getattr(steps, field.name)[at].item() for field in dataclasses.fields(steps)}
        table.writerow({"of": "step", **row})
    for record in epochs:
        row = dataclasses.asdict(record)
        row["loss"], row["accuracy"] = row.pop("train_loss"), row.pop("train_accuracy")
        table.writerow({"of": "epoch", **row})
    return text.getvalue()


def exported_card(run: Run, step: int | None, changes: Sequence[RateChange] = ()) -> dict[str, Any]:
    """Settings, versions, machine, digest of the pictures, accuracy with its interval, and how to ask it.

    Args:
        run: that is described.
        step: after which the exported weights were kept; None where there are none yet.
        changes: of the learning rate, by people while it ran.
    """
    side, found = run.settings.side, run.evaluation
    return {
        "title": run.title,
        "run": run.id,
        "status": run.status,
        "recorded": run.recorded or None,
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(run.created)),
        "seconds": round(run.seconds, 2),
        "steps": run.step,
        "epochs": run.epoch,
        "settings": run.settings.to_dict(),
        "recipe": dataclasses.asdict(run.settings.recipe_used),
        "learning_rate_changes": [dataclasses.asdict(change) for change in changes],
        **run.card,
        "test": None
        if found is None
        else {
            "all": _accuracy(found.all),
            "clean": _accuracy(found.clean),
            "loss": found.loss,
            "confusion": [list(row) for row in found.confusion],
        },
        "model": {
            "weights_after_step": step,
            "takes": f"float32 (batch, {side}, {side}, 3): red, green, blue from 0 to 1, bytes over 255",
            "gives": f"float32 (batch, {run.classes}): probabilities after softmax, without temperature",
            "batch_norm": "moving averages, as Keras takes them where training=False",
            "layers": PLAIN,
        },
    }


def _accuracy(found: Accuracy) -> dict[str, Any]:
    return {
        "correct": found.correct,
        "count": found.count,
        "accuracy": found.value,
        "wilson_interval_95": list(found.interval),
    }
