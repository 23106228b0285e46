"""What stands in for a trainer where only its variables are needed, and TensorFlow would take seconds."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np


class Variable:
    def __init__(self, name: str, value: np.ndarray) -> None:
        self.name, self.path, self.value = name, name, value

    def numpy(self) -> np.ndarray:
        return self.value


class StandingTrainer:
    """One layer of `size` weights, and an optimiser that remembers twice as many."""

    def __init__(self, fill: float = 0.0, size: int = 1000) -> None:
        kernel = Variable("kernel", np.full(size, fill, np.float32))
        self.model = SimpleNamespace(
            layers=[SimpleNamespace(name="conv", weights=[kernel])], variables=[kernel]
        )
        self.optimiser = SimpleNamespace(variables=[Variable("m", np.full(2 * size, fill, np.float32))])
        self.averages: list[Variable] = []

    @contextlib.contextmanager
    def averaged(self) -> Iterator[None]:
        yield
