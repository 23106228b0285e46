"""Answers about a film, smoothed over time, so that a label stands still as long as the hand does."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SPAN = 0.5
"""Seconds after which an older frame counts e times less."""

PAUSE = 2.0
"""Seconds without a frame after which what was seen before counts no more."""


@dataclass(frozen=True)
class Smoothed:
    """Probabilities, averaged over the last frames.

    Attributes:
        probabilities: (classes,) shares that add up to one.
        at: Seconds on a steady clock when the last frame came.
        of: What was asked, such as a file of weights: frames answered by another network are not mixed in.
    """

    probabilities: NDArray[np.float64]
    at: float
    of: str


def smoothed(before: Smoothed | None, probabilities: NDArray[np.floating], at: float, of: str) -> Smoothed:
    """Adds a frame: an exponential average in which the age of a frame counts, not how many have come since.

    A frame that comes `t` seconds after the last gets the weight 1 - exp(-t / SPAN), so that 5 frames a
    second are smoothed over the same time as 20.

    Args:
        before: The average so far; None before the first frame.
        probabilities: (classes,) of the new frame, which add up to one.
        at: Seconds on the same clock as `before.at`.
        of: What was asked.
    """
    new = np.asarray(probabilities, dtype=np.float64)
    if before is None or before.of != of or len(before.probabilities) != len(new):
        return Smoothed(new, at, of)
    passed = max(0.0, at - before.at)
    if passed > PAUSE:
        return Smoothed(new, at, of)
    weight = 1 - math.exp(-passed / SPAN)
    return Smoothed(before.probabilities + weight * (new - before.probabilities), at, of)
