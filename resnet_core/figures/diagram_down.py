"""Diagrams that run from top to bottom, one network a column, for narrow screens."""

from __future__ import annotations

from collections.abc import Sequence

from resnet_core.figures.diagram_parts import PLUS_RADIUS, bar_length, gate, key_sign, plus, tip
from resnet_core.figures.outline import Outline, Section, Unit
from resnet_core.figures.svg import box, element, group, label

_LINE, _UNIT, _END, _GAP = 18.0, 62.0, 44.0, 10.0
_BLOCK, _BETWEEN = 40.0, 12.0


def draw(outlines: Sequence[Outline], width: float) -> tuple[list[str], float]:
    """Draws networks beside each other.

    Returns:
        Finished SVG, and the height it takes.
    """
    column = (width - _BETWEEN * (len(outlines) - 1)) / len(outlines)
    parts, tallest = [], 0.0
    for index, item in enumerate(outlines):
        drawn, height = _network(item, column)
        shift = f"translate({index * (column + _BETWEEN):g} 0)"
        parts.append(group(drawn, f"rx-{item.kind}", transform=shift))
        tallest = max(tallest, height)
    return parts, tallest


def _network(item: Outline, width: float) -> tuple[list[str], float]:
    middle = width * 0.44
    heading, top = _heading(item)
    back, front = (
        [],
        [box(middle - 30, top, 60, 26, "rx-block"), label("input", middle, top + 17.5, "", anchor="middle")],
    )
    front.append(label(item.input_shape, middle + 38, top + 17.5, "rx-quiet"))
    start = top + 26
    place = start + _GAP
    for section in item.sections:
        tall = _height(section)
        back += _ground(section, place, tall, width)
        for index, unit in enumerate(section.units):
            above = place + _caption(section) + index * _UNIT
            front += _unit(unit, above, middle, width)
        place += tall + _GAP
    end = place + 8
    path = element("path", d=f"M{middle:g} {start:g}V{end - 6:g}", class_="rx-path")
    return [*heading, *back, path, tip(middle, end, down=True), *front], end + 6


def _heading(item: Outline) -> tuple[list[str], float]:
    first, top = 62.0, 62.0 + _LINE * len(item.facts)
    lines = [label(fact, 0, first + _LINE * index) for index, fact in enumerate(item.facts)]
    return [key_sign(item.kind, 2, 14), label(item.title, 0, 42, "rx-head"), *lines], top


def _caption(section: Section) -> float:
    return 42.0 if section.blocks else 24.0


def _height(section: Section) -> float:
    return _caption(section) + (_UNIT * len(section.units) if section.blocks else _END)


def _ground(section: Section, top: float, tall: float, width: float) -> list[str]:
    lines = [
        label(section.name, 8, top + 17, "rx-strong"),
        label(section.shape, width - 8, top + 17, "rx-quiet", anchor="end"),
    ]
    if section.blocks:
        lines.append(
            label(f"{section.blocks} block{'s' if section.blocks > 1 else ''}", 8, top + 34, "rx-quiet")
        )
    return [box(0, top, width, tall, "rx-stage", radius=10), *lines]


def _unit(unit: Unit, top: float, middle: float, width: float) -> list[str]:
    """One rectangle with its bars lying; with a shortcut also the arc beside it and the addition below it."""
    wide = min(84.0, width * 0.46)
    height = _BLOCK - (0 if unit.label else 6)
    left = middle - wide / 2
    parts = []
    if unit.count > 1:
        parts.append(box(left + 5, top + 5, wide, height, "rx-block", radius=7))
    parts.append(box(left, top, wide, height, "rx-block", radius=7))
    parts += _bars(unit, middle, top, height, wide)
    if unit.label:
        parts.append(label(unit.label, left - 6, top + height / 2 + 4.5, "", anchor="end"))
    if unit.shortcut != "none":
        parts += _shortcut(unit, top - 5, top + _BLOCK + PLUS_RADIUS + 5, middle, width)
    return [group(parts, title=unit.title)]


def _bars(unit: Unit, middle: float, top: float, height: float, wide: float) -> list[str]:
    pitch = min(11.0, (height - 6) / max(1, len(unit.bars)))
    first = top + height / 2 - pitch * len(unit.bars) / 2
    lengths = [bar_length(channels, wide - 12) for channels in unit.bars]
    return [
        box(middle - length / 2, first + index * pitch + 1.25, length, pitch - 2.5, "rx-bar", radius=1.5)
        for index, length in enumerate(lengths)
    ]


def _shortcut(unit: Unit, fork: float, addition: float, middle: float, width: float) -> list[str]:
    bend = middle + (width - 16 - middle) * 1.26
    end = middle + PLUS_RADIUS
    arc = f"M{middle:.2f} {fork:.2f}C{bend:.2f} {fork:.2f} {bend:.2f} {addition:.2f} {end:.2f} {addition:.2f}"
    apex = (middle + 6 * bend + end) / 8
    return [
        element("path", d=arc, class_="rx-arc"),
        plus(middle, addition),
        gate(unit.shortcut, apex, (fork + addition) / 2),
    ]
