"""What a layer is called in a sentence, and where it stands."""

from __future__ import annotations

from functools import singledispatch

from resnet_core.network.editing import Place
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
    Layer,
    MaxPool,
    PadChannels,
    Scale,
    Subsample,
    ZeroPad,
)

ON = {
    "entry": "before the fork",
    "branch": "on the branch",
    "shortcut": "on the shortcut",
    "exit": "after the addition",
}
"""Where the layers of a part stand, by its name."""


@singledispatch
def called(layer: Layer) -> str:
    """A layer in a sentence, without an article: `3×3 convolution with 64 filters`."""
    return {Gate: "gate", Flatten: "flattening", Add: "addition"}.get(type(layer), "mean of all pixels")


@called.register
def _(layer: Conv) -> str:
    step = f" and a stride of {layer.stride}" if layer.stride > 1 else ""
    many = "1 filter" if layer.filters == 1 else f"{layer.filters} filters"
    return f"{layer.kernel}×{layer.kernel} convolution with {many}{step}"


@called.register
def _(layer: BatchNorm) -> str:
    return "batch norm" + (" whose γ begins at 0" if layer.gamma == "zeros" else "")


@called.register
def _(layer: Activation) -> str:
    return "ReLU" if layer.function == "relu" else layer.function.replace("_", " ")


@called.register
def _(layer: Dropout) -> str:
    return f"dropout of {layer.rate:g}"


@called.register
def _(layer: Scale) -> str:
    return f"learnt scale that begins at {layer.value:g}" if layer.learnable else f"scale of {layer.value:g}"


@called.register(MaxPool)
@called.register(AveragePool)
def _(layer: MaxPool | AveragePool) -> str:
    return f"{'max' if isinstance(layer, MaxPool) else 'mean'} pooling of {layer.size}×{layer.size}"


@called.register
def _(layer: Subsample) -> str:
    return f"subsampling by {layer.stride}"


@called.register
def _(layer: PadChannels) -> str:
    return f"padding with zero maps up to {layer.filters}"


@called.register
def _(layer: ZeroPad) -> str:
    return f"frame of zeros, {layer.pixels} pixels wide"


@called.register
def _(layer: Dense) -> str:
    return f"dense layer with {layer.units} units"


def a(layer: Layer) -> str:
    """The same with its article: `a ReLU`, `an 11×11 convolution with 1 filter`."""
    name = called(layer)
    return f"an {name}" if name[0] in "aeiou8" or name.startswith(("11×", "18×")) else f"a {name}"


def kind_called(layer: Layer) -> str:
    """The kind of a layer, without its values: `convolution`, `batch norm`."""
    kinds: dict[type, str] = {Conv: "convolution", BatchNorm: "batch norm", Scale: "scale"}
    return kinds.get(type(layer)) or called(layer)


def placed(place: Place) -> str:
    """Where a layer stands, counted from 1: `layer 3 of the branch`."""
    return f"layer {place.index + 1} {ON[place.part].replace('on the', 'of the')}"


def counted(number: int) -> str:
    """A whole number with a thin space between thousands, and the minus sign."""
    return f"{number:,}".replace(",", "\u202f").replace("-", "\u2212")


def timed(shape: tuple[int, ...]) -> str:
    """A shape as pages write it: `16×16×64`."""
    return "×".join(map(str, shape))
