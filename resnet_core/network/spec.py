"""A network described once: blocks of layers and stages of blocks; `record` turns it into JSON and back.

A residual block computes `exit(F(h) + s(h))` with `h = entry(x)`, where F is the `branch` and s the
`shortcut` (He et al. 2015, equations 1 and 2). A plain block has the same layers and no shortcut.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import get_args

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
    shown,
    whole,
)

__all__ = [
    "Activation",
    "Add",
    "AveragePool",
    "BatchNorm",
    "BlockSpec",
    "Conv",
    "Dense",
    "Dropout",
    "Flatten",
    "Gate",
    "GlobalAveragePool",
    "Layer",
    "Layers",
    "MaxPool",
    "NetworkSpec",
    "PadChannels",
    "Scale",
    "Shape",
    "StageSpec",
    "Subsample",
    "ZeroPad",
]

Shape = tuple[int, ...]
"""The shape of a picture or map without the batch: (height, width, channels), or (values,) of a vector."""

Layers = tuple[Layer, ...]

# Addition is what a block does with its two paths; it is never one of the layers on a path.
LAYER_KINDS: tuple[type, ...] = tuple(kind for kind in get_args(Layer) if kind is not Add)
MOST_LAYERS, MOST_BLOCKS, MOST_STAGES = 64, 1000, 16
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def _layers(what: str, value: object) -> None:
    if not isinstance(value, tuple) or len(value) > MOST_LAYERS:
        raise ValueError(f"{what} must be a tuple of at most {MOST_LAYERS} layers, got {shown(value)}")
    for layer in value:
        if type(layer) not in LAYER_KINDS:
            raise ValueError(f"{what} must hold layers, got {shown(layer)}")


def _parts(what: str, value: object, kind: type, most: int) -> None:
    if not isinstance(value, tuple) or len(value) > most or not all(isinstance(x, kind) for x in value):
        raise ValueError(f"{what} must be a tuple of at most {most} {kind.__name__}, got {shown(value)}")


def _name(what: str, value: object) -> None:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError(
            f"{what} must be 1 to 40 small letters, digits or underscores, beginning with a letter, "
            f"got {shown(value)}"
        )


@dataclass(frozen=True)
class BlockSpec:
    """A block: `entry` before the fork, `branch` F, `shortcut`, and `exit` after the addition.

    Attributes:
        branch: the layers of F.
        shortcut: `None` for a plain block (no addition), `()` for the identity, or the layers of a
            projection or of zero padding.
        exit: the layers after the addition, ReLU in He et al. 2015.
        entry: layers that both paths share, as in pre-activation blocks that change the shape
            (He et al. 2016, appendix).
    """

    branch: Layers
    shortcut: Layers | None = ()
    exit: Layers = ()
    entry: Layers = ()

    def __post_init__(self) -> None:
        for part in ("entry", "branch", "exit"):
            _layers(part, getattr(self, part))
        if self.shortcut is not None:
            _layers("shortcut", self.shortcut)


@dataclass(frozen=True)
class StageSpec:
    """Blocks in a row that work at one resolution, `conv2` to `conv5` in He et al. 2015, Table 1."""

    name: str
    blocks: tuple[BlockSpec, ...]

    def __post_init__(self) -> None:
        _name("the name of a stage", self.name)
        _parts(f"blocks of {self.name}", self.blocks, BlockSpec, MOST_BLOCKS)


@dataclass(frozen=True)
class NetworkSpec:
    """A whole network: `stem`, `stages`, `head`; `input_shape` is (height, width, channels) in pixels."""

    name: str
    title: str
    input_shape: tuple[int, int, int]
    stem: Layers
    stages: tuple[StageSpec, ...]
    head: Layers

    def __post_init__(self) -> None:
        _name("the name of a network", self.name)
        if not isinstance(self.title, str) or len(self.title) > 120 or not self.title.isprintable():
            raise ValueError(f"title must be at most 120 printable characters, got {shown(self.title)}")
        if not isinstance(self.input_shape, tuple) or len(self.input_shape) != 3:
            raise ValueError(f"input_shape must be height, width, channels, got {shown(self.input_shape)}")
        for side in self.input_shape:
            whole("each part of input_shape", side, 1, 4096)
        _layers("stem", self.stem)
        _layers("head", self.head)
        _parts("stages", self.stages, StageSpec, MOST_STAGES)
        names = [stage.name for stage in self.stages]
        if len(set(names)) < len(names):
            raise ValueError(f"each stage must have a name of its own, got {', '.join(names)}")

    def __hash__(self) -> int:
        """Counted once: what is kept of a network is asked for often, and ResNet-152 has 500 layers."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.name, self.title, self.input_shape, self.stem, self.stages, self.head))

    def __getstate__(self) -> dict[str, object]:
        """Without the hash, which another process counts differently."""
        return {name: value for name, value in self.__dict__.items() if name != "_hash"}

    def blocks(self) -> Iterator[BlockSpec]:
        """All blocks from the input to the output."""
        for stage in self.stages:
            yield from stage.blocks

    def change_blocks(self, change: Callable[[BlockSpec], BlockSpec]) -> NetworkSpec:
        """A copy of the network in which every block is `change(block)`."""
        stages = tuple(StageSpec(stage.name, tuple(map(change, stage.blocks))) for stage in self.stages)
        return replace(self, stages=stages)

    def change_layers(self, change: Callable[[Layers], Layers]) -> NetworkSpec:
        """A copy of the network in which every row of layers is `change(row)`: those of paths, stem, head."""

        def blocks(block: BlockSpec) -> BlockSpec:
            shortcut = None if block.shortcut is None else change(block.shortcut)
            return BlockSpec(change(block.branch), shortcut, change(block.exit), change(block.entry))

        return replace(self.change_blocks(blocks), stem=change(self.stem), head=change(self.head))
