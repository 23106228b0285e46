"""What stands in the engine's place in tests of pages that need no worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from resnet_core.engine.engine import EngineState
from resnet_core.training.predict import Answer


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

    Attributes:
        now: What it says of itself.
        woken: How often somebody tried to wake it.
        refusal: Raised in place of an answer, if there is one.
    """

    def __init__(self, share: float = 0.75, ready: bool = True) -> None:
        self.share = share
        self.now = EngineState(ready, "The engine stands in.")
        self.woken = 0
        self.refusal: Exception | None = None
        self.asked: list[np.ndarray] = []

    def state(self) -> EngineState:
        return self.now

    def wake(self) -> None:
        self.woken += 1

    def measure(self, function: Callable[..., Any], *args: Any, page: str) -> Known:
        pixels, classes = args[2], args[3]
        self.asked.append(pixels)
        probabilities = np.zeros((len(pixels), classes), np.float32)
        probabilities[:, 2], probabilities[:, 4] = self.share, 1 - self.share
        return Known(self.refusal or Answer(probabilities, 0.0042))
