"""The 21 joints of a hand: the turned square around a palm, and what a landmark network says of it.

The network is the second one of Zhang et al. 2020 (arXiv 2006.10214). It wants the hand upright in the middle
of its square, wrist below; how the square follows from the palm are the numbers it was trained with.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from resnet_core.hands.boxes import Box
from resnet_core.hands.palms import MIDDLE_FINGER, WRIST, Palm

SIDE = 224
"""Height and width in pixels of what the landmark network is given."""

POINTS = 21

_LARGER = 2.6
_TOWARDS_FINGERS = 0.5


@dataclass(frozen=True)
class Turned:
    """A square that is turned about its middle, in pixels of a picture.

    Attributes:
        centre: Across and down.
        side: Its length.
        angle: How far it is turned clockwise, in radians; at 0 it stands upright.
    """

    centre: tuple[float, float]
    side: float
    angle: float

    def to_picture(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where points of the square, (N, 2) from 0 to 1, lie in the picture, in pixels."""
        return (points - 0.5) * self.side @ self._turn().T + np.array(self.centre)

    def cut(self, picture: Image.Image, pixels: int) -> Image.Image:
        """The content of the square, upright; beyond the picture's edge it is black.

        Args:
            picture: RGB.
            pixels: Height and width of the result.
        """
        # Bilinear sampling looks at four pixels only, so a large picture is first averaged down.
        factor = max(1, int(self.side / pixels))
        small = picture.reduce(factor) if factor > 1 else picture
        step = self._turn() * self.side / pixels / factor
        middle = np.array(self.centre) / factor
        start = middle - step @ np.full(2, pixels / 2)
        rows = [*step[0], start[0], *step[1], start[1]]
        return small.transform((pixels, pixels), Image.Transform.AFFINE, rows, Image.Resampling.BILINEAR)

    def _turn(self) -> NDArray[np.float64]:
        cosine, sine = math.cos(self.angle), math.sin(self.angle)
        return np.array([[cosine, -sine], [sine, cosine]])


def around(palm: Palm, look: Box) -> Turned:
    """The square around the whole hand of a palm: 2.6 times the palm's, half a palm towards the fingers.

    Args:
        palm: In parts of the square that was looked at.
        look: That square, in pixels of a picture.

    Returns:
        The turned square, in pixels of the picture.
    """
    side = look[2] - look[0]
    wrist, finger = palm.points[WRIST], palm.points[MIDDLE_FINGER]
    angle = math.atan2(finger[0] - wrist[0], wrist[1] - finger[1])
    width, height = palm.box[2:] - palm.box[:2]
    up = np.array([math.sin(angle), -math.cos(angle)])
    middle = (palm.box[:2] + palm.box[2:]) / 2 + up * height * _TOWARDS_FINGERS
    across, down = middle * side + look[:2]
    return Turned((float(across), float(down)), float(max(width, height)) * _LARGER * side, angle)
