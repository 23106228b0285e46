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
import psutil

from resnet_core import places
from resnet_core.network.catalogue import network
from resnet_core.training.database import Database
from resnet_core.training.evaluation import Evaluation
from resnet_core.training.records import (
    ENDED,
    INTERRUPTED,
    QUEUED,
    RUNNING,
    STOPPED,
    EpochRecord,
    Run,
    RunError,
    Steps,
)
from resnet_core.training.settings import RunSettings

#: A running run beats every two seconds; after this long without a beat its worker counts as gone.
SILENCE = 30.0

_RUN_COLUMNS = (
    "id", "title", "settings", "status", "reason", "created", "seconds", "step", "steps", "epoch", "card",
    "evaluation",
)  # fmt: skip
#: Seconds a step over the last thirty; NULL while there is only one.
_PACE = (
    "(SELECT (max(seconds) - min(seconds)) / (count(*) - 1) FROM "
    "(SELECT seconds FROM steps WHERE run = runs.id ORDER BY step DESC LIMIT 30))"
)
_SELECT_RUNS = f"SELECT {', '.join(_RUN_COLUMNS)}, {_PACE} FROM runs"
_STEP_COLUMNS = tuple(field.name for field in dataclasses.fields(Steps))
_EPOCH_COLUMNS = tuple(field.name for field in dataclasses.fields(EpochRecord))


