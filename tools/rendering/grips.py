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
"""Abduction of each finger when they touch and when they are spread as far as people do; thumb unused."""

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


def draw_stance(rng: np.random.Generator) -> Stance:
    """Draws a stance: a quarter of the hands keep fingers together, one in seven bends them half."""
    together = rng.random() < 0.25
    return Stance(
        spread=float(rng.uniform(0, 0.12) if together else rng.uniform(0.15, 1.05)),
        slack=float(rng.uniform(0.5, 1.0) if rng.random() < 0.15 else rng.uniform(0, 0.3)),
        closure=float(rng.uniform(0.62, 0.8) if rng.random() < 0.3 else rng.uniform(0.8, 1.0)),
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
    for finger in range(1, 5):
        if raised[finger]:
            middle = rng.uniform(0, 9) + 34 * stance.slack * rng.uniform(0.4, 1.1)
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
    """Folds the thumb across the palm to the root of a finger; 2 index to 5 little."""
    contact = Contact(13 + finger, rng.uniform(0.6, 1.0), PALM_SIDE)
    return thumb_on(skeleton, angles, contact, np.array([32.0, 15, 25, 32, 30]) + rng.normal(0, 6, 5))


def thumb_out(angles: np.ndarray, rng: np.random.Generator) -> Solution:
    """Holds the thumb away from the hand: straight out, upright, or forward."""
    values = [
        rng.uniform(-32, 14),
        rng.uniform(-15, 28),
        rng.uniform(-10, 18),
        rng.uniform(-10, 14),
        rng.uniform(-22, 18),
    ]
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
