"""A run that went on from a recorded one is recorded with it: counted on, with its own last weights."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from resnet_core.training.checkpoint import checkpoints
from resnet_core.training.loop import train
from resnet_core.training.recorder import write_recording
from resnet_core.training.recording import Recording, RecordingError, read_recording
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore
from tests.recordings import a_reliance
from tools.rounds import second_round

SMALL = RunSettings(network="cifar_resnet8", width=1.0, epochs=3, batch_size=16, recipe="long")


@pytest.fixture
def store(tmp_path: Path, tiny_signs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
    return RunStore(tmp_path / "runs", recordings=())


@pytest.fixture
def first(store: RunStore, tmp_path: Path) -> Recording:
    """Three epochs, of which the first and the last checkpoint are kept."""
    run_id = store.create(SMALL, "The network")
    train(run_id, store.folder)
    each = store.run(run_id).step // 3
    return write_recording(store, run_id, tmp_path / "shipped", checkpoints=[each])


def test_both_rounds_are_one_run_with_the_weights_of_the_second(store: RunStore, first: Recording) -> None:
    run_id = store.create(dataclasses.replace(SMALL, epochs=2, learning_rate=5e-4), "The network")
    train(run_id, store.folder, start=checkpoints(first.folder)[-1].path)
    second, measured = store.run(run_id), a_reliance()
    found = second_round(first, store, run_id, first.folder, measured)
    run = found.run
    assert found == dataclasses.replace(read_recording(first.folder), steps=found.steps)
    assert (run.epoch, run.step, run.settings.epochs) == (5, first.run.step + second.step, 5)
    assert run.seconds == pytest.approx(first.run.seconds + second.seconds, abs=0.1)
    assert run.settings.learning_rate == 5e-4
    assert run.title == "The network"
    assert run.reliance == measured
    assert [one.epoch for one in found.epochs] == [1, 2, 3, 4, 5]
    assert np.all(np.diff(found.steps.step) > 0)
    assert np.all(np.diff(found.steps.seconds) > 0)
    assert found.steps.epoch[-1] == 5
    kept = checkpoints(found.folder)
    assert [one.step for one in kept] == [first.run.step // 3, run.step]
    assert sorted(path.name for path in found.folder.iterdir()) == [
        "run.json", *(one.path.name for one in kept)
    ]  # fmt: skip


def test_a_run_that_is_not_done_leaves_the_first_round_as_it_was(store: RunStore, first: Recording) -> None:
    before = {path.name: path.read_bytes() for path in first.folder.iterdir()}
    with pytest.raises(RecordingError, match="Only a run that is done"):
        second_round(first, store, store.create(SMALL), first.folder, a_reliance())
    assert {path.name: path.read_bytes() for path in first.folder.iterdir()} == before