class RunStore:
    """Runs, their metrics and where their checkpoints lie.

    One store serves threads and processes alike.

    Args:
        folder: where runs live; by default `places.runs_folder()`. It is made when missing.
    """

    def __init__(self, folder: Path | str | None = None) -> None:
        """Open the store and make what is missing."""
        self.folder = Path(folder) if folder is not None else places.runs_folder()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._database = Database(self.folder / "runs.sqlite")

    def _change(self, run_id: str, **columns: Any) -> None:
        names = ", ".join(f"{name} = ?" for name in columns)
        with self._database.connection() as connection:
            done = connection.execute(f"UPDATE runs SET {names} WHERE id = ?", (*columns.values(), run_id))
            if done.rowcount == 0:
                raise RunError(f"There is no run called {run_id!r}.")

    # What people do with runs

    def create(self, settings: RunSettings, title: str = "", *, owner: int | None = None) -> str:
        """Add a queued run and return its id.

        Args:
            settings: what to train.
            title: by default made from the settings.
            owner: process without which the run cannot start; by default this one.
        """
        run_id = time.strftime("%y%m%d-%H%M%S-") + secrets.token_hex(2)
        with self._database.connection() as connection:
            connection.execute(
                "INSERT INTO runs (id, title, settings, status, created, beat, host, pid) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    run_id, _clean_title(title) or default_title(settings), json.dumps(settings.to_dict()),
                    QUEUED, time.time(), time.time(), socket.gethostname(), owner or os.getpid(),
                ),
            )  # fmt: skip
        return run_id

    def runs(self) -> list[Run]:
        """Every run, newest first."""
        self.notice_the_dead()
        return [_run(row) for row in self._database.rows(f"{_SELECT_RUNS} ORDER BY created DESC, id DESC")]

    def run(self, run_id: str) -> Run:
        """One run.

        Raises:
            RunError: when there is none of that id.
        """
        self.notice_the_dead()
        rows = self._database.rows(f"{_SELECT_RUNS} WHERE id = ?", (run_id,))
        if not rows:
            raise RunError(f"There is no run called {run_id!r}.")
        return _run(rows[0])

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
        if not self.run(run_id).ended:
            raise RunError("This run is still going on; stop it before deleting it.")
        with self._database.connection() as connection:
            connection.execute("DELETE FROM runs WHERE id = ?", (run_id,))
        folder = self.checkpoints(run_id).parent
        if folder.exists():
            shutil.rmtree(folder)

    def request_stop(self, run_id: str) -> None:
        """Ask a run to end after its current step; a queued one ends at once."""
        with self._database.connection() as connection:
            connection.execute("UPDATE runs SET stop = 1 WHERE id = ?", (run_id,))
            connection.execute(
                "UPDATE runs SET status = ? WHERE id = ? AND status = ?", (STOPPED, run_id, QUEUED)
            )

    def steps(self, run_id: str, after: int = 0) -> Steps:
        """The metrics of every step later than `after`."""
        rows = self._database.rows(
            f"SELECT {', '.join(_STEP_COLUMNS)} FROM steps WHERE run = ? AND step > ? ORDER BY step",
            (run_id, after),
        )
        table = np.array(rows, float).reshape(len(rows), len(_STEP_COLUMNS))
        step, epoch, *others = table.T
        return Steps(step.astype(np.int64), epoch.astype(np.int64), *others)

    def epochs(self, run_id: str) -> tuple[EpochRecord, ...]:
        """The metrics of every completed epoch."""
        rows = self._database.rows(
            f"SELECT {', '.join(_EPOCH_COLUMNS)} FROM epochs WHERE run = ? ORDER BY epoch", (run_id,)
        )
        return tuple(EpochRecord(*row) for row in rows)

    def checkpoints(self, run_id: str) -> Path:
        """The folder of a run's checkpoints."""
        return self.folder / run_id / "checkpoints"

    # What the worker that trains writes

    def begin(self, run_id: str, steps: int, card: dict[str, Any], reason: str = "") -> None:
        """Mark a run as running in this process; `reason` says why it goes on, if it does."""
        self._change(
            run_id, status=RUNNING, reason=reason, steps=steps, card=json.dumps(card), beat=time.time(),
            host=socket.gethostname(), pid=os.getpid(),
        )  # fmt: skip

    def requeue(self, run_id: str) -> None:
        """Put an interrupted or stopped run back in the queue; it will go on from its last checkpoint."""
        self._change(
            run_id, status=QUEUED, reason="", stop=0, beat=time.time(), host=socket.gethostname(),
            pid=os.getpid(),
        )  # fmt: skip

    def rewind(self, run_id: str, step: int, epoch: int, seconds: float) -> None:
        """Forget what came after a checkpoint, since it will be done again."""
        with self._database.connection() as connection:
            connection.execute("DELETE FROM steps WHERE run = ? AND step > ?", (run_id, step))
            connection.execute("DELETE FROM epochs WHERE run = ? AND epoch > ?", (run_id, epoch))
        self._change(run_id, step=step, epoch=epoch, seconds=seconds)

    def add_steps(self, run_id: str, rows: list[tuple[int, int, float, float, float, float]]) -> None:
        """Write the metrics of steps, in the order of the fields of `Steps`."""
        if not rows:
            return
        with self._database.connection() as connection:
            connection.executemany(
                f"INSERT OR REPLACE INTO steps (run, {', '.join(_STEP_COLUMNS)}) VALUES (?{', ?' * 6})",
                [(run_id, *row) for row in rows],
            )
            connection.execute(
                "UPDATE runs SET step = ?, seconds = ?, beat = ? WHERE id = ?",
                (rows[-1][0], rows[-1][2], time.time(), run_id),
            )

    def add_epoch(self, run_id: str, record: EpochRecord) -> None:
        """Write the metrics of an epoch."""
        with self._database.connection() as connection:
            marks = ", ".join("?" * (len(_EPOCH_COLUMNS) + 1))
            connection.execute(
                f"INSERT OR REPLACE INTO epochs (run, {', '.join(_EPOCH_COLUMNS)}) VALUES ({marks})",
                (run_id, *dataclasses.astuple(record)),
            )
            connection.execute(
                "UPDATE runs SET epoch = ?, seconds = ? WHERE id = ?", (record.epoch, record.seconds, run_id)
            )

    def beat(self, run_id: str) -> None:
        """Say that the run's worker is alive, also where the sleep of a machine was taken for its end."""
        with self._database.connection() as connection:
            connection.execute("UPDATE runs SET beat = ? WHERE id = ?", (time.time(), run_id))
            connection.execute(
                "UPDATE runs SET status = ?, reason = '' "
                "WHERE id = ? AND status = ? AND host = ? AND pid = ?",
                (RUNNING, run_id, INTERRUPTED, socket.gethostname(), os.getpid()),
            )

    def stop_requested(self, run_id: str) -> bool:
        """Whether a person asked the run to stop, or deleted it."""
        rows = self._database.rows("SELECT stop FROM runs WHERE id = ?", (run_id,))
        return not rows or bool(rows[0][0])

    def evaluated(self, run_id: str, evaluation: Evaluation) -> None:
        """Keep an evaluation on the test photographs."""
        self._change(run_id, evaluation=json.dumps(evaluation.to_dict()))

    def end(self, run_id: str, status: str, reason: str | None = None) -> None:
        """Mark a run as ended; without a new `reason` what was said of it before stays."""
        if status not in ENDED:
            raise RunError(f"a run ends as {', '.join(sorted(ENDED))}, not as {status!r}.")
        self._change(run_id, status=status, **({} if reason is None else {"reason": reason}))

    # What nobody is left to write

    def notice_the_dead(self) -> None:
        """Mark runs as interrupted whose process is gone or has been silent for too long."""
        rows = self._database.rows(
            "SELECT id, status, beat, host, pid, epoch FROM runs WHERE status IN (?, ?)", (QUEUED, RUNNING)
        )
        for run_id, status, beat, host, pid, epoch in rows:
            here = host == socket.gethostname()
            gone = here and not _lives(pid, since=beat)
            silent = status == RUNNING and time.time() - beat > SILENCE
            if gone or silent:
                self._interrupt(run_id, status, _why_interrupted(status, gone, epoch))

    def _interrupt(self, run_id: str, status: str, reason: str) -> None:
        """Only from the state that was seen: the worker may have said something in between."""
        with self._database.connection() as connection:
            connection.execute(
                "UPDATE runs SET status = ?, reason = ? WHERE id = ? AND status = ?",
                (INTERRUPTED, reason, run_id, status),
            )


