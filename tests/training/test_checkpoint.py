"""Checkpoints: a pair of files that belong together, or none; and what a full disk leaves behind."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from resnet_core.training import attended as attended_module
from resnet_core.training import checkpoint
from resnet_core.training.attended import attended
from resnet_core.training.checkpoint import NotFinite, newest_whole, pairs, save
from resnet_core.training.controls import RateChange
from resnet_core.training.records import DONE, INTERRUPTED, Interrupted
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore
from tests.source_tree import ROOT
from tests.training.standing_trainer import StandingTrainer


def _truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _empty(path: Path) -> None:
    os.truncate(path, 0)


def _turn_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(content)


def _remove(path: Path) -> None:
    path.unlink()


def test_the_newest_pair_and_the_one_before_it_are_kept_and_every_end_of_an_epoch(tmp_path: Path) -> None:
    for step in range(1, 9):
        save(tmp_path, step, float(step), StandingTrainer(step), between=step % 4 != 0)
    assert [each.step for each in checkpoint.checkpoints(tmp_path)] == [4, 8]
    assert [each.step for each in pairs(tmp_path)] == [7, 8]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "between-000007.h5", "optimiser-000007.h5", "optimiser-000008.h5", "weights-000004.h5",
        "weights-000008.h5",
    ]  # fmt: skip
    assert newest_whole(tmp_path).checkpoint == pairs(tmp_path)[-1]


@pytest.mark.parametrize("damage", [_truncate, _empty, _remove])
@pytest.mark.parametrize("name", ["weights-000002.h5", "optimiser-000002.h5"])
def test_a_damaged_newest_pair_falls_back_to_the_one_before(
    tmp_path: Path, damage: Callable[[Path], None], name: str
) -> None:
    save(tmp_path, 1, 1.0, StandingTrainer(1), between=True)
    save(tmp_path, 2, 2.0, StandingTrainer(2))
    damage(tmp_path / name)
    found = newest_whole(tmp_path)
    assert found.checkpoint is not None
    assert found.checkpoint.step == 1
    assert found.damaged == (() if damage is _remove else (2,))


def test_weights_that_are_not_those_of_the_optimisers_state_are_passed_over(tmp_path: Path) -> None:
    save(tmp_path, 1, 1.0, StandingTrainer(1))
    save(tmp_path, 2, 2.0, StandingTrainer(2))
    _turn_a_bit(tmp_path / "weights-000002.h5")
    assert newest_whole(tmp_path).damaged == (2,)
    _empty(tmp_path / "weights-000001.h5")
    assert newest_whole(tmp_path) == checkpoint.Found(None, (2, 1))


def test_a_pair_of_an_older_version_which_names_no_weights_is_taken(tmp_path: Path) -> None:
    save(tmp_path, 1, 1.0, StandingTrainer(1))
    with h5py.File(tmp_path / "optimiser-000001.h5", "r+") as file:
        del file.attrs["weights"]
    assert newest_whole(tmp_path).checkpoint == pairs(tmp_path)[0]


def test_what_is_no_number_is_not_kept(tmp_path: Path) -> None:
    save(tmp_path, 1, 1.0, StandingTrainer(1))
    broken = StandingTrainer(2)
    broken.optimiser.variables[0].value[7] = np.inf
    with pytest.raises(NotFinite):
        save(tmp_path, 2, 2.0, broken)
    assert [each.step for each in pairs(tmp_path)] == [1]


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("which", [1, 2])
def test_a_full_disk_is_told_and_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, which: int
) -> None:
    save(tmp_path, 1, 1.0, StandingTrainer(1))
    calls: list[int] = []
    really = getattr(os, call)

    def full(*arguments: object) -> None:
        calls.append(1)
        if len(calls) == which:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        really(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint.os, call, full)
        with pytest.raises(Interrupted, match=r"step 2 needs .* What was reached by step 1 is kept"):
            save(tmp_path, 2, 2.0, StandingTrainer(2))
    assert newest_whole(tmp_path) == checkpoint.Found(pairs(tmp_path)[0])
    assert not list(tmp_path.glob("*.part"))
    assert newest_whole(tmp_path).checkpoint == pairs(tmp_path)[0]
    save(tmp_path, 2, 2.0, StandingTrainer(2))  # there is room again
    assert newest_whole(tmp_path).checkpoint.step == 2


def _with_little_room(folder: str) -> None:
    """In a process whose files may not grow beyond 300 kB: the first checkpoint fits, the second does not."""
    store = RunStore(folder, recordings=())
    run_id = store.create(RunSettings())

    def work() -> str:
        store.begin(run_id, 10, {})
        save(store.checkpoints(run_id), 1, 1.0, StandingTrainer(1, size=1000))
        store.add_steps(run_id, [(1, 1, 0.5, 1.8, 0.25, 1e-3)])
        save(store.checkpoints(run_id), 2, 2.0, StandingTrainer(2, size=100_000))
        return DONE

    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    attended(store, run_id, work)


def test_a_run_whose_files_may_not_grow_is_interrupted_and_can_go_on(tmp_path: Path) -> None:
    code = f"from tests.training.test_checkpoint import _with_little_room as do; do({str(tmp_path)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    store = RunStore(tmp_path, recordings=())
    (run,) = store.runs()
    assert run.status == INTERRUPTED
    assert "step 2 needs 1.2 MB" in run.reason
    assert "What was reached by step 1 is kept" in run.reason
    assert store.steps(run.id).loss.tolist() == [1.8]
    assert not [path for path in tmp_path.rglob("*") if path.suffix in (".part", ".reserve")]
    assert newest_whole(store.checkpoints(run.id)).checkpoint is not None


def test_a_store_that_takes_nothing_more_keeps_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(tmp_path, recordings=())
    run_id = store.create(RunSettings())
    really = type(store._database).connection
    pages: list[int] = []

    def small(self):  # type: ignore[no-untyped-def]
        @attended_module.contextlib.contextmanager
        def opened():  # type: ignore[no-untyped-def]
            with really(self) as connection:
                if pages:
                    connection.execute(f"PRAGMA max_page_count = {pages[0]}")
                yield connection

        return opened()

    monkeypatch.setattr(type(store._database), "connection", small)

    def work() -> str:
        store.begin(run_id, 10**6, {})
        pages.append(store._database.rows("PRAGMA page_count")[0][0] + 4)
        for first in range(1, 10**6, 100):
            store.add_steps(run_id, [(first + i, 1, 0.5, 1.8, 0.25, 1e-3) for i in range(100)])
        return DONE

    attended(store, run_id, work)
    run, steps = store.run(run_id), store.steps(run_id)
    assert run.status == INTERRUPTED
    assert "no room on the disk" in run.reason
    assert len(steps) >= 100
    assert steps.step.tolist() == list(range(1, run.step + 1))


def test_a_store_of_an_older_version_is_taken_over_with_all_it_says(tmp_path: Path) -> None:
    store = RunStore(tmp_path, recordings=())
    run_id = store.create(RunSettings(seed=7), "From before")
    store.begin(run_id, 10, {"data": {"training": 320}})
    store.add_steps(run_id, [(1, 1, 0.5, 1.8, 0.25, 1e-3)])
    store.end(run_id, DONE)
    with store._database.connection() as connection:
        for table in ("rates", "single_steps"):
            connection.execute(f"DROP TABLE {table}")
        for column in ("person", "asked", "began", "ended", "paused", "allowed", "rate"):
            connection.execute(f"ALTER TABLE runs DROP COLUMN {column}")
    again = RunStore(tmp_path, recordings=())
    run = again.run(run_id)
    assert (run.title, run.status, run.step, run.card, run.person) == (
        "From before", DONE, 1, {"data": {"training": 320}}, "",
    )  # fmt: skip
    assert again.steps(run_id).loss.tolist() == [1.8]
    again.ask_rate(run_id, 0.5)
    assert again.control(run_id).rate == 0.5
    assert again.change_rate(run_id, 2, 0.5) == (RateChange(2, 0.5),)
