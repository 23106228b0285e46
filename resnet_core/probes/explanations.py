"""Grad-CAM, gradient, SmoothGrad and occlusion of any network, for one picture and one class."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.probes.differentiated import ANSWER, Differentiated
from resnet_core.probes.explaining import (
    MOST_PATCHES,
    Cam,
    Covered,
    Covering,
    Floats,
    Looked,
    Place,
    Smoothed,
    Smoothing,
)

_NOISY = 16
"""Noisy pictures that go there and back at once."""


def look(
    network: Differentiated, where: Sequence[Place], picture: NDArray[Any], label: int = ANSWER
) -> Looked:
    """Grad-CAM at several places and the gradient of the picture, in one backward pass.

    Args:
        network: whose layers are those of the places.
        where: the places.
        picture: (height, width, 3), values from 0 to 1.
        label: of the class; by default the one with the highest score.

    Raises:
        ValueError: there is no such class, or the scores are not finite.
    """
    began = time.perf_counter()
    found = network.back(picture[None], _checked(network, label))
    cams = tuple(
        grad_cam(place, maps[0], gradients[0])
        for place, maps, gradients in zip(where, found.maps, found.gradients, strict=True)
    )
    scores = _finite(found.scores[0])
    seconds = time.perf_counter() - began
    return Looked(scores, found.label, cams, found.pixels[0].astype(np.float64), seconds)


def grad_cam(place: Place, maps: NDArray[Any], gradients: NDArray[Any]) -> Cam:
    """Grad-CAM of the maps of one layer: equations 1 and 2 of Selvaraju et al. 2017.

    Args:
        place: of the layer.
        maps: (height, width, channels), A.
        gradients: the same shape, dy/dA of the score y of the class before the softmax.
    """
    weights = gradients.astype(np.float64).mean((0, 1))
    return Cam(place, weights, maps.astype(np.float64) @ weights)


def smooth(network: Differentiated, picture: NDArray[Any], label: int, smoothing: Smoothing) -> Smoothed:
    """SmoothGrad: the mean gradient of noisy copies of the picture.

    Args:
        network: any.
        picture: (height, width, 3), values from 0 to 1.
        label: of the class.
        smoothing: how noise is added.

    Raises:
        ValueError: there is no such class.
    """
    _checked(network, label)
    began = time.perf_counter()
    copies = noisy(picture, smoothing)
    total = np.zeros(picture.shape)
    for at in range(0, len(copies), _NOISY):
        total += network.back(copies[at : at + _NOISY], label).pixels.sum(axis=0, dtype=np.float64)
    return Smoothed(smoothing, label, total / len(copies), time.perf_counter() - began)


def noisy(picture: NDArray[Any], smoothing: Smoothing) -> Floats:
    """The noisy copies of a picture, (samples, height, width, 3); their values may leave 0 to 1."""
    spread = smoothing.sigma * float(picture.max() - picture.min())
    noise = np.random.default_rng(smoothing.seed).standard_normal((smoothing.samples, *picture.shape))
    return np.asarray(picture + spread * noise, np.float64)


def cover(network: Differentiated, picture: NDArray[Any], covering: Covering) -> Covered:
    """Occlusion: the scores with a square of the picture covered, at every place of the square.

    Args:
        network: any.
        picture: (height, width, 3), values from 0 to 1.
        covering: how it is covered.

    Raises:
        ValueError: the square is larger than the picture, or has too many places.
    """
    rows, columns = covering.starts(picture.shape[0]), covering.starts(picture.shape[1])
    if len(rows) * len(columns) > MOST_PATCHES:
        raise ValueError(
            f"a square can be laid on at most {MOST_PATCHES:,} places, got {len(rows) * len(columns):,}; "
            "take a larger stride"
        )
    began = time.perf_counter()
    colour, side = _colour(picture, covering.fill), covering.patch
    pictures = np.repeat(picture[None], 1 + len(rows) * len(columns), axis=0)
    for number, (row, column) in enumerate(((row, column) for row in rows for column in columns), start=1):
        pictures[number, row : row + side, column : column + side] = colour
    plain, *scores = network.scores(pictures)
    table = np.array(scores).reshape(len(rows), len(columns), -1)
    shape = (picture.shape[0], picture.shape[1])
    return Covered(covering, rows, columns, shape, plain, table, time.perf_counter() - began)


def _colour(picture: NDArray[Any], fill: str) -> NDArray[Any]:
    named = {"grey": 0.5, "black": 0.0, "white": 1.0}
    return picture.mean((0, 1)) if fill == "mean" else np.full(3, named[fill])


def _checked(network: Differentiated, label: int) -> int:
    classes = int(network.model.output_shape[-1])
    if not ANSWER <= label < classes:
        raise ValueError(f"classes are counted from 0 to {classes - 1}, got {label}")
    return label


def _finite(scores: NDArray[Any]) -> Floats:
    if not np.isfinite(scores).all():
        raise ValueError("The scores of this network are not finite numbers, so there is nothing to explain.")
    return scores.astype(np.float64)
