"""Gestures that nobody takes for one of the signs 0 to 5, for teaching the network to say "not sure".

The thumb alone, thumb and index finger, and any two neighbours are left out: people count with them.
"""

from __future__ import annotations

import numpy as np

from tools.rendering import angles as kinematics
from tools.rendering import grips
from tools.rendering.skeleton import Skeleton
from tools.rendering.solve import Solution, with_thumb


def horns(skeleton: Skeleton, rng: np.random.Generator) -> Solution:
    """Raises index and little finger, the thumb over the two between."""
    angles = grips.fingers(skeleton, (2, 5), _firm(rng), rng)
    return grips.thumb_over(skeleton, angles, int(rng.choice([3, 4])), rng)


def horns_and_thumb(skeleton: Skeleton, rng: np.random.Generator) -> Solution:
    """Raises index, little finger and thumb."""
    return grips.thumb_out(grips.fingers(skeleton, (2, 5), _firm(rng), rng), rng)


def little(skeleton: Skeleton, rng: np.random.Generator) -> Solution:
    """Raises the little finger alone."""
    angles = grips.fingers(skeleton, (5,), _firm(rng), rng)
    return grips.thumb_over(skeleton, angles, int(rng.choice([2, 3])), rng)


def call_me(skeleton: Skeleton, rng: np.random.Generator) -> Solution:
    """Raises thumb and little finger, as for a telephone."""
    return grips.thumb_out(grips.fingers(skeleton, (5,), _firm(rng), rng), rng)


def claw(skeleton: Skeleton, rng: np.random.Generator) -> Solution:
    """Half opens the hand: straight knuckles and bent fingers, as if to scratch, or all hanging loosely."""
    angles = kinematics.still()
    tense = rng.random() < 0.5
    knuckle, middle = (rng.uniform(-10, 18), rng.uniform(72, 98)) if tense else rng.uniform(46, 62, 2)
    spread = rng.uniform(0.1, 0.8) if tense else rng.uniform(0, 0.2)
    for finger in range(1, 5):
        sideways = grips.TOGETHER[finger] + spread * (grips.APART - grips.TOGETHER)[finger]
        kinematics.bend(
            angles, finger, knuckle + rng.normal(0, 5), middle + 3 * finger + rng.normal(0, 4), sideways
        )
    thumb = [
        rng.uniform(-5, 15),
        rng.uniform(5, 30),
        rng.uniform(0, 20),
        rng.uniform(5, 25),
        rng.uniform(15, 55),
    ]
    return Solution(with_thumb(angles, np.radians(thumb)), 0.0)


def beak(skeleton: Skeleton, rng: np.random.Generator) -> Solution:
    """Bends four straight fingers forward at the knuckles above an open thumb, like a duck's beak."""
    angles, knuckle = kinematics.still(), rng.uniform(62, 85)
    for finger in range(1, 5):
        kinematics.bend(angles, finger, knuckle + rng.normal(0, 2.5), rng.uniform(2, 14), 0)
    thumb = [
        rng.uniform(-10, 10),
        rng.uniform(25, 45),
        rng.uniform(5, 25),
        rng.uniform(0, 10),
        rng.uniform(-5, 15),
    ]
    return Solution(with_thumb(angles, np.radians(thumb)), 0.0)


def edge(skeleton: Skeleton, rng: np.random.Generator) -> Solution:
    """Holds the hand flat, thumb and fingers together, to be seen from its edge."""
    angles = grips.fingers(
        skeleton, (2, 3, 4, 5), grips.Stance(rng.uniform(0, 0.1), rng.uniform(0, 0.2), 1.0), rng
    )
    thumb = [rng.uniform(20, 27), rng.uniform(-22, -8), 0, rng.uniform(0, 8), rng.uniform(-8, 8)]
    return Solution(with_thumb(angles, np.radians(thumb)), 0.0)


def _firm(rng: np.random.Generator) -> grips.Stance:
    return grips.Stance(rng.uniform(0.1, 0.9), rng.uniform(0, 0.25), rng.uniform(0.85, 1.0))
