"""Runs that differ in their seed alone as one curve: the median over the seeds, and a band around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
QUARTILES_FROM = 5
"""Seeds from which on the band lies between the quartiles; of fewer it goes from the least to the most."""


@dataclass(frozen=True, eq=False)
class Spread:
    """What several seeds have in common.

    Attributes:
        x: progress, increasing, where every seed has a value.
        median, low, high: of the values of all seeds there.
        count: seeds.
    """

    x: Floats
    median: Floats
    low: Floats
    high: Floats
    count: int

    @property
    def words(self) -> str:
        """What the band is."""
        return "the middle half" if self.count >= QUARTILES_FROM else "from the least to the most"


def spread(seeds: Sequence[tuple[Floats, Floats]]) -> Spread:
    """The median and the band over seeds.

    Seeds that were measured at other places, such as seconds, are read between their points on a straight
    line; where one has not begun or has ended, there is no spread.

    Args:
        seeds: x and y of each, at least one, x increasing.
    """
    begun = [(x, y) for x, y in seeds if x.size]
    if not begun or len(begun) < len(seeds):
        nothing = np.empty(0)
        return Spread(nothing, nothing, nothing, nothing, len(seeds))
    first, last = max(x[0] for x, _ in begun), min(x[-1] for x, _ in begun)
    every = np.unique(np.concatenate([x for x, _ in begun]))
    at = every[(every >= first) & (every <= last)]
    table = np.stack([np.interp(at, x, y) for x, y in begun])
    ends = (25, 75) if len(begun) >= QUARTILES_FROM else (0, 100)
    low, median, high = np.percentile(table, (ends[0], 50, ends[1]), axis=0)
    return Spread(at, median, low, high, len(begun))
