"""Whose run a free worker gets, with a stand-in for dask; the real one is in test_training."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from resnet_core.engine.turns import Turns
from resnet_core.training.records import DONE, INTERRUPTED, QUEUED
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore


class Work:
    """A future that ends when the test says so."""

    def __init__(self, run_id: str) -> None:
        self.run_id, self.status = run_id, "pending"
        self.told: list[Callable[[Any], None]] = []

    def add_done_callback(self, tell: Callable[[Any], None]) -> None:
        self.told.append(tell)

    def end(self, status: str = "finished") -> None:
        self.status = status
        for tell in self.told:
            tell(self)

    def cancel(self) -> None:
        self.end("cancelled")


class Client:
    def __init__(self) -> None:
        self.given: list[Work] = []

    def submit(self, call: object, function: object, run_id: str, *more: object, **named: object) -> Work:
        self.given.append(Work(run_id))
        return self.given[-1]

    def runs(self) -> list[str]:
        return [work.run_id for work in self.given]


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path, recordings=())


@pytest.fixture
def client() -> Client:
    return Client()


def _turns(client: Client, workers: int = 1) -> Turns:
    return Turns(lambda: client, lambda client: workers, threading.RLock())  # type: ignore[arg-type, return-value]


def _asked(store: RunStore, turns: Turns, *people: str) -> list[str]:
    ids = []
    for person in people:
        ids.append(store.create(RunSettings(), person=person))
        turns.add(ids[-1], store, None)
    return ids


def _end(store: RunStore, client: Client, number: int) -> None:
    run_id = client.given[number].run_id
    store.begin(run_id, 10, {})
    store.end(run_id, DONE)
    client.given[number].end()


def test_one_of_each_person_before_the_second_of_anybody(store: RunStore, client: Client) -> None:
    turns = _turns(client)
    one, second, third, other = _asked(store, turns, "a", "a", "a", "b")
    assert client.runs() == [one]
    _end(store, client, 0)
    assert client.runs() == [one, other]
    (late,) = _asked(store, turns, "c")
    _end(store, client, 1)
    assert client.runs() == [one, other, late]
    _end(store, client, 2)
    _end(store, client, 3)
    assert client.runs() == [one, other, late, second, third]


def test_two_workers_train_two_runs_and_what_was_stopped_or_forgotten_gets_no_turn(
    store: RunStore, client: Client
) -> None:
    turns = _turns(client, workers=2)
    ids = _asked(store, turns, *"abcde")
    assert client.runs() == ids[:2]
    store.request_stop(ids[2])
    turns.forget([ids[3]])
    _end(store, client, 0)
    assert client.runs() == [*ids[:2], ids[4]]
    turns.forget([ids[1]])
    assert store.run(ids[1]).status == INTERRUPTED


def test_a_worker_that_died_too_often_gives_its_place_to_the_next(store: RunStore, client: Client) -> None:
    turns = _turns(client)
    first, second = _asked(store, turns, "a", "b")
    client.given[0].end("error")
    assert "several times" in store.run(first).reason
    assert client.runs() == [first, second]


def test_runs_that_wait_when_the_app_is_closed_are_interrupted(store: RunStore, client: Client) -> None:
    turns = _turns(client)
    first, second = _asked(store, turns, "a", "b")
    turns.close()
    client.given[0].end("cancelled")
    assert [store.run(one).status for one in (first, second)] == [INTERRUPTED] * 2
    assert client.runs() == [first]
    assert store.run(store.create(RunSettings())).status == QUEUED
