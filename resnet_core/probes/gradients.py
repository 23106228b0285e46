"""The gradient profile: how large the gradient of the loss is at every depth of a network, before training.

A real forward and a real backward pass of labelled pictures through the network that a setting describes,
with batch norm in training mode and the cross-entropy as the loss. The backward pass goes block by block, by
the chain rule, so that a network of 110 layers needs no more memory than what leaves its blocks.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from resnet_core.network.accounting import account
from resnet_core.network.depth import layer_numbers
from resnet_core.network.graph import INPUT, Node, walk
from resnet_core.network.spec import Conv, Dense, Gate
from resnet_core.probes.gradient_setting import CLASSES, Setting, pieces, spec_of, zeroed
from resnet_core.probes.passing import Layers
from resnet_core.probes.question import Start

KEPT_VALUES = 60_000_000
"""Values on the edges of a pass, all pictures together, that are kept for the way back; of larger ones only
what leaves the blocks is kept, and each block is passed once more."""


@dataclass(frozen=True)
class Kernel:
    """One layer with a kernel.

    Attributes:
        name: of the layer, as in `graph.walk`.
        layer: its number from the input on, from 1; `depth` is that of the last, dense layer.
        gradient: Euclidean norm of dL/dW.
        shortcut: whether it stands on a shortcut, where layers are not counted.
    """

    name: str
    layer: int
    gradient: float
    shortcut: bool = False


@dataclass(frozen=True)
class Profile:
    """What was measured with one seed; the rows about points have one value for the stem and each block.

    Attributes:
        setting: of the measurement.
        points: `stem`, `conv2_block1`, ...: what leaves it is x there.
        layers: how many layers lie between the input and each point.
        gradients: Euclidean norm of dL/dx at each point, over all pictures and values.
        spreads: standard deviation of all values of x at each point.
        kernels: every layer with a kernel.
        loss: mean cross-entropy, in nats.
        seconds: that building and both passes took.
    """

    setting: Setting
    points: tuple[str, ...]
    layers: tuple[int, ...]
    gradients: tuple[float, ...]
    spreads: tuple[float, ...]
    kernels: tuple[Kernel, ...]
    loss: float
    seconds: float

    @property
    def reaching(self) -> float:
        """|dL/dx| behind the stem over that behind the last block but one; not a number where both are 0."""
        return ratio(self.gradients[0], self.gradients[-2])

    @property
    def kernel_ratio(self) -> float:
        """|dL/dW| of the second convolution on the main path over that of the last."""
        main = [one.gradient for one in self.kernels if not one.shortcut]
        return ratio(main[1], main[-2])


def ratio(first: float, second: float) -> float:
    """One over the other; infinity where only the second is 0, not a number where both are."""
    if second == 0:
        return float("inf") if first > 0 else float("nan")
    return first / second


def profile(setting: Setting, x: NDArray[np.uint8], y: NDArray[np.int64], dtype: str = "float32") -> Profile:
    """Measure the gradient at every depth, at initialisation.

    Args:
        setting: of the network; of its pictures the first `setting.pictures` are taken, made smaller to
            `setting.side`.
        x: (N, height, width, 3) of unsigned bytes, at least `setting.pictures`.
        y: (N,) labels from 0 to 5.
        dtype: of weights and arithmetic; networks are trained in 32-bit floats, which round what is smaller
            than about 1e-38 to 0.

    Raises:
        ValueError: too few pictures, a label out of range, or an own block that cannot be stacked.
    """
    from resnet_core.network.model import without_softmax

    if len(x) < setting.pictures or len(x) != len(y):
        raise ValueError(
            f"Expected at least {setting.pictures} pictures with labels, {len(x)} and {len(y)} came."
        )
    labels = y[: setting.pictures]
    if not ((labels >= 0) & (labels < CLASSES)).all():
        raise ValueError(f"Labels are whole numbers from 0 to {CLASSES - 1}.")
    began = time.perf_counter()
    spec = spec_of(setting)
    nodes = walk(spec)
    layers = Layers(
        Start(setting.seed, setting.initializer), batch=True, dtype=dtype, zeroed=zeroed(setting, nodes)
    )
    values = sum(math.prod(counted.output_shape) for counted in account(spec).layers)
    kept = values * setting.pictures <= KEPT_VALUES
    parts = pieces(spec)
    logits = [*parts[:-1], without_softmax(parts[-1])]
    loss, points, gradients = _there_and_back(layers, logits, pictures_of(setting, x, dtype), labels, kept)
    numbers = layer_numbers(nodes)
    names = [part[-1].name for part in parts[:-1]]
    return Profile(
        setting,
        ("stem", *(f"{part[0].stage}_block{part[0].block}" for part in parts[1:-1])),
        tuple(numbers[name] for name in names),
        tuple(norm for norm, _ in points),
        tuple(spread for _, spread in points),
        tuple(
            Kernel(node.name, numbers[node.name], gradients[node.name], node.part == "shortcut")
            for node in nodes
            if node.name in gradients
        ),
        loss,
        time.perf_counter() - began,
    )


def profiles(settings: Sequence[Setting], x: NDArray[np.uint8], y: NDArray[np.int64]) -> tuple[Profile, ...]:
    """`profile` of several settings, one after the other; pictures and errors as there."""
    return tuple(profile(setting, x, y) for setting in settings)


def _there_and_back(
    layers: Layers, parts: list[tuple[Node, ...]], x: Any, labels: NDArray[np.int64], kept: bool
) -> tuple[float, list[tuple[float, float]], dict[str, float]]:
    """The loss; norm of the gradient and spread of the values at each point; norms by kernel."""
    import tensorflow as tf

    entered, tapes = [x], []
    for part in parts[:-1]:
        tape, left = _through(layers, part, entered[-1], taped=kept)
        entered.append(left)
        tapes.append(tape)
    tape, logits = _through(layers, parts[-1], entered[-1], taped=True)
    with tape:
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
        loss = tf.reduce_mean(losses)
    kernels: dict[str, float] = {}
    upstream = _back(layers, parts[-1], (tape, entered[-1], loss), None, kernels)
    points: list[tuple[float, float]] = []
    for number in reversed(range(len(parts) - 1)):
        points.append((_norm(upstream), _spread(entered[number + 1])))
        tape, left = tapes[number], entered[number + 1]
        if tape is None:
            tape, left = _through(layers, parts[number], entered[number], taped=True)
        upstream = _back(layers, parts[number], (tape, entered[number], left), upstream, kernels)
        entered.pop()
    return float(loss), points[::-1], kernels


def _through(layers: Layers, part: tuple[Node, ...], start: Any, *, taped: bool) -> tuple[Any, Any]:
    """A tape, where one is wanted, and what leaves a part of the network."""
    import tensorflow as tf

    source = part[0].inputs[0]
    if not taped:
        return None, layers.run(part, {source: start})
    with tf.GradientTape() as tape:
        if source != INPUT:
            tape.watch(start)
        left = layers.run(part, {source: start})
    return tape, left


def _back(
    layers: Layers,
    part: tuple[Node, ...],
    passed: tuple[Any, Any, Any],
    upstream: Any,
    kernels: dict[str, float],
) -> Any:
    """The gradient at the start of a part; the norms of its kernels are added to `kernels`.

    Args:
        layers: of the network.
        part: of it.
        passed: the tape of the pass through the part, what entered and what left.
        upstream: the gradient at what left; None for the loss itself.
        kernels: by the name of the layer.
    """
    names = [node.name for node in part if isinstance(node.layer, (Conv, Dense, Gate))]
    tape, start, end = passed
    found = tape.gradient(end, [start, *map(layers.kernel, names)], output_gradients=upstream)
    kernels |= {name: _norm(one) for name, one in zip(names, found[1:], strict=True)}
    return found[0]


def _norm(value: Any) -> float:
    """In 64 bits, as the square of 1e-23 is less than the smallest 32-bit float; 0 where there is none.

    Summed by numpy itself: its matrix library would wake threads of its own for each of these short rows, and
    they wait for those of TensorFlow longer than they work.
    """
    return 0.0 if value is None else math.sqrt(np.square(value.numpy(), dtype=np.float64).sum())


def _spread(value: Any) -> float:
    return float(np.std(value.numpy(), dtype=np.float64))


def pictures_of(setting: Setting, x: NDArray[np.uint8], dtype: str) -> Any:
    """The pictures as the networks of this app see them, values from 0 to 1; or less their mean colour."""
    import tensorflow as tf

    side = (setting.side, setting.side)
    taken = [
        np.asarray(one if one.shape[:2] == side else _smaller(one, setting.side))
        for one in x[: setting.pictures]
    ]
    values = np.stack(taken) / 255
    return tf.constant(values - values.mean((0, 1, 2)) if setting.centred else values, dtype)


def _smaller(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(picture).resize((side, side), Image.Resampling.BOX))


@dataclass(frozen=True)
class Line:
    """One row over the seeds: the median and the range of each value."""

    low: tuple[float, ...]
    middle: tuple[float, ...]
    high: tuple[float, ...]


def line(rows: Sequence[Sequence[float]]) -> Line:
    """The median and range of rows of one length, value by value.

    Args:
        rows: one for each seed, at least one.
    """
    values = np.asarray(rows, np.float64)
    low, middle, high = values.min(0), np.median(values, 0), values.max(0)
    return Line(tuple(low.tolist()), tuple(middle.tolist()), tuple(high.tolist()))
