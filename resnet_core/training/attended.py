"""What surrounds the work of a run in its worker: signs of life while it goes on, and how it ended."""

from __future__ import annotations

import contextlib
import errno
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator

from resnet_core.training.records import FAILED, INTERRUPTED, Interrupted
from resnet_core.training.store import RunStore

log = logging.getLogger(__name__)

#: Seconds between two signs of life.
BEAT = 2.0
#: Seconds for which how a run ended is tried to be written.
INSIST = 20.0


def attended(store: RunStore, run_id: str, work: Callable[[], str]) -> None:
    """Do the work of a run and write to the store how it ended.

    Args:
        store: of the run.
        run_id: in the store.
        work: does it and returns the status with which the run ends. What it raises as `ArithmeticError`,
            `ValueError`, `OSError` or `MemoryError` is a reason for people and ends the run as failed; what
            it raises as `Interrupted`, and a store that takes nothing more, ends it as interrupted.

    Raises:
        Exception: any other error of `work`, after the run has been marked as failed.
    """
    try:
        with _signs_of_life(store, run_id):
            status = work()
        _end(store, run_id, status)
    except Interrupted as problem:
        log.info("run %s was interrupted", run_id, exc_info=True)
        _end(store, run_id, INTERRUPTED, str(problem))
    except sqlite3.OperationalError as problem:
        log.info("run %s could not write its metrics", run_id, exc_info=True)
        _end(store, run_id, INTERRUPTED, _unwritten(problem))
    except OSError as problem:
        log.info("run %s failed", run_id, exc_info=True)
        full = problem.errno in (errno.ENOSPC, errno.EDQUOT)
        _end(store, run_id, INTERRUPTED if full else FAILED, _FULL if full else str(problem))
    except (ArithmeticError, ValueError, MemoryError) as problem:
        log.info("run %s failed", run_id, exc_info=True)
        _end(store, run_id, FAILED, str(problem) or type(problem).__name__)
    except Exception as problem:
        _end(store, run_id, FAILED, f"An error in the program ended this run: {type(problem).__name__}.")
        raise


_FULL = (
    "There is no room on the disk with the runs. What was reached by the last checkpoint is kept; make room, "
    "and go on."
)


def _unwritten(problem: sqlite3.OperationalError) -> str:
    if "full" in str(problem):
        return _FULL
    return (
        f"The metrics of this run could not be written ({problem}). What was reached by the last checkpoint "
        "is kept; go on from there."
    )


def _end(store: RunStore, run_id: str, status: str, reason: str | None = None) -> None:
    """Write how a run ended: with the room that was set aside for it where the disk is full, and again later
    where the store takes nothing now."""
    until = time.monotonic() + INSIST
    store.free_reserve(run_id)
    while True:
        try:
            return store.end(run_id, status, reason)
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


@contextlib.contextmanager
def _signs_of_life(store: RunStore, run_id: str) -> Iterator[None]:
    """Beat from a thread: tracing a network can keep the main one busy for longer than a beat."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            try:
                store.beat(run_id)
            except sqlite3.OperationalError:  # a full disk; the run itself will hear of it
                log.info("no sign of life of run %s could be written", run_id, exc_info=True)

    thread = threading.Thread(target=beat, name=f"beat-{run_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
