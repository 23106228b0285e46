"""How a picture stands to those that a network learned from: its nearest ones, and what of it is unusual."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from resnet_core.hands import sets
from resnet_core.hands.dataset import HandsError, HandSigns
from resnet_core.hands.neighbours import closest
from resnet_core.hands.quality import Quality, Unusual, Usual, measure, unusual, usual

SHOWN = 3
"""Nearest training pictures that are told."""

COMPARED = 400
"""Training pictures, drawn with a seed, whose nearest other one tells which distances are usual."""

SEED = 0


@dataclass(frozen=True)
class Neighbour:
    """A training picture that is like another picture.

    Attributes:
        index: Of it in the training split.
        label: What it shows, an index into the classes of its set.
        distance: As in `Quality`.
        pixels: (64, 64, 3) of unsigned bytes.
    """

    index: int
    label: int
    distance: float
    pixels: NDArray[np.uint8]


@dataclass(frozen=True)
class Likeness:
    """How pictures stand to the training pictures of a set.

    Attributes:
        title: Of the set.
        noun: What one of its pictures is called.
        rendered: Whether a program drew them.
        own: Whether it is the very set that the network was trained on.
        count: Its training pictures.
        classes: What its labels are called.
        usual: What is usual of its training pictures.
        qualities: What was measured of each picture.
        nearest: For each picture the nearest training pictures, the nearest first.
    """

    title: str
    noun: str
    rendered: bool
    own: bool
    count: int
    classes: tuple[str, ...]
    usual: Usual
    qualities: tuple[Quality, ...]
    nearest: tuple[tuple[Neighbour, ...], ...]

    def unusual(self, picture: int) -> tuple[Unusual, ...]:
        """What of a picture is not usual."""
        return unusual(self.qualities[picture], self.usual)


def likeness(name: str, digest: str, pictures: NDArray[np.uint8]) -> Likeness:
    """Compares pictures with the training pictures of a set; what a worker does for the Classify page.

    Args:
        name: Of the set that is wanted, as in `sets`; the rendered one is taken where it cannot be loaded.
        digest: Of the set that the network was trained on.
        pictures: (N, 64, 64, 3) of unsigned bytes.

    Raises:
        HandsError: When not even the rendered set can be loaded.
    """
    hands = _wanted(name)
    indices, distances = closest(hands.train_x, pictures, SHOWN)
    return Likeness(
        title=hands.title,
        noun=hands.noun,
        rendered=hands.rendered,
        own=hands.digest == digest,
        count=len(hands.train_y),
        classes=hands.classes,
        usual=_usual(name, hands.digest),
        qualities=measure(pictures, distances[:, 0]),
        nearest=tuple(
            tuple(
                Neighbour(int(index), int(hands.train_y[index]), float(far), hands.train_x[index])
                for index, far in zip(row, away, strict=True)
            )
            for row, away in zip(indices, distances, strict=True)
        ),
    )


def _wanted(name: str) -> HandSigns:
    if name == "rendered":
        return sets.load(name)
    try:
        return sets.load(name)
    except HandsError:  # what it learned from is not on this machine; the answer tells what was taken instead
        return sets.load("rendered")


@lru_cache(maxsize=4)
def _usual(name: str, digest: str) -> Usual:
    """What is usual of a set; the digest is part of the key, so that changed pictures are measured anew."""
    train_x = _wanted(name).train_x
    return usual(train_x, distances_between(train_x, COMPARED, SEED))


def distances_between(pictures: NDArray[np.uint8], count: int, seed: int) -> NDArray[np.float64]:
    """How far pictures of a set are from the most similar other one of it.

    Args:
        pictures: (N, height, width, 3) of unsigned bytes, at least one.
        count: How many of them to look at; all where there are fewer.
        seed: Of the draw.

    Returns:
        The distances, as in `Quality`. Byte-identical copies do not count as others; a set without two
        different pictures gives a single 0.
    """
    drawn = np.random.default_rng(seed).permutation(len(pictures))[:count]
    distinct = sorted({picture.tobytes(): index for index, picture in enumerate(pictures)}.values())
    if len(distinct) < 2:
        return np.zeros(1)
    return closest(pictures[distinct], pictures[drawn], 2)[1][:, 1]
