"""Checkpoints of a run: plain HDF5 arrays, written beside and renamed, so that none is ever read half.

A checkpoint after step `s` is two files. The weights, ``weights-000340.h5``, are kept for every epoch; those
taken within an epoch, ``between-000352.h5``, only to go on from. The state of the optimiser,
``optimiser-000340.h5``, is needed for going on and twice as large (four times where the recipe averages
weights), so it is not written at the end of every epoch, and it is kept only for the newest checkpoint that
has one and the one before it: that one is there when the newest cannot be read. It names the digest of the
weights that it belongs to.
"""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import io
import logging
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

from resnet_core.network.weights import WeightsError, put_weights, read_weights, set_weights
from resnet_core.training.records import Interrupted

if TYPE_CHECKING:
    from resnet_core.training.trainer import Trainer

log = logging.getLogger(__name__)

_NAME = re.compile(r"(weights|between)-(\d+)\.h5")
_STATE = re.compile(r"optimiser-(\d+)\.h5")
#: What a system says where there is no room: the disk is full, the quota is, or a file may not grow so large.
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
#: Pairs from which a run can go on that are kept: the newest, and the one before it.
KEPT = 2


class NotFinite(ArithmeticError):
    """A weight, or what the optimiser remembers, is no number any more: there is nothing worth keeping."""


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
        """Of the optimiser's state, which exists for the newest checkpoints only."""
        return self.path.with_name(f"optimiser-{self.step:06d}.h5")


@dataclasses.dataclass(frozen=True)
class Found:
    """Where a run can go on.

    Attributes:
        checkpoint: the newest that is whole; None where there is none.
        damaged: steps of newer ones that cannot be read.
    """

    checkpoint: Checkpoint | None
    damaged: tuple[int, ...] = ()


def checkpoints(folder: Path) -> list[Checkpoint]:
    """The checkpoints in a folder that are kept, oldest first; not those taken within an epoch."""
    return [each for each in _all(folder) if each.path.name.startswith("weights")]


def _all(folder: Path) -> list[Checkpoint]:
    """Every checkpoint; of a step that has both, that of the end of the epoch comes last."""
    if not folder.is_dir():
        return []
    found = [(match, path) for path in folder.iterdir() if (match := _NAME.fullmatch(path.name))]
    return sorted((Checkpoint(int(m[2]), path) for m, path in found), key=lambda c: (c.step, c.path.name))


def pairs(folder: Path) -> list[Checkpoint]:
    """The checkpoints with the state of the optimiser beside them, oldest first; none of them is opened."""
    return [each for each in _all(folder) if each.optimiser_path.exists()]


def newest_whole(folder: Path) -> Found:
    """The newest checkpoint whose two files can be read and belong together, and what was passed over."""
    damaged: list[int] = []
    for each in reversed(pairs(folder)):
        try:
            _check(each)
        except (OSError, RuntimeError, KeyError, ValueError):
            log.warning("the checkpoint after step %d cannot be read", each.step, exc_info=True)
            damaged.append(each.step)
        else:
            return Found(each, tuple(dict.fromkeys(step for step in damaged if step != each.step)))
    return Found(None, tuple(dict.fromkeys(damaged)))


def _check(checkpoint: Checkpoint) -> None:
    with h5py.File(checkpoint.path, "r"), h5py.File(checkpoint.optimiser_path, "r") as state:
        belongs = state.attrs.get("weights")  # those of older versions do not name it
        float(state.attrs["seconds"])
    if belongs is not None and belongs != hashlib.sha256(checkpoint.path.read_bytes()).hexdigest():
        raise ValueError("The weights are not those that the state of the optimiser belongs to.")