def default_title(settings: RunSettings) -> str:
    """A name made from the settings, such as ``ResNet-50, quarter width, seed 1``."""
    try:
        name = network(settings.network).title
    except ValueError:
        name = settings.network  # the run itself will say that there is no such network
    width = {1.0: "", 0.5: ", half width", 0.25: ", quarter width"}.get(
        settings.width, f", width {settings.width:g}"
    )
    recipe = "" if settings.recipe == RunSettings.recipe else f", recipe {settings.recipe}"
    return f"{name}{width}{recipe}, seed {settings.seed}"


def _lives(pid: int, since: float) -> bool:
    """Whether a process exists and was there at `since`; a younger one has only taken over its number."""
    try:
        return psutil.Process(pid).create_time() <= since + 1
    except psutil.Error:
        return False


def _why_interrupted(status: str, gone: bool, epoch: int) -> str:
    if status == QUEUED:
        return "The app was closed before this run began."
    kept = f"what was reached by epoch {epoch} is kept" if epoch else "no epoch had been completed"
    what = "The process that trained it ended" if gone else f"Its worker has been silent for {SILENCE:.0f} s"
    return f"{what}; {kept}."


def _clean_title(title: str) -> str:
    return " ".join(title.split())[:80]


def _run(row: tuple[Any, ...]) -> Run:
    values = dict(zip((*_RUN_COLUMNS, "pace"), row, strict=True))
    values["settings"] = RunSettings.from_dict(json.loads(values["settings"]))
    values["card"] = json.loads(values["card"])
    if values["evaluation"] is not None:
        values["evaluation"] = Evaluation.from_dict(json.loads(values["evaluation"]))
    return Run(**values)
