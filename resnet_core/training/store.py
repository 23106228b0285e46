"""The run store: one SQLite file in WAL mode and one folder a run, shared by pages, workers and commands."""

from __future__ import annotations

import dataclasses
import json
import os
import secrets
import shutil
import socket
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.hands.sets import title_of
from resnet_core.training.controls import ControlledRuns
from resnet_core.training.evaluation import Evaluation
from resnet_core.training.gradient_norms import to_bytes
from resnet_core.training.hardest import Hardest
from resnet_core.training.queue import Entry, Limits, refusal
from resnet_core.training.records import (
    ENDED,
    INTERRUPTED,
    QUEUED,
    RUNNING,
    STOPPED,
    EpochRecord,
    RunError,
)
from resnet_core.training.settings import RunSettings
from resnet_core.training.stored import EPOCH_COLUMNS, STEP_COLUMNS

#: Bytes set aside while a run goes on: enough for the store to write how it ended.
RESERVE = 256 * 1024


class RunStore(ControlledRuns):
    """Runs, their metrics and where their checkpoints lie; one store serves threads and processes alike.

    Args:
        folder: where runs live; by default `places.runs_folder()`. It is made when missing.
        recordings: runs that ship with the app; by default `recording.shipped()`. They are never changed.
    """

    def _change(self, run_id: str, **columns: Any) -> None:
        self._check_own(run_id)
        names = ", ".join(f"{name} = ?" for name in columns)
        with self._database.connection() as connection:
            done = connection.execute(f"UPDATE runs SET {names} WHERE id = ?", (*columns.values(), run_id))
            if done.rowcount == 0:
                raise RunError(f"There is no run called {run_id!r}.")

    # What people do with runs

    def create(
        self,
        settings: RunSettings,
        title: str = "",
        *,
        owner: int | None = None,
        person: str = "",
        limits: Limits | None = None,
    ) -> str:
        """Add a queued run and return its id.

        Args:
            settings: what to train.
            title: by default made from the settings.
            owner: process without which the run cannot start; by default this one.
            person: who starts it; "" for everybody on this machine.
            limits: how many runs may go on or wait; by default any number.

        Raises:
            RunError: when there are as many as the limits allow.
        """
        if limits is not None and (why := refusal(self._living(), person, limits)):
            raise RunError(why)
        run_id, now = time.strftime("%y%m%d-%H%M%S-") + secrets.token_hex(2), time.time()
        with self._database.connection() as connection:
            connection.execute(
                "INSERT INTO runs (id, title, settings, status, created, beat, host, pid, person, asked) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    run_id, _clean_title(title) or default_title(settings), json.dumps(settings.to_dict()),
                    QUEUED, now, now, socket.gethostname(), owner or os.getpid(), person, now,
                ),
            )  # fmt: skip
        return run_id

    def _living(self) -> list[Entry]:
        self.notice_the_dead()
        return self.queue()

    def rename(self, run_id: str, title: str) -> None:
        """Give a run another title; an empty one is refused."""
        if not _clean_title(title):
            raise RunError("A run needs a name of at least one character.")
        self._change(run_id, title=_clean_title(title))

    def delete(self, run_id: str) -> None:
        """Remove an ended run with its metrics and checkpoints.

        Raises:
            RunError: when it is still queued or running, or is not there.
        """
        self._check_own(run_id)
        if not self.run(run_id).ended:
            raise RunError("This run is still going on; stop it before deleting it.")
        self.free_reserve(run_id)
        with self._database.connection() as connection:
            connection.execute("DELETE FROM runs WHERE id = ?", (run_id,))
        folder = self.checkpoints(run_id).parent
        if folder.exists():
            shutil.rmtree(folder)

    def request_stop(self, run_id: str) -> None:
        """Ask a run to end after its current step; a queued one ends at once."""
        self._check_own(run_id)
        with self._database.connection() as connection:
            connection.execute("UPDATE runs SET stop = 1 WHERE id = ?", (run_id,))
            connection.execute(
                "UPDATE runs SET status = ?, ended = ? WHERE id = ? AND status = ?",
                (STOPPED, time.time(), run_id, QUEUED),
            )

    # What the worker that trains writes

    def begin(self, run_id: str, steps: int, card: dict[str, Any], reason: str = "") -> None:
        """Mark a run as running in this process; `reason` says why it goes on, if it does."""
        now = time.time()
        self._change(
            run_id, status=RUNNING, reason=reason, steps=steps, card=json.dumps(card), beat=now, began=now,
            ended=None, host=socket.gethostname(), pid=os.getpid(),
        )  # fmt: skip
        reserve = self._reserve(run_id)
        if not reserve.exists():
            reserve.write_bytes(bytes(RESERVE))

    def requeue(self, run_id: str, *, one_step: bool = False) -> None:
        """Put a run that ended before its last step back in the queue; it goes on from its last checkpoint.

        Args:
            run_id: in the store.
            one_step: whether it only takes one step in slow motion, and is paused then.
        """
        now = time.time()
        self._change(
            run_id, status=QUEUED, reason="", stop=0, paused=int(one_step), allowed=int(one_step), beat=now,
            asked=now, began=None, ended=None, host=socket.gethostname(), pid=os.getpid(),
        )  # fmt: skip

    def free_reserve(self, run_id: str) -> None:
        """Give back the room that was set aside, so that the end of a run can be written on a full disk."""
        self._reserve(run_id).unlink(missing_ok=True)

    def _reserve(self, run_id: str) -> Path:
        return self.folder / f"{run_id}.reserve"

    def rewind(self, run_id: str, step: int, epoch: int, seconds: float) -> None:
        """Forget what came after a checkpoint, since it will be done again."""
        with self._database.connection() as connection:
            connection.execute("DELETE FROM steps WHERE run = ? AND step > ?", (run_id, step))
            connection.execute("DELETE FROM epochs WHERE run = ? AND epoch > ?", (run_id, epoch))
            connection.execute("DELETE FROM gradients WHERE run = ? AND step > ?", (run_id, step))
            connection.execute("DELETE FROM single_steps WHERE run = ? AND step > ?", (run_id, step))
            connection.execute("DELETE FROM hardest WHERE run = ? AND epoch > ?", (run_id, epoch))
        self._change(run_id, step=step, epoch=epoch, seconds=seconds)

    def add_steps(self, run_id: str, rows: list[tuple[int, int, float, float, float, float]]) -> None:
        """Write the metrics of steps, in the order of the fields of `Steps`."""
        if not rows:
            return
        with self._database.connection() as connection:
            connection.executemany(
                f"INSERT OR REPLACE INTO steps (run, {', '.join(STEP_COLUMNS)}) VALUES (?{', ?' * 6})",
                [(run_id, *row) for row in rows],
            )
            connection.execute(
                "UPDATE runs SET step = ?, seconds = ?, beat = ? WHERE id = ?",
                (rows[-1][0], rows[-1][2], time.time(), run_id),
            )

    def add_gradients(self, run_id: str, rows: list[tuple[int, NDArray[np.float32]]]) -> None:
        """Write the norms of the gradient of steps, counted from 1, each of all layers with a kernel."""
        if not rows:
            return
        with self._database.connection() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO gradients (run, step, norms) VALUES (?, ?, ?)",
                [(run_id, step, to_bytes(norms)) for step, norms in rows],
            )

    def add_epoch(self, run_id: str, record: EpochRecord) -> None:
        """Write the metrics of an epoch."""
        with self._database.connection() as connection:
            marks = ", ".join("?" * (len(EPOCH_COLUMNS) + 1))
            connection.execute(
                f"INSERT OR REPLACE INTO epochs (run, {', '.join(EPOCH_COLUMNS)}) VALUES ({marks})",
                (run_id, *dataclasses.astuple(record)),
            )
            connection.execute(
                "UPDATE runs SET epoch = ?, seconds = ? WHERE id = ?", (record.epoch, record.seconds, run_id)
            )

    def add_hardest(self, run_id: str, found: Hardest) -> None:
        """Write which training photographs were hardest at the end of an epoch."""
        with self._database.connection() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO hardest (run, epoch, seen, photographs) VALUES (?, ?, ?, ?)",
                (run_id, found.epoch, found.seen, found.to_text()),
            )

    def beat(self, run_id: str) -> None:
        """Say that the run's worker is alive, also where the sleep of a machine was taken for its end."""
        with self._database.connection() as connection:
            connection.execute("UPDATE runs SET beat = ? WHERE id = ?", (time.time(), run_id))
            connection.execute(
                "UPDATE runs SET status = ?, reason = '', ended = NULL "
                "WHERE id = ? AND status = ? AND host = ? AND pid = ?",
                (RUNNING, run_id, INTERRUPTED, socket.gethostname(), os.getpid()),
            )

    def evaluated(self, run_id: str, evaluation: Evaluation) -> None:
        """Keep an evaluation on the test photographs."""
        self._change(run_id, evaluation=json.dumps(evaluation.to_dict()))

    def end(self, run_id: str, status: str, reason: str | None = None) -> None:
        """Mark a run as ended; without a new `reason` what was said of it before stays."""
        if status not in ENDED:
            raise RunError(f"a run ends as {', '.join(sorted(ENDED))}, not as {status!r}.")
        self._change(
            run_id, status=status, ended=time.time(), **({} if reason is None else {"reason": reason})
        )


def default_title(settings: RunSettings) -> str:
    """A name made from the settings, such as ``ResNet-50, quarter width, seed 1``."""
    try:
        name = dataclasses.replace(settings.architecture, width=1.0).spec().title
    except ValueError:
        name = settings.network  # the run itself will say that there is no such network
    width = {1.0: "", 0.5: ", half width", 0.25: ", quarter width"}.get(
        settings.width, f", width {settings.width:g}"
    )
    recipe = "" if settings.recipe == RunSettings.recipe else f", recipe {settings.recipe}"
    hands = "" if settings.data == RunSettings.data else f", {title_of(settings.data).lower()}"
    begun = f", begun with {settings.weights[:8]}" if settings.weights else ""
    return f"{name}{width}{recipe}{hands}{begun}, seed {settings.seed}"


def _clean_title(title: str) -> str:
    return " ".join(title.split())[:80]
