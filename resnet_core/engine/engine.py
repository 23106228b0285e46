"""The engine: heavy work in worker processes, behind one small interface.

No page knows dask. A page says `measure` for a pure function of plain arguments, whose result is shared
between all who ask the same, and `train` for a run of the store.
"""

from __future__ import annotations

import asyncio
import collections
import dataclasses
import logging
import os
import threading
import time
from collections.abc import Callable, Collection
from typing import Any, Generic, TypeVar, cast

from dask.tokenize import tokenize
from distributed import Client, Future

from resnet_core.engine.direct import Direct, DirectError
from resnet_core.engine.embedded import Host, HostError
from resnet_core.engine.host import QUICK, TRAINING
from resnet_core.engine.preload import forget, prepared
from resnet_core.training.lesson import Lesson
from resnet_core.training.records import INTERRUPTED, QUEUED, RUNNING, RunError
from resnet_core.training.settings import RunSettings
from resnet_core.training.standby import stand_by
from resnet_core.training.store import RunStore

log = logging.getLogger(__name__)
Result = TypeVar("Result")

#: Results of measurements kept for the next person who asks the same.
KEPT = 64
#: Seconds a page waits for the engine before it says that it does not answer.
PATIENCE = 60.0
#: Seconds for which a wish that a trainer stand ready is not told to the worker again.
ASKED_AGAIN = 60.0
#: Seconds to reach a scheduler.
CONNECTING = 20


class EngineError(RuntimeError):
    """The engine could not do the work; the message is a sentence for people."""


@dataclasses.dataclass(frozen=True)
class EngineState:
    """Whether the engine takes work, one sentence about it, and whether it will not start by itself."""

    ready: bool
    sentence: str
    failed: bool = False


class Measurement(Generic[Result]):
    """A measurement under way, or finished."""

    def __init__(self, future: Future) -> None:
        """Wrap what the scheduler knows of it."""
        self._future = future

    def done(self) -> bool:
        """Whether `result` will answer at once."""
        return bool(self._future.done())

    def result(self, timeout: float = PATIENCE) -> Result:
        """Wait for the result.

        Raises:
            EngineError: when it does not come in `timeout` seconds, or its worker died.
            Exception: what the function raised.
        """
        try:
            return self._future.result(timeout=timeout)
        except (TimeoutError, asyncio.TimeoutError) as problem:  # one class only from Python 3.11 on
            raise EngineError(
                f"The engine did not answer within {timeout:.0f} seconds; try again."
            ) from problem
        except Exception as problem:
            if type(problem).__module__.startswith("distributed"):
                raise EngineError(
                    "The process that did this work ended before it was done; try again."
                ) from problem
            raise


