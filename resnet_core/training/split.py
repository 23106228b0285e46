"""Holding photographs back for validation."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray


def validation_split(
    images: NDArray[np.uint8], labels: NDArray[np.int64], share: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Indices to train on and indices to validate on.

    Every class gives the same share. The split does not depend on the seed of the run, so that runs are
    compared on the same photographs; and only photographs that occur once are held back, since SIGNS
    repeats some and a repeated one would be validated on after having been trained on.

    Args:
        images: (N, height, width, 3).
        labels: (N,).
        share: 0 to 0.5 of each class.

    Returns:
        Sorted indices for training and for validation; together they are 0 to N - 1.
    """
    contents = [image.tobytes() for image in images]
    counts = Counter(contents)
    alone = np.array([counts[content] == 1 for content in contents], bool)
    order = np.random.default_rng(0).permutation(len(labels))
    held: list[NDArray[np.intp]] = []
    for label in np.unique(labels):
        wanted = round(share * int((labels == label).sum()))
        held.append(order[(labels[order] == label) & alone[order]][:wanted])
    validation = np.sort(np.concatenate(held)) if held else np.empty(0, np.intp)
    return np.setdiff1d(np.arange(len(labels)), validation), validation
