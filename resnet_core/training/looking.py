"""What a quick worker does with one frame of a film: find the hand, ask the network, measure the picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resnet_core.hands.boxes import square_at
from resnet_core.hands.dataset import PICTURE_SHAPE, HandsError
from resnet_core.hands.detector import Hand, find_hand
from resnet_core.hands.likeness import likeness
from resnet_core.hands.picture import Box, network_input, open_picture
from resnet_core.hands.quality import Unusual, Usual, measure, unusual
from resnet_core.training.calibration import Calibration
from resnet_core.training.predict import Answer, forward_pass, predict
from resnet_core.training.settings import RunSettings

GUIDE = 0.8
"""Side of the square in the middle of a frame, in parts of its shorter side."""


@dataclass(frozen=True)
class Network:
    """Which network looks.

    Attributes:
        settings: Of the run that was trained.
        weights: File of its checkpoint.
        classes: Of its data set.
        calibration: Of the run; None where it has none.
    """

    settings: RunSettings
    weights: str
    classes: int
    calibration: Calibration | None


@dataclass(frozen=True)
class Look:
    """What was seen in a frame.

    Attributes:
        answer: About the one picture `pixels`.
        found: Whether a hand was looked for and found.
        cut: Whether joints of that hand lie outside the frame.
        small: Whether the hand has fewer pixels across in the frame than the network is given.
        box: What the network was given: left, top, right and bottom, in parts of the frame.
        pixels: (64, 64, 3) of unsigned bytes: what it was given.
        unusual: What of that is not as in the training pictures. How far it is from the nearest of them is
            not measured: that takes longer than all the rest.
    """

    answer: Answer
    found: bool
    cut: bool
    small: bool
    box: tuple[float, float, float, float]
    pixels: NDArray[np.uint8]
    unusual: tuple[Unusual, ...]


def make_ready(network: Network, digest: str) -> Usual | None:
    """Builds a network, so that no frame waits for that, and finds what is usual of its training pictures.

    Args:
        network: Which will be asked.
        digest: Of the pictures that it learned from.

    Returns:
        What is usual, for `look`; None where no set of hands can be loaded.

    Raises:
        ValueError: When the weights are not of that network.
    """
    mirrored = network.calibration.mirrored if network.calibration else False
    forward_pass(network.settings, network.weights, PICTURE_SHAPE[0], network.classes, mirrored=mirrored)
    try:
        return likeness(network.settings.data, digest, np.zeros((1, *PICTURE_SHAPE), np.uint8)).usual
    except HandsError:  # there is nothing to compare with; the network answers all the same
        return None


def look(network: Network, jpeg: bytes, automatic: bool, usual: Usual | None) -> Look:
    """Asks a network about one frame.

    Args:
        network: Which.
        jpeg: The whole frame where the hand is to be looked for, else its guide square alone.
        automatic: Whether the hand is to be looked for; where none is found, the guide square is taken.
        usual: From `make_ready`.

    Raises:
        PictureError: When the frame is no picture.
        ValueError: When the weights are not of that network.
    """
    image = open_picture(jpeg, "The frame")
    hand = find_hand(np.asarray(image), quick=True) if automatic else None
    width, height = image.size
    box = (0, 0, width, height)
    if automatic:
        box = hand.box if hand else guide(image.size)
    pixels = network_input(image, crop=box).pixels
    answer = predict(network.settings, network.weights, pixels[None], network.classes, network.calibration)
    (quality,) = measure(pixels[None], np.zeros(1))
    return Look(
        answer,
        hand is not None,
        hand is not None and _is_cut(hand, image.size),
        hand is not None and max(box[2] - box[0], box[3] - box[1]) < PICTURE_SHAPE[0],
        (box[0] / width, box[1] / height, box[2] / width, box[3] / height),
        pixels,
        unusual(quality, usual) if usual else (),
    )


def guide(size: tuple[int, int]) -> Box:
    """The guide square of a frame of that width and height."""
    return square_at((size[0] / 2, size[1] / 2), GUIDE * min(size), size)


def _is_cut(hand: Hand, size: tuple[int, int]) -> bool:
    return bool(((hand.landmarks < 0) | (hand.landmarks > np.array(size) - 1)).any())
