"""What each kind of layer does, in one sentence that a person who meets it for the first time understands."""

from __future__ import annotations

from functools import singledispatch

from resnet_core.network.layers import (
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

_FUNCTIONS = {
    "relu": "Sets what is negative to zero and leaves the rest as it is.",
    "sigmoid": "Squeezes every value into the range from 0 to 1.",
    "tanh": "Squeezes every value into the range from −1 to 1.",
    "softmax": "Turns the values into shares that add up to 1.",
    "linear": "Leaves every value as it is.",
}


@singledispatch
def explained(layer: Layer) -> str:
    """One sentence on what the layer does with the values of its picture."""
    raise TypeError(f"a layer is expected, got {layer!r}")


@explained.register
def _(layer: Conv) -> str:
    filters = "1 filter" if layer.filters == 1 else f"{layer.filters} filters"
    if layer.kernel == 1:
        what = f"Mixes the channels of each pixel with {filters}"
    else:
        what = f"Slides {filters} of {layer.kernel}×{layer.kernel} pixels over the maps"
    groups = f", in {layer.groups} groups of channels that do not see one another" if layer.groups > 1 else ""
    step = f", {layer.stride} pixels at a step" if layer.stride > 1 else ""
    return f"{what}{step}{groups}; each filter makes one map."


@explained.register
def _(layer: BatchNorm) -> str:
    start = "; its scale γ begins at 0, so at first nothing passes" if layer.gamma == "zeros" else ""
    return (
        f"Brings each channel to mean 0 and variance 1, then scales and shifts it by learnt γ and β{start}."
    )


@explained.register
def _(layer: Activation) -> str:
    return _FUNCTIONS.get(
        layer.function, f"Bends every value by {layer.function.replace('_', ' ')}, a smooth kin of ReLU."
    )


@explained.register
def _(layer: Dropout) -> str:
    return f"In training, sets {100 * layer.rate:g} % of the values to zero at random; later it does nothing."


@explained.register
def _(layer: MaxPool) -> str:
    return f"Keeps the largest of each {layer.size}×{layer.size} values of a channel."


@explained.register
def _(layer: AveragePool) -> str:
    return f"Takes the mean of each {layer.size}×{layer.size} values of a channel."


@explained.register
def _(layer: GlobalAveragePool) -> str:
    return "Takes the mean of all pixels of each channel."


@explained.register
def _(layer: ZeroPad) -> str:
    return f"Sets a frame of zeros, {layer.pixels} pixels wide, around each map."


@explained.register
def _(layer: Flatten) -> str:
    return "Writes all values of all maps in one row."


@explained.register
def _(layer: Dense) -> str:
    return f"Makes {layer.units} values, each a weighted sum of all that enter."


@explained.register
def _(layer: Subsample) -> str:
    return f"Keeps one pixel of each {layer.stride}×{layer.stride} and drops the others; nothing is learnt."


@explained.register
def _(layer: PadChannels) -> str:
    return f"Adds channels of zeros until there are {layer.filters}; nothing is learnt."


@explained.register
def _(layer: Scale) -> str:
    if layer.learnable:
        return f"Multiplies everything by one learnt number, which begins at {layer.value:g}."
    return f"Multiplies everything by {layer.value:g}, always."


@explained.register
def _(layer: Gate) -> str:
    share = "1 − g" if layer.complement else "g"
    return (
        f"Lets the share {share} of each value pass; the gate g is the sigmoid of a 1×1 convolution of the "
        f"same values, whose biases begin at {layer.bias:g}."
    )


@explained.register
def _(layer: Add) -> str:
    return "Adds branch and shortcut, value by value: F(x) + x."
