"""Parts of a pose: fingers raised or folded, and what the thumb does. Angles in degrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tools.rendering import angles as kinematics
from tools.rendering.skeleton import FINGER_PAIRS, Skeleton, held, is_clear
from tools.rendering.solve import BACK, PALM_SIDE, THUMB_SIDE, Contact, Solution, thumb_on, with_thumb

TOGETHER = np.array([0.0, -2, 2, 10, 12])
APART = np.array([0.0, 18, 4, -8, -32])
FANNED = np.array([0.0, 9, 1, -4, -24])
"""Abduction of each finger when they touch and when they are spread; and what those add who fan out all four
as far as they go: the little finger then stands up to 45 degrees from the ring finger. The thumb's is unused.
"""

TRIES = 30
"""How often fingers are drawn anew before the caller rejects them."""


@dataclass(frozen=True)
class Stance:
    """How somebody holds the fingers.

    Attributes:
        spread: 0 together to 1 apart, at the raised fingers.
        slack: 0 stretched to 1 half bent, at the raised fingers.
        closure: 0.6 loosely folded to 1 a tight fist, at the others.
    """

    spread: float
    slack: float
    closure: float


def draw_stance(rng: np.random.Generator, loose: float = 0.3) -> Stance:
    """Draws a stance: a quarter of the hands keep fingers together, one in seven bends them half.

    Args:
        rng: to draw with.
        loose: share of the hands that fold the other fingers loosely, as where no thumb holds them.
    """
    together = rng.random() < 0.25
    return Stance(
        spread=float(rng.uniform(0, 0.12) if together else rng.uniform(0.15, 1.05)),
        slack=float(rng.uniform(0.5, 1.0) if rng.random() < 0.15 else rng.uniform(0, 0.3)),
        closure=float(rng.uniform(0.52, 0.8) if rng.random() < loose else rng.uniform(0.8, 1.0)),
    )


def fingers(skeleton: Skeleton, up: Sequence[int], stance: Stance, rng: np.random.Generator) -> np.ndarray:
    """Raises some fingers and folds the others, until none goes through another; the thumb rests.

    Args:
        skeleton: the hand.
        up: numbers of the raised fingers, 2 index to 5 little (1, the thumb, is left to others).
        stance: how.
        rng: for what differs from finger to finger.

    Returns:
        (26, 3) radians; the last of `TRIES` when a stance is not possible, which the drawer then rejects.
    """
    for _ in range(TRIES):
        angles = _fingers(up, stance, rng)
        if is_clear(held(skeleton, angles), FINGER_PAIRS):
            break
    return angles


def _fingers(up: Sequence[int], stance: Stance, rng: np.random.Generator) -> np.ndarray:
    angles = kinematics.still()
    raised = np.array([finger + 1 in up for finger in range(5)])
    stretched = (
        rng.normal(-0.03, 0.06) + rng.normal(0, 0.03, 5) + 0.18 * stance.slack * rng.uniform(0, 1.3, 5)
    )
    folded = stance.closure * rng.uniform(0.9, 1.04, 5) - 0.05
    knuckles = kinematics.coupled(np.where(raised, stretched, folded))
    spreads = TOGETHER + stance.spread * (APART - TOGETHER) + rng.normal(0, 2.5, 5)
    if raised[1:].all() and rng.random() < 0.4:
        spreads += stance.spread * rng.uniform(0.1, 1.0) * FANNED
    # Nobody holds all fingers alike: a third of the hands bend each by an amount of its own.
    own = np.abs(rng.normal(0, 11, 5)) * (rng.random() < 0.35)
    knuckles = np.where(raised, knuckles + rng.normal(0, 0.5, 5) * own / 90, knuckles)
    for finger in range(1, 5):
        if raised[finger]:
            middle = rng.uniform(-3, 9) + own[finger] + 34 * stance.slack * rng.uniform(0.4, 1.1)
        else:
            middle = 84 + 22 * stance.closure * rng.uniform(0.8, 1.1)
        kinematics.bend(angles, finger, 90 * knuckles[finger], middle, spreads[finger])
    cup(angles, float(knuckles[4]), rng)
    return angles


def cup(angles: np.ndarray, closure: float, rng: np.random.Generator) -> None:
    """Hollows the palm in place, as it is when the little finger closes."""
    hollow = max(closure, 0) * rng.uniform(4, 13)
    angles[20, 0], angles[15, 0] = np.radians([hollow, 0.4 * hollow])


def thumb_over(skeleton: Skeleton, angles: np.ndarray, finger: int, rng: np.random.Generator) -> Solution:
    """Lays the thumb's pad on the back of a folded finger's middle or last bone; 2 index to 5 little."""
    bone = 3 * (finger - 1) + 1
    contact = Contact(bone, rng.uniform(0.2, 0.9), BACK)
    return thumb_on(skeleton, angles, contact, np.array([22.0, 22, 25, 25, 30]) + rng.normal(0, 6, 5))


def thumb_beside(skeleton: Skeleton, angles: np.ndarray, finger: int, rng: np.random.Generator) -> Solution:
    """Leans the thumb's pad on the thumb's side of a folded finger's middle bone; 2 index, 3 middle."""
    contact = Contact(3 * (finger - 1) + 1, rng.uniform(0.1, 0.8), THUMB_SIDE)
    return thumb_on(skeleton, angles, contact, np.array([18.0, 0, 5, 12, 15]) + rng.normal(0, 6, 5))


def thumb_in_palm(skeleton: Skeleton, angles: np.ndarray, finger: int, rng: np.random.Generator) -> Solution:
    """Folds the thumb across the palm towards the root of a finger; 2 index to 5 little.

    Its tip comes to rest anywhere from the middle of the palm to the finger's root, or stays a little before
    it; the thumb is straight or bent up to a right angle at its last joint.
    """
    lift = rng.uniform(0.002, 0.014) if rng.random() < 0.4 else 0.0
    contact = Contact(13 + finger, rng.uniform(0.35, 1.0), PALM_SIDE, lift)
    habit = np.array([32.0, 15, 25, rng.uniform(12, 50), rng.uniform(0, 68)])
    habit[:3] += rng.normal(0, 8, 3)
    return thumb_on(skeleton, angles, contact, habit)


#: Degrees between thumb and index finger in the plane of the palm: with all joints at rest, and what a degree
#: at the saddle joint, the knuckle and the last joint closes of it. Fitted to the mesh, good to 8 degrees.
THUMB_REST, THUMB_CLOSES = 36.8, (1.1, 1.05, 0.33)


def thumb_out(angles: np.ndarray, rng: np.random.Generator) -> Solution:
    """Holds the thumb away: upright beside the index finger to beyond a right angle, or forward.

    All angles between are equally likely; the saddle joint makes up what the other two leave.
    """
    away, knuckle, last = rng.uniform(12, 98), rng.uniform(-13, 18), rng.uniform(-28, 24)
    root, middle, end = THUMB_CLOSES
    saddle = (THUMB_REST - away - middle * knuckle - end * last) / root
    values = [saddle, rng.uniform(-18, 32), rng.uniform(-12, 20), knuckle, last]
    return Solution(with_thumb(angles, np.radians(values)), 0.0)


def thumb_slack(angles: np.ndarray, rng: np.random.Generator) -> Solution:
    """Lets the thumb hang before the index finger's root, touching nothing."""
    values = [
        rng.uniform(24, 42),
        rng.uniform(0, 28),
        rng.uniform(5, 30),
        rng.uniform(8, 40),
        rng.uniform(8, 50),
    ]
    return Solution(with_thumb(angles, np.radians(values)), 0.0)
