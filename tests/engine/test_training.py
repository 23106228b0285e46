"""Runs through the engine: measured beside, gone on after a dead worker, and given up with a reason."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from resnet_core.engine.engine import Engine
from resnet_core.training import checkpoint
from resnet_core.training.records import DONE, INTERRUPTED, QUEUED, RUNNING
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore
from tests.engine.test_engine import wait_until

SMALL = RunSettings(network="cifar_resnet8", epochs=8, batch_size=16)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    return RunStore(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def engine(tiny_signs_folder: Path) -> Iterator[Engine]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
        made = Engine()
        wait_until(lambda: made.state().ready)
        yield made
        made.close()


def _pid(store: RunStore, run_id: str) -> int:
    with sqlite3.connect(store.folder / "runs.sqlite") as connection:
        return int(connection.execute("SELECT pid FROM runs WHERE id = ?", (run_id,)).fetchone()[0])


def test_a_run_goes_on_after_its_worker_was_killed_and_others_wait_their_turn(
    engine: Engine, store: RunStore
) -> None:
    run_id, next_id = store.create(SMALL), store.create(SMALL)
    engine.train(run_id, store)
    engine.train(next_id, store)
    wait_until(lambda: store.run(run_id).epoch >= 1, 120)
    assert store.run(next_id).status == QUEUED
    # While it trains, a measurement does not wait for it.
    assert engine.measure(pow, 5, 2, page="a").result(timeout=10) == 25
    assert store.run(run_id).status == RUNNING
    kept = checkpoint.newest_whole(store.checkpoints(run_id)).checkpoint
    assert kept is not None
    os.kill(_pid(store, run_id), signal.SIGKILL)
    wait_until(lambda: store.run(run_id).status == DONE, 180)
    run, steps = store.run(run_id), store.steps(run_id)
    assert "went on from its last checkpoint" in run.reason
    assert steps.step.tolist() == list(range(1, run.steps + 1))
    store.request_stop(next_id)
    wait_until(lambda: store.run(next_id).ended, 120)


def test_a_run_whose_worker_dies_again_and_again_is_given_up_with_a_reason(
    engine: Engine, store: RunStore
) -> None:
    run_id = store.create(RunSettings(network="cifar_resnet8", epochs=500, batch_size=16))
    engine.train(run_id, store)
    killed: set[int] = set()

    def given_up() -> bool:
        run = store.run(run_id)
        pid = _pid(store, run_id)
        if run.status == RUNNING and pid not in killed and pid != os.getpid():
            killed.add(pid)
            os.kill(pid, signal.SIGKILL)
        return run.status == INTERRUPTED and "several times" in run.reason

    wait_until(given_up, 180)
    assert len(killed) >= 3
