"""Each layer as the call that makes it in Keras; the model and the source text both come from here.

Arguments that equal Keras' own defaults are left out, so that the text stays short.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import singledispatch

from resnet_core.network.spec import (
    Activation,
    Add,
    AveragePool,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Flatten,
    Gate,
    GlobalAveragePool,
    Layer,
    MaxPool,
    PadChannels,
    Scale,
    Subsample,
    ZeroPad,
)

OWN = {"Scale": "scale_layer.py", "Gate": "gate_layer.py"}
"""The layers that Keras does not bring, and the files beside this one in which their classes stand."""


@dataclass(frozen=True)
class Call:
    """A class of `keras.layers` (or one of our own, in `OWN`) and its arguments, by position and by name."""

    function: str
    positional: tuple[object, ...] = ()
    named: dict[str, object] = field(default_factory=dict)


@singledispatch
def keras_call(layer: Layer, channels: int) -> Call:
    """The call that makes `layer` for maps of `channels` channels, without name and initialisers.

    Raises:
        TypeError: for what is not a layer.
    """
    raise TypeError(f"a layer is expected, got {layer!r}")


@keras_call.register
def _(layer: Conv, channels: int) -> Call:
    defaults = {"strides": 1, "padding": "valid", "use_bias": True, "groups": 1}
    named = {
        "strides": layer.stride,
        "padding": layer.padding,
        "use_bias": layer.use_bias,
        "groups": layer.groups,
    }
    return Call("Conv2D", (layer.filters, layer.kernel), _without(defaults, named))


@keras_call.register
def _(layer: BatchNorm, channels: int) -> Call:
    defaults = {"momentum": 0.99, "epsilon": 1e-3, "gamma_initializer": "ones"}
    named = {"momentum": layer.momentum, "epsilon": layer.epsilon, "gamma_initializer": layer.gamma}
    return Call("BatchNormalization", (), _without(defaults, named))


@keras_call.register
def _(layer: Activation, channels: int) -> Call:
    return Call("Activation", (layer.function,))


@keras_call.register
def _(layer: Dropout, channels: int) -> Call:
    return Call("Dropout", (layer.rate,))


@keras_call.register
def _(layer: ZeroPad, channels: int) -> Call:
    return Call("ZeroPadding2D", (layer.pixels,))


@keras_call.register
def _(layer: MaxPool, channels: int) -> Call:
    return _pooling("MaxPooling2D", layer)


@keras_call.register
def _(layer: AveragePool, channels: int) -> Call:
    return _pooling("AveragePooling2D", layer)


@keras_call.register
def _(layer: GlobalAveragePool, channels: int) -> Call:
    return Call("GlobalAveragePooling2D")


@keras_call.register
def _(layer: Flatten, channels: int) -> Call:
    return Call("Flatten")


@keras_call.register
def _(layer: Dense, channels: int) -> Call:
    return Call("Dense", (layer.units,), _without({"activation": "linear"}, {"activation": layer.activation}))


@keras_call.register
def _(layer: Subsample, channels: int) -> Call:
    return Call("MaxPooling2D", (1,), {"strides": layer.stride})


@keras_call.register
def _(layer: PadChannels, channels: int) -> Call:
    # Keras pads rows and columns only; told that channels come first, it takes ours for the columns.
    padding = ((0, 0), (0, layer.filters - channels))
    return Call("ZeroPadding2D", (padding,), {"data_format": "channels_first"})


@keras_call.register
def _(layer: Scale, channels: int) -> Call:
    return Call("Scale" if layer.learnable else "Rescaling", (layer.value,))


@keras_call.register
def _(layer: Gate, channels: int) -> Call:
    return Call("Gate", (layer.bias, layer.complement))


@keras_call.register
def _(layer: Add, channels: int) -> Call:
    return Call("Add")


def _pooling(function: str, layer: MaxPool | AveragePool) -> Call:
    # Keras takes the window's side as the stride unless told otherwise.
    defaults: dict[str, object] = {"strides": layer.size, "padding": "valid"}
    named = {"strides": layer.stride, "padding": layer.padding}
    return Call(function, (layer.size,), _without(defaults, named))


def _without(defaults: dict[str, object], named: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in named.items() if value != defaults[key]}
