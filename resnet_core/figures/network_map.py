"""The map of a network as a table whose rows unfold: only what is open is drawn, with bars for the cost.

The table is HTML with the roles of a tree grid (WAI-ARIA Authoring Practices); its script adds the keyboard.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from resnet_core.figures.palette import kind_of
from resnet_core.figures.part_words import part_title, part_words
from resnet_core.figures.text import large, percent, shape, significant, whole
from resnet_core.network.parts import Pair, Part
from resnet_core.network.spec import NetworkSpec

LETTERS = ("A", "B")
"""What the two networks of a comparison are called in its cells."""


@dataclass(frozen=True)
class Link:
    """Where a part can be looked at from another side.

    Attributes:
        address: relative to the page.
        words: of the link, such as "in the builder".
    """

    address: str
    words: str


LinkOf = Callable[[Part], Link | None]


@dataclass(frozen=True)
class Measure:
    """One column: its title, the number of a part, its unit, and whether a bar shows its share."""

    title: str
    of: Callable[[Part], int]
    unit: str
    head: str
    bar: bool = True


MEASURES = (
    Measure("Layers", lambda part: part.depth, "layers with weights on the main path", "with weights"),
    Measure("Parameters", lambda part: part.counts.parameters, "parameters", "trained or not"),
    Measure("Multiply-adds", lambda part: part.counts.multiply_adds, "multiply-adds", "for one picture"),
    Measure("Activations", lambda part: part.activations, "values that leave its layers", "for one picture"),
    Measure("Field", lambda part: part.counts.receptive_field, "pixels of the picture a side",
            "pixels a side", bar=False),
)  # fmt: skip


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
    yield from _lines(root, frozenset(opened), 1, 1, 1)


def _lines(pair: Pair, opened: Collection[str], level: int, position: int, siblings: int) -> Iterator[Line]:
    yield Line(pair, level, position, siblings)
    if pair.part.name in opened:
        for index, child in enumerate(pair.children, start=1):
            yield from _lines(child, opened, level + 1, index, len(pair.children))


class NetworkMap:
    """The table of one network, or of two side by side; a row that was drawn once is kept.

    Args:
        root: from `parts.paired`.
        specs: the networks, in the order of the parts of `root`.
        link: where a block or layer can be looked at from another side.
    """

    def __init__(self, root: Pair, specs: Sequence[NetworkSpec], link: LinkOf | None = None) -> None:
        """Measure the wholes, of which all bars are shares."""
        self.root, self._specs = root, specs
        self._link = link or (lambda part: None)
        wholes = [part for part in root.parts if part is not None]
        # Two networks are drawn on one scale, that of the larger.
        self._wholes = {measure.title: max(map(measure.of, wholes)) for measure in MEASURES}
        self._rows: dict[tuple[str, bool], str] = {}
        self._cells: dict[tuple[str, tuple[int | None, ...]], str] = {}

    def html(self, opened: Collection[str]) -> str:
        """Write the table with the parts of these names open; everything in it is escaped."""
        return self.frame().replace("<tbody>", "<tbody>" + "".join(self.rows(opened)))

    def rows(self, opened: Collection[str]) -> list[str]:
        """Write the rows to be seen, each by itself, so that a page need change only those that differ."""
        known = frozenset(opened)
        return [self._kept(line, line.pair.part.name in known) for line in lines(self.root, known)]

    def frame(self) -> str:
        """Write the table without its rows."""
        label = html.escape(" beside ".join(spec.title for spec in self._specs))
        kinds = " ".join(
            f"rx-{letter.lower()}-{kind_of(spec.name)}"
            for letter, spec in zip(LETTERS, self._specs, strict=False)
        )
        return (
            f'<table role="treegrid" class="rx-map {kinds}" aria-label="Map of {label}">'
            f'<thead><tr role="row">{_HEADS}</tr></thead><tbody></tbody></table>'
        )

    def _kept(self, line: Line, is_open: bool) -> str:
        key = line.pair.part.name, is_open
        if key not in self._rows:
            self._rows[key] = self._row(line, is_open)
        return self._rows[key]

    def _row(self, line: Line, is_open: bool) -> str:
        pair, part = line.pair, line.pair.part
        state = f' aria-expanded="{str(is_open).lower()}"' if pair.children else ""
        sign = ("▾" if is_open else "▸") if pair.children else ""
        alone = part.fold == "network" and len(self._specs) == 1
        words = html.escape(self._specs[0].title if alone else part_words(pair))
        cells = "".join(self._cell(measure, pair) for measure in MEASURES)
        return (
            f'<tr role="row" class="rx-{part.fold}{" rx-differs" if pair.differs else ""}" '
            f'aria-level="{line.level}" aria-posinset="{line.position}" aria-setsize="{line.siblings}"'
            f'{state} data-name="{html.escape(part.name)}" tabindex="-1">'
            f'<th scope="row" role="rowheader" style="--level:{line.level - 1}">'
            f'<span class="rx-sign" aria-hidden="true">{sign}</span>'
            f"<span>{words}{_marks(pair)}{self._way(part)}</span></th>"
            f'<td role="gridcell" data-label="Output">{_shapes(pair)}</td>{cells}</tr>'
        )

    def _way(self, part: Part) -> str:
        link = self._link(part)
        if link is None:
            return ""
        name, words = html.escape(part_title(part)), html.escape(link.words)
        return (
            f' <a href="{html.escape(link.address)}" target="_self" tabindex="-1" '
            f'aria-label="{name} {words}">{words}</a>'
        )

    def _cell(self, measure: Measure, pair: Pair) -> str:
        values = tuple(None if part is None else measure.of(part) for part in pair.parts)
        key = measure.title, values
        if key not in self._cells:  # blocks alike repeat most numbers
            self._cells[key] = self._written(measure, values)
        return self._cells[key]

    def _written(self, measure: Measure, values: tuple[int | None, ...]) -> str:
        said = [
            None if value is None else self._value(measure, value, _change(values) if place else "")
            for place, value in enumerate(values)
        ]
        return f'<td role="gridcell" data-label="{measure.title}">{_each(said, values)}</td>'

    def _value(self, measure: Measure, value: int, change: str) -> str:
        full = f"{whole(value)} {measure.unit}"
        if not measure.bar:
            return f'<span title="{full}">{whole(value)}</span>{change}'
        if not value:
            return f'<span class="rx-none" title="{full}">0</span>{change}'
        share = value / max(1, self._wholes[measure.title])
        of = "the network" if len(self._specs) == 1 else "the larger network"
        return (
            f'<span title="{full}, {percent(share)} of {of}">{large(value)}</span>{change}'
            f'<i class="rx-share" style="--share:{100 * share:.2f}%"></i>'
        )


_HEADS = "".join(
    f'<th scope="col">{title}<small>{unit}</small></th>'
    for title, unit in (
        ("Part", "stage, block, layer"),
        ("Output", "height×\u200bwidth×\u200bchannels"),  # may break behind its signs
        *((measure.title, measure.head) for measure in MEASURES),
    )
)


def _marks(pair: Pair) -> str:
    if not pair.differs:
        return ""
    present = [letter for letter, part in zip(LETTERS, pair.parts, strict=True) if part is not None]
    words = f"only in {present[0]}" if len(present) == 1 else "differs"
    return f' <span class="rx-mark">≠ {words}</span>'


def _shapes(pair: Pair) -> str:
    values = [None if part is None else part.counts.output_shape for part in pair.parts]
    return _each([None if value is None else f"<span>{shape(value)}</span>" for value in values], values)


def _each(said: Sequence[str | None], values: Sequence[object]) -> str:
    """What the parts say: once where the values are the same, else one line for each network."""
    if len(set(values)) == 1:
        return str(said[0])
    there = [(letter, words) for letter, words in zip(LETTERS, said, strict=True) if words is not None]
    return "".join(
        f'<div class="rx-of-{letter.lower()}"><b>{letter}</b> {words}</div>' for letter, words in there
    )


def _change(values: Sequence[int | None]) -> str:
    """How much more or less the second network has: in percent of the first, or as a multiple of it."""
    one, other = values
    if not one or other is None or one == other:
        return ""
    if other >= 2 * one:
        return f" <em>×{significant(other / one)}</em>"
    share = percent(abs(other / one - 1), 2)
    return f" <em>{'+' if other > one else chr(0x2212)}{share}</em>"


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
