"""Recording a run that began with the weights of a recorded one: both, one after the other, as one run."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from pathlib import Path

import numpy as np

from resnet_core.places import write_beside
from resnet_core.training.checkpoint import checkpoints
from resnet_core.training.recorder import description, write_recording
from resnet_core.training.recording import Recording, read_recording
from resnet_core.training.records import EpochRecord, Run, Steps
from resnet_core.training.reliance import Reliance
from resnet_core.training.store import RunStore


def second_round(
    before: Recording, store: RunStore, run_id: str, folder: Path, reliance: Reliance
) -> Recording:
    """Record a run as the second round of a recorded one.

    Steps, epochs and seconds are counted on; early checkpoints stay those of the first round, the last one is
    that of the second. Settings and card are those of the second round but for the number of epochs, and the
    title tells both: what each round was tested on is not the same.

    Args:
        before: whose weights the run began with.
        store: of the run.
        run_id: of a run that is done.
        folder: to write; may be the folder of the first round, which then gives way to both.
        reliance: of the second round.

    Raises:
        RecordingError: when the run cannot be recorded.
    """
    kept = {each.path.name: each.path.read_bytes() for each in checkpoints(before.folder)[:-1]}
    with tempfile.TemporaryDirectory() as temporary:
        last = store.run(run_id).step
        alone = write_recording(store, run_id, Path(temporary) / "alone", checkpoints=[last])
        weights = checkpoints(alone.folder)[-1].path.read_bytes()
    run = store.run(run_id)
    both = _both(before.run, run)
    epochs = (*before.epochs, *(_later(one, before.run) for one in store.epochs(run_id)))
    text = description(both, _joined(before.steps, store.steps(run_id), before.run), epochs, reliance)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in (kept | {f"weights-{both.step:06d}.h5": weights}).items():
        write_beside(folder / name, content)
    write_beside(folder / "run.json", text)
    return read_recording(folder)


def _both(first: Run, second: Run) -> Run:
    return dataclasses.replace(
        second,
        title=second.title,
        settings=dataclasses.replace(second.settings, epochs=first.epoch + second.epoch),
        seconds=first.seconds + second.seconds,
        step=first.step + second.step,
        steps=first.steps + second.steps,
        epoch=first.epoch + second.epoch,
    )


def _later(one: EpochRecord, first: Run) -> EpochRecord:
    return dataclasses.replace(
        one, epoch=one.epoch + first.epoch, step=one.step + first.step, seconds=one.seconds + first.seconds
    )


def _joined(one: Steps, other: Steps, first: Run) -> Steps:
    """The metrics of the steps of both rounds: every k-th, as those of the first were kept."""
    every = max(1, round(first.step / len(one)))
    before = {"step": first.step, "epoch": first.epoch, "seconds": first.seconds}

    def column(name: str) -> np.ndarray:
        later = getattr(other, name)[every - 1 :: every] + before.get(name, 0)
        return np.concatenate([getattr(one, name), later])

    return Steps(*(column(field.name) for field in dataclasses.fields(Steps)))
