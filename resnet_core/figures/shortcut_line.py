"""Every shortcut of a deep network on one line: where there are too many blocks to draw their layers too."""

from __future__ import annotations

from collections.abc import Sequence

from resnet_core.figures.diagram import WIDTHS, Direction, style
from resnet_core.figures.diagram_parts import bar_length, key_sign, tip
from resnet_core.figures.outline import Outline, Section, Unit, outline
from resnet_core.figures.svg import box, document, element, escape, group, label, text_width
from resnet_core.network.spec import NetworkSpec

MOST_BLOCKS = 200
"""Above it an arc would be narrower than two pixels on a wide screen."""

_LINE, _ROW = 96.0, 176.0
_START, _END, _GAP, _TIP = 12.0, 26.0, 6.0, 16.0
_IDENTITY, _CHANGED = 30.0, 46.0


def shortcuts_svg(specs: Sequence[NetworkSpec], *, direction: Direction = "right", scale: float = 1.0) -> str:
    """Draws each network as a line with a bar for each block and an arc for each shortcut.

    Args:
        specs: One or more, drawn under each other.
        direction: "right" for screens from 640 pixels on, "down" for narrower ones; the line runs to the
            right on both.
        scale: 1.4 draws everything larger in the same width, for the presenter size.

    Raises:
        ValueError: If there is nothing to draw, or a network has more than `MOST_BLOCKS` blocks.
    """
    outlines = [outline(spec, fold=False) for spec in specs]
    if not specs or max(item.units for item in outlines) > MOST_BLOCKS:
        raise ValueError(
            f"Expected networks of at most {MOST_BLOCKS} blocks. Received none, or a deeper one."
        )
    width = WIDTHS[direction] / scale
    parts = [
        group(_line(item, width), f"rx-{item.kind}", transform=f"translate(0 {index * _ROW:g})")
        for index, item in enumerate(outlines)
    ]
    return document(
        element("style", style() + ".rx-diagram .rx-thin{stroke-width:1.5}") + group(parts),
        width,
        _ROW * len(outlines),
        name="-".join(["rx-line", direction, *(spec.name.replace("_", "-") for spec in specs)]),
        title=" and ".join(f"Shortcuts of {item.title}" for item in outlines),
        description=" ".join(item.description for item in outlines),
    )


def _line(item: Outline, width: float) -> list[str]:
    stages = [section for section in item.sections if section.blocks]
    free = width - _START - 2 * _END - _GAP * (len(stages) + 1) - _TIP
    slot = min(60.0, free / max(1, item.units))
    back, front, left = [], [_heading(item, width)], _START
    for section in item.sections:
        wide = slot * len(section.units) if section.blocks else _END
        if section.blocks:
            back += _ground(section, left, wide)
        for index, unit in enumerate(section.units):
            front += _unit(unit, left + index * slot, slot if section.blocks else _END)
        left += wide + _GAP
    end = left + _TIP - _GAP
    path = element("path", d=f"M2 {_LINE:g}H{end - 6:g}", class_="rx-path")
    return [*back, path, tip(end, _LINE), *front]


def _heading(item: Outline, width: float) -> str:
    words = [element("tspan", escape(item.title), class_="rx-head")]
    facts = " · ".join((item.facts[0], item.facts[-1]))
    if 60 + text_width(item.title, 19) + text_width(facts, 15) <= width:
        words.append(element("tspan", escape(facts), dx=14, class_="rx-facts"))
    return key_sign(item.kind, 2, 16) + element("text", *words, x=44, y=22)


def _ground(section: Section, left: float, wide: float) -> list[str]:
    centre, foot = left + wide / 2, _LINE + 44
    lines = [(section.name, "rx-strong"), (section.shape, "rx-quiet")]
    return [
        box(left, 40, wide, _LINE - 12, "rx-stage", radius=8),
        *(
            label(text, centre, foot + 17 * index, class_, anchor="middle")
            for index, (text, class_) in enumerate(lines)
            if text_width(text, 13) <= wide + _GAP or class_ == "rx-strong"
        ),
    ]


def _unit(unit: Unit, left: float, slot: float) -> list[str]:
    """A bar as high as the block has channels, the arc above it, and its sum."""
    height = bar_length(max(unit.bars, default=1), 40)
    parts = [box(left + slot * 0.3, _LINE - height / 2, slot * 0.4, height, "rx-bar", radius=2)]
    if unit.shortcut != "none":
        reach = _IDENTITY if unit.shortcut == "identity" else _CHANGED
        start, end, top = left + slot * 0.08, left + slot * 0.95, _LINE - reach / 0.75
        curve = f"M{start:.2f} {_LINE:.2f}C{start:.2f} {top:.2f} {end:.2f} {top:.2f} {end:.2f} {_LINE:.2f}"
        parts.append(element("path", d=curve, class_="rx-arc rx-thin"))
        parts.append(element("circle", cx=end, cy=_LINE, r=min(3.5, slot / 5), class_="rx-bar"))
        if unit.shortcut != "identity":
            parts.append(box((start + end) / 2 - 4, _LINE - reach - 4, 8, 8, "rx-gate", radius=1))
    return [group(parts, title=unit.title)]
