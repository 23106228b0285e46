"""Palms in a picture: from the numbers of a palm detector to boxes, in NumPy.

The detector is the one of Zhang et al. 2020, "MediaPipe Hands: On-device real-time hand tracking"
(arXiv 2006.10214), a single-shot detector (Liu et al. 2016, arXiv 1512.02325): for each of 2,016 anchors,
which are points spread evenly over the picture, it says how likely a palm is there, and where its box and
seven points of it lie relative to the anchor. The numbers below are those that its file was trained with.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from resnet_core.hands.boxes import overlaps

SIDE = 192
"""Height and width in pixels of what the detector is given."""

GRIDS = ((24, 2), (12, 6))
"""Cells along a side, and anchors in the middle of each cell: strides of 8 and three times 16 pixels."""

LIKELY = 0.5
"""Least probability at which an anchor is taken for a palm."""

SAME = 0.3
"""Overlap from which on two boxes are taken for the same palm."""

WRIST, MIDDLE_FINGER = 0, 2
"""Of the seven points: the middle of the wrist, and the middle finger's knuckle."""

_CLIPPED = 100.0


@dataclass(frozen=True)
class Palm:
    """A palm, in parts of the square that the detector was given (0 to 1, across and down).

    Attributes:
        box: (4,): left, top, right, bottom.
        points: (7, 2): the wrist, the knuckles of four fingers, and two joints of the thumb.
        score: Probability from 0 to 1.
    """

    box: NDArray[np.float64]
    points: NDArray[np.float64]
    score: float


@cache
def anchors() -> NDArray[np.float64]:
    """The middles of all anchors, (2016, 2), across and down, from 0 to 1; row by row, fine grid first."""
    grids = []
    for cells, each in GRIDS:
        middles = (np.arange(cells) + 0.5) / cells
        down, across = np.meshgrid(middles, middles, indexing="ij")
        grids.append(np.repeat(np.stack([across.ravel(), down.ravel()], axis=1), each, axis=0))
    return np.concatenate(grids)


def decode(boxes: NDArray[np.float32], scores: NDArray[np.float32]) -> list[Palm]:
    """Reads what the detector says of every anchor; returns the likely ones, several for each palm.

    Args:
        boxes: (2016, 18) in pixels: middle relative to the anchor, width, height, and seven points relative
            to the anchor, each across and down.
        scores: (2016,) before the logistic function.

    Raises:
        ValueError: For other shapes.
    """
    middles = anchors()
    if boxes.shape != (len(middles), 18) or scores.shape != (len(middles),):
        raise ValueError(
            f"Expected boxes of shape ({len(middles)}, 18) and as many scores. "
            f"Received {boxes.shape} and {scores.shape}."
        )
    likely = 1 / (1 + np.exp(-np.clip(scores.astype(np.float64), -_CLIPPED, _CLIPPED)))
    palms = []
    for index in np.flatnonzero(likely >= LIKELY):
        values = boxes[index].astype(np.float64).reshape(9, 2) / SIDE
        middle, half = values[0] + middles[index], values[1] / 2
        box = np.concatenate([middle - half, middle + half])
        palms.append(Palm(box, values[2:] + middles[index], float(likely[index])))
    return palms


def merged(palms: list[Palm], same: float = SAME) -> list[Palm]:
    """Makes one palm of all that overlap: weighted non-maximum suppression, the likeliest first.

    What overlaps the likeliest is averaged with it, weighted by probability, instead of being thrown away:
    Bazarevsky et al. 2019, "BlazeFace" (arXiv 1907.05047), section 4, found boxes to tremble less.

    Args:
        palms: As from `decode`, in any order.
        same: Least overlap (shared area by covered area) of two boxes of one palm.
    """
    left = sorted(palms, key=lambda palm: -palm.score)
    found = []
    while left:
        alike = overlaps(left[0].box, np.stack([palm.box for palm in left])) > same
        alike[0] = True  # a box without an area does not even overlap itself
        group = [palm for palm, one in zip(left, alike, strict=True) if one]
        weights = np.array([palm.score for palm in group])
        box = np.average([palm.box for palm in group], axis=0, weights=weights)
        points = np.average([palm.points for palm in group], axis=0, weights=weights)
        found.append(Palm(box, points, left[0].score))
        left = [palm for palm, one in zip(left, alike, strict=True) if not one]
    return found
