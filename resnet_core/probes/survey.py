"""A network looks at a whole set of hands: what each block adds there, and what excites each channel most.

Done part by part, so that a page can show how far it is; parts are put together without TensorFlow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.hands import sets
from resnet_core.hands.dataset import HandsError, HandSigns
from resnet_core.network.graph import walk
from resnet_core.network.traced import traced
from resnet_core.probes.opened import Opened, Which, opened
from resnet_core.probes.residuals import Moments, Residual, additions, residual

BEST = 8
"""Pictures that are told of each channel."""
PART = 120
"""Pictures of a part."""
_BATCH = 60


@dataclass(frozen=True, eq=False)
class Peaks:
    """The pictures in which the channels of a layer reach highest.

    Attributes:
        values: (up to `BEST`, channels): the largest value in the map, highest first.
        pictures: (up to `BEST`, channels): which pictures those are, as in `pictures_of`.
    """

    values: NDArray[np.float32]
    pictures: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Survey:
    """What was seen of some pictures of a set.

    Attributes:
        count: how many pictures.
        moments: of each block, by its name.
        peaks: by layer.
    """

    count: int
    moments: dict[str, Moments]
    peaks: dict[str, Peaks]

    def dead(self, layer: str) -> NDArray[np.bool_]:
        """(channels,): whether a channel is above 0 nowhere in any of the pictures."""
        return self.peaks[layer].values[0] <= 0

    @property
    def bytes(self) -> int:
        """What it takes in memory."""
        return sum(one.values.nbytes + one.pictures.nbytes for one in self.peaks.values())


def known_set(name: str, digest: str) -> tuple[HandSigns, bool]:
    """The set that a run learned from, or where that is not here, the one that is; and whether it is its own.

    Args:
        name: of the set of the run.
        digest: of that set.

    Raises:
        HandsError: no set can be loaded at all.
    """
    for one in dict.fromkeys((name, sets.default_name(), "rendered")):
        try:
            hands = sets.load(one)
        except HandsError:
            continue
        return hands, hands.digest == digest
    return sets.load("rendered"), False


def pictures_of(hands: HandSigns) -> NDArray[np.uint8]:
    """All pictures of a set, those of training first."""
    return np.concatenate([hands.train_x, hands.test_x])


def parts(count: int) -> list[tuple[int, int]]:
    """Where the parts of a set of `count` pictures begin and end."""
    return [(start, min(start + PART, count)) for start in range(0, count, PART)]


def survey_part(which: Which, name: str, digest: str, start: int, stop: int) -> Survey:
    """What is seen of a part of the set that a run knows.

    Args:
        which: the network.
        name: of the set that is looked at; it is one of `sets.NAMES`.
        digest: of it, so that nothing of a set that has changed is taken for new.
        start: the first picture, as in `pictures_of`.
        stop: the first that is not looked at any more.

    Raises:
        ValueError: the set has another digest by now, or as in `opened`.
    """
    hands = sets.load(name)
    if hands.digest != digest:
        raise ValueError("The pictures have changed meanwhile; open the page again.")
    return look(opened(which), pictures_of(hands)[start:stop], start)


def look(network: Opened, pictures: NDArray[np.uint8], first: int = 0) -> Survey:
    """What a network makes of pictures.

    Args:
        network: that is open.
        pictures: (N, height, width, 3) of unsigned bytes.
        first: what the first of them is counted as.
    """
    graph = _graph(network)
    found = []
    for at in range(0, len(pictures), _BATCH):
        highest, sums = graph(pictures[at : at + _BATCH])
        numbers = np.arange(first + at, first + at + len(pictures[at : at + _BATCH]), dtype=np.int32)
        peaks = {name: _best(values.numpy(), numbers) for name, values in highest.items()}
        moments = {name: values.numpy().astype(np.float64) for name, values in sums.items()}
        found.append(Survey(len(numbers), moments, peaks))
    return merged(found)


def merged(found: Sequence[Survey]) -> Survey:
    """Parts of a set, at least one, as one."""
    moments = {name: sum(one.moments[name] for one in found) for name in found[0].moments}
    peaks = {
        name: _highest(
            np.concatenate([one.peaks[name].values for one in found]),
            np.concatenate([one.peaks[name].pictures for one in found]),
        )
        for name in found[0].peaks
    }
    return Survey(sum(one.count for one in found), moments, peaks)  # type: ignore[arg-type]


def residuals_in(which: Which, found: Survey) -> tuple[Residual, ...]:
    """What each block adds over all pictures of a survey."""
    return tuple(residual(one, found.moments[one.block]) for one in additions(which.spec))


def _best(values: NDArray[np.float32], numbers: NDArray[np.int32]) -> Peaks:
    return _highest(values, np.broadcast_to(numbers[:, None], values.shape))


def _highest(values: NDArray[np.float32], numbers: NDArray[np.int32]) -> Peaks:
    """The highest of each column; of equal ones the picture with the lower number."""
    order = np.lexsort((numbers, -values), axis=0)[:BEST]
    return Peaks(np.take_along_axis(values, order, 0), np.take_along_axis(numbers, order, 0).astype(np.int32))


def _graph(network: Opened) -> Any:
    """What is wanted of a batch, traced once: the highest value of each map, the moments of each block."""
    import tensorflow as tf

    from resnet_core.probes.passes import everything

    if "survey" in network.traced:
        return network.traced["survey"]
    names = [node.name for node in walk(network.spec)]
    adds = additions(network.spec)
    model = everything(network)

    def wanted(pictures: Any) -> Any:
        given = tf.cast(pictures, tf.float32) / 255
        leaving = {**model(given, training=False), "input": given}
        highest = {
            name: tf.reduce_max(leaving[name], axis=list(range(1, len(leaving[name].shape) - 1)))
            for name in names
        }
        return highest, {one.block: _moments(leaving[one.branch], leaving[one.shortcut]) for one in adds}

    def _moments(f: Any, s: Any) -> Any:
        """In 64 bits: the sums of millions of values of 32 would lose digits."""
        f, s = (tf.cast(values, tf.float64) for values in (f, s))
        sums = [tf.reduce_sum(values) for values in (s, s * s, f, f * f, s * f)]
        return tf.stack([tf.cast(tf.size(f), tf.float64), *sums])

    network.traced["survey"] = traced(wanted, tf.TensorSpec((None, *network.spec.input_shape), tf.uint8))
    return network.traced["survey"]
