"""What stands in for an engine and a trained run in tests of pages that need neither."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from resnet_core.engine.engine import EngineState
from resnet_core.hands.autocrop import boxes_in
from resnet_core.hands.picture import Box
from resnet_core.training.calibration import Calibration
from resnet_core.training.evaluation import evaluate
from resnet_core.training.predict import Answer, predict
from resnet_core.training.records import DONE
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore


class Known:
    """A measurement whose result is known beforehand."""

    def __init__(self, result: Any) -> None:
        self._result = result

    def done(self) -> bool:
        return True

    def result(self, timeout: float = 0) -> Any:
        if isinstance(self._result, Exception):
            raise self._result
        return self._result


class StandingEngine:
    """Answers every question about N pictures with `share` for the class 2 and the rest for the class 4.

    What needs no network is really measured.

    Attributes:
        calibration: That it answers with.
        hands: That it finds in every picture.
        now: What it says of itself.
        woken: How often somebody tried to wake it.
        refusal: Raised in place of an answer, if there is one.
    """

    def __init__(self, share: float = 0.75, ready: bool = True) -> None:
        self.share = share
        self.now = EngineState(ready, "The engine stands in.")
        self.woken = 0
        self.refusal: Exception | None = None
        self.calibration: Calibration | None = None
        self.hands: tuple[Box, ...] = ()
        self.asked: list[np.ndarray] = []

    def state(self) -> EngineState:
        return self.now

    def wake(self) -> None:
        self.woken += 1

    def stand_by(self, settings: object, classes: int) -> None:
        """It trains nothing, and so has nothing to make ready."""

    def measure(self, function: Callable[..., Any], *args: Any, page: str) -> Known:
        if function is boxes_in:
            return Known(self.hands)
        if function is not predict:
            return Known(function(*args))
        pixels, classes = args[2], args[3]
        self.asked.append(pixels)
        probabilities = np.zeros((len(pixels), classes), np.float32)
        probabilities[:, 2], probabilities[:, 4] = self.share, 1 - self.share
        return Known(self.refusal or Answer(probabilities, 0.0042, self.calibration))


class Trained:
    """Stands in the engine's place and notes which runs it was asked to train."""

    def __init__(self) -> None:
        self.runs: list[str] = []

    def train(self, run_id: str, store: RunStore) -> None:
        self.runs.append(run_id)

    def stand_by(self, settings: RunSettings, classes: int) -> None:
        pass

    def wake(self) -> None:
        pass

    def state(self) -> EngineState:
        return EngineState(True, "A stand-in is ready.")


def a_run(store: RunStore, title: str = "Ours", digest: str = "", status: str = DONE) -> str:
    """A run with a checkpoint, which nobody reads here, and 20 of 24 right."""
    run_id = store.create(RunSettings(epochs=1), title)
    store.begin(run_id, 2, {"data": {"digest": digest}})
    store.add_steps(run_id, [(1, 1, 0.5, 1.0, 0.5, 1e-3), (2, 1, 1.0, 0.9, 0.6, 1e-3)])
    answers = np.eye(6)[np.arange(24) % 6]
    answers[:4] = np.roll(answers[:4], 1, axis=1)
    store.evaluated(run_id, evaluate(answers, np.arange(24) % 6))
    store.checkpoints(run_id).mkdir(parents=True)
    (store.checkpoints(run_id) / "weights-000002.h5").write_bytes(b"")
    store.end(run_id, status)
    return run_id
