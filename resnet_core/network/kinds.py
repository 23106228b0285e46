"""Blocks sorted into kinds: the same layers in the same places, with other filters or strides.

The source text has one function for each kind, and what differs between its blocks is an argument.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, fields

from resnet_core.network.graph import Node, block_nodes
from resnet_core.network.spec import BatchNorm, BlockSpec, Conv, Layer, NetworkSpec, PadChannels, Subsample

X = "x"
"""What a block's function calls its input."""

_VARIES = {Conv: ("filters", "stride"), PadChannels: ("filters",), Subsample: ("stride",)}


@dataclass(frozen=True)
class Kind:
    """One function of the source text.

    Attributes:
        name: of the function.
        sentences: its docstring, one or two sentences.
        nodes: the layers of its first block.
        arguments: the values of each argument, by name, for every block of this kind.
        texts: how the function writes a field that differs, by node name and field: an argument's name,
            or a multiple of one.
    """

    name: str
    sentences: tuple[str, ...]
    nodes: tuple[Node, ...]
    arguments: dict[BlockSpec, dict[str, int]]
    texts: dict[tuple[str, str], str]


def kinds(spec: NetworkSpec) -> dict[BlockSpec, Kind]:
    """The kind of every block of the network, in the order in which they first occur."""
    alike: dict[object, list[BlockSpec]] = defaultdict(list)
    for block in dict.fromkeys(spec.blocks()):
        alike[_skeleton(block)].append(block)
    taken: Counter[str] = Counter()
    found = {}
    for row in alike.values():
        name, *sentences = _meaning(row[0])
        taken[name] += 1
        kind = _kind(name if taken[name] == 1 else f"{name}_{taken[name]}", tuple(sentences), row)
        found.update(dict.fromkeys(row, kind))
    return found


def nodes_of(block: BlockSpec) -> tuple[Node, ...]:
    """The layers of a block on its own, under names without stage and number, such as `branch_conv1`."""
    return tuple(block_nodes(block, X, "", 0))


def _skeleton(block: BlockSpec) -> object:
    """Everything about a block but what may differ within a kind."""
    return tuple((node.name, node.inputs, type(node.layer), _fixed(node.layer)) for node in nodes_of(block))


def _fixed(layer: Layer) -> tuple[object, ...]:
    varies = _VARIES.get(type(layer), ())
    return tuple(getattr(layer, field.name) for field in fields(layer) if field.name not in varies)


def _kind(name: str, sentences: tuple[str, ...], row: list[BlockSpec]) -> Kind:
    nodes = nodes_of(row[0])
    columns = {
        (node.name, field): [getattr(nodes_of(block)[i].layer, field) for block in row]
        for i, node in enumerate(nodes)
        for field in _VARIES.get(type(node.layer), ())
    }
    known: dict[str, list[int]] = {}
    texts = {place: _text(place[1], column, known) for place, column in columns.items()}
    # Filters are read more often than strides, so they come first.
    order = sorted(known, key=lambda argument: argument.startswith("stride"))
    arguments = {block: {argument: known[argument][i] for argument in order} for i, block in enumerate(row)}
    return Kind(name, sentences, nodes, arguments, texts)


def _text(field: str, column: list[int], known: dict[str, list[int]]) -> str:
    """How to write a column of values: a number, an argument that is known, or a new one (then added)."""
    if field == "stride" and len(set(column)) == 1:
        return str(column[0])
    alike = {argument: values for argument, values in known.items() if argument.startswith(field)}
    for factor in (1, 4, 2):
        for argument, values in alike.items():
            if column == [factor * value for value in values] and (factor == 1 or field == "filters"):
                return argument if factor == 1 else f"{factor} * {argument}"
    argument = field if not alike else f"{field}_{len(alike) + 1}"
    known[argument] = column
    return argument


def _meaning(block: BlockSpec) -> tuple[str, ...]:
    """A name and one or two sentences for a block, by its shortcut and the order of its layers."""
    if block.shortcut is None:
        name, sentence = "plain_block", "Return F(x): the layers of a residual block without its shortcut."
    elif not block.shortcut:
        name, sentence = "identity_block", "Return F(x) + x (He et al. 2015, equation 1)."
    elif any(isinstance(layer, Conv) for layer in block.shortcut):
        name = "convolutional_block"
        sentence = "Return F(x) plus a projection of x (He et al. 2015, equation 2)."
    elif any(isinstance(layer, PadChannels) for layer in block.shortcut):
        name = "padded_block"
        sentence = "Return F(x) plus x, subsampled and with zeros for the new channels (option A)."
    else:
        name, sentence = "residual_block", "Return F(x) plus what the shortcut makes of x."
    first = (*block.entry, *block.branch)[:1]
    order = "preact_" if first and isinstance(first[0], BatchNorm) else ""
    if not block.entry:
        return f"{order}{name}", sentence
    return f"shared_{order}{name}", sentence, "Both paths share the first layers."
