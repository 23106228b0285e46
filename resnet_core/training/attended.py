"""What surrounds the work of a run in its worker: signs of life while it goes on, and how it ended."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator

from resnet_core.training.records import FAILED
from resnet_core.training.store import RunStore

log = logging.getLogger(__name__)

#: Seconds between two signs of life.
BEAT = 2.0


def attended(store: RunStore, run_id: str, work: Callable[[], str]) -> None:
    """Do the work of a run and write to the store how it ended.

    Args:
        store: of the run.
        run_id: in the store.
        work: does it and returns the status with which the run ends. What it raises as `ArithmeticError`,
            `ValueError`, `OSError` or `MemoryError` is a reason for people and ends the run as failed.

    Raises:
        Exception: any other error of `work`, after the run has been marked as failed.
    """
    try:
        with _signs_of_life(store, run_id):
            status = work()
        store.end(run_id, status)
    except (ArithmeticError, ValueError, OSError, MemoryError) as problem:
        log.info("run %s failed", run_id, exc_info=True)
        store.end(run_id, FAILED, str(problem) or type(problem).__name__)
    except Exception as problem:
        store.end(run_id, FAILED, f"An error in the program ended this run: {type(problem).__name__}.")
        raise


@contextlib.contextmanager
def _signs_of_life(store: RunStore, run_id: str) -> Iterator[None]:
    """Beat from a thread: tracing a network can keep the main one busy for longer than a beat."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            store.beat(run_id)

    thread = threading.Thread(target=beat, name=f"beat-{run_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
