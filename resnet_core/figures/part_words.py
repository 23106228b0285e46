"""What the parts of a network are called on its map."""

from __future__ import annotations

from functools import lru_cache

from resnet_core.figures.outline import shortcut_of
from resnet_core.figures.text import plural, whole
from resnet_core.network.accounting import LayerAccount
from resnet_core.network.layers import (
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
    Subsample,
    ZeroPad,
)
from resnet_core.network.parts import Pair, Part


def part_title(part: Part) -> str:
    """What a part is called in a sentence: network, conv4, conv4 block 2, or the name of a layer."""
    return part.name.replace("_block", " block ") if part.fold == "block" else part.name


def part_words(pair: Pair) -> str:
    """What the row of a part says it is."""
    part = pair.part
    if part.fold == "network":
        return "Both networks" if len(pair.parts) > 1 else "Network"
    if part.fold == "stage":
        if part.children and part.children[0].fold == "block":
            counts = [len(one.children) for one in pair.parts if one is not None]
            both = " and ".join(dict.fromkeys(whole(count) for count in counts))
            return f"{part.name}, {both} {'block' if counts == [1] else 'blocks'}"
        return f"{part.name}, {plural(len(part.children), 'layer')}"
    if part.block is not None:
        kinds = {
            "none": "no shortcut",
            "identity": "identity",
            "projection": "projection",
            "padding": "padding",
        }
        own = [
            kinds[shortcut_of(one.block)] for one in pair.parts if one is not None and one.block is not None
        ]
        return f"Block {part.name.rpartition('_block')[2]}, {' and '.join(dict.fromkeys(own))}"
    assert isinstance(part.counts, LayerAccount)
    node = part.counts.node
    where = f"{node.part}: " if node.part in ("branch", "shortcut", "entry") else ""
    return f"{where}{layer_words(node.layer)}"


@lru_cache(maxsize=1024)
def layer_words(layer: Layer) -> str:
    """A layer in a few words: convolution 3×3, 64 filters, stride 2."""
    names = {"relu": "ReLU", "bn": "batch norm", "add": "addition"}
    words = names.get(layer.kind, layer.kind.replace("_", " "))
    match layer:
        case Conv():
            words = f"convolution {layer.kernel}×{layer.kernel}, {plural(layer.filters, 'filter')}"
            words += f", stride {layer.stride}" if layer.stride > 1 else ""
            words += f", {layer.groups} groups" if layer.groups > 1 else ""
        case BatchNorm(gamma="zeros"):
            words = "batch norm, gamma from 0"
        case Dropout():
            words = f"dropout, rate {layer.rate:g}"
        case ZeroPad():
            words = f"zero padding, {plural(layer.pixels, 'pixel')}"
        case MaxPool() | AveragePool():
            kind = "max" if isinstance(layer, MaxPool) else "average"
            words = f"{kind} pooling {layer.size}×{layer.size}, stride {layer.stride}"
        case GlobalAveragePool():
            words = "global average pooling"
        case Dense():
            words = f"dense, {plural(layer.units, 'unit')}, {layer.activation}"
        case Subsample():
            words = f"subsampling, stride {layer.stride}"
        case PadChannels():
            words = f"zero maps, up to {whole(layer.filters)}"
        case Scale():
            words = f"scale {layer.value:g}{', learnable' if layer.learnable else ''}"
        case Gate():
            words = f"gate {'1 − g' if layer.complement else 'g'}, biases from {layer.bias:g}"
    return words
