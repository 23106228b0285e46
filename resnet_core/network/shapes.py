"""What one layer does to a shape, which variables it holds and what it costs; without TensorFlow.

Shapes are without the batch: (height, width, channels) of maps or (values,) of a vector.
"""

from __future__ import annotations

import math
from functools import singledispatch

from resnet_core.network.spec import (
    Add,
    AveragePool,
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    Gate,
    GlobalAveragePool,
    Layer,
    MaxPool,
    PadChannels,
    Scale,
    Shape,
    Subsample,
    ZeroPad,
)

_ON_MAPS = (Conv, MaxPool, AveragePool, GlobalAveragePool, Subsample, ZeroPad, PadChannels, Gate)


class ShapeError(ValueError):
    """A layer cannot work on the shape that reaches it; the message says which shapes met."""


def written(shape: Shape) -> str:
    """The shape for people, for instance `16 x 16 x 64`."""
    return " x ".join(map(str, shape))


def window(layer: Layer, size: int) -> tuple[int, int, int]:
    """How a layer looks along one side of a map of `size` pixels.

    Returns:
        The pixels that one output value covers, the stride, and the zeros set before the first pixel. For
        padding `same` these zeros are Keras': half of what is missing, rounded down.
    """
    match layer:
        case Conv(kernel=covered, stride=stride, padding=padding):
            return covered, stride, _zeros_before(size, covered, stride, padding)
        case MaxPool() | AveragePool():
            return layer.size, layer.stride, _zeros_before(size, layer.size, layer.stride, layer.padding)
        case Subsample():
            return 1, layer.stride, 0
        case ZeroPad():
            return 1, 1, layer.pixels
        case GlobalAveragePool() | Flatten():
            return size, size, 0
    return 1, 1, 0


def _zeros_before(size: int, covered: int, stride: int, padding: str) -> int:
    if padding == "valid":
        return 0
    return max((_steps(size, stride) - 1) * stride + covered - size, 0) // 2


def _steps(size: int, stride: int) -> int:
    return -(-size // stride)


def output_shape(layer: Layer, inputs: tuple[Shape, ...]) -> Shape:
    """The shape that leaves `layer`; an addition has two inputs (branch, shortcut), all others one.

    Raises:
        ShapeError: the layer cannot work on these shapes.
    """
    if isinstance(layer, Add):
        branch, shortcut = inputs
        if branch != shortcut:
            raise ShapeError(f"the branch brings {written(branch)}, the shortcut {written(shortcut)}")
        return branch
    (shape,) = inputs
    if isinstance(layer, _ON_MAPS) and len(shape) != 3:
        raise ShapeError(f"it needs maps of height x width x channels, and {written(shape)} values reach it")
    return _behind(layer, shape)


@singledispatch
def _behind(layer: Layer, shape: Shape) -> Shape:
    return shape  # batch norm, activations, dropout and scale work value by value, a gate pixel by pixel


@_behind.register
def _(layer: Conv, shape: Shape) -> Shape:
    if shape[2] % layer.groups:
        raise ShapeError(f"{shape[2]} channels do not divide into {layer.groups} groups")
    return (*_slid(shape, layer.kernel, layer.stride, layer.padding), layer.filters)


@_behind.register(MaxPool)
@_behind.register(AveragePool)
def _(layer: MaxPool | AveragePool, shape: Shape) -> Shape:
    return (*_slid(shape, layer.size, layer.stride, layer.padding), shape[2])


@_behind.register
def _(layer: Subsample, shape: Shape) -> Shape:
    return (*_slid(shape, 1, layer.stride, "valid"), shape[2])


@_behind.register
def _(layer: ZeroPad, shape: Shape) -> Shape:
    return (shape[0] + 2 * layer.pixels, shape[1] + 2 * layer.pixels, shape[2])


@_behind.register
def _(layer: PadChannels, shape: Shape) -> Shape:
    if layer.filters < shape[2]:
        raise ShapeError(f"zero padding cannot make {layer.filters} channels of {shape[2]}")
    return (*shape[:2], layer.filters)


@_behind.register
def _(layer: GlobalAveragePool, shape: Shape) -> Shape:
    return shape[2:]


@_behind.register
def _(layer: Flatten, shape: Shape) -> Shape:
    return (math.prod(shape),)


@_behind.register
def _(layer: Dense, shape: Shape) -> Shape:
    if len(shape) != 1:
        raise ShapeError(f"it needs a vector, and maps of {written(shape)} reach it")
    return (layer.units,)


def _slid(shape: Shape, covered: int, stride: int, padding: str) -> tuple[int, int]:
    if padding == "same":
        return _steps(shape[0], stride), _steps(shape[1], stride)
    if min(shape[:2]) < covered:
        raise ShapeError(f"a window of {covered} x {covered} does not fit into maps of {written(shape)}")
    return (shape[0] - covered) // stride + 1, (shape[1] - covered) // stride + 1


def variables(layer: Layer, shape: Shape) -> dict[str, Shape]:
    """The shapes of the layer's variables by Keras' names when maps or a vector of `shape` enter it.

    Those that begin with `moving_` are not trained.
    """
    channels = shape[-1]
    match layer:
        case Conv():
            kernel = (layer.kernel, layer.kernel, channels // layer.groups, layer.filters)
            return {"kernel": kernel, "bias": (layer.filters,)} if layer.use_bias else {"kernel": kernel}
        case BatchNorm():
            return dict.fromkeys(("gamma", "beta", "moving_mean", "moving_variance"), (channels,))
        case Dense():
            return {"kernel": (channels, layer.units), "bias": (layer.units,)}
        case Gate():
            return {"kernel": (1, 1, channels, channels), "bias": (channels,)}
        case Scale(learnable=True):
            return {"scale": ()}
    return {}


def parameters(layer: Layer, shape: Shape) -> tuple[int, int]:
    """All parameters, and those of them that are trained, when `shape` enters the layer."""
    counts = {name: math.prod(variable) for name, variable in variables(layer, shape).items()}
    still = sum(count for name, count in counts.items() if name.startswith("moving_"))
    total = sum(counts.values())
    return total, total - still


def multiply_adds(layer: Layer, shape: Shape, output: Shape) -> int:
    """Products that are summed in convolutions and dense layers for one picture, biases not counted.

    This is what He et al. 2015, Table 1, calls FLOPs; batch norm, activations, pooling and additions are
    left out there and here.
    """
    match layer:
        case Conv():
            return math.prod(output) * layer.kernel**2 * (shape[2] // layer.groups)
        case Dense():
            return shape[0] * layer.units
        case Gate():
            return math.prod(output) * shape[2]
    return 0
