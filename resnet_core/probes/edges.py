"""The edges of a block in the order in which it is read: x, each layer, F(x), the shortcut, the sum, y."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from resnet_core.network.alone import alone
from resnet_core.network.graph import INPUT, Node, walk
from resnet_core.network.spec import (
    Activation,
    Add,
    AveragePool,
    BlockSpec,
    Dropout,
    Flatten,
    GlobalAveragePool,
    MaxPool,
    PadChannels,
    Shape,
    Subsample,
    ZeroPad,
)

Path = Literal["x", "entry", "branch", "shortcut", "sum", "exit", "alone"]
X, IDENTITY, SUM, ALONE = "x", "shortcut", "sum", "alone"
_NEVER_NEGATIVE = ("relu", "sigmoid", "softplus", "softmax")
_PASSING = (Dropout, Flatten, GlobalAveragePool, AveragePool, MaxPool, PadChannels, Subsample, ZeroPad)


@dataclass(frozen=True)
class Edge:
    """What leaves one layer.

    Attributes:
        key: its name in addresses: `x`, `branch.2`, `shortcut.0`, `sum`, `exit.0`; `alone.0` for a layer of
            the exit that is given F(x) with nothing added.
        path: where it lies; `alone` behind the branch of the twin without a shortcut.
        symbol: x, h, F(x), y and so on; empty between two layers.
        node: the layer that it leaves; `None` for x, and for what only passes.
        inputs: keys of the edges that the layer reads.
    """

    key: str
    path: Path
    symbol: str
    node: Node | None
    inputs: tuple[str, ...]


def edges(block: BlockSpec, shape: Shape) -> tuple[Edge, ...]:
    """All edges of a block.

    Args:
        block: with its shortcut where it has one; what follows F(x) without it is then told too.
        shape: (height, width, channels) that enters it.
    """
    nodes = walk(alone(block, shape))
    keys = {INPUT: X}
    found = [Edge(X, "x", "x", None, ())]
    passed: Counter[str] = Counter()
    for node in nodes:
        inputs = tuple(keys[name] for name in node.inputs)
        if node.part == "add":
            found += [Edge(IDENTITY, "shortcut", "", None, inputs[1:])] if not block.shortcut else []
            inputs = (inputs[0], IDENTITY if not block.shortcut else inputs[1])
            keys[node.name] = SUM
            found.append(Edge(SUM, "sum", "", node, inputs))
            continue
        key = f"{node.part}.{passed[node.part]}"
        passed[node.part] += 1
        keys[node.name] = key
        found.append(Edge(key, node.part, "", node, inputs))  # type: ignore[arg-type]
    named = _named(found, block)
    return (*named, *_without(named, block)) if block.shortcut is not None else named


def _named(found: list[Edge], block: BlockSpec) -> tuple[Edge, ...]:
    """The edges with the symbols of He et al. 2015 where the path has one."""
    fork = "h" if block.entry else "x"
    whole = f"F({fork})"
    beside = fork if not block.shortcut else f"s({fork})"
    last = {edge.path: edge.key for edge in found}
    symbols = {
        last.get("entry"): "h",
        last.get("branch"): whole,
        last.get("shortcut"): beside,
        SUM: f"{whole if block.branch else fork} + {beside}",
    }
    end = last.get("exit") or last.get("sum") or last.get("branch") or last.get("entry") or X
    symbols[end] = f"{symbols[end]} = y" if symbols.get(end) else "y"
    return tuple(replace(edge, symbol=symbols.get(edge.key, edge.symbol)) for edge in found)


def _without(named: tuple[Edge, ...], block: BlockSpec) -> list[Edge]:
    """What the layers behind the sum are given, and make, where nothing is added to F(x)."""
    addition = next(edge for edge in named if edge.path == "sum")
    fork = "h" if block.entry else "x"
    symbol = f"F({fork})" if block.branch else fork
    made = [Edge(ALONE, "alone", symbol, None, addition.inputs[:1])]
    for edge in named:
        if edge.path == "exit":
            key = edge.key.replace("exit", ALONE)
            made.append(Edge(key, "alone", "", edge.node, (made[-1].key,)))
    end = made[-1]
    made[-1] = replace(end, symbol=f"{end.symbol} = y" if end.symbol else "y")
    return made


def never_negative(found: Iterable[Edge], x: bool) -> frozenset[str]:
    """The keys of the edges on which no value can be negative, whatever the weights.

    Args:
        found: in the order of `edges`.
        x: whether that holds for x.
    """
    safe: set[str] = {X} if x else set()
    for edge in found:
        layer = edge.node.layer if edge.node else None
        if isinstance(layer, Activation) and layer.function in _NEVER_NEGATIVE:
            safe.add(edge.key)
        if edge.inputs and (layer is None or isinstance(layer, (Add, *_PASSING))) and safe >= {*edge.inputs}:
            safe.add(edge.key)
    return frozenset(safe)
