"""What the run store tells: the runs of this machine, those that ship with the app, and their metrics."""

from __future__ import annotations

import dataclasses
import json
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from resnet_core import places
from resnet_core.network.depth import weight_layers
from resnet_core.training import liveness
from resnet_core.training.checkpoint import pairs
from resnet_core.training.database import Database
from resnet_core.training.evaluation import Evaluation
from resnet_core.training.gradient_norms import GradientNorms, from_bytes
from resnet_core.training.hardest import Hardest
from resnet_core.training.queue import Entry, order
from resnet_core.training.recording import Recording, shipped
from resnet_core.training.records import (
    INTERRUPTED,
    QUEUED,
    RUNNING,
    EpochRecord,
    Run,
    RunError,
    Steps,
)
from resnet_core.training.settings import RunSettings

_RUN_COLUMNS = (
    "id", "title", "settings", "status", "reason", "created", "seconds", "step", "steps", "epoch", "card",
    "evaluation", "paused", "person",
)  # fmt: skip
#: Seconds for which ended runs count in the queue; nothing is busy without a break for longer.
_MEMORY = 86400.0
#: Seconds a step over the last thirty; NULL while there is only one.
_PACE = (
    "(SELECT (max(seconds) - min(seconds)) / (count(*) - 1) FROM "
    "(SELECT seconds FROM steps WHERE run = runs.id ORDER BY step DESC LIMIT 30))"
)
_SELECT_RUNS = f"SELECT {', '.join(_RUN_COLUMNS)}, {_PACE} FROM runs"
STEP_COLUMNS = tuple(field.name for field in dataclasses.fields(Steps))
EPOCH_COLUMNS = tuple(field.name for field in dataclasses.fields(EpochRecord))


