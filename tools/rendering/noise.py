"""Smooth random fields: on the skin as sums of waves, in pictures as octaves of blurred noise."""

from __future__ import annotations

import numpy as np
from scipy import ndimage


class Waves:
    """A random field in space with mean 0 and variance near 1, whose features have about one size.

    Args:
        rng: to draw with.
        size: metres, a wavelength.
        count: of waves; more are closer to a Gaussian field.
    """

    def __init__(self, rng: np.random.Generator, size: float, count: int = 14) -> None:
        ways = rng.normal(size=(count, 3))
        ways /= np.linalg.norm(ways, axis=1, keepdims=True)
        self._ways = (ways * (2 * np.pi / size * rng.uniform(0.6, 1.5, (count, 1)))).astype(np.float32)
        self._starts = rng.uniform(0, 2 * np.pi, count).astype(np.float32)

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Returns the field at points (N, 3), (N,)."""
        angles = points.astype(np.float32) @ self._ways.T + self._starts
        return np.sin(angles).sum(axis=1) * np.sqrt(2 / len(self._starts))


def clouds(rng: np.random.Generator, size: int, largest: float, octaves: int = 4) -> np.ndarray:
    """Returns a field (size, size) of 0 to 1: octaves of noise, each half as large and half as strong.

    Args:
        rng: to draw with.
        size: of the picture.
        largest: size of the largest features, as a share of the picture.
        octaves: how many.
    """
    total = np.zeros((size, size))
    for octave in range(octaves):
        cells = max(2, min(size, int(np.ceil(2**octave / largest)) + 1))
        coarse = rng.random((cells, cells))
        grown = ndimage.zoom(coarse, size / cells + 1e-6, order=1, mode="nearest", grid_mode=True)
        total += grown[:size, :size] * 0.5**octave
    low, high = total.min(), total.max()
    return (total - low) / max(high - low, 1e-9)
