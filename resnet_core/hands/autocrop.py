"""The part of a picture that a network is to see, chosen by where the hand is."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from resnet_core.hands.boxes import Box, scaled
from resnet_core.hands.detector import find_hands
from resnet_core.hands.picture import original_size


def auto_part(image: Image.Image) -> Box | None:
    """The square around the hand that is seen best, or None where there is none, or no detector.

    Args:
        image: From `open_picture` or elsewhere.

    Returns:
        The box in pixels of its original, as `network_input` takes it.
    """
    boxes = _boxes(image, original_size(image))
    return boxes[0] if boxes else None


def boxes_in(jpeg: bytes, size: tuple[int, int]) -> tuple[Box, ...]:
    """The squares around all hands of a picture, the one seen best first; for `Engine.measure`.

    Args:
        jpeg: The picture as it is shown, which may be smaller than its original: made by this app, never a
            stranger's file.
        size: Width and height in pixels of the upright original, in which the squares are counted.
    """
    with Image.open(io.BytesIO(jpeg)) as image:
        return _boxes(image, size)


def _boxes(image: Image.Image, size: tuple[int, int]) -> tuple[Box, ...]:
    rgb = np.asarray(image.convert("RGB"))
    return tuple(scaled(hand.box, image.size, size) for hand in find_hands(rgb))