class Engine:
    """Worker processes for measurements and training.

    Args:
        address: of a dask scheduler, such as ``tcp://10.0.0.5:8786``, whose workers offer the resources
            ``quick`` and ``training``; by default an engine of our own is started on this machine.
    """

    def __init__(self, address: str | None = None) -> None:
        """Begin to start; `state` tells how far it is."""
        self._address = address
        self._host: Host | None = None
        self._client: Client | None = None
        self._direct: Direct | None = None
        self._problem = ""
        self._lock = threading.RLock()
        self._waking = threading.Lock()
        self._kept: collections.OrderedDict[str, Future] = collections.OrderedDict()
        self._askers: dict[str, set[str]] = {}  # the pages that asked for what is kept or under way
        self._latest: dict[str, Future] = {}
        self._runs: dict[str, Future] = {}
        self._standby: tuple[tuple[RunSettings, int], Future, float] | None = None
        self._closed = False
        self._starter = threading.Thread(target=self._start, name="engine-start", daemon=True)
        self._starter.start()

    def wake(self) -> None:
        """Begin to start again what has ended; never waits, and does nothing while it is starting."""
        with self._waking:
            if self._closed or self._starter.is_alive() or self.state().ready:
                return
            self._problem = ""
            self._starter = threading.Thread(target=self._start, name="engine-start", daemon=True)
            self._starter.start()

    def _start(self) -> None:
        try:
            self._connected()
        except EngineError:
            log.warning("the engine did not start", exc_info=True)

    def _connected(self) -> Client:
        """A client that is connected, starting (again) what is not there."""
        with self._lock:
            if self._closed:
                raise EngineError("The engine has been closed.")
            if self._client is not None and self._client.status == "running" and self._host_lives():
                return self._client
            self._forget()
            try:
                if self._address is None:
                    self._host = Host()
                address = self._address or self._host.address  # type: ignore[union-attr]
                self._client = Client(
                    address, set_as_default=False, timeout=CONNECTING, name="resnet-explainer"
                )
                self._direct = Direct(self._client)
                self._problem = ""
            except (HostError, OSError) as problem:
                self._problem = f"The engine could not be started: {problem}"
                raise EngineError(self._problem) from problem
            return self._client

    def _host_lives(self) -> bool:
        return self._address is not None or (self._host is not None and self._host.alive)

    def _forget(self) -> None:
        """Let go of a client or host that no longer answers."""
        self._kept.clear()
        self._askers.clear()
        self._latest.clear()
        self._standby = None
        self._direct = None
        if self._client is not None:
            self._client.close(timeout=2)
            self._client = None
        if self._host is not None:
            self._host.close()
            self._host = None

    def state(self) -> EngineState:
        """Whether the engine takes work now; never waits."""
        client = self._client
        if client is not None and client.status == "running" and self._host_lives():
            where = f"at {self._address}" if self._address else "on this machine"
            return EngineState(True, f"The engine is ready {where}.")
        if self._problem:
            return EngineState(False, self._problem, failed=True)
        return EngineState(False, "The engine is starting; this takes a few seconds.")

    def measure(self, function: Callable[..., Result], *args: Any, page: str) -> Measurement[Result]:
        """Run a pure function of plain arguments in a worker that is never behind a training run.

        The same function with the same arguments is computed once, however many people ask. A newer
        request of the same `page` takes the place of an older one that has not begun.

        Raises:
            EngineError: when the engine cannot be reached.
        """
        client = self._connected()
        key = f"{function.__qualname__}-{tokenize(function.__module__, function.__qualname__, args)}"
        with self._lock:
            future = self._kept.get(key)
            if future is None or future.status in ("error", "cancelled", "lost"):
                future = client.submit(prepared, function, *args, key=key, resources={QUICK: 1}, priority=10)
                future.add_done_callback(lambda done: self._keep(key, done))
            self._askers.setdefault(key, set()).add(page)
            older = self._latest.get(page)
            self._latest[page] = future
            waited_for = {waiting.key for waiting in self._latest.values()}
            if older is not None and not older.done() and older.key not in waited_for:
                older.cancel()
        return Measurement(future)

    def at_once(self, function: Callable[..., Result], *args: Any, timeout: float = 5.0) -> Result:
        """Run a pure function that takes milliseconds, such as asking a network about a camera's frame.

        It waits behind no measurement, and nothing of it is kept. It should not build a network: measure
        something with that first.

        Raises:
            EngineError: when the engine cannot be reached, or does not answer in `timeout` seconds.
            Exception: what the function raised.
        """
        self._connected()
        direct = self._direct
        if direct is None:
            raise EngineError("The engine has been closed.")
        try:
            return cast(Result, direct.call(function, *args, timeout=timeout))
        except DirectError as problem:
            raise EngineError(str(problem)) from problem

    def _keep(self, key: str, future: Future) -> None:
        with self._lock:
            for page in [page for page, latest in self._latest.items() if latest.key == key]:
                del self._latest[page]
            if future.status != "finished" or key not in self._askers:  # in vain, or forgotten meanwhile
                self._askers.pop(key, None)
                return
            self._kept[key] = future
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._askers.pop(self._kept.popitem(last=False)[0], None)

    def forget(self, person: str, runs: Collection[str] = ()) -> None:
        """Let go of what one person gave: results with their inputs, runs under way, networks in memory.

        What others have asked, too, is kept for them. A step that is under way in a run ends by itself.

        Args:
            person: whose pages were called `person/page` in `measure`.
            runs: which nobody will want to hear of any more.
        """
        with self._lock:
            for key, pages in list(self._askers.items()):
                pages -= {page for page in pages if page.startswith(f"{person}/")}
                if not pages:
                    del self._askers[key]
                    self._kept.pop(key, None)
            self._latest = {page: asked for page, asked in self._latest.items() if asked.key in self._askers}
            for future in filter(None, [self._runs.pop(run_id, None) for run_id in runs]):
                future.cancel()
            client = self._client
        if client is not None and client.status == "running":
            client.run(forget, on_error="ignore")  # the memory of a dead worker has died with it

    def train(self, run_id: str, store: RunStore, lesson: Lesson | None = None) -> None:
        """Queue a run of the store; it goes on from its last checkpoint when its worker dies.

        Args:
            run_id: in the store.
            store: of the run.
            lesson: for a run that teaches another one: its pictures, which are in memory only.

        Raises:
            EngineError: when the engine cannot be reached; the run is then marked as interrupted.
        """
        from resnet_core.training.loop import train
        from resnet_core.training.teaching import teach

        try:
            client = self._connected()
        except EngineError as problem:
            store.end(run_id, INTERRUPTED, str(problem))
            raise
        # A new key for each attempt: dask would take a resumed run for the one it has already seen.
        key = f"train-{run_id}-{os.urandom(4).hex()}"
        work = (train, run_id) if lesson is None else (teach, run_id, lesson)
        told = {"folder": str(store.folder), "key": key, "resources": {TRAINING: 1}, "pure": False}
        future = client.submit(prepared, *work, **told)
        future.add_done_callback(lambda done: self._train_ended(run_id, store, done))
        self._runs[run_id] = future

    def stand_by(self, settings: RunSettings, classes: int) -> None:
        """Have the worker that trains build and trace what a run of these settings will need; never waits.

        Nothing is done while runs are queued or under way, and a newer wish takes the place of an older one
        that has not begun.
        """
        client, wish = self._client, (settings, classes)
        if client is None or not self.state().ready or self._runs:
            return
        if self._standby is not None:
            asked, future, when = self._standby
            if asked == wish and time.monotonic() < when + ASKED_AGAIN:
                return
            future.cancel()
        future = client.submit(prepared, stand_by, *wish, resources={TRAINING: 1}, pure=False)
        self._standby = (wish, future, time.monotonic())

    def _train_ended(self, run_id: str, store: RunStore, future: Future) -> None:
        self._runs.pop(run_id, None)
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

    def close(self) -> None:
        """End the workers."""
        with self._lock:
            self._closed = True
            self._forget()
