"""The pass through a trained network in NumPy: no library to load and nothing to build before an answer.

For a few pictures and a small network it takes a few hundredths of a second, where TensorFlow first needs
seconds to be imported and the network seconds to be built.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, singledispatch

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from resnet_core.network.graph import INPUT, walk
from resnet_core.network.layers import (
    Activation,
    Add,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    Layer,
    MaxPool,
    PadChannels,
    Subsample,
    ZeroPad,
)
from resnet_core.network.shapes import window
from resnet_core.network.spec import NetworkSpec
from resnet_core.network.weights import Weights

Maps = NDArray[np.float32]
#: A layer's own variables, by name.
Own = Callable[[str], NDArray[np.float32]]


def is_known(network: NetworkSpec) -> bool:
    """Whether every layer of a network can be worked out here; the residual networks of the papers can."""
    return all(_is_known(node.layer) for node in walk(network))


def numpy_logits(network: NetworkSpec, weights: Weights, images: NDArray[np.float32]) -> NDArray[np.float32]:
    """What enters the softmax of a trained network, with the moving averages of its batch norm.

    Args:
        network: one that `is_known`.
        weights: of every variable, by `layer/variable`.
        images: (N, height, width, channels), 0 to 1.

    Returns:
        (N, classes).

    Raises:
        TypeError: for a layer that is not known here.
    """
    found: dict[str, Maps] = {INPUT: images}
    last = images
    for node in walk(network):
        inputs = [found[name] for name in node.inputs]
        if isinstance(node.layer, Add):
            last = inputs[0] + inputs[1]
        else:
            last = _apply(node.layer, inputs[0], partial(_variable, weights, node.name))
        found[node.name] = last
    return last


def _variable(weights: Weights, layer: str, name: str) -> NDArray[np.float32]:
    return weights[f"{layer}/{name}"]


def _is_known(layer: Layer) -> bool:
    if isinstance(layer, Conv):
        return layer.groups == 1
    if isinstance(layer, MaxPool):
        return layer.padding == "valid"
    if isinstance(layer, Activation):
        return layer.function == "relu"
    if isinstance(layer, Dense):
        return layer.activation in ("linear", "softmax")
    return isinstance(
        layer,
        Add | BatchNorm | Dropout | Flatten | GlobalAveragePool | PadChannels | Subsample | ZeroPad,
    )


@singledispatch
def _apply(layer: Layer, x: Maps, own: Own) -> Maps:
    raise TypeError(f"{layer!r} cannot be worked out here")


@_apply.register
def _(layer: Conv, x: Maps, own: Own) -> Maps:
    kernel = own("kernel")
    if layer.kernel == 1:
        y = x[:, :: layer.stride, :: layer.stride] @ kernel[0, 0]
    else:
        # (N, height, width, channels, rows, columns) against (rows, columns, channels, filters)
        seen = _windows(layer, x, layer.kernel, layer.stride)
        count, height, width = seen.shape[:3]
        columns = seen.transpose(0, 1, 2, 4, 5, 3).reshape(count * height * width, -1)
        y = (columns @ kernel.reshape(-1, layer.filters)).reshape(count, height, width, layer.filters)
    return y + own("bias") if layer.use_bias else y


@_apply.register
def _(layer: MaxPool, x: Maps, own: Own) -> Maps:
    return _windows(layer, x, layer.size, layer.stride).max(axis=(-2, -1))


def _windows(layer: Conv | MaxPool, x: Maps, covered: int, stride: int) -> Maps:
    """Every window a layer looks at, (N, height, width, channels, rows, columns)."""
    if layer.padding == "same":
        rows, columns = (_zeros(layer, size, covered, stride) for size in x.shape[1:3])
        x = np.pad(x, ((0, 0), rows, columns, (0, 0)))
    return sliding_window_view(x, (covered, covered), axis=(1, 2))[:, ::stride, ::stride]


def _zeros(layer: Layer, size: int, covered: int, stride: int) -> tuple[int, int]:
    before = window(layer, size)[2]
    return before, max((-(-size // stride) - 1) * stride + covered - size - before, 0)


@_apply.register
def _(layer: BatchNorm, x: Maps, own: Own) -> Maps:
    scale = own("gamma") / np.sqrt(own("moving_variance") + np.float32(layer.epsilon))
    return x * scale + (own("beta") - own("moving_mean") * scale)


@_apply.register
def _(layer: Activation, x: Maps, own: Own) -> Maps:
    return np.maximum(x, 0)


@_apply.register
def _(layer: Dropout, x: Maps, own: Own) -> Maps:
    return x


@_apply.register
def _(layer: ZeroPad, x: Maps, own: Own) -> Maps:
    around = (layer.pixels, layer.pixels)
    return np.pad(x, ((0, 0), around, around, (0, 0)))


@_apply.register
def _(layer: Subsample, x: Maps, own: Own) -> Maps:
    return x[:, :: layer.stride, :: layer.stride]


@_apply.register
def _(layer: PadChannels, x: Maps, own: Own) -> Maps:
    return np.pad(x, ((0, 0), (0, 0), (0, 0), (0, layer.filters - x.shape[-1])))


@_apply.register
def _(layer: GlobalAveragePool, x: Maps, own: Own) -> Maps:
    return x.mean(axis=(1, 2))


@_apply.register
def _(layer: Flatten, x: Maps, own: Own) -> Maps:
    return x.reshape(len(x), -1)


@_apply.register
def _(layer: Dense, x: Maps, own: Own) -> Maps:
    """Without the softmax of the last one, which logits do not have."""
    return x @ own("kernel") + own("bias")
