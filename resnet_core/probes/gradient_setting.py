"""Which network a gradient profile is measured in, on how many pictures: small, frozen, without TensorFlow.

All networks have three stages of 16, 32 and 64 filters and 6n+2 layers (He et al. 2015, section 4.2), n
blocks in each stage. What a setting changes is changed in the description; everything else reads that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from resnet_core.network import blocktext
from resnet_core.network.blocks import with_batch_norm
from resnet_core.network.catalogue import network, without_batch_norm
from resnet_core.network.graph import Node, walk
from resnet_core.network.layers import ACTIVATIONS, choice, flag, number, whole
from resnet_core.network.spec import (
    Activation,
    BatchNorm,
    BlockSpec,
    Conv,
    Gate,
    Layers,
    NetworkSpec,
    PadChannels,
    Scale,
    Subsample,
)
from resnet_core.network.stacking import StagePlan, stack

CLASSES = 6
KINDS = ("plain", "residual", "preactivation", "scaled", "own")
"""`scaled` is residual with every branch times 1/sqrt(L), L the number of blocks."""
INITIALIZERS = ("he_normal", "glorot_uniform", "orthogonal")
OPTIONS = ("A", "B")
SHORTCUTS = ("identity", "scaled", "gated")
BRANCHES = ("one", "zero", "sqrt")
FUNCTIONS = tuple(name for name in ACTIVATIONS if name != "softmax")
LEAST_DEPTH, MOST_DEPTH, MOST_SEED, MOST_PICTURES = 8, 110, 9999, 64
FIRST_FILTERS = 16


@dataclass(frozen=True)
class Setting:
    """What a profile is measured with.

    Attributes:
        kind: one of `KINDS`.
        depth: layers, 6n+2.
        batch_norm: whether there is batch norm; an own block is stripped of its own without.
        initializer: of all kernels; biases start at zero.
        zero_init: whether the last layer of every branch starts at zero: the scale of its batch norm, or the
            kernel of its convolution (Goyal et al. 2017, section 5.1; Zhang et al. 2019, Fixup).
        option: of the shortcuts that change the shape, as in He et al. 2015, section 3.3.
        shortcut: what stands on every shortcut besides: nothing, a number, or a gate 1 - g (He et al. 2016,
            section 3.1).
        value: that number, or the bias of the gate; without meaning for the identity.
        branch: what every branch is multiplied by: `one`, nothing; `zero`, a learnable number that starts
            at 0 (ReZero, SkipInit); `sqrt`, 1/sqrt(L).
        activation: in place of every ReLU, by its Keras name.
        width: factor on 16, 32 and 64 filters.
        block: the text of an own block (`network.blocktext`); "" for other kinds.
        seed: of all kernels; each draws from a seed of its own, made of this one and the layer's name.
        pictures: how many.
        side: their height and width in pixels.
        centred: whether the mean colour of the pictures is subtracted; the networks that this app trains see
            values from 0 to 1.
    """

    kind: str = "residual"
    depth: int = 20
    batch_norm: bool = True
    initializer: str = "he_normal"
    zero_init: bool = False
    option: str = "A"
    shortcut: str = "identity"
    value: float = 1.0
    branch: str = "one"
    activation: str = "relu"
    width: float = 1.0
    block: str = ""
    seed: int = 0
    pictures: int = 64
    side: int = 64
    centred: bool = False

    def __post_init__(self) -> None:
        choice("the kind", self.kind, KINDS)
        whole("the depth", self.depth, LEAST_DEPTH, MOST_DEPTH)
        if self.depth % 6 != 2:
            raise ValueError(f"the depth must be 6n+2, such as 20 or 56, got {self.depth}")
        choice("the initialiser", self.initializer, INITIALIZERS)
        choice("the option", self.option, OPTIONS)
        choice("the shortcut", self.shortcut, SHORTCUTS)
        choice("the branch", self.branch, BRANCHES)
        choice("the activation", self.activation, FUNCTIONS)
        for name in ("batch_norm", "zero_init", "centred"):
            flag(name, getattr(self, name))
        number("the value on the shortcut", self.value, -10.0, 10.0)
        number("the width", self.width, 0.25, 2.0)
        whole("the seed", self.seed, 0, MOST_SEED)
        whole("the number of pictures", self.pictures, 2, MOST_PICTURES)
        whole("the side", self.side, 16, 64)
        if (self.kind == "own") != bool(self.block):
            raise ValueError("a block is given where the kind is own, and only there")

    @property
    def blocks(self) -> int:
        """L: how many blocks there are, n in each of three stages."""
        return (self.depth - 2) // 2


def spec_of(setting: Setting) -> NetworkSpec:
    """The network of a setting.

    Raises:
        ValueError: an own block that cannot be read or stacked.
    """
    if setting.kind == "own":
        spec = _own(setting)
    else:
        stem = {"plain": "cifar_plain", "preactivation": "cifar_preact_resnet"}.get(
            setting.kind, "cifar_resnet"
        )
        spec = network(f"{stem}{setting.depth}", size=setting.side, classes=CLASSES, width=setting.width)
        spec = spec.change_layers(lambda layers: _with_function(layers, setting.activation))
        spec = spec.change_blocks(lambda block: _changed(block, setting))
    return spec if setting.batch_norm else without_batch_norm(spec)


def zeroed(setting: Setting, nodes: tuple[Node, ...]) -> frozenset[str]:
    """The names of the convolutions whose kernels start at zero.

    Args:
        setting: of the network.
        nodes: `walk(spec_of(setting))`.
    """
    if not setting.zero_init or setting.kind in ("plain", "own"):
        return frozenset()
    last: dict[tuple[str | None, int | None], Node] = {}
    for node in nodes:
        if node.part == "branch" and isinstance(node.layer, (Conv, BatchNorm)):
            last[node.stage, node.block] = node
    return frozenset(node.name for node in last.values() if isinstance(node.layer, Conv))


def pieces(spec: NetworkSpec) -> list[tuple[Node, ...]]:
    """The nodes of stem, every block, and head, in this order."""
    nodes = walk(spec)
    found = [tuple(node for node in nodes if node.part == "stem")]
    for stage in spec.stages:
        for block in range(1, len(stage.blocks) + 1):
            found.append(tuple(node for node in nodes if (node.stage, node.block) == (stage.name, block)))
    return [*found, tuple(node for node in nodes if node.part == "head")]


def _own(setting: Setting) -> NetworkSpec:
    """The own block in the place of the paper's: n in each stage, of 16, 32 and 64 channels times width."""
    block, shape = blocktext.read(setting.block)
    count, first = (setting.depth - 2) // 6, FIRST_FILTERS / shape[-1]
    plan = StagePlan((count,) * 3, (first, 2 * first, 4 * first), (1, 2, 2), "small")
    if not (block.entry or block.branch or block.shortcut is not None or block.exit):
        raise ValueError("A block without any layer and without a sum has no gradient of its own.")
    return stack(block, shape, plan, size=setting.side, classes=CLASSES, width=setting.width)


