"""What `activations` and `explain` have in common: a run at one of its checkpoints, a picture, a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from resnet_core.commands.classify import CROPS, chosen_run, what_is_seen
from resnet_core.figures.table import Columns, csv_text
from resnet_core.probes.opened import Which
from resnet_core.training.checkpoint import checkpoints
from resnet_core.training.predict import newest_weights
from resnet_core.training.records import Run, RunError
from resnet_core.training.store import RunStore

step_option = click.option(
    "--step", type=int, help="Of a checkpoint; 0 is before training. By default the newest."
)
crop_option = click.option("--crop", default="auto", show_default=True, type=click.Choice(list(CROPS)))
out_option = click.option(
    "--out", type=click.Path(path_type=Path), help="A folder for pictures, tables and arrays."
)
file_argument = click.argument("file", type=click.Path(path_type=Path))


@dataclass(frozen=True, eq=False)
class Looked:
    """What is looked at.

    Attributes:
        run: the run.
        which: its network at the step.
        step: of the checkpoint; 0 before training.
        pixels: (64, 64, 3) of unsigned bytes.
        told: what is said of all this in JSON.
    """

    run: Run
    which: Which
    step: int
    pixels: np.ndarray
    told: dict[str, Any]


def looked_at(run_id: str | None, step: int | None, file: Path, crop: str) -> Looked:
    """Opens the picture and finds the weights.

    Raises:
        RunError: no such run or checkpoint.
        PictureError, OSError: the file cannot be read as a picture.
    """
    store = RunStore()
    run = chosen_run(store, run_id)
    step, weights = _weights_at_step(store, run, step)
    used, part = what_is_seen(file, crop)
    told = {"file": str(file), "run": run.id, "step": step, "crop": used, "box": list(part.box)}
    return Looked(run, Which(run.settings, weights, run.classes), step, part.pixels, told)


def write_table(path: Path, columns: Columns) -> None:
    """Writes columns as a CSV file."""
    path.write_text(csv_text(columns), encoding="utf-8", newline="")


def _weights_at_step(store: RunStore, run: Run, step: int | None) -> tuple[int, str]:
    """The step that is meant and the file of its weights, "" before training; by default the newest."""
    found = {one.step: str(one.path) for one in checkpoints(store.checkpoints(run.id))}
    if step == 0:
        return 0, ""
    newest_weights(store, run.id)  # says why there are none where that is so
    step = max(found) if step is None else step
    if step not in found:
        raise RunError(f"--step should be one of 0, {', '.join(map(str, found))}, but {step} came.")
    return step, found[step]
