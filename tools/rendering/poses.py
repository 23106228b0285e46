"""The six signs and gestures that are none, as people really show them, drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.rendering import angles as kinematics

LABELS = (0, 1, 2, 3, 4, 5)
RAISED = {0: (), 1: (2,), 2: (2, 3), 3: (1, 2, 3), 4: (2, 3, 4, 5), 5: (1, 2, 3, 4, 5)}


@dataclass(frozen=True)
class Pose:
    """A way to hold a hand.

    Attributes:
        label: 0 to 5, or -1 for a gesture that is no sign.
        name: how it is shown, such as "fist" or "O".
        angles: (26, 3) float, radians, see `angles`.
        raised: fingers that must be seen for it to be read, 1 thumb to 5 little.
    """

    label: int
    name: str
    angles: np.ndarray
    raised: tuple[int, ...]


def draw_pose(label: int, rng: np.random.Generator) -> Pose:
    """Draws one of the ways to show a sign."""
    angles = kinematics.still()
    raised = RAISED[label]
    for finger in range(1, 5):
        up = finger + 1 in raised
        kinematics.bend(angles, finger, rng.uniform(-5, 8) if up else 80, rng.uniform(0, 8) if up else 95)
    return Pose(label, "plain", kinematics.limited(angles), raised)


def draw_other(rng: np.random.Generator) -> Pose:
    """Draws a gesture that is none of the six signs."""
    angles = kinematics.still()
    for finger in range(1, 5):
        up = finger in (1, 4)
        kinematics.bend(angles, finger, rng.uniform(-5, 8) if up else 80, rng.uniform(0, 8) if up else 95)
    return Pose(-1, "horns", kinematics.limited(angles), (2, 5))
