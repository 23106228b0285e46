"""Finding hands in a picture with two small networks, where they are installed.

One network finds palms in the whole picture, the other finds the 21 joints of the hand that belongs to each
(Zhang et al. 2020, arXiv 2006.10214). Both are files in the format of LiteRT, fetched by
`resnet_core.hands.detectorfiles`; without them, or without the interpreter, the app works with a square that
people place. The interpreter is loaded on first use, which is in a worker of the engine.
"""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from resnet_core.hands import landmarks, palms
from resnet_core.hands.boxes import Box, overlaps, square_at
from resnet_core.hands.detectorfiles import LANDMARKS, PALMS, DetectorError, checked, fetched

BORDER = 0.3
"""Border around the picture in parts of its longer side: palms at its very edge are not found without."""

PRESENT = 0.5
"""Least probability with which the landmark network must see a hand."""

PART = 0.6
"""Side of the parts that are looked at one by one, in parts of the picture's longer side."""

FRAME = 1.7
"""Side of the square in parts of the longer side of the box around the 21 joints.

At the median it is 1.77 in the rendered pictures and 1.72 in SIGNS, with the joints in the middle to 2 % of
the side; 1.42 in the Sign Language Digits, which are cut closer.
"""

_SAME_HAND = 0.5
_ONE_AT_A_TIME = threading.Lock()  # an interpreter holds the numbers of the picture it works on


@dataclass(frozen=True)
class Hand:
    """A hand that was found.

    Attributes:
        box: The square around it, fingertips and some wrist included, in pixels, inside the picture.
        presence: Probability that it is a hand, from 0 to 1.
        landmarks: (21, 2): its joints in pixels, across and down, from the wrist to the little finger's tip.
        handedness: Whose it is, seen in a picture that is not mirrored.
    """

    box: Box
    presence: float
    landmarks: NDArray[np.float64]
    handedness: Literal["left", "right"]


def available() -> bool:
    """Tells whether hands can be found here: whether the files and their interpreter are installed."""
    return fetched() and importlib.util.find_spec("ai_edge_litert") is not None


def find_hand(rgb: NDArray[np.uint8], *, quick: bool = False) -> Hand | None:
    """Finds the hand that is seen best.

    Args:
        rgb: (height, width, 3) of unsigned bytes.
        quick: Looks at the whole picture only, as befits the frames of a film; else small hands are looked
            for part by part too, which takes three times as long where there are none.

    Returns:
        The hand, or None where there is none or no detector is installed.

    Raises:
        ValueError: For another shape or type.
        DetectorError: The detector is installed, but damaged or not able to run here.
    """
    hands = find_hands(rgb, quick=quick)
    return hands[0] if hands else None


def find_hands(rgb: NDArray[np.uint8], *, quick: bool = False) -> tuple[Hand, ...]:
    """Finds all hands, the one seen best first; none where no detector is installed.

    Args:
        rgb: (height, width, 3) of unsigned bytes.
        quick: Looks at the whole picture only, as befits the frames of a film; else small hands are looked
            for part by part too, which takes three times as long where there are none.

    Raises:
        ValueError: For another shape or type.
    """
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or 0 in rgb.shape:
        raise ValueError(
            f"Expected unsigned bytes of shape (height, width, 3). Received {rgb.dtype} of shape {rgb.shape}."
        )
    if not available():
        return ()
    size = (rgb.shape[1], rgb.shape[0])
    square, offset = _bordered(rgb)
    hands: list[Hand] = []
    for looks in _looks(size, offset, quick):
        with _ONE_AT_A_TIME:
            seen = [_joints(square, look, palm) for look in looks for palm in _palms(square, look)]
        for one in sorted(seen, key=lambda one: -one.presence):
            hand = _in_picture(one, offset, size)
            if hand is not None and not any(_is_same(hand, other) for other in hands):
                hands.append(hand)
        if hands:
            break
    return tuple(hands)


@dataclass(frozen=True)
class _Joints:
    """What the landmark network says, in pixels of the bordered picture."""

    points: NDArray[np.float64]
    presence: float
    right: float


