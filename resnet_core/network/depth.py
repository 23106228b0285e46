"""Where the layers with a kernel lie: how many of them are passed on the way from the input."""

from __future__ import annotations

from dataclasses import dataclass

from resnet_core.network.graph import Node, walk
from resnet_core.network.spec import Conv, Dense, Gate, NetworkSpec


@dataclass(frozen=True)
class WeightLayer:
    """One layer with a kernel.

    Attributes:
        name: as in `graph.walk`.
        number: from the input on, from 1.
        shortcut: whether it stands on a shortcut, where layers are not counted.
    """

    name: str
    number: int
    shortcut: bool = False


def layer_numbers(nodes: tuple[Node, ...]) -> dict[str, int]:
    """How many layers with a kernel lie between the input and what leaves each node, itself included.

    Layers on shortcuts are not counted, as in He et al. 2015; one there has the number of the layer of the
    branch beside which it begins.
    """
    numbers: dict[str, int] = {}
    for node in nodes:
        before = max((numbers.get(name, 0) for name in node.inputs), default=0)
        numbers[node.name] = before + (isinstance(node.layer, (Conv, Dense)) and node.part != "shortcut")
    return numbers


def weight_layers(spec: NetworkSpec) -> tuple[WeightLayer, ...]:
    """Every layer with a kernel, in the order of its depth."""
    nodes = walk(spec)
    numbers = layer_numbers(nodes)
    found = [
        WeightLayer(node.name, numbers[node.name], node.part == "shortcut")
        for node in nodes
        if isinstance(node.layer, (Conv, Dense, Gate))
    ]
    return tuple(sorted(found, key=lambda layer: layer.number))
