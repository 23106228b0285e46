"""The most similar training photographs: what a program answers that has learned nothing."""

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
    return _squares(train_x, pictures).argmin(axis=0)


def closest(
    train_x: NDArray[np.uint8], pictures: NDArray[np.uint8], count: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Finds for each picture the few training photographs whose pixels differ least from its own.

    Args:
        train_x: (N, height, width, channels) of unsigned bytes, at least one.
        pictures: (M, height, width, channels) of unsigned bytes.
        count: How many for each; fewer come where there are fewer photographs.

    Returns:
        Indices into `train_x`, (M, count), the nearest first and the first of equals first; and their
        distances, the root of the mean square of the differences of all values, which lie from 0 to 1.

    Raises:
        ValueError: When there is nothing to compare with, or the sizes differ.
    """
    squares = _squares(train_x, pictures)
    order = np.argsort(squares, axis=0, kind="stable")[:count]
    values = max(1, int(np.prod(pictures.shape[1:])))
    distances = np.sqrt(np.take_along_axis(squares, order, axis=0) / values) / 255
    return order.T, distances.T


def _squares(train_x: NDArray[np.uint8], pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The square of every distance, (N, M): whole numbers, and exact."""
    if not len(train_x) or train_x.shape[1:] != pictures.shape[1:]:
        raise ValueError(
            f"Expected at least one training photograph of shape {pictures.shape[1:]}. "
            f"Received an array of shape {train_x.shape}."
        )
    # |a - b|² = |a|² - 2ab + |b|². In float64 these sums of whole numbers are exact; a few rows at a time
    # keep the copies small.
    flat = pictures.reshape(len(pictures), -1).astype(np.float64)
    squares = np.empty((len(train_x), len(pictures)))
    for start in range(0, len(train_x), _ROWS):
        rows = train_x[start : start + _ROWS].reshape(-1, flat.shape[1]).astype(np.float64)
        squares[start : start + _ROWS] = (rows**2).sum(axis=1)[:, None] - 2 * rows @ flat.T
    return squares + (flat**2).sum(axis=1)
