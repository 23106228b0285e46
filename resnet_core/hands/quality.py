"""Light, contrast, sharpness and clipping of small pictures, and what of them is unusual.

What is usual is not guessed: it is where 98 % of the pictures lie that a network learned from. NumPy only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

LOW, HIGH = 1.0, 99.0
"""Percentiles of the training pictures between which a quantity is usual."""

LUMA = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in the brightness of a pixel (ITU-R BT.601, as in JPEG)."""

_ROWS = 256


@dataclass(frozen=True)
class Quality:
    """What was measured of one picture.

    Attributes:
        brightness: Mean luma, 0 (black) to 1 (white).
        contrast: Standard deviation of the luma, 0 to 0.5.
        sharpness: Variance of the Laplacian of the luma over the variance of the luma, 0 for a picture of
            one colour. The division leaves light and contrast out: they have numbers of their own.
        clipped: Share of the pixels that have a channel at 0 or at 255, where detail is lost.
        distance: From the most similar training picture: root of the mean square of the differences of all
            values, which lie from 0 to 1.
    """

    brightness: float
    contrast: float
    sharpness: float
    clipped: float
    distance: float


NAMES = tuple(field.name for field in fields(Quality))


@dataclass(frozen=True)
class Usual:
    """Between which values the quantities of `Quality` are usual: the 1st and the 99th percentile of each."""

    brightness: tuple[float, float]
    contrast: tuple[float, float]
    sharpness: tuple[float, float]
    clipped: tuple[float, float]
    distance: tuple[float, float]


@dataclass(frozen=True)
class Unusual:
    """One quantity of a picture that is not usual.

    Attributes:
        kind: "dark", "bright", "flat" (low contrast), "blurred", "clipped" or "far" (unlike everything).
        value: Of the picture.
        limit: The percentile that it passes.
    """

    kind: str
    value: float
    limit: float


# Only these ends say that something may be wrong: nobody minds a picture that is very sharp.
_BELOW = {"brightness": "dark", "contrast": "flat", "sharpness": "blurred"}
_ABOVE = {"brightness": "bright", "clipped": "clipped", "distance": "far"}


def measure(pictures: NDArray[np.uint8], distances: NDArray[np.floating]) -> tuple[Quality, ...]:
    """Measures pictures.

    Args:
        pictures: (N, height, width, 3) of unsigned bytes, at least 3 by 3 pixels.
        distances: (N,) from the most similar training picture, as in `Quality`.

    Raises:
        ValueError: For another type or shape, or another number of distances.
    """
    if len(distances) != len(pictures):
        raise ValueError(f"Expected {len(pictures)} distances. Received {len(distances)}.")
    columns = (*_columns(pictures), distances)
    return tuple(Quality(*(float(value) for value in row)) for row in zip(*columns, strict=True))


def usual(pictures: NDArray[np.uint8], distances: NDArray[np.floating]) -> Usual:
    """Finds what is usual of training pictures.

    Args:
        pictures: (N, height, width, 3) of unsigned bytes, at least one.
        distances: (M,) of some of them from the most similar other one, as in `Quality`, at least one.

    Raises:
        ValueError: For no pictures, no distances, or another type or shape.
    """
    if not len(pictures) or not len(distances):
        raise ValueError(f"Expected pictures and distances. Received {len(pictures)} and {len(distances)}.")
    ranges = [np.percentile(column, (LOW, HIGH)) for column in (*_columns(pictures), distances)]
    return Usual(*((float(low), float(high)) for low, high in ranges))


def unusual(quality: Quality, ranges: Usual) -> tuple[Unusual, ...]:
    """Names what of a picture is not as in 98 % of the training pictures, in the order of `Quality`."""
    found = []
    for name in NAMES:
        value, (low, high) = getattr(quality, name), getattr(ranges, name)
        if name in _BELOW and value < low:
            found.append(Unusual(_BELOW[name], value, low))
        if name in _ABOVE and value > high:
            found.append(Unusual(_ABOVE[name], value, high))
    return tuple(found)


def _columns(pictures: NDArray[np.uint8]) -> tuple[NDArray[np.float64], ...]:
    """Brightness, contrast, sharpness and clipping of every picture, a few rows at a time."""
    if (
        pictures.dtype != np.uint8
        or pictures.ndim != 4
        or pictures.shape[3] != 3
        or min(pictures.shape[1:3]) < 3
    ):
        raise ValueError(
            "Expected unsigned bytes of shape (N, height, width, 3), at least 3 by 3 pixels. "
            f"Received {pictures.dtype} of shape {pictures.shape}."
        )
    parts = [_measured(part) for part in _rows(pictures)] or [np.empty((4, 0))]
    return tuple(np.concatenate(parts, axis=1))


def _rows(pictures: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    return (pictures[start : start + _ROWS] for start in range(0, len(pictures), _ROWS))


def _measured(pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
    luma = pictures @ np.array(LUMA) / 255
    middle = luma[:, 1:-1, 1:-1]
    laplacian = luma[:, :-2, 1:-1] + luma[:, 2:, 1:-1] + luma[:, 1:-1, :-2] + luma[:, 1:-1, 2:] - 4 * middle
    variance = luma.var(axis=(1, 2))
    # A rounding error in a picture of one colour is not a detail.
    flat = variance < 1e-12
    sharpness = np.where(flat, 0.0, laplacian.var(axis=(1, 2)) / np.where(flat, 1.0, variance))
    clipped = ((pictures == 0) | (pictures == 255)).any(axis=3).mean(axis=(1, 2))
    return np.stack([luma.mean(axis=(1, 2)), np.sqrt(variance), sharpness, clipped])
