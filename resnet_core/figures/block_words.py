"""What is written on a layer in the picture of a block: two short lines, in the words of He et al. 2015."""

from __future__ import annotations

import re
from functools import singledispatch

from resnet_core.network.spec import (
    Activation,
    AveragePool,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
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

_FUNCTIONS = {
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "elu": "ELU",
    "selu": "SELU",
    "gelu": "GELU",
    "silu": "SiLU",
}
PATHS = {"entry": "before the fork", "branch": "on the branch", "shortcut": "on the shortcut"}
UNKNOWN = "?"
"""What stands for a shape that cannot be told, because a layer before it does not fit."""


@singledispatch
def words(layer: Layer) -> tuple[str, str]:
    """The name of a layer and what tells it from others of its kind, `3×3 conv` and `64, /2`.

    A stride of one, one group, a scale of batch norm that starts at one: what is usual is left out.
    """
    return layer.kind, ""


@words.register
def _(layer: Conv) -> tuple[str, str]:
    groups = f"g{layer.groups}" if layer.groups > 1 else ""
    return f"{layer.kernel}×{layer.kernel} conv", _joined(layer.filters, _by(layer.stride), groups)


@words.register
def _(layer: BatchNorm) -> tuple[str, str]:
    return "batch norm", "γ from 0" if layer.gamma == "zeros" else ""


@words.register
def _(layer: Activation) -> tuple[str, str]:
    return _FUNCTIONS.get(layer.function, layer.function), ""


@words.register
def _(layer: Dropout) -> tuple[str, str]:
    return "dropout", f"{layer.rate:g}"


@words.register(MaxPool)
@words.register(AveragePool)
def _(layer: MaxPool | AveragePool) -> tuple[str, str]:
    name = "max pool" if isinstance(layer, MaxPool) else "mean pool"
    return name, _joined(f"{layer.size}×{layer.size}", _by(layer.stride))


@words.register
def _(layer: GlobalAveragePool) -> tuple[str, str]:
    return "mean pool", "all pixels"


@words.register
def _(layer: ZeroPad) -> tuple[str, str]:
    return "zero pad", f"{layer.pixels} px"


@words.register
def _(layer: Subsample) -> tuple[str, str]:
    return "subsample", f"/{layer.stride}"


@words.register
def _(layer: PadChannels) -> tuple[str, str]:
    return "zero maps", f"up to {layer.filters}"


@words.register
def _(layer: Scale) -> tuple[str, str]:
    return "scale", f"{layer.value:g}, learnt" if layer.learnable else f"{layer.value:g}"


@words.register
def _(layer: Gate) -> tuple[str, str]:
    return "gate", f"{'1−g' if layer.complement else 'g'}, b {layer.bias:g}".replace("-", "−")


@words.register
def _(layer: Dense) -> tuple[str, str]:
    return "dense", str(layer.units)


def told(layer: Layer, part: str, before: Shape | None, after: Shape | None) -> str:
    """A layer in its place for a screen reader: `3×3 conv, 64, on the branch: 16×16×64 in, 16×16×64 out`."""
    where = PATHS.get(part, "after the addition" if part == "exit" else part)
    return f"{_joined(*words(layer), where)}: {whole_shape(before)} in, {whole_shape(after)} out"


def whole_shape(shape: Shape | None) -> str:
    """A shape in one line, `16×16×64`, or `UNKNOWN`."""
    return UNKNOWN if shape is None else "×".join(map(str, shape))


def two_lines(shape: Shape | None) -> tuple[str, str]:
    """A shape in two lines that stand over and under a short edge: `16×16` and `×64`."""
    if shape is None or len(shape) != 3:
        return whole_shape(shape), ""
    return f"{shape[0]}×{shape[1]}", f"×{shape[2]}"


def in_signs(sentence: str) -> str:
    """A sentence about shapes with the sign that diagrams use: `8 x 8 x 256` becomes `8×8×256`."""
    return re.sub(r"(?<=\d) x (?=\d)", "×", sentence)


def _by(stride: int) -> str:
    return f"/{stride}" if stride > 1 else ""


def _joined(*parts: object) -> str:
    return ", ".join(str(part) for part in parts if part)
