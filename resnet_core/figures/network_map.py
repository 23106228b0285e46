"""The map of a network as a table whose rows unfold: only what is open is drawn, with bars for the cost.

The table is HTML with the roles of a tree grid (WAI-ARIA Authoring Practices); its script adds the keyboard.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from resnet_core.figures.outline import depth, shortcut_of
from resnet_core.figures.palette import kind_of
from resnet_core.figures.text import large, percent, plural, shape, whole
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
from resnet_core.network.spec import NetworkSpec

LETTERS = ("A", "B")
"""What the two networks of a comparison are called in its cells."""

Link = Callable[[Part], str | None]


@dataclass(frozen=True)
class Measure:
    """One column: its title, the number of a part, and whether it is drawn as a share of the whole."""

    title: str
    of: Callable[[Part], int]
    bar: bool = True
    unit: str = ""


MEASURES = (
    Measure("Layers", lambda part: depth(part.layers), unit="layers with weights on the main path"),
    Measure("Parameters", lambda part: part.counts.parameters, unit="parameters"),
    Measure("Multiply-adds", lambda part: part.counts.multiply_adds, unit="multiply-adds"),
    Measure("Activations", lambda part: part.activations, unit="values that leave its layers"),
    Measure(
        "Field", lambda part: part.counts.receptive_field, bar=False, unit="pixels of the picture a side"
    ),
)


@dataclass(frozen=True)
class Line:
    """One row that is to be seen: its place in the tree as a screen reader tells it."""

    pair: Pair
    level: int
    position: int
    siblings: int


def lines(root: Pair, opened: Collection[str]) -> Iterator[Line]:
    """The rows to be seen, from top to bottom.

    Args:
        root: from `parts.paired`.
        opened: names of the parts that are open; those inside closed ones, and unknown ones, do nothing.
    """
    yield from _lines(root, opened, 1, 1, 1)


def _lines(pair: Pair, opened: Collection[str], level: int, position: int, siblings: int) -> Iterator[Line]:
    yield Line(pair, level, position, siblings)
    if pair.part.name in opened:
        for index, child in enumerate(pair.children, start=1):
            yield from _lines(child, opened, level + 1, index, len(pair.children))


def map_html(
    root: Pair, opened: Collection[str], specs: Sequence[NetworkSpec], link: Link | None = None
) -> str:
    """Writes the table.

    Args:
        root: one network, or two side by side, from `parts.paired`.
        opened: names of the parts that are open.
        specs: the networks, in the order of the parts of `root`.
        link: the address at which a block can be taken apart, relative to the page, or None for parts that
            have none.

    Returns:
        A table element; everything in it is escaped.
    """
    titles = tuple(spec.title for spec in specs)
    heads = "".join(f'<th scope="col">{title}</th>' for title in ("Part", "Output", *_titles()))
    body = "".join(
        _row(line, root, opened, titles, link or (lambda part: None)) for line in lines(root, opened)
    )
    label = html.escape(" beside ".join(titles))
    classes = " ".join(
        f"rx-{letter.lower()}-{kind_of(spec.name)}" for letter, spec in zip(LETTERS, specs, strict=False)
    )
    return (
        f'<table role="treegrid" class="rx-map {classes}" aria-label="Map of {label}">'
        f'<thead><tr role="row">{heads}</tr></thead><tbody>{body}</tbody></table>'
    )


def _titles() -> Iterator[str]:
    return (measure.title for measure in MEASURES)


def _row(line: Line, root: Pair, opened: Collection[str], titles: Sequence[str], link: Link) -> str:
    pair, part = line.pair, line.pair.part
    is_open = part.name in opened
    state = f' aria-expanded="{str(is_open).lower()}"' if pair.children else ""
    marked = " rx-differs" if pair.differs else ""
    sign = ("▾" if is_open else "▸") if pair.children else ""
    cells = "".join(_cell(measure, pair, root) for measure in MEASURES)
    words = html.escape(titles[0] if part.fold == "network" and len(titles) == 1 else part_words(pair))
    return (
        f'<tr role="row" class="rx-{part.fold}{marked}" aria-level="{line.level}" '
        f'aria-posinset="{line.position}" aria-setsize="{line.siblings}"{state} '
        f'data-name="{html.escape(part.name)}" tabindex="-1">'
        f'<th scope="row" role="rowheader" style="--level:{line.level - 1}">'
        f'<span class="rx-sign" aria-hidden="true">{sign}</span>'
        f"<span>{words}{_marks(pair)}{_link(part, link)}</span></th>"
        f'<td role="gridcell" data-label="Output">{_shapes(pair)}</td>{cells}</tr>'
    )


def _marks(pair: Pair) -> str:
    if not pair.differs:
        return ""
    present = [letter for letter, part in zip(LETTERS, pair.parts, strict=True) if part is not None]
    words = f"only in {present[0]}" if len(present) == 1 else "differs"
    return f' <span class="rx-mark">≠ {words}</span>'


def _link(part: Part, link: Link) -> str:
    address = link(part)
    if address is None:
        return ""
    name = html.escape(part_title(part))
    return f' <a href="{html.escape(address)}" tabindex="-1" aria-label="Open {name} in the builder">open</a>'


def _shapes(pair: Pair) -> str:
    return _each(pair, lambda part: shape(part.counts.output_shape), lambda part: part.counts.output_shape)


def _each(pair: Pair, write: Callable[[Part], str], of: Callable[[Part], object]) -> str:
    """What the parts say: once where the values are the same, else one line for each network."""
    said = [None if part is None else write(part) for part in pair.parts]
    if len({None if part is None else of(part) for part in pair.parts}) == 1:
        return str(said[0])
    return "".join(
        f'<span class="rx-of-{letter.lower()}"><b>{letter}</b> {words}</span>'
        for letter, words in zip(LETTERS, said, strict=True)
        if words is not None
    )


def _cell(measure: Measure, pair: Pair, root: Pair) -> str:
    wholes = {id(part): whole_part for part, whole_part in zip(pair.parts, root.parts, strict=True)}
    written = partial(_value, measure, wholes)
    return f'<td role="gridcell" data-label="{measure.title}">{_each(pair, written, measure.of)}</td>'


def _value(measure: Measure, wholes: dict[int, Part | None], part: Part) -> str:
    value, everything = measure.of(part), wholes[id(part)]
    full = f"{whole(value)} {measure.unit}"
    if not measure.bar or everything is None:
        return f'<span title="{full}">{whole(value)}</span>'
    share = value / max(1, measure.of(everything))
    if not value:
        return f'<span class="rx-none" title="{full}">0</span>'
    return (
        f'<span title="{full}, {percent(share)} of the network">{large(value)}'
        f'<i class="rx-share" style="--share:{100 * share:.2f}%"></i></span>'
    )


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
            counts = [0 if one is None else len(one.children) for one in pair.parts]
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


def table(root: Pair, opened: Collection[str], specs: Sequence[NetworkSpec]) -> dict[str, list[object]]:
    """The rows that are to be seen as columns of a file, one row for each part of each network."""
    columns: dict[str, list[object]] = {name: [] for name in ("network", "part", "fold", "output_shape")}
    columns |= {measure.title.lower().replace("-", "_"): [] for measure in MEASURES}
    for line in lines(root, opened):
        for spec, part in zip(specs, line.pair.parts, strict=True):
            if part is not None:
                values = [spec.name, part.name, part.fold, shape(part.counts.output_shape)]
                values += [measure.of(part) for measure in MEASURES]  # type: ignore[misc]
                for column, value in zip(columns.values(), values, strict=True):
                    column.append(value)
    return columns
