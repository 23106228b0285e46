"""Diagrams that run from left to right, one network a row."""

from __future__ import annotations

from collections.abc import Sequence

from resnet_core.figures.diagram_parts import PLUS_RADIUS, bar_length, gate, key_sign, plus, tip
from resnet_core.figures.outline import Outline, Section, Unit
from resnet_core.figures.svg import box, element, escape, group, label, text_width

_HEAD, _ARC, _BLOCK, _FOOT, _BETWEEN = 34.0, 57.0, 86.0, 68.0, 12.0
_INPUT, _END, _GAP, _ARROW = 60.0, 82.0, 8.0, 16.0
_LEAST_SLOT, _MOST_SLOT = 50.0, 150.0
_SIZE = 13.0


def draw(outlines: Sequence[Outline], width: float) -> tuple[list[str], float]:
    """Draws networks under each other.

    Returns:
        Finished SVG, and the height it takes.
    """
    row = _HEAD + _ARC + _BLOCK + _FOOT
    parts = []
    for index, item in enumerate(outlines):
        shift = f"translate(0 {index * (row + _BETWEEN):g})"
        parts.append(group(_network(item, width), f"rx-{item.kind}", transform=shift))
    return parts, len(outlines) * (row + _BETWEEN) - _BETWEEN


def fits(item: Outline, width: float) -> bool:
    """Tells whether every block can have a rectangle of its own."""
    return _slot(item, width) >= _LEAST_SLOT


def _slot(item: Outline, width: float) -> float:
    """Width that one rectangle with its surroundings gets."""
    stages = sum(1 for section in item.sections if section.blocks)
    free = width - _INPUT - 2 * _END - _GAP * (stages + 2) - _ARROW
    return min(_MOST_SLOT, free / max(1, item.units))


def _network(item: Outline, width: float) -> list[str]:
    middle = _HEAD + _ARC + _BLOCK / 2
    slot = _slot(item, width)
    back: list[str] = []
    front = [*_heading(item, width), *_input(item, middle)]
    left = _INPUT + _GAP
    for section in item.sections:
        wide = slot * len(section.units) if section.blocks else _END
        back += _ground(section, left, wide)
        for index, unit in enumerate(section.units):
            place = left + index * slot
            front += _unit(unit, place, slot if section.blocks else _END, middle)
        left += wide + _GAP
    end = left - _GAP + _ARROW
    path = element("path", d=f"M{_INPUT - 10:g} {middle:g}H{end - 6:g}", class_="rx-path")
    return [*back, path, tip(end, middle), *front]


def _heading(item: Outline, width: float) -> list[str]:
    facts = " · ".join(item.facts)
    if 60 + text_width(item.title, 19) + text_width(facts, 15) > width:
        facts = " · ".join(item.facts[1:])
    line = element(
        "text",
        element("tspan", escape(item.title), class_="rx-head"),
        element("tspan", escape(facts), dx=14, class_="rx-facts"),
        x=44,
        y=22,
    )
    return [key_sign(item.kind, 2, 16), line]


def _input(item: Outline, middle: float) -> list[str]:
    return [
        box(4, middle - 22, 46, 44, "rx-block"),
        label("input", 27, middle + 4.5, "", anchor="middle"),
        label(item.input_shape, 27, middle + 40, "rx-quiet", anchor="middle"),
    ]


def _ground(section: Section, left: float, wide: float) -> list[str]:
    """The group of a stage and what is written under it."""
    top, foot = _HEAD + 4, _HEAD + _ARC + _BLOCK + 22
    centre = left + wide / 2
    blocks = f"{section.name}: {section.blocks} block{'s' if section.blocks > 1 else ''}"
    name = blocks if section.blocks else section.name
    lines = [(name, "rx-strong"), (section.shape, "rx-quiet")]
    if text_width(section.layers, _SIZE) <= wide + _GAP:
        lines.append((section.layers, "rx-quiet"))
    height = _ARC + _BLOCK + 4
    return [
        box(left, top, wide, height, "rx-stage", radius=10),
        *(
            label(text, centre, foot + 17 * index, class_, anchor="middle")
            for index, (text, class_) in enumerate(lines)
        ),
    ]


def _unit(unit: Unit, left: float, slot: float, middle: float) -> list[str]:
    """One rectangle with its bars; with a shortcut also the arc above it and the addition behind it."""
    # Left of the rectangle the arc begins, right of it stands the addition.
    before, after = (8.0, 2 * PLUS_RADIUS + 6) if slot != _END else (0.0, 0.0)
    room = slot - before - after
    wide = min(46.0, room - 2)
    start = left + before + (room - wide) / 2
    parts = []
    if unit.count > 1:
        parts.append(box(start + 5, middle - _BLOCK / 2 + 5, wide, _BLOCK - 16, "rx-block", radius=7))
    parts.append(_rectangle(unit, start, wide, middle))
    if unit.shortcut != "none":
        parts += _shortcut(unit, left + 1, left + slot - PLUS_RADIUS - 3, middle)
    return [group(parts, title=unit.title)]


def _rectangle(unit: Unit, start: float, wide: float, middle: float) -> str:
    top, height = middle - _BLOCK / 2, _BLOCK - 8
    pitch = min(11.0, (wide - 6) / max(1, len(unit.bars)))
    longest = height - (24 if unit.label else 10)
    first = start + wide / 2 - pitch * len(unit.bars) / 2
    centre = top + (longest + 10) / 2
    bars = [
        box(first + index * pitch + 1.25, centre - length / 2, pitch - 2.5, length, "rx-bar", radius=1.5)
        for index, length in enumerate(bar_length(channels, longest) for channels in unit.bars)
    ]
    number = (
        [label(unit.label, start + wide / 2, top + height - 5, "", anchor="middle")] if unit.label else []
    )
    return group([box(start, top, wide, height, "rx-block", radius=7), *bars, *number])


def _shortcut(unit: Unit, fork: float, addition: float, middle: float) -> list[str]:
    peak = _HEAD + 22
    bend = peak - (middle - peak) / 3 + 4
    end = middle - PLUS_RADIUS
    arc = f"M{fork:.2f} {middle:.2f}C{fork:.2f} {bend:.2f} {addition:.2f} {bend:.2f} {addition:.2f} {end:.2f}"
    # The height of a cubic arc halfway between two ends and two bends.
    apex = (middle + 3 * bend + 3 * bend + end) / 8
    return [
        element("path", d=arc, class_="rx-arc"),
        plus(addition, middle),
        gate(unit.shortcut, (fork + addition) / 2, apex),
    ]
