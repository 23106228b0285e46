"""The most similar training photograph: what a program answers that has learned nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ROWS = 128


def nearest(train_x: NDArray[np.uint8], pictures: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Finds for each picture the training photograph whose pixels differ least from its own.

    The distance is Euclidean, over all pixels and channels as they are. Of several photographs at the same
    distance it is the first.

    Args:
        train_x: (N, height, width, channels) of unsigned bytes, at least one.
        pictures: (M, height, width, channels) of unsigned bytes.

    Returns:
        (M,) indices into `train_x`.

    Raises:
        ValueError: When there is nothing to compare with, or the sizes differ.
    """
    if not len(train_x) or train_x.shape[1:] != pictures.shape[1:]:
        raise ValueError(
            f"Expected at least one training photograph of shape {pictures.shape[1:]}. "
            f"Received an array of shape {train_x.shape}."
        )
    # |a - b|² = |a|² - 2ab + |b|², and |b|² is the same for all a. In float64 these sums of whole numbers are
    # exact; a few rows at a time keep the copies small.
    flat = pictures.reshape(len(pictures), -1).astype(np.float64)
    scores = np.empty((len(train_x), len(pictures)))
    for start in range(0, len(train_x), _ROWS):
        rows = train_x[start : start + _ROWS].reshape(-1, flat.shape[1]).astype(np.float64)
        scores[start : start + _ROWS] = (rows**2).sum(axis=1)[:, None] - 2 * rows @ flat.T
    return scores.argmin(axis=0)
