"""What people ask of a run while it goes on: to stop, to pause, one step at a time, another learning rate."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence

from resnet_core.training.records import QUEUED, RUNNING, RunError
from resnet_core.training.stored import StoredRuns

#: By what people may multiply the learning rate of a recipe.
LEAST, MOST = 1e-3, 1e3


@dataclasses.dataclass(frozen=True)
class Control:
    """What is asked of a run now.

    Attributes:
        stop: that it ends.
        paused: that it takes no step beyond those that are allowed.
        allowed: steps that it may take one by one though it is paused.
        rate: a factor on the learning rate, from its next step on; None where nobody asked since the last.
    """

    stop: bool
    paused: bool = False
    allowed: int = 0
    rate: float | None = None


@dataclasses.dataclass(frozen=True)
class RateChange:
    """From `step` on, counted from 1, the learning rate is the recipe's times `factor`."""

    step: int
    factor: float


def factor_at(changes: Sequence[RateChange], step: int) -> float:
    """The factor on the learning rate of a step counted from 1; `changes` in the order of their steps."""
    return next((change.factor for change in reversed(changes) if change.step <= step), 1.0)


@dataclasses.dataclass(frozen=True)
class SingleStep:
    """What one step in slow motion did.

    Attributes:
        step: counted from 1.
        learning_rate: of the step.
        loss_before, loss_after: in nats, on the pictures of the step, in training mode.
        changes: by block, in the order of depth, the norm of the change of its weights over their norm.
    """

    step: int
    learning_rate: float
    loss_before: float
    loss_after: float
    changes: dict[str, float]


class ControlledRuns(StoredRuns):
    """Runs with what is asked of them."""

    def _check_own(self, run_id: str) -> None:
        if run_id in self._recorded:
            raise RunError("This run ships with the app and cannot be changed.")

    def control(self, run_id: str) -> Control:
        """What is asked of a run; one that was deleted should stop."""
        rows = self._database.rows("SELECT stop, paused, allowed, rate FROM runs WHERE id = ?", (run_id,))
        if not rows:
            return Control(stop=True)
        stop, paused, allowed, rate = rows[0]
        return Control(bool(stop), bool(paused), int(allowed), rate)

    def rate_changes(self, run_id: str) -> tuple[RateChange, ...]:
        """How the learning rate was changed by people, in the order of steps."""
        rows = self._database.rows("SELECT step, factor FROM rates WHERE run = ? ORDER BY step", (run_id,))
        return tuple(RateChange(*row) for row in rows)

    def single_step(self, run_id: str) -> SingleStep | None:
        """The latest step that was taken in slow motion."""
        rows = self._database.rows(
            "SELECT record FROM single_steps WHERE run = ? ORDER BY step DESC LIMIT 1", (run_id,)
        )
        return SingleStep(**json.loads(rows[0][0])) if rows else None

    def others_wait(self, run_id: str) -> bool:
        """Whether another run waits for a worker."""
        query = "SELECT 1 FROM runs WHERE status = ? AND id != ? LIMIT 1"
        return bool(self._database.rows(query, (QUEUED, run_id)))

    # What people ask

    def pause(self, run_id: str) -> None:
        """Ask a running run to wait after its current step; one that is paused already stays as it is."""
        self._ask(run_id, "allowed = CASE paused WHEN 1 THEN allowed ELSE 0 END, paused = 1", only=RUNNING)

    def unpause(self, run_id: str) -> None:
        """Let a run that waits in its worker take its steps again."""
        self._ask(run_id, "paused = 0, allowed = 0")

    def allow_step(self, run_id: str) -> None:
        """Let a paused run take one step in slow motion."""
        self._ask(run_id, "paused = 1, allowed = allowed + 1")

    def ask_rate(self, run_id: str, factor: float) -> None:
        """Multiply the learning rate of the recipe by a factor, from the next step on.

        Raises:
            RunError: for a factor out of range.
        """
        if not LEAST <= factor <= MOST:
            raise RunError(f"A factor on the learning rate is from {LEAST:g} to {MOST:g}, but {factor} came.")
        self._ask(run_id, "rate = ?", factor)

    def _ask(self, run_id: str, change: str, *values: float, only: str = "") -> None:
        self._check_own(run_id)
        with self._database.connection() as connection:
            connection.execute(
                f"UPDATE runs SET {change} WHERE id = ? AND (status = ? OR ? = '')",
                (*values, run_id, only, only),
            )

    # What the worker that trains answers

    def take_allowed_step(self, run_id: str) -> None:
        """Note that a paused run takes one of the steps that it was allowed."""
        self._ask(run_id, "allowed = max(0, allowed - 1)")

    def change_rate(self, run_id: str, step: int, factor: float) -> tuple[RateChange, ...]:
        """Change the learning rate from a step on, counted from 1; later changes are forgotten.

        Returns:
            All changes of the run.
        """
        self._check_own(run_id)
        with self._database.connection() as connection:
            connection.execute("DELETE FROM rates WHERE run = ? AND step >= ?", (run_id, step))
            connection.execute(
                "INSERT INTO rates (run, step, factor) VALUES (?, ?, ?)", (run_id, step, factor)
            )
            connection.execute("UPDATE runs SET rate = NULL WHERE id = ? AND rate = ?", (run_id, factor))
        return self.rate_changes(run_id)

    def add_single_step(self, run_id: str, record: SingleStep) -> None:
        """Keep what a step in slow motion did."""
        with self._database.connection() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO single_steps (run, step, record) VALUES (?, ?, ?)",
                (run_id, record.step, json.dumps(dataclasses.asdict(record))),
            )
