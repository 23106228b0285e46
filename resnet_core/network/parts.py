"""A network as a tree of parts at four folds, network, stage, block and layer; and two trees side by side."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from typing import Literal

from resnet_core.network.accounting import Account, BlockAccount, Counts, LayerAccount, account
from resnet_core.network.spec import BlockSpec, Conv, Dense, NetworkSpec, Shape

Fold = Literal["network", "stage", "block", "layer"]
FOLDS: tuple[Fold, ...] = ("network", "stage", "block", "layer")
ROOT = "network"
"""The name of the part that holds all others."""


@dataclass(frozen=True)
class Part:
    """One row of the map.

    Attributes:
        name: as in `accounting.Counts`; `ROOT` for the whole.
        fold: how deep it lies; stem and head lie where stages do, and hold layers.
        counts: shapes, parameters, multiply-adds, receptive field.
        layers: all layers in it, itself where it is one.
        block: what the block is; `None` for other parts.
        children: the parts in it.
    """

    name: str
    fold: Fold
    counts: Counts
    layers: tuple[LayerAccount, ...]
    children: tuple[Part, ...] = ()
    block: BlockSpec | None = None

    @property
    def enters(self) -> Shape:
        """The shape that enters."""
        return self.counts.input_shape

    @cached_property
    def depth(self) -> int:
        """Its layers as He et al. 2015 count them."""
        return depth(self.layers)

    @cached_property
    def activations(self) -> int:
        """The values that leave its layers for one picture; training keeps most of them for the way back."""
        return sum(math.prod(layer.output_shape) for layer in self.layers)


@dataclass(frozen=True)
class Pair:
    """What stands in one place of two networks; a part is `None` where that network has none there."""

    parts: tuple[Part | None, ...]
    children: tuple[Pair, ...]

    @property
    def part(self) -> Part:
        """The first that there is; name and fold are those of both."""
        return next(part for part in self.parts if part is not None)

    @cached_property
    def differs(self) -> bool:
        """Whether the two are not the same layers on the same shapes; names do not count."""
        if len(self.parts) == 1:
            return False
        one, other = self.parts
        return one is None or other is None or _substance(one) != _substance(other)


def depth(layers: Iterable[LayerAccount]) -> int:
    """Counts layers as He et al. 2015 do: convolutions and dense layers, without those of shortcuts."""
    return sum(isinstance(each.node.layer, (Conv, Dense)) and each.node.part != "shortcut" for each in layers)


@lru_cache(maxsize=32)
def tree(spec: NetworkSpec) -> Part:
    """The whole network with everything in it.

    Raises:
        ShapeError: shapes do not fit, as in `accounting.account`.
    """
    counted = account(spec)
    return Part(ROOT, "network", counted, counted.layers, tuple(_stages(spec, counted)))


def paired(*roots: Part) -> Pair:
    """One or two trees as one: parts of the same name stand side by side, others in their order."""
    return _pair(roots)


def foldable(root: Part) -> Iterator[str]:
    """The names of all parts that hold others."""
    if root.children:
        yield root.name
        for child in root.children:
            yield from foldable(child)


def _stages(spec: NetworkSpec, counted: Account) -> Iterator[Part]:
    if counted.stem.layers:
        yield _ends(counted.stem)
    for stage, stage_counts in zip(spec.stages, counted.stages, strict=True):
        blocks = tuple(
            Part(each.name, "block", each, each.layers, _layers(each), block)
            for block, each in zip(stage.blocks, stage_counts.blocks, strict=True)
        )
        layers = tuple(layer for block in blocks for layer in block.layers)
        yield Part(stage.name, "stage", stage_counts, layers, blocks)
    if counted.head.layers:
        yield _ends(counted.head)


def _ends(counts: BlockAccount) -> Part:
    return Part(counts.name, "stage", counts, counts.layers, _layers(counts))


def _layers(counts: BlockAccount) -> tuple[Part, ...]:
    return tuple(Part(layer.name, "layer", layer, (layer,)) for layer in counts.layers)


def _pair(parts: Sequence[Part | None]) -> Pair:
    if len(parts) == 1:
        (only,) = parts
        assert only is not None
        return Pair((only,), tuple(_pair((child,)) for child in only.children))
    one, other = ({child.name: child for child in part.children} if part else {} for part in parts)
    names = _in_order(list(one), list(other))
    return Pair(tuple(parts), tuple(_pair((one.get(name), other.get(name))) for name in names))


def _in_order(one: list[str], other: list[str]) -> list[str]:
    """The names of both lists, each once, in an order that keeps that of the first."""
    names = []
    for _, start, end, other_start, other_end in SequenceMatcher(None, one, other, False).get_opcodes():
        names += one[start:end]
        names += [name for name in other[other_start:other_end] if name not in one]
    return names


def _substance(part: Part) -> object:
    counts = part.counts
    return counts.receptive_field, [
        (layer.node.layer, layer.node.part, layer.input_shape, layer.output_shape) for layer in part.layers
    ]
