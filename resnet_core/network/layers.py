"""The layers that a network can be made of, as small frozen descriptions without TensorFlow.

Each class carries the arguments of the Keras layer it stands for and the first part of the names that
its layers get. Every value is checked when a description is made, because descriptions also come from
addresses and files: a wrong value raises `ValueError` with what was expected and what came.
"""

from __future__ import annotations

import reprlib
from dataclasses import dataclass
from typing import ClassVar

ACTIVATIONS = (
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "tanh",
    "sigmoid",
    "softplus",
    "softmax",
    "linear",
)
PADDINGS = ("valid", "same")
GAMMAS = ("ones", "zeros")

_MOST_FILTERS = 65_536


def shown(value: object) -> str:
    """A value that may be a stranger's, for a sentence: its `repr`, at most 80 characters of it."""
    return reprlib.repr(value)[:80]


def whole(what: str, value: object, low: int, high: int) -> None:
    """Raise `ValueError` unless `value` is an integer (not a boolean) from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{what} must be a whole number from {low} to {high}, got {shown(value)}")


def number(what: str, value: object, low: float, high: float) -> None:
    """Raise `ValueError` unless `value` is a finite number (not a boolean) from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise ValueError(f"{what} must be a number from {low:g} to {high:g}, got {shown(value)}")


def choice(what: str, value: object, allowed: tuple[str, ...]) -> None:
    """Raise `ValueError` unless `value` is one of the words `allowed`."""
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{what} must be one of {', '.join(allowed)}, got {shown(value)}")


def flag(what: str, value: object) -> None:
    """Raise `ValueError` unless `value` is True or False."""
    if not isinstance(value, bool):
        raise ValueError(f"{what} must be true or false, got {shown(value)}")


@dataclass(frozen=True)
class Conv:
    """A square 2-D convolution (`Conv2D`); `padding` as in Keras, `groups` as in ResNeXt."""

    kind: ClassVar[str] = "conv"
    filters: int
    kernel: int
    stride: int = 1
    padding: str = "same"
    use_bias: bool = True
    groups: int = 1

    def __post_init__(self) -> None:
        whole("filters", self.filters, 1, _MOST_FILTERS)
        whole("kernel", self.kernel, 1, 63)
        whole("stride", self.stride, 1, 63)
        choice("padding", self.padding, PADDINGS)
        flag("use_bias", self.use_bias)
        whole("groups", self.groups, 1, self.filters)
        if self.filters % self.groups:
            raise ValueError(f"filters must divide into {self.groups} groups, got {self.filters} filters")


@dataclass(frozen=True)
class BatchNorm:
    """Batch normalisation over the channels; the defaults are those of `keras.applications.ResNet50`.

    `gamma="zeros"` starts the scale at zero (Goyal et al. 2017, section 5.1).
    """

    kind: ClassVar[str] = "bn"
    momentum: float = 0.99
    epsilon: float = 1.001e-5
    gamma: str = "ones"

    def __post_init__(self) -> None:
        number("momentum", self.momentum, 0.0, 1.0)
        number("epsilon", self.epsilon, 0.0, 1.0)
        choice("gamma", self.gamma, GAMMAS)


@dataclass(frozen=True)
class Activation:
    """An activation function, by its Keras name; its layers are named after the function."""

    function: str = "relu"

    def __post_init__(self) -> None:
        choice("function", self.function, ACTIVATIONS)

    @property
    def kind(self) -> str:
        """The first part of the layer's name, for instance `relu`."""
        return self.function


@dataclass(frozen=True)
class Dropout:
    """Dropout of single values with probability `rate` during training."""

    kind: ClassVar[str] = "dropout"
    rate: float

    def __post_init__(self) -> None:
        number("rate", self.rate, 0.0, 0.999)


@dataclass(frozen=True)
class ZeroPad:
    """`pixels` rows and columns of zeros on all four sides (`ZeroPadding2D`)."""

    kind: ClassVar[str] = "pad"
    pixels: int

    def __post_init__(self) -> None:
        whole("pixels", self.pixels, 0, 63)


@dataclass(frozen=True)
class _Pool:
    """What both poolings share: a window of `size` x `size` pixels moved by `stride`."""

    kind: ClassVar[str] = "pool"
    size: int
    stride: int
    padding: str = "valid"

    def __post_init__(self) -> None:
        whole("size", self.size, 1, 63)
        whole("stride", self.stride, 1, 63)
        choice("padding", self.padding, PADDINGS)


@dataclass(frozen=True)
class MaxPool(_Pool):
    """The largest value of each window (`MaxPooling2D`)."""


@dataclass(frozen=True)
class AveragePool(_Pool):
    """The mean of each window (`AveragePooling2D`)."""


@dataclass(frozen=True)
class GlobalAveragePool:
    """The mean of each whole map: height x width x channels becomes a vector of channels."""

    kind: ClassVar[str] = "pool"


@dataclass(frozen=True)
class Flatten:
    """All values of all maps in one vector."""

    kind: ClassVar[str] = "flatten"


@dataclass(frozen=True)
class Dense:
    """A fully connected layer with biases on a vector; `activation` by its Keras name."""

    kind: ClassVar[str] = "dense"
    units: int
    activation: str = "linear"

    def __post_init__(self) -> None:
        whole("units", self.units, 1, _MOST_FILTERS)
        choice("activation", self.activation, ACTIVATIONS)


@dataclass(frozen=True)
class Subsample:
    """Keep every `stride`-th pixel: the first half of shortcut option A (He et al. 2015, section 4.2)."""

    kind: ClassVar[str] = "subsample"
    stride: int

    def __post_init__(self) -> None:
        whole("stride", self.stride, 1, 63)


@dataclass(frozen=True)
class PadChannels:
    """Append maps of zeros until there are `filters`: the second half of shortcut option A."""

    kind: ClassVar[str] = "zeros"
    filters: int

    def __post_init__(self) -> None:
        whole("filters", self.filters, 1, _MOST_FILTERS)


@dataclass(frozen=True)
class Scale:
    """Multiply by one number, fixed or learnable from `value` on (SkipInit, De and Smith 2020; ReZero)."""

    kind: ClassVar[str] = "scale"
    value: float
    learnable: bool = False

    def __post_init__(self) -> None:
        number("value", self.value, -1e6, 1e6)
        flag("learnable", self.learnable)


@dataclass(frozen=True)
class Gate:
    """Multiply what enters, x, by a gate g(x), or by 1 - g(x) (He et al. 2016, section 3.1).

    The gate is the sigmoid of a 1x1 convolution of x, with as many filters as x has channels. Its biases all
    start at `bias`, b_g in the paper: far below zero the gate is shut, and 1 - g(x) lets x pass.
    """

    kind: ClassVar[str] = "gate"
    bias: float = -6.0
    complement: bool = True

    def __post_init__(self) -> None:
        number("bias", self.bias, -1e3, 1e3)
        flag("complement", self.complement)


@dataclass(frozen=True)
class Add:
    """The element-wise addition F(x) + x that ends a residual block (He et al. 2015, equation 1)."""

    kind: ClassVar[str] = "add"


Layer = (
    Conv
    | BatchNorm
    | Activation
    | Dropout
    | ZeroPad
    | MaxPool
    | AveragePool
    | GlobalAveragePool
    | Flatten
    | Dense
    | Subsample
    | PadChannels
    | Scale
    | Gate
    | Add
)
