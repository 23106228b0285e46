"""Where the thumb must touch: joint angles found by least squares on the bones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from tools.rendering.angles import BOUNDS, DISTAL_SHARE
from tools.rendering.skeleton import BONES, PAIRS, Held, Skeleton, gaps, held

PALM_SIDE, BACK, THUMB_SIDE = np.array([0.0, -1, 0]), np.array([0.0, 1, 0]), np.array([-1.0, 0, 0])
"""Directions in a joint's own axes."""

THUMB_ROWS = np.array([1, 1, 1, 2, 3])
THUMB_COLUMNS = np.array([0, 1, 2, 0, 0])
THUMB_TIP_BONE = 2
THUMB_PAIRS = PAIRS[(PAIRS[:, 0] <= 2)]
PAD, FOREMOST = 0.65, 1.0
"""How far along its last bone a finger's pad lies, and its foremost place, where an O closes."""

TOUCH = 0.0015
OVERLAP = 0.002
HABIT, FIRM_HABIT = np.radians(28.0), np.radians(10.0)
"""What counts as one unit of error: metres off the point, of overlap, and radians off the habitual angles
(firm: of the index finger in an O, which would be flat if the knuckle did all the bending)."""


@dataclass(frozen=True)
class Contact:
    """Where the thumb's pad should rest.

    Attributes:
        bone: row of `skeleton.BONES`.
        share: how far along it, 0 to 1.
        direction: (3,) unit, the side of it, in the axes of its first joint.
        lift: metres that the pad stays off the skin there.
    """

    bone: int
    share: float
    direction: np.ndarray
    lift: float = 0.0


@dataclass(frozen=True)
class Solution:
    """Joint angles that touch.

    Attributes:
        angles: (26, 3) radians.
        error: how far pad and point stay apart, metres.
    """

    angles: np.ndarray
    error: float


def thumb_pad(hand: Held, share: float = PAD) -> tuple[np.ndarray, np.ndarray]:
    """Returns the place of the thumb's pad and the direction that it faces, (3,) each."""
    facing = hand.axes[3] @ PALM_SIDE
    return hand.point(THUMB_TIP_BONE, share, PALM_SIDE), facing


def thumb_on(skeleton: Skeleton, angles: np.ndarray, contact: Contact, habit: np.ndarray) -> Solution:
    """Brings the thumb's pad to a place on another bone, near to habitual angles and through no finger.

    Args:
        skeleton: the hand.
        angles: (26, 3) radians; the other fingers stay as they are.
        contact: where to.
        habit: (5,) degrees: the CMC joint's flexion, abduction and twist, flexion of MCP and IP.
    """
    rest = held(skeleton, angles)
    outwards = rest.axes[BONES[contact.bone, 0]] @ contact.direction
    point = rest.point(contact.bone, contact.share, contact.direction) + contact.lift * outwards
    wanted = np.radians(habit)

    def errors(values: np.ndarray) -> np.ndarray:
        hand = held(skeleton, with_thumb(angles, values))
        place, facing = thumb_pad(hand)
        overlap = np.maximum(-gaps(hand, THUMB_PAIRS) - 0.001, 0)
        return np.concatenate(
            [(place - point) / TOUCH, 0.7 * (facing + outwards), overlap / OVERLAP, (values - wanted) / HABIT]
        )

    values = _least(errors, wanted, THUMB_ROWS, THUMB_COLUMNS)
    solved = with_thumb(angles, values)
    return Solution(solved, float(np.linalg.norm(thumb_pad(held(skeleton, solved))[0] - point)))


def ring_of(skeleton: Skeleton, angles: np.ndarray, thumb: np.ndarray, index: np.ndarray) -> Solution:
    """Closes thumb and index finger to an O, pad to pad, in one solve for both.

    Args:
        skeleton: the hand.
        angles: (26, 3) radians; the other fingers stay as they are.
        thumb: (5,) degrees, habitual angles as for `thumb_on`.
        index: (2,) degrees, habitual flexion of the index finger's MCP and PIP.
    """
    wanted = np.radians(np.concatenate([thumb, index]))
    unit = np.where(np.arange(7) < 5, HABIT, FIRM_HABIT)
    rows, columns = np.append(THUMB_ROWS, [6, 7]), np.append(THUMB_COLUMNS, [0, 0])

    def pose(values: np.ndarray) -> np.ndarray:
        return with_finger(with_thumb(angles, values[:5]), 1, values[5:])

    def errors(values: np.ndarray) -> np.ndarray:
        hand = held(skeleton, pose(values))
        place, facing = thumb_pad(hand, FOREMOST)
        other, opposite = finger_pad(hand, 1, FOREMOST)
        overlap = np.maximum(-gaps(hand, THUMB_PAIRS) - 0.001, 0)
        return np.concatenate(
            [(place - other) / TOUCH, 0.6 * (facing + opposite), overlap / OVERLAP, (values - wanted) / unit]
        )

    values = _least(errors, wanted, rows, columns)
    solved = pose(values)
    hand = held(skeleton, solved)
    return Solution(
        solved, float(np.linalg.norm(thumb_pad(hand, FOREMOST)[0] - finger_pad(hand, 1, FOREMOST)[0]))
    )


def finger_to(
    skeleton: Skeleton, angles: np.ndarray, finger: int, point: np.ndarray, habit: np.ndarray
) -> Solution:
    """Brings a finger's pad near a point, bending MCP and PIP only.

    Args:
        skeleton: the hand.
        angles: (26, 3) radians; the others stay as they are.
        finger: 1 index to 4 little.
        point: (3,) metres.
        habit: (2,) degrees, flexion of MCP and PIP.
    """
    wanted = np.radians(habit)
    rows = np.array([1, 2]) + 5 * finger

    def errors(values: np.ndarray) -> np.ndarray:
        hand = held(skeleton, with_finger(angles, finger, values))
        return np.concatenate([(finger_pad(hand, finger)[0] - point) / TOUCH, (values - wanted) / HABIT])

    solved = with_finger(angles, finger, _least(errors, wanted, rows, np.array([0, 0])))
    pad = finger_pad(held(skeleton, solved), finger)[0]
    return Solution(solved, float(np.linalg.norm(pad - point)))


def finger_pad(hand: Held, finger: int, share: float = PAD) -> tuple[np.ndarray, np.ndarray]:
    """Returns the place of a finger's pad and the direction that it faces, (3,) each; 1 index to 4 little."""
    return hand.point(2 + 3 * finger, share, PALM_SIDE), hand.axes[3 + 5 * finger] @ PALM_SIDE


def with_thumb(angles: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Returns the angles with the thumb's five replaced, radians, in the order of `thumb_on`'s habit."""
    changed = angles.copy()
    changed[THUMB_ROWS, THUMB_COLUMNS] = values
    return changed


def with_finger(angles: np.ndarray, finger: int, values: np.ndarray) -> np.ndarray:
    """Returns the angles with a finger's MCP and PIP flexion replaced, radians, the last joint following."""
    changed = angles.copy()
    first = 1 + 5 * finger
    changed[first : first + 3, 0] = values[0], values[1], DISTAL_SHARE * max(values[1], 0)
    return changed


def _least(
    errors: Callable[[np.ndarray], np.ndarray], start: np.ndarray, rows: np.ndarray, columns: np.ndarray
) -> np.ndarray:
    low, high = BOUNDS[rows, columns].T
    inside = np.clip(start, low + 1e-3, high - 1e-3)
    return least_squares(errors, inside, bounds=(low, high), ftol=1e-3, xtol=1e-3, max_nfev=20).x
