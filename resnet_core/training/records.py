"""What the store says of a run, as frozen records."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.training.calibration import Calibration
from resnet_core.training.evaluation import Evaluation
from resnet_core.training.reliance import Reliance
from resnet_core.training.settings import RunSettings
from resnet_core.training.strict import read_as

QUEUED, RUNNING, DONE = "queued", "running", "done"
STOPPED, INTERRUPTED, FAILED = "stopped", "interrupted", "failed"
#: Paused, and its worker given to others; one that only waits in its worker is running.
PAUSED = "paused"
#: A run in one of these states will not change by itself.
ENDED = frozenset({DONE, STOPPED, INTERRUPTED, FAILED, PAUSED})


class RunError(ValueError):
    """A run that is not there or cannot do what was asked; the message is a sentence."""


class Interrupted(RuntimeError):
    """A run cannot go on now, but can later; the message says what is missing, and what is kept."""


@dataclasses.dataclass(frozen=True)
class Run:
    """A run as it stands.

    Attributes:
        id: in addresses and folder names.
        title: given by a person, or made from the settings.
        settings: what was asked for.
        status: one of the states above.
        reason: why it failed, was interrupted or went on; empty otherwise.
        created: seconds since 1970.
        seconds: of training so far, without the time it waited.
        step, steps: done and in all.
        epoch: epochs completed.
        card: machine, versions, data digest, parameters, multiply-adds; filled when it begins.
        evaluation: on the test photographs, with the last weights; None until there is one.
        pace: seconds a step lately, without the time it took to begin; None before the second step.
        recorded: the day of a run that ships with the app, such as ``2026-11-23``; empty for one of this
            machine.
        paused: whether a person paused it while it went on: it then waits in its worker.
        person: who started it, as in `queue.Entry`; not to be shown.
    """

    id: str
    title: str
    settings: RunSettings
    status: str
    reason: str
    created: float
    seconds: float
    step: int
    steps: int
    epoch: int
    card: dict[str, Any]
    evaluation: Evaluation | None
    pace: float | None
    recorded: str = ""
    paused: bool = False
    person: str = dataclasses.field(default="", repr=False)

    @property
    def reliance(self) -> Reliance | None:
        """What was measured about how sure it is; None where nothing was.

        Raises:
            ValueError: when its card says something else there.
        """
        measured = self.card.get("calibration")
        return None if measured is None else read_as(Reliance, measured, "calibration")

    @property
    def calibration(self) -> Calibration | None:
        """What its answers are calibrated with; None where nothing was measured for it."""
        measured = self.reliance
        return measured.calibration if measured else None

    @property
    def classes(self) -> int:
        """How many signs it tells apart; six until it has been evaluated."""
        return len(self.evaluation.confusion) if self.evaluation else 6

    @property
    def ended(self) -> bool:
        """Whether the run will not change by itself."""
        return self.status in ENDED

    @property
    def images_per_second(self) -> float | None:
        """Photographs trained on per second, lately; None before the second step."""
        return self.settings.batch_size / self.pace if self.pace else None

    @property
    def seconds_left(self) -> float | None:
        """Expected from the pace; None before the second step and after the end."""
        if self.ended or self.pace is None:
            return None
        return self.pace * (self.steps - self.step)


@dataclasses.dataclass(frozen=True)
class Steps:
    """The metrics of consecutive steps, one array a column, all of the same length.

    `step` counts from 1; `epoch` is the epoch the step belongs to, from 1; `seconds` is the time
    since the run began to train; `loss` in nats and `accuracy` are of the step's own photographs, in
    training mode.
    """

    step: NDArray[np.int64]
    epoch: NDArray[np.int64]
    seconds: NDArray[np.float64]
    loss: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    learning_rate: NDArray[np.float64]

    def __len__(self) -> int:
        """How many steps."""
        return len(self.step)


def thinned_places(count: int, most: int) -> NDArray[np.intp]:
    """Every k-th place of `count`, about `most` of them, the first and the last with them."""
    every = max(1, -(-count // most))
    return np.unique(np.r_[0:count:every, count - 1]) if count else np.empty(0, np.intp)


@dataclasses.dataclass(frozen=True)
class EpochRecord:
    """The metrics at the end of an epoch; None where a split has no photographs.

    `train_*` are means over the steps of the epoch in training mode, the others are taken at its end
    with the moving averages of the batch norm.
    """

    epoch: int
    step: int
    seconds: float
    train_loss: float
    train_accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None
    test_loss: float | None
    test_accuracy: float | None
