"""A network with the weights of one checkpoint, asked in two ways: with batch statistics, and with averages.

Nothing is written into the network: what each batch norm subtracts and divides by is handed to it. So a pass
with batch statistics leaves the moving averages as they are, unlike ``model(x, training=True)``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.hands import sets
from resnet_core.hands.dataset import HandSigns
from resnet_core.network.graph import INPUT, Node, walk
from resnet_core.network.traced import traced
from resnet_core.probes.averages import Averages, averages_in, batch, norms_of, together
from resnet_core.probes.opened import Opened, Which, opened
from resnet_core.training.split import validation_split

TOGETHER = 120
"""Pictures that go through the network at once where the batch does not matter."""
MOST = 120
"""Pictures of training and of the test, each, that the network is asked about."""
_ORDER = 7
"""Seed of the order in which pictures are taken and dealt into batches: a set may be sorted by classes."""


@dataclass(frozen=True)
class Right:
    """How often the same weights are right on the same pictures.

    Attributes:
        batch: right answers where each batch norm takes the mean and variance of the batch.
        moving: right answers with the moving averages of the checkpoint.
        count: pictures.
    """

    batch: int
    moving: int
    count: int


@dataclass(frozen=True)
class BothWays:
    """A checkpoint asked in both ways.

    Attributes:
        training: about pictures that the run learned from.
        test: about those of the test.
        answers: how many of the test pictures were given each class, with moving averages.
        batch_size: of the largest batch of the first way.
    """

    training: Right
    test: Right
    answers: tuple[int, ...]
    batch_size: int


@dataclass(frozen=True, eq=False)
class _Pictures:
    x: NDArray[np.uint8]
    y: NDArray[np.int64]


def both_ways(which: Which, name: str, digest: str) -> BothWays:
    """Asks a network about pictures of training and of the test, with batch statistics and moving averages.

    Args:
        which: the network.
        name: of the set, one of `sets.NAMES`.
        digest: of it, so that nothing of a set that has changed is taken for new.

    Raises:
        ValueError: the network has no batch norm that learns, the set has another digest by now, or as in
            `opened`.
        OSError: as in `opened`.
    """
    hands, network, layers = _hands(name, digest), opened(which), _layers(which)
    averages = averages_in(network.weights, layers)
    graph = _with_batch(network, layers)
    found, answers, largest = [], np.empty(0, np.int64), 0
    for pictures in _asked(which, hands):
        answers = _answers(network, layers, averages, pictures.x)
        dealt = np.array_split(np.arange(len(pictures.y)), -(-len(pictures.y) // which.settings.batch_size))
        right = sum(int((graph(pictures.x[p])[0].numpy().argmax(1) == pictures.y[p]).sum()) for p in dealt)
        found.append(Right(right, int((answers == pictures.y).sum()), len(pictures.y)))
        largest = max(largest, *map(len, dealt))
    counts = np.bincount(answers, minlength=len(hands.classes))
    training, test = found
    return BothWays(training, test, tuple(int(count) for count in counts), largest)


def moving_averages(which: Which) -> Averages:
    """The moving averages that a checkpoint holds.

    Raises:
        ValueError, OSError: as in `both_ways`.
    """
    return averages_in(opened(which).weights, _layers(which))


def _asked(which: Which, hands: HandSigns) -> tuple[_Pictures, _Pictures]:
    """The pictures of training and of the test that a network is asked about, in an order without a rule."""
    kept, _ = validation_split(hands.train_x, hands.train_y, which.settings.validation_share)
    draw = np.random.default_rng(_ORDER)
    training, test = kept[draw.permutation(len(kept))[:MOST]], draw.permutation(len(hands.test_y))[:MOST]
    return (
        _Pictures(hands.train_x[training], hands.train_y[training]),
        _Pictures(hands.test_x[test], hands.test_y[test]),
    )


def batch_statistics(which: Which, name: str, digest: str, first: int, last: int) -> Averages:
    """The mean and variance of every channel in batches of training pictures, the weights left as they are.

    Args:
        which: the network; its settings say how the batches are dealt.
        name: of the set, as in `both_ways`.
        digest: of it.
        first: step of the first batch, counted from 0.
        last: step before which it ends.

    Raises:
        ValueError, OSError: as in `both_ways`.
    """
    hands, network, layers = _hands(name, digest), opened(which), _layers(which)
    graph = _with_batch(network, layers)
    like = averages_in(network.weights, layers)
    found = []
    for step in range(first, last):
        _, means, variances = graph(batch(which.settings, hands, step))
        found.append(Averages(like.layers, like.channels, means.numpy()[None], variances.numpy()[None]))
    return together(found)


def right_with(
    which: Which, name: str, digest: str, means: NDArray[np.float32], variances: NDArray[np.float32]
) -> tuple[tuple[int, int], ...]:
    """How many pictures of training and of the test a network gets right with averages of one's own.

    Args:
        which: the network.
        name: of the set, as in `both_ways`.
        digest: of it.
        means, variances: (sets of averages, all channels of `norms_of`), as in `Averages`.

    Returns:
        For each set of averages, both counts, of the same pictures as in `both_ways`.

    Raises:
        ValueError, OSError: as in `both_ways`.
    """
    hands, network, layers = _hands(name, digest), opened(which), _layers(which)
    like, asked = averages_in(network.weights, layers), _asked(which, hands)
    found = []
    for mean, variance in zip(means, variances, strict=True):
        averages = Averages(like.layers, like.channels, mean, variance)
        training, test = (
            int((_answers(network, layers, averages, pictures.x) == pictures.y).sum()) for pictures in asked
        )
        found.append((training, test))
    return tuple(found)


def _hands(name: str, digest: str) -> HandSigns:
    hands = sets.load(name)
    if hands.digest != digest:
        raise ValueError("The pictures have changed meanwhile; open the page again.")
    return hands


def _layers(which: Which) -> tuple[str, ...]:
    layers = norms_of(which)
    if not layers:
        raise ValueError("This network has no batch norm that learns, so there are no averages to compare.")
    return layers


def _answers(
    network: Opened, layers: tuple[str, ...], averages: Averages, pictures: NDArray[np.uint8]
) -> NDArray[np.int64]:
    graph = _with_given(network, layers)
    found = [
        graph(pictures[at : at + TOGETHER], averages.means, averages.variances).numpy().argmax(1)
        for at in range(0, len(pictures), TOGETHER)
    ]
    return np.concatenate(found)


def _with_batch(network: Opened, layers: tuple[str, ...]) -> Any:
    """Pictures to logits, means and variances, each batch norm with the statistics of what enters it."""
    import tensorflow as tf

    def wanted(pictures: Any) -> Any:
        seen: dict[str, tuple[Any, Any]] = {}

        def moments(name: str, entering: Any) -> tuple[Any, Any]:
            seen[name] = tf.nn.moments(entering, list(range(len(entering.shape) - 1)))
            return seen[name]

        logits = _through(network, layers, tf.cast(pictures, tf.float32) / 255, moments)
        means, variances = zip(*(seen[name] for name in layers), strict=True)
        return logits, tf.concat(means, 0), tf.concat(variances, 0)

    return _traced(network, "batch statistics", layers, wanted, [_pictures(network)])


def _with_given(network: Opened, layers: tuple[str, ...]) -> Any:
    """Pictures, means and variances to logits."""
    import tensorflow as tf

    channels = averages_in(network.weights, layers).channels
    numbers = tf.TensorSpec((sum(channels),), tf.float32)

    def wanted(pictures: Any, means: Any, variances: Any) -> Any:
        split = (tf.split(values, channels) for values in (means, variances))
        given = dict(zip(layers, zip(*split, strict=True), strict=True))
        return _through(
            network, layers, tf.cast(pictures, tf.float32) / 255, lambda name, entering: given[name]
        )

    return _traced(network, "given averages", layers, wanted, [_pictures(network), numbers, numbers])


def _through(
    network: Opened,
    layers: tuple[str, ...],
    pictures: Any,
    statistics: Callable[[str, Any], tuple[Any, Any]],
) -> Any:
    """What leaves the network where batch norms take what `statistics` says, by name and what enters."""
    import tensorflow as tf

    from resnet_core.network.model import without_softmax

    def called(node: Node, inputs: list[Any]) -> Any:
        layer = network.model.get_layer(node.name)
        if node.name not in layers:
            return layer(inputs if len(inputs) > 1 else inputs[0], training=False)
        mean, variance = statistics(node.name, inputs[0])
        return tf.nn.batch_normalization(
            inputs[0], mean, variance, layer.beta.value, layer.gamma.value, layer.epsilon
        )

    tensors = {INPUT: pictures}
    last = pictures
    for node in without_softmax(walk(network.spec)):
        last = tensors[node.name] = called(node, [tensors[name] for name in node.inputs])
    return last


def _pictures(network: Opened) -> Any:
    import tensorflow as tf

    return tf.TensorSpec((None, *network.spec.input_shape), tf.uint8)


def _traced(
    network: Opened, name: str, layers: tuple[str, ...], wanted: Callable[..., Any], given: list[Any]
) -> Any:
    """A function traced once for all weights of a description and the same layers."""
    key = f"{name} of {','.join(layers)}"
    if key not in network.traced:
        network.traced[key] = traced(wanted, *given)
    return network.traced[key]
