"""Checkpoints of a run: plain HDF5 arrays, written beside and renamed, so that none is ever read half.

A checkpoint after step `s` is two files: ``weights-000340.h5``, kept for every epoch, and
``optimiser-000340.h5``, kept for the newest one only, since it is needed for going on and twice as large.
"""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import h5py
from numpy.typing import NDArray

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
    state = {str(i): variable.numpy() for i, variable in enumerate(trainer.optimiser.variables)}
    write_arrays(checkpoint.optimiser_path, state, {"seconds": seconds})
    write_arrays(checkpoint.path, {v.path: v.numpy() for v in trainer.model.variables}, {"step": step})
    for older in checkpoints(folder):
        if older.step != step:
            older.optimiser_path.unlink(missing_ok=True)
    return checkpoint


def restore(checkpoint: Checkpoint, trainer: Trainer) -> float:
    """Put a checkpoint into a trainer and return the seconds trained until then."""
    restore_weights(checkpoint.path, trainer.model)
    state, attributes = read_arrays(checkpoint.optimiser_path)
    for i, variable in enumerate(trainer.optimiser.variables):
        variable.assign(state[str(i)])
    return float(attributes["seconds"])


def restore_weights(path: Path, model: object) -> None:
    """Put the weights of a checkpoint into a model of the same description.

    Raises:
        ValueError: when a weight is missing or has another shape.
    """
    weights, _ = read_arrays(path)
    for variable in model.variables:  # type: ignore[attr-defined]
        value = weights.get(variable.path)
        if value is None or value.shape != tuple(variable.shape):
            came = "nothing" if value is None else f"shape {value.shape}"
            raise ValueError(f"{variable.path} must have shape {tuple(variable.shape)}, but {came} came.")
        variable.assign(value)


def write_arrays(path: Path, arrays: Mapping[str, NDArray], attributes: Mapping[str, float]) -> None:
    """Write named arrays to HDF5, beside first and then renamed over `path`."""
    beside = path.with_suffix(f".{os.getpid()}.part")
    try:
        with h5py.File(beside, "w") as file:
            for name, value in arrays.items():
                file.create_dataset(name, data=value)
            file.attrs.update(attributes)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def read_arrays(path: Path) -> tuple[dict[str, NDArray], dict[str, float]]:
    """Read what `write_arrays` wrote."""
    arrays: dict[str, NDArray] = {}
    with h5py.File(path, "r") as file:
        file.visititems(
            lambda name, item: arrays.update({name: item[()]}) if hasattr(item, "dtype") else None
        )
        return arrays, {name: float(value) for name, value in file.attrs.items()}
