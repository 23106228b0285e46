"""The bones of a hand as capsules, and how near they come to each other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tools.rendering import angles as kinematics
from tools.rendering.model import HandModel, load_model
from tools.rendering.shape import Shape, plain_shape, scaled_joints

BONES = np.array(
    [(1, 2), (2, 3), (3, 4)]
    + [(start, start + 1) for finger in range(4) for start in range(6 + 5 * finger, 9 + 5 * finger)]
    + [(5 + 5 * finger, 6 + 5 * finger) for finger in range(4)]
)
"""(19, 2): the joints at the ends of three bones of each finger, thumb first, then of four of the palm."""

OWNER = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 5])
"""Whose bone it is: 0 thumb to 4 little finger, 5 palm."""

RADII = np.array(
    [9.5, 9.8, 8.4, 8.7, 7.3, 6.4, 8.7, 7.5, 6.7, 8.0, 7.0, 6.2, 7.0, 6.2, 5.5, 15.0, 15.0, 15.0, 13.5]
)
"""Millimetres: the skin's distance from each bone of the model, the palm's on its inner side."""


THUMB_ROOT = (1, 15)
"""The thumb's first free bone and the palm's bone beside it, which always touch."""


def _pairs() -> np.ndarray:
    """Pairs of bones that could meet: of different fingers, or a finger's last two with the palm."""
    found = []
    for first in range(len(BONES)):
        for second in range(first + 1, len(BONES)):
            if OWNER[first] == OWNER[second] or first == 0:
                continue
            if OWNER[second] == 5 and BONES[first, 0] in (6, 11, 16, 21):
                continue
            if (first, second) == THUMB_ROOT:
                continue
            found.append((first, second))
    return np.array(found)


PAIRS = _pairs()
FINGER_PAIRS = PAIRS[PAIRS[:, 0] > 2]

MOST_OVERLAP, MOST_OVERLAP_PALM = 0.3, 0.62
"""How far the capsules of two fingers, and of a finger and the palm, may overlap, against the sum of their
radii: flesh gives way."""


@dataclass(frozen=True)
class Skeleton:
    """What a pose is solved on.

    Attributes:
        joints: (26, 3) float, places at rest, metres.
        axes: (26, 3, 3) float, axes at rest.
        radii: (19,) float, metres, of the bones in `BONES`.
    """

    joints: np.ndarray
    axes: np.ndarray
    radii: np.ndarray


def skeleton_of(model: HandModel, shape: Shape) -> Skeleton:
    """Returns the skeleton of a hand of this shape."""
    girths = np.append(shape.girths, 0.5 + 0.5 * shape.palm_width)[OWNER]
    inflation = np.where(OWNER < 5, shape.inflation, 0.0)
    radii = shape.size * (RADII / 1000 * girths + inflation)
    return Skeleton(scaled_joints(model, shape), model.axes, radii)


@lru_cache(maxsize=1)
def plain_skeleton() -> Skeleton:
    """Returns the skeleton of the model itself.

    Raises:
        FetchError: The model is not cached and cannot be fetched.
    """
    return skeleton_of(load_model(), plain_shape())


@dataclass(frozen=True)
class Held:
    """A skeleton in a pose.

    Attributes:
        joints: (26, 3) float, places.
        axes: (26, 3, 3) float, axes.
        radii: (19,) float, of the bones.
    """

    joints: np.ndarray
    axes: np.ndarray
    radii: np.ndarray

    def point(self, bone: int, share: float, direction: np.ndarray) -> np.ndarray:
        """Returns a point of the skin: so far along a bone, then out in a direction of its first joint.

        Args:
            bone: row of `BONES`.
            share: 0 at the bone's beginning to 1 at its end.
            direction: (3,) unit, in the axes of the bone's first joint.
        """
        start, end = BONES[bone]
        on = (1 - share) * self.joints[start] + share * self.joints[end]
        return on + self.radii[bone] * self.axes[start] @ direction


def held(skeleton: Skeleton, angles: np.ndarray) -> Held:
    """Puts a skeleton into a pose."""
    turns, shifts = kinematics.motions(skeleton.joints, skeleton.axes, angles)
    return Held(kinematics.moved(skeleton.joints, turns, shifts), turns @ skeleton.axes, skeleton.radii)


def gaps(hand: Held, pairs: np.ndarray = PAIRS) -> np.ndarray:
    """Returns the gap between the capsules of each pair of bones, metres, negative where they overlap."""
    first, second = BONES[pairs[:, 0]], BONES[pairs[:, 1]]
    places = hand.joints
    apart = distances(places[first[:, 0]], places[first[:, 1]], places[second[:, 0]], places[second[:, 1]])
    return apart - hand.radii[pairs].sum(axis=1)


def is_clear(hand: Held, pairs: np.ndarray = PAIRS) -> bool:
    """Tells whether no finger goes through another or through the palm."""
    share = np.where((OWNER[pairs] == 5).any(axis=1), MOST_OVERLAP_PALM, MOST_OVERLAP)
    return bool((gaps(hand, pairs) >= -share * hand.radii[pairs].sum(axis=1)).all())


def distances(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Returns the least distance between the segments a-b and c-d, row by row.

    The nearest places lie either inside both segments, where the lines come nearest, or at an end of one of
    them; so the least of five candidates is the answer.

    Args:
        a: (N, 3), as `b`, `c`, `d`; segments longer than zero.
    """
    u, v, w = b - a, d - c, a - c
    uu, uv, vv = (u * u).sum(1), (u * v).sum(1), (v * v).sum(1)
    uw, vw = (u * w).sum(1), (v * w).sum(1)
    determinant = uu * vv - uv * uv
    safe = np.where(determinant > 1e-12 * uu * vv, determinant, np.inf)
    s, t = np.clip((uv * vw - vv * uw) / safe, 0, 1), np.clip((uu * vw - uv * uw) / safe, 0, 1)
    inner = np.linalg.norm(w + s[:, None] * u - t[:, None] * v, axis=1)
    ends = (to_segment(a, c, d), to_segment(b, c, d), to_segment(c, a, b), to_segment(d, a, b))
    return np.minimum.reduce([inner, *ends])


def to_segment(point: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Returns the distance of points from segments, row by row; all are (N, 3)."""
    along = end - start
    share = np.clip(((point - start) * along).sum(1) / (along * along).sum(1), 0, 1)
    return np.linalg.norm(point - start - share[:, None] * along, axis=1)
