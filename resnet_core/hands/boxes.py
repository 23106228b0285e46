"""Arithmetic of boxes: left, top, right and bottom in whole pixels, right and bottom not belonging to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Box = tuple[int, int, int, int]


def inside(box: Box, size: tuple[int, int]) -> bool:
    """Tells whether a box has an area and lies within a picture of that width and height."""
    left, top, right, bottom = box
    return 0 <= left < right <= size[0] and 0 <= top < bottom <= size[1]


def middle_square(size: tuple[int, int]) -> Box:
    """The largest square in the middle of a picture of that width and height."""
    width, height = size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    return (left, top, left + side, top + side)


def square_at(centre: tuple[float, float], side: float, size: tuple[int, int]) -> Box:
    """The square of about that side around a centre, moved and if need be shrunk into the picture.

    It is moved rather than cut off, since a network sees squares: a part that is none would be squeezed.

    Args:
        centre: Across and down, in pixels; it may lie outside the picture.
        side: In pixels.
        size: Width and height of the picture.
    """
    whole = max(1, min(round(side), *size))
    left = min(max(round(centre[0] - whole / 2), 0), size[0] - whole)
    top = min(max(round(centre[1] - whole / 2), 0), size[1] - whole)
    return (left, top, left + whole, top + whole)


def scaled(box: Box, size: tuple[int, int], wanted: tuple[int, int]) -> Box:
    """A square of a small copy of a picture, as a square of the original.

    Args:
        box: In pixels of the copy.
        size: Width and height of the copy.
        wanted: Width and height of the original.
    """
    across, down = wanted[0] / size[0], wanted[1] / size[1]
    left, top, right, bottom = box
    centre = ((left + right) / 2 * across, (top + bottom) / 2 * down)
    return square_at(centre, max(right - left, bottom - top) * (across + down) / 2, wanted)


def overlaps(one: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Area that a box shares with each of others, divided by the area that the two cover together.

    Args:
        one: (4,): left, top, right, bottom, in any unit.
        others: (N, 4) in the same unit.

    Returns:
        (N,) from 0, apart, to 1, the same; 0 where a box has no area.
    """
    sides = np.minimum(one[2:], others[:, 2:]) - np.maximum(one[:2], others[:, :2])
    shared = np.prod(np.maximum(sides, 0), axis=1)
    covered = _area(one[None]) + _area(others) - shared
    return np.divide(shared, covered, out=np.zeros_like(covered), where=covered > 0)


def _area(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0), axis=1))
