"""A description unrolled into nodes in an order that can be computed.

Every reader of a network (accounting, Keras model, source code, diagram) goes through these nodes, so all
of them agree on what follows what and on every layer's name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from resnet_core.network.spec import Add, BlockSpec, Layer, Layers, NetworkSpec

INPUT = "input"
"""The name of the tensor that enters the network."""


@dataclass(frozen=True)
class Node:
    """One layer in its place.

    Attributes:
        name: unique in the network, for instance `conv3_block2_branch_conv1`.
        layer: what it computes.
        inputs: the names of the nodes it reads (or `INPUT`); two for an addition: branch, shortcut.
        part: `stem`, `entry`, `branch`, `shortcut`, `add`, `exit` or `head`.
        stage: the stage's name, `None` in stem and head.
        block: the block's number in its stage, from 1, `None` in stem and head.
    """

    name: str
    layer: Layer
    inputs: tuple[str, ...]
    part: str
    stage: str | None = None
    block: int | None = None


@lru_cache(maxsize=64)
def walk(spec: NetworkSpec) -> tuple[Node, ...]:
    """All layers of the network, each after those it reads: stem, stages block by block, head."""
    nodes = list(_chain(spec.stem, INPUT, "stem"))
    for stage in spec.stages:
        for number, block in enumerate(stage.blocks, start=1):
            nodes += block_nodes(block, output_of(nodes), stage.name, number)
    nodes += _chain(spec.head, output_of(nodes), "head")
    return tuple(nodes)


def block_nodes(block: BlockSpec, source: str, stage: str, number: int) -> list[Node]:
    """The layers of one block that reads the node `source`: entry, branch, shortcut, addition, exit."""
    nodes = list(_chain(block.entry, source, "entry", stage, number))
    fork = output_of(nodes, source)
    branch = list(_chain(block.branch, fork, "branch", stage, number))
    nodes += branch
    end = output_of(branch, fork)
    if block.shortcut is not None:
        shortcut = list(_chain(block.shortcut, fork, "shortcut", stage, number))
        ends = (end, output_of(shortcut, fork))
        addition = Node(f"{stage}_block{number}_add", Add(), ends, "add", stage, number)
        nodes += [*shortcut, addition]
        end = addition.name
    return [*nodes, *_chain(block.exit, end, "exit", stage, number)]


def output_of(nodes: list[Node], source: str = INPUT) -> str:
    """The name of the last node, or `source` where there is none."""
    return nodes[-1].name if nodes else source


def _chain(
    layers: Layers, source: str, part: str, stage: str | None = None, block: int | None = None
) -> Iterator[Node]:
    prefix = part if stage is None else f"{stage}_block{block}_{part}"
    seen: Counter[str] = Counter()
    for layer in layers:
        seen[layer.kind] += 1
        name = f"{prefix}_{layer.kind}{seen[layer.kind]}"
        yield Node(name, layer, (source,), part, stage, block)
        source = name
