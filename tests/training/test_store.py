"""The run store: what is written is read, by others too, and nothing is said to run that is dead."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from resnet_core.training import liveness
from resnet_core.training import stored as stored_module
from resnet_core.training.evaluation import evaluate
from resnet_core.training.records import (
    DONE,
    FAILED,
    INTERRUPTED,
    QUEUED,
    RUNNING,
    STOPPED,
    EpochRecord,
    RunError,
)
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path, recordings=())


def _dead_pid() -> int:
    """A process that has been here and is gone."""
    return int(subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True).stdout)  # fmt: skip  # noqa: E501


def test_a_run_lives_from_queue_to_end(store: RunStore) -> None:
    settings = RunSettings(seed=7)
    run_id = store.create(settings)
    assert store.run(run_id).status == QUEUED
    assert store.run(run_id).title == "ResNet-50, quarter width, seed 7"
    store.begin(run_id, 10, {"data": {"training": 320}})
    store.add_steps(run_id, [(1, 1, 0.5, 1.8, 0.25, 1e-3), (2, 1, 0.9, 1.7, 0.5, 2e-3)])
    run = store.run(run_id)
    assert (run.status, run.step, run.steps, run.seconds) == (RUNNING, 2, 10, 0.9)
    assert run.seconds_left == pytest.approx(0.4 * 8)
    assert run.images_per_second == pytest.approx(32 / 0.4)
    record = EpochRecord(1, 2, 0.9, 1.75, 0.375, None, None, 1.6, 0.5)
    store.add_epoch(run_id, record)
    found = evaluate(np.eye(6), np.arange(6))
    store.evaluated(run_id, found)
    store.end(run_id, DONE)
    run = store.run(run_id)
    assert (run.status, run.evaluation, run.settings) == (DONE, found, settings)
    assert store.epochs(run_id) == (record,)
    assert run.seconds_left is None


def test_steps_come_back_as_written_and_from_where_one_asks(store: RunStore) -> None:
    run_id = store.create(RunSettings())
    rows = [(i, (i - 1) // 4 + 1, i / 3, 2.0 / i, i / 20, 1e-3 * i) for i in range(1, 13)]
    store.add_steps(run_id, rows)
    steps = store.steps(run_id)
    assert list(zip(*(getattr(steps, name) for name in steps.__dataclass_fields__), strict=True)) == rows
    assert store.steps(run_id, after=9).step.tolist() == [10, 11, 12]
    assert len(store.steps(run_id, after=12)) == 0


def test_rewinding_forgets_only_what_came_later(store: RunStore) -> None:
    run_id = store.create(RunSettings())
    store.add_steps(run_id, [(i, (i - 1) // 2 + 1, float(i), 1.0, 0.5, 1e-3) for i in range(1, 7)])
    for epoch in (1, 2, 3):
        store.add_epoch(run_id, EpochRecord(epoch, 2 * epoch, 2.0 * epoch, 1, 0.5, None, None, None, None))
    store.rewind(run_id, 4, 2, 4.0)
    assert store.steps(run_id).step.tolist() == [1, 2, 3, 4]
    assert [record.epoch for record in store.epochs(run_id)] == [1, 2]
    assert (store.run(run_id).step, store.run(run_id).seconds) == (4, 4.0)


def test_another_process_sees_the_same(store: RunStore) -> None:
    run_id = store.create(RunSettings(), "seen from elsewhere")
    code = (
        "import sys; from resnet_core.training.store import RunStore;"
        "print(RunStore(sys.argv[1]).run(sys.argv[2]).title)"
    )
    told = subprocess.run([sys.executable, "-c", code, str(store.folder), run_id], capture_output=True, text=True, check=True)  # fmt: skip  # noqa: E501
    assert told.stdout.strip() == "seen from elsewhere"


def test_a_run_whose_process_is_gone_is_interrupted(store: RunStore) -> None:
    waiting = store.create(RunSettings(), owner=_dead_pid())
    assert store.run(waiting).status == INTERRUPTED
    assert "before this run began" in store.run(waiting).reason


def test_a_running_run_whose_process_is_gone_says_what_is_kept(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = store.create(RunSettings())
    gone = _dead_pid()
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: gone)
        store.begin(run_id, 10, {})
    store.add_epoch(run_id, EpochRecord(3, 9, 9.0, 1, 0.5, None, None, None, None))
    run = store.run(run_id)
    assert run.status == INTERRUPTED
    assert "epoch 3 is kept" in run.reason


def test_a_silent_worker_elsewhere_is_interrupted(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = store.create(RunSettings())
    store.begin(run_id, 10, {})
    assert store.run(run_id).status == RUNNING
    now = stored_module.time.time()
    monkeypatch.setattr(stored_module.time, "time", lambda: now + liveness.SILENCE + 1)
    assert store.run(run_id).status == INTERRUPTED
    assert "silent" in store.run(run_id).reason


def test_a_worker_that_was_only_asleep_is_running_again_with_its_next_beat(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = store.create(RunSettings())
    store.begin(run_id, 10, {})
    now = stored_module.time.time()
    with monkeypatch.context() as patch:
        patch.setattr(stored_module.time, "time", lambda: now + liveness.SILENCE + 1)
        assert store.run(run_id).status == INTERRUPTED
    store.beat(run_id)
    assert (store.run(run_id).status, store.run(run_id).reason) == (RUNNING, "")


def test_a_process_that_only_took_over_the_number_does_not_count(store: RunStore) -> None:
    run_id = store.create(RunSettings())
    with sqlite3.connect(store.folder / "runs.sqlite") as connection:
        connection.execute("UPDATE runs SET beat = beat - 1e6")
    assert store.run(run_id).status == INTERRUPTED


def test_stopping_a_queued_run_ends_it_and_a_running_one_is_asked(store: RunStore) -> None:
    waiting, running = store.create(RunSettings()), store.create(RunSettings())
    store.begin(running, 10, {})
    for run_id in (waiting, running):
        store.request_stop(run_id)
    assert store.run(waiting).status == STOPPED
    assert store.run(running).status == RUNNING
    assert store.stop_requested(running)


def test_only_an_ended_run_is_deleted_and_nothing_is_left_of_it(store: RunStore) -> None:
    run_id = store.create(RunSettings())
    with pytest.raises(RunError, match="still going on"):
        store.delete(run_id)
    store.add_steps(run_id, [(1, 1, 0.5, 1.8, 0.25, 1e-3)])
    store.checkpoints(run_id).mkdir(parents=True)
    store.end(run_id, FAILED, "for the test")
    store.delete(run_id)
    assert store.runs() == []
    assert len(store.steps(run_id)) == 0
    assert not (store.folder / run_id).exists()
    with pytest.raises(RunError, match="no run called"):
        store.run(run_id)


def test_names_are_kept_tidy_and_hostile_ids_are_only_text(store: RunStore) -> None:
    run_id = store.create(RunSettings(), "  my   first\nrun ")
    assert store.run(run_id).title == "my first run"
    with pytest.raises(RunError):
        store.rename(run_id, "   ")
    for hostile in ("'; DROP TABLE runs; --", "../../etc", ""):
        with pytest.raises(RunError):
            store.run(hostile)
        with pytest.raises(RunError):
            store.delete(hostile)
    assert store.run(run_id).title == "my first run"