def _bordered(rgb: NDArray[np.uint8]) -> tuple[Image.Image, NDArray[np.float64]]:
    """The picture in the middle of a square whose border repeats its edge, and where it begins in there."""
    height, width = rgb.shape[:2]
    side = round(max(height, width) * (1 + 2 * BORDER))
    left, top = (side - width) // 2, (side - height) // 2
    sides = ((top, side - height - top), (left, side - width - left), (0, 0))
    return Image.fromarray(np.pad(rgb, sides, mode="edge")), np.array([left, top], dtype=np.float64)


def _looks(size: tuple[int, int], offset: NDArray[np.float64], quick: bool) -> Iterator[list[Box]]:
    """Where to look for palms, in pixels of the bordered picture: each next look is for who found nothing.

    The detector shrinks what it is given to 192 by 192 pixels. It finds neither hands that are small in there
    nor hands that fill it: so first the whole picture, then with its border, then part by part.
    """
    longer = max(size)
    side = round(longer * (1 + 2 * BORDER))
    yield [square_at((side / 2, side / 2), longer, (side, side))]
    yield [(0, 0, side, side)]
    if not quick:
        part = round(longer * PART)
        starts = [_starts(length, part) for length in size]
        left, top = (int(one) for one in offset)
        yield [(x + left, y + top, x + left + part, y + top + part) for y in starts[1] for x in starts[0]]


def _starts(length: int, part: int) -> list[int]:
    """Where parts begin that cover a length and overlap by half or more; one is enough for a short length."""
    if length <= part:
        return [(length - part) // 2]
    steps = -(-2 * (length - part) // part)
    return [round(step * (length - part) / steps) for step in range(steps + 1)]


def _palms(square: Image.Image, look: Box) -> list[palms.Palm]:
    small = square.resize((palms.SIDE, palms.SIDE), Image.Resampling.BILINEAR, box=look, reducing_gap=2.0)
    boxes, scores = _answers(PALMS, small)
    return palms.merged(palms.decode(boxes[0], scores[0, :, 0]))


def _joints(square: Image.Image, look: Box, palm: palms.Palm) -> _Joints:
    turned = landmarks.around(palm, look)
    points, presence, right, _ = _answers(LANDMARKS, turned.cut(square, landmarks.SIDE))
    flat = points.reshape(landmarks.POINTS, 3)[:, :2].astype(np.float64) / landmarks.SIDE
    return _Joints(turned.to_picture(flat), float(presence[0, 0]), float(right[0, 0]))


def _in_picture(joints: _Joints, offset: NDArray[np.float64], size: tuple[int, int]) -> Hand | None:
    """The hand in pixels of the picture; None where it is no hand, or its middle lies in the border."""
    points = joints.points - offset
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    if joints.presence < PRESENT or not ((middle >= 0) & (middle < size)).all():
        return None
    return Hand(frame(points, size), joints.presence, points, "right" if joints.right >= 0.5 else "left")


def frame(points: NDArray[np.float64], size: tuple[int, int]) -> Box:
    """The square to cut out around a hand, framed as the training pictures are.

    Args:
        points: (21, 2) in pixels.
        size: Width and height of the picture, in which the square stays.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    across, down = (low + high) / 2
    return square_at((float(across), float(down)), float((high - low).max()) * FRAME, size)


def _is_same(hand: Hand, other: Hand) -> bool:
    boxes = np.array([[*one.landmarks.min(axis=0), *one.landmarks.max(axis=0)] for one in (hand, other)])
    return bool(overlaps(boxes[0], boxes[1:])[0] >= _SAME_HAND)


def _answers(name: str, picture: Image.Image) -> list[NDArray[np.float32]]:
    """What a network says of a square picture: its outputs in order."""
    interpreter = _interpreter(name)
    given = np.asarray(picture, dtype=np.float32)[None] / 255
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], given)
    interpreter.invoke()
    return [interpreter.get_tensor(output["index"]) for output in interpreter.get_output_details()]


@cache
def _interpreter(name: str) -> Any:
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as error:  # such as for a C library older than the one it was built for
        raise DetectorError(f"The interpreter of the hand detector does not run here: {error}.") from error
    interpreter = Interpreter(model_content=checked(name), num_threads=1)
    interpreter.allocate_tensors()
    return interpreter
