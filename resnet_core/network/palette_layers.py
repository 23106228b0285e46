"""The layers that a block can be built from by hand, each as it is when it is set into an edge.

A new layer keeps the number of maps, so that setting one in breaks as little as it can.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from resnet_core.network.editing import layer_at, places
from resnet_core.network.spec import (
    Activation,
    AveragePool,
    BatchNorm,
    BlockSpec,
    Conv,
    Dropout,
    Gate,
    Layer,
    MaxPool,
    PadChannels,
    Scale,
    Subsample,
    ZeroPad,
)


@dataclass(frozen=True)
class Offered:
    """A layer that can be set in.

    Attributes:
        title: what its button says.
        make: the layer, from the block that it goes into and the number of maps that reach it.
        key: the letter that sets it in from the keyboard; empty for the rarer ones.
    """

    title: str
    make: Callable[[BlockSpec, int], Layer]
    key: str = ""


def _like(block: BlockSpec, usual: Layer) -> Layer:
    """The usual layer with the habits of those of its kind that the block has already."""
    for place in places(block):
        layer = layer_at(block, place)
        if isinstance(usual, BatchNorm) and isinstance(layer, BatchNorm):
            return replace(layer, gamma="ones")
        if isinstance(usual, Conv) and isinstance(layer, Conv):
            return replace(usual, use_bias=layer.use_bias)
    return usual


def _conv(kernel: int) -> Callable[[BlockSpec, int], Layer]:
    padding = "valid" if kernel == 1 else "same"
    return lambda block, channels: _like(block, Conv(channels, kernel, 1, padding))


def _as_it_is(layer: Layer) -> Callable[[BlockSpec, int], Layer]:
    return lambda block, channels: layer


PALETTE = {
    "conv1": Offered("1×1 conv", _conv(1), "1"),
    "conv3": Offered("3×3 conv", _conv(3), "3"),
    "bn": Offered("batch norm", lambda block, channels: _like(block, BatchNorm()), "b"),
    "relu": Offered("ReLU", _as_it_is(Activation("relu")), "r"),
    "dropout": Offered("dropout", _as_it_is(Dropout(0.5)), "o"),
    "maxpool": Offered("max pool", _as_it_is(MaxPool(2, 2)), "m"),
    "meanpool": Offered("mean pool", _as_it_is(AveragePool(2, 2)), "a"),
    "scale": Offered("scale", _as_it_is(Scale(0.5)), "s"),
    "gate": Offered("gate", _as_it_is(Gate()), "g"),
    "zeros": Offered("zero maps", lambda block, channels: PadChannels(2 * channels)),
    "subsample": Offered("subsample", _as_it_is(Subsample(2))),
    "pad": Offered("zero pad", _as_it_is(ZeroPad(1))),
}
"""By the name in acts, in the order of their buttons."""
