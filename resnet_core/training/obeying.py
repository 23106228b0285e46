"""How a run in its worker does what people ask of it between two steps."""

from __future__ import annotations

import time
from collections.abc import Callable

from resnet_core.training.controls import factor_at
from resnet_core.training.records import PAUSED, STOPPED
from resnet_core.training.store import RunStore

#: Seconds for which a paused run keeps its worker while nobody else waits for one, and between two looks.
HOLD, LOOK = 180.0, 0.1
#: What is asked of the next step, beside that there is none because the run was stopped or paused.
GO, SLOWLY = "go", "slowly"


class Obeying:
    """The ear of a run.

    Args:
        store: of the run.
        run_id: in the store.

    Attributes:
        waited: seconds that the latest `asked_before` waited because the run was paused.
    """

    def __init__(self, store: RunStore, run_id: str) -> None:
        """Hear of the changes of the learning rate that the run had before."""
        self._store, self._run_id = store, run_id
        self._changes = store.rate_changes(run_id)
        self.waited = 0.0

    def factor(self, step: int) -> float:
        """The factor on the learning rate of a step counted from 1."""
        return factor_at(self._changes, step)

    def asked_before(self, step: int, flush: Callable[[], None]) -> str:
        """What people ask before a step; waits where the run is paused, and nobody else for its worker.

        Args:
            step: counted from 0.
            flush: called before it waits.

        Returns:
            `GO`, `SLOWLY`, `STOPPED`, or `PAUSED` where the worker should be given away.
        """
        began = 0.0
        while True:
            asked, now = self._store.control(self._run_id), time.monotonic()
            if asked.rate is not None:
                self._changes = self._store.change_rate(self._run_id, step + 1, asked.rate)
            if asked.stop or not asked.paused or asked.allowed:
                break
            if not began:
                flush()
                began = now
            if now - began > HOLD or self._store.others_wait(self._run_id):
                break
            time.sleep(LOOK)
        self.waited = time.monotonic() - began if began else 0.0
        if asked.stop or not asked.paused:
            return STOPPED if asked.stop else GO
        if not asked.allowed:
            return PAUSED
        self._store.take_allowed_step(self._run_id)
        return SLOWLY
