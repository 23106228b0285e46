"""A few photographs out of many, drawn with a seed, so that the same address shows the same ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def sample(labels: NDArray[np.int64], label: int, count: int, seed: int) -> NDArray[np.intp]:
    """Draws photographs of one class without repetition.

    A larger count with the same seed begins with the same photographs.

    Args:
        labels: (N,) of the split.
        label: Of the photographs wanted.
        count: How many; fewer come where the class has fewer.
        seed: Of the draw.

    Returns:
        Indices into `labels`, in the order in which they were drawn.
    """
    return np.random.default_rng([seed, label]).permutation(np.flatnonzero(labels == label))[:count]
