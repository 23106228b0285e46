"""Checkpoints of a run: plain HDF5 arrays, written beside and renamed, so that none is ever read half.

A checkpoint after step `s` is two files: ``weights-000340.h5``, kept for every epoch, and
``optimiser-000340.h5``, kept for the newest one only, since it is needed for going on and twice as large
(four times where the recipe averages weights).
"""

from __future__ import annotations

import dataclasses
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py

from resnet_core.network.weights import read_weights, set_weights, write_weights

if TYPE_CHECKING:
    from resnet_core.training.trainer import Trainer

_NAME = re.compile(r"weights-(\d+)\.h5")


@dataclasses.dataclass(frozen=True)
class Checkpoint:
    """Weights after a step.

    Attributes:
        step: optimiser steps taken.
        path: of the weights.
    """

    step: int
    path: Path

    @property
    def optimiser_path(self) -> Path:
        """Of the optimiser's state, which exists for the newest checkpoint only."""
        return self.path.with_name(f"optimiser-{self.step:06d}.h5")


def checkpoints(folder: Path) -> list[Checkpoint]:
    """The checkpoints in a folder, oldest first."""
    if not folder.is_dir():
        return []
    found = [(match, path) for path in folder.iterdir() if (match := _NAME.fullmatch(path.name))]
    return sorted((Checkpoint(int(match[1]), path) for match, path in found), key=lambda c: c.step)


def resumable(folder: Path) -> Checkpoint | None:
    """The newest checkpoint from which training can go on, or None."""
    complete = [checkpoint for checkpoint in checkpoints(folder) if checkpoint.optimiser_path.exists()]
    return complete[-1] if complete else None


def save(folder: Path, step: int, seconds: float, trainer: Trainer) -> Checkpoint:
    """Write a checkpoint and drop the optimiser state of older ones.

    Args:
        folder: of the run's checkpoints.
        step: optimiser steps taken.
        seconds: of training so far.
        trainer: whose variables are written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = Checkpoint(step, folder / f"weights-{step:06d}.h5")
    _write_state(checkpoint.optimiser_path, trainer, seconds)
    with trainer.averaged():
        write_weights(checkpoint.path, trainer.model)
    for older in checkpoints(folder):
        if older.step != step:
            older.optimiser_path.unlink(missing_ok=True)
    return checkpoint


def restore(checkpoint: Checkpoint, trainer: Trainer) -> float:
    """Put a checkpoint into a trainer and return the seconds trained until then.

    Raises:
        ValueError: when a file is not of this network and this optimiser.
    """
    set_weights(trainer.model, read_weights(checkpoint.path, trainer.network))
    with h5py.File(checkpoint.optimiser_path, "r") as file:
        for name, variable in _state(trainer):
            variable.assign(file[name][()])
        return float(file.attrs["seconds"])


def _write_state(path: Path, trainer: Trainer, seconds: float) -> None:
    beside = path.with_name(f"{path.name}.part")
    with h5py.File(beside, "w") as file:
        for name, variable in _state(trainer):
            file.create_dataset(name, data=variable.numpy())
        file.attrs["seconds"] = seconds
    os.replace(beside, path)


def _state(trainer: Trainer) -> list[tuple[str, Any]]:
    """What going on needs beside the weights that are read, in an order which the description fixes.

    Where the recipe averages, the weights file holds the averages; the latest weights are then state too.
    """
    latest = trainer.model.variables if trainer.averages else []
    groups = {"": trainer.optimiser.variables, "average-": trainer.averages, "latest-": latest}
    return [
        (f"{group}{index:04d}", variable)
        for group, variables in groups.items()
        for index, variable in enumerate(variables)
    ]
