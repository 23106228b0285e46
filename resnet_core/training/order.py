"""Which photographs each step of a run sees."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
from numpy.typing import NDArray


@dataclasses.dataclass(frozen=True)
class Plan:
    """Which photographs each step sees; a function of settings and step alone, so that a run can go on.

    Attributes:
        count: photographs to train on.
        batch: photographs a step.
        drop_last: whether a smaller last batch is left out.
        epochs: in all.
        seed: of the order.
    """

    count: int
    batch: int
    drop_last: bool
    epochs: int
    seed: int

    @property
    def steps_per_epoch(self) -> int:
        """Steps in one epoch, at least one."""
        exact = self.count / self.batch
        return max(1, math.floor(exact) if self.drop_last else math.ceil(exact))

    @property
    def steps(self) -> int:
        """Steps in all."""
        return self.epochs * self.steps_per_epoch

    def indices(self, step: int) -> NDArray[np.intp]:
        """Positions, among those trained on, of the photographs of a step counted from 0."""
        epoch, position = divmod(step, self.steps_per_epoch)
        order = np.random.default_rng([self.seed, epoch]).permutation(self.count)
        return order[position * self.batch : (position + 1) * self.batch]
