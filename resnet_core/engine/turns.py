"""Whose run a free worker trains next: the queue of the engine, in the order of `training.queue`.

The scheduler of dask would begin runs in the order in which they came; so it is given a run only when a
worker is free for it.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Collection

from distributed import Client, Future

from resnet_core.engine.host import TRAINING
from resnet_core.engine.preload import prepared
from resnet_core.engine.problems import EngineError
from resnet_core.training.lesson import Lesson
from resnet_core.training.records import INTERRUPTED, QUEUED, RUNNING, RunError
from resnet_core.training.store import RunStore

log = logging.getLogger(__name__)


class Turns:
    """Runs that wait for a worker, and those that have one.

    Args:
        connected: a client to give work to; may raise `EngineError`.
        workers: how many workers for training there are.
        lock: of the engine, that can be taken again by who has it.
    """

    def __init__(
        self, connected: Callable[[], Client], workers: Callable[[Client], int], lock: threading.RLock
    ) -> None:
        """Begin with no run."""
        self._connected, self._workers, self._lock = connected, workers, lock
        self._waiting: dict[str, tuple[RunStore, Lesson | None]] = {}
        self._training: dict[str, Future] = {}
        self._closed = False

    @property
    def busy(self) -> bool:
        """Whether runs wait or are under way."""
        return bool(self._waiting or self._training)

    def add(self, run_id: str, store: RunStore, lesson: Lesson | None) -> None:
        """Let a queued run begin when it is its turn."""
        with self._lock:
            self._waiting[run_id] = (store, lesson)
        self._hand_out()

    def forget(self, runs: Collection[str]) -> None:
        """Let go of runs; a step that is under way ends by itself."""
        with self._lock:
            for run_id in runs:
                self._waiting.pop(run_id, None)
                if run_id in self._training:
                    self._training[run_id].cancel()

    def close(self) -> None:
        """Begin no further run; those that wait are interrupted."""
        with self._lock:
            self._closed = True
            for run_id, (store, _) in self._waiting.items():
                if run_id in store.waiting():
                    store.end(run_id, INTERRUPTED, "The app was closed before this run began.")
            self._waiting.clear()

    def _hand_out(self) -> None:
        """Give free workers the runs whose turn it is."""
        with self._lock:
            if self._closed or not self._waiting:
                return
            client = self._connected()
            free = self._workers(client) - len(self._training)
            for run_id in self._in_order()[: max(0, free)]:
                self._begin(client, run_id, *self._waiting.pop(run_id))

    def _in_order(self) -> list[str]:
        """The runs that wait here, the next one first; those that were stopped or deleted meanwhile go."""
        turns: dict[str, list[str]] = {}
        for store, _ in self._waiting.values():
            turns.setdefault(str(store.folder), store.waiting())
        there = [run_id for turn in turns.values() for run_id in turn if run_id in self._waiting]
        self._waiting = {run_id: self._waiting[run_id] for run_id in there}
        return there

    def _begin(self, client: Client, run_id: str, store: RunStore, lesson: Lesson | None) -> None:
        from resnet_core.training.loop import train
        from resnet_core.training.teaching import teach

        # A new key for each attempt: dask would take a resumed run for the one it has already seen.
        key = f"train-{run_id}-{os.urandom(4).hex()}"
        work = (train, run_id) if lesson is None else (teach, run_id, lesson)
        told = {"folder": str(store.folder), "key": key, "resources": {TRAINING: 1}, "pure": False}
        future = client.submit(prepared, *work, **told)
        self._training[run_id] = future
        future.add_done_callback(lambda done: self._ended(run_id, store, done))

    def _ended(self, run_id: str, store: RunStore, future: Future) -> None:
        with self._lock:
            if self._training.get(run_id) is future:
                del self._training[run_id]
        try:
            if future.status != "finished" and store.run(run_id).status in (QUEUED, RUNNING, INTERRUPTED):
                gave_up = future.status == "error"  # it is cancelled where the engine itself has ended
                what = (
                    "Its worker ended several times"
                    if gave_up
                    else "The engine ended before this run was done"
                )
                store.end(run_id, INTERRUPTED, f"{what}; go on from the last checkpoint to try again.")
        except RunError:
            log.info("run %s was deleted before its end was heard of", run_id)
        try:
            self._hand_out()
        except EngineError:
            log.warning("the runs that wait cannot begin", exc_info=True)