class StoredRuns:
    """Runs, their metrics and where their checkpoints lie, to be read.

    Args:
        folder: where runs live; by default `places.runs_folder()`. It is made when missing.
        recordings: runs that ship with the app; by default `recording.shipped()`.
    """

    def __init__(
        self, folder: Path | str | None = None, recordings: Sequence[Recording] | None = None
    ) -> None:
        """Open the store and make what is missing."""
        self.folder = Path(folder) if folder is not None else places.runs_folder()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._database = Database(self.folder / "runs.sqlite")
        self._recorded = {each.run.id: each for each in (shipped() if recordings is None else recordings)}

    def runs(self) -> list[Run]:
        """Every run: those of this machine, newest first, then those that ship with the app."""
        self.notice_the_dead()
        own = [_run(row) for row in self._database.rows(f"{_SELECT_RUNS} ORDER BY created DESC, id DESC")]
        return own + [each.run for each in self._recorded.values()]

    def run(self, run_id: str) -> Run:
        """One run.

        Raises:
            RunError: when there is none of that id.
        """
        if run_id in self._recorded:
            return self._recorded[run_id].run
        self.notice_the_dead()
        rows = self._database.rows(f"{_SELECT_RUNS} WHERE id = ?", (run_id,))
        if not rows:
            raise RunError(f"There is no run called {run_id!r}.")
        return _run(rows[0])

    def steps(self, run_id: str, after: int = 0) -> Steps:
        """The metrics of every step later than `after`; of a recorded run, of those that were kept."""
        if run_id in self._recorded:
            kept = self._recorded[run_id].steps
            later = kept.step > after
            return Steps(*(getattr(kept, name)[later] for name in STEP_COLUMNS))
        rows = self._database.rows(
            f"SELECT {', '.join(STEP_COLUMNS)} FROM steps WHERE run = ? AND step > ? ORDER BY step",
            (run_id, after),
        )
        table = np.array(rows, float).reshape(len(rows), len(STEP_COLUMNS))
        step, epoch, *others = table.T
        return Steps(step.astype(np.int64), epoch.astype(np.int64), *others)

    def epochs(self, run_id: str) -> tuple[EpochRecord, ...]:
        """The metrics of every completed epoch."""
        if run_id in self._recorded:
            return self._recorded[run_id].epochs
        rows = self._database.rows(
            f"SELECT {', '.join(EPOCH_COLUMNS)} FROM epochs WHERE run = ? ORDER BY epoch", (run_id,)
        )
        return tuple(EpochRecord(*row) for row in rows)

    def gradient_norms(self, run_id: str, after: int = 0) -> GradientNorms:
        """How large the gradient was at every kernel, of the kept steps later than `after`.

        There are none where the settings of the run do not ask for them.

        Raises:
            RunError: when there is no such run.
        """
        layers = weight_layers(self.run(run_id).settings.spec())
        rows = self._database.rows(
            "SELECT step, norms FROM gradients WHERE run = ? AND step > ? ORDER BY step", (run_id, after)
        )
        return from_bytes(rows, layers)

    def hardest(self, run_id: str) -> Hardest | None:
        """The training photographs with the largest losses at the newest epoch; None where none are kept."""
        rows = self._database.rows(
            "SELECT epoch, seen, photographs FROM hardest WHERE run = ? AND seen > 0 "
            "ORDER BY epoch DESC LIMIT 1",
            (run_id,),
        )
        return Hardest.from_row(*rows[0]) if rows else None

    def checkpoints(self, run_id: str) -> Path:
        """The folder of a run's checkpoints."""
        if run_id in self._recorded:
            return self._recorded[run_id].folder
        return self.folder / run_id / "checkpoints"

    def can_go_on(self, run_id: str) -> bool:
        """Whether there is something to go on from; it is not opened."""
        return bool(pairs(self.checkpoints(run_id)))

    def queue(self) -> list[Entry]:
        """What the order of waiting runs is made of: those that go on, wait, or ended lately."""
        rows = self._database.rows(
            "SELECT id, person, asked, began, ended, status FROM runs "
            "WHERE status IN (?, ?) OR ended > ? ORDER BY asked, id",
            (QUEUED, RUNNING, time.time() - _MEMORY),
        )
        found = []
        for run_id, person, asked, began, ended, status in rows:
            begun = None if status == QUEUED else began or asked
            found.append(Entry(run_id, person, asked, begun, None if status in (QUEUED, RUNNING) else ended))
        return found

    def waiting(self) -> list[str]:
        """The runs that wait for a worker, the next one first."""
        return order(self.queue(), time.time())

    def stop_requested(self, run_id: str) -> bool:
        """Whether a person asked the run to stop, or deleted it."""
        rows = self._database.rows("SELECT stop FROM runs WHERE id = ?", (run_id,))
        return not rows or bool(rows[0][0])

    def notice_the_dead(self) -> None:
        """Mark runs as interrupted whose process is gone or has been silent for too long."""
        rows = self._database.rows(
            "SELECT id, status, beat, host, pid, epoch FROM runs WHERE status IN (?, ?)", (QUEUED, RUNNING)
        )
        for run_id, status, beat, host, pid, epoch in rows:
            here = host == socket.gethostname()
            gone = here and not liveness.lives(pid, since=beat)
            silent = status == RUNNING and time.time() - beat > liveness.SILENCE
            if gone or silent:
                kept = pairs(self.checkpoints(run_id))
                step = kept[-1].step if kept else 0
                self._interrupt(run_id, status, liveness.why_interrupted(status, gone, epoch, step))

    def _interrupt(self, run_id: str, status: str, reason: str) -> None:
        """Only from the state that was seen: the worker may have said something in between."""
        with self._database.connection() as connection:
            connection.execute(
                "UPDATE runs SET status = ?, reason = ?, ended = ? WHERE id = ? AND status = ?",
                (INTERRUPTED, reason, time.time(), run_id, status),
            )


def _run(row: tuple[Any, ...]) -> Run:
    values = dict(zip((*_RUN_COLUMNS, "pace"), row, strict=True))
    values["settings"] = RunSettings.from_dict(json.loads(values["settings"]))
    values["card"] = json.loads(values["card"])
    if values["evaluation"] is not None:
        values["evaluation"] = Evaluation.from_dict(json.loads(values["evaluation"]))
    values["paused"] = bool(values["paused"]) and values["status"] == RUNNING
    return Run(**values)