def save(
    folder: Path,
    step: int,
    seconds: float,
    trainer: Trainer,
    *,
    between: bool = False,
    to_go_on: bool = True,
) -> Checkpoint:
    """Write a checkpoint and drop what older ones needed for going on, but for the one before it.

    Args:
        folder: of the run's checkpoints.
        step: optimiser steps taken.
        seconds: of training so far.
        trainer: whose variables are written.
        between: whether it is taken within an epoch, only to go on from.
        to_go_on: whether the state of the optimiser is written, too; without it a run goes on from an
            earlier checkpoint.

    Raises:
        NotFinite: when there is something to keep that is no number; nothing is written then.
        Interrupted: when there is no room for it. What was kept before is still there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    checkpoint = Checkpoint(step, folder / f"{'between' if between else 'weights'}-{step:06d}.h5")
    try:
        with trainer.averaged():
            weights = _image(lambda file: put_weights(file, trainer.model))
    except WeightsError as problem:
        raise NotFinite(str(problem)) from problem
    # The weights last: without them there is no checkpoint, so that both are there or neither counts.
    files = {checkpoint.path: weights}
    if to_go_on:
        digest = hashlib.sha256(weights).hexdigest()
        state = _image(lambda file: _put_state(file, trainer, seconds, digest))
        files = {checkpoint.optimiser_path: state, **files}
    try:
        beside = {path: _write_beside(path, content) for path, content in files.items()}
        for path, part in beside.items():
            os.replace(part, path)
        _sync(folder)
    except OSError as problem:
        sweep(folder)
        if problem.errno in _NO_ROOM:
            raise Interrupted(_no_room(folder, step, sum(map(len, files.values())))) from problem
        raise
    _drop_older(folder)
    return checkpoint


def sweep(folder: Path) -> None:
    """Remove what is left of files whose writing was interrupted."""
    for part in folder.glob("*.part"):
        part.unlink(missing_ok=True)


def _drop_older(folder: Path) -> None:
    kept = sorted({each.step for each in pairs(folder)})[-KEPT:]
    whole = {each.step for each in checkpoints(folder)}
    for path in list(folder.iterdir()):
        state, weights = _STATE.fullmatch(path.name), _NAME.fullmatch(path.name)
        step = int(state[1]) if state else int(weights[2]) if weights and weights[1] == "between" else None
        again = weights is not None and step in whole  # the end of the epoch has it
        if step is not None and (step not in kept or again):
            path.unlink(missing_ok=True)


def forget_later(folder: Path, step: int) -> None:
    """Remove what was taken after a step, since that will be done again, and halves of files."""
    sweep(folder)
    for path in list(folder.glob("*.h5")):
        found = _STATE.fullmatch(path.name) or _NAME.fullmatch(path.name)
        if found and int(found.groups()[-1]) > step:
            path.unlink(missing_ok=True)


def restore(checkpoint: Checkpoint, trainer: Trainer) -> float:
    """Put a checkpoint into a trainer and return the seconds trained until then.

    Raises:
        ValueError: when a file is not of this network and this optimiser.
    """
    set_weights(trainer.model, read_weights(checkpoint.path, trainer.network))
    state = state_of(trainer)
    with h5py.File(checkpoint.optimiser_path, "r") as file:
        there = {name: file[name].shape for name in file}
        if there != {name: tuple(variable.shape) for name, variable in state}:
            raise ValueError(
                "The optimiser of this run was kept by another version of this app, so it cannot go on; its "
                "weights can be asked as before."
            )
        for name, variable in state:
            variable.assign(file[name][()])
        return float(file.attrs["seconds"])


def state_of(trainer: Trainer) -> list[tuple[str, Any]]:
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


def _put_state(file: h5py.File, trainer: Trainer, seconds: float, weights: str) -> None:
    for name, variable in state_of(trainer):
        value = variable.numpy()
        if not np.isfinite(value).all():
            raise NotFinite(f"{name} is no number any more.")
        file.create_dataset(name, data=value)
    file.attrs["seconds"], file.attrs["weights"] = seconds, weights


def _image(put: Callable[[h5py.File], None]) -> memoryview:
    """The bytes of an HDF5 file, made in memory: HDF5 itself cannot end well on a disk that is full."""
    made = io.BytesIO()
    with h5py.File(made, "w") as file:
        put(file)
    return made.getbuffer()


def _write_beside(path: Path, content: memoryview) -> Path:
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return part


def _sync(folder: Path) -> None:
    """Make the new names last, where a system lets a folder be opened."""
    if os.name == "posix":
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _no_room(folder: Path, step: int, needed: int) -> str:
    kept = pairs(folder)
    what = f"what was reached by step {kept[-1].step} is kept" if kept else "nothing had been kept before"
    stats = os.statvfs(folder) if hasattr(os, "statvfs") else None
    free = f" and {stats.f_bavail * stats.f_frsize / 1e6:,.0f} MB are free" if stats else ""
    return (
        f"There is no room on the disk with the runs: the checkpoint after step {step} needs "
        f"{needed / 1e6:,.1f} MB{free}. {what.capitalize()}; make room, and go on."
    )