def _changed(block: BlockSpec, setting: Setting) -> BlockSpec:
    shortcut = block.shortcut
    if shortcut is None:
        return block
    if setting.zero_init:
        block = with_batch_norm(block, zero_gamma=True)
    return replace(block, shortcut=_shortcut(shortcut, setting), branch=(*block.branch, *_branch(setting)))


def _branch(setting: Setting) -> Layers:
    if setting.kind == "scaled" or setting.branch == "sqrt":
        return (Scale(1 / math.sqrt(setting.blocks)),)
    return (Scale(0.0, learnable=True),) if setting.branch == "zero" else ()


def _shortcut(layers: Layers, setting: Setting) -> Layers:
    if setting.option == "B" and layers:
        stride = next(layer.stride for layer in layers if isinstance(layer, Subsample))
        filters = next(layer.filters for layer in layers if isinstance(layer, PadChannels))
        norm: Layers = () if setting.kind == "preactivation" else (BatchNorm(),)
        layers = (Conv(filters, 1, stride, "valid", use_bias=False), *norm)
    more: dict[str, Layers] = {
        "identity": (),
        "scaled": (Scale(setting.value),),
        "gated": (Gate(setting.value),),
    }
    return (*layers, *more[setting.shortcut])


def _with_function(layers: Layers, function: str) -> Layers:
    return tuple(Activation(function) if isinstance(layer, Activation) else layer for layer in layers)
