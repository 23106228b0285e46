"""Networks as diagrams: depth from left to right on wide screens, from top to bottom on narrow ones.

A rounded rectangle is a block, the bars in it are its layers with weights, the height of a bar grows with
the logarithm of its channels, a circle with a plus is the addition, an arc the shortcut. Colours are
variables of the page's style sheet with those of the light theme to fall back on, so one drawing serves
both themes and still opens by itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from resnet_core.figures import diagram_down, diagram_right
from resnet_core.figures.outline import Outline, outline
from resnet_core.figures.palette import GROUNDS, KINDS, sign
from resnet_core.figures.svg import document, element, group
from resnet_core.network.spec import NetworkSpec

Direction = Literal["right", "down"]

WIDTHS: dict[Direction, float] = {"right": 1200.0, "down": 368.0}
"""Width of a drawing in its own units, which are pixels at the reading size on a screen that fits."""


def networks_svg(
    specs: Sequence[NetworkSpec], *, direction: Direction = "right", scale: float = 1.0, title: str = ""
) -> str:
    """Draws networks under each other (to the right) or beside each other (downwards), aligned in depth.

    Args:
        specs: One or more; two twins line up block by block.
        direction: "right" for screens from 640 pixels on, "down" for narrower ones.
        scale: 1.4 draws everything larger in the same width, for the presenter size.
        title: A few words for the whole; by default the titles of the networks.

    Returns:
        One svg element.

    Raises:
        ValueError: If there is nothing to draw.
    """
    if not specs:
        raise ValueError("Expected at least one network to draw. Received none.")
    width = WIDTHS[direction] / scale
    outlines = _outlines(specs, direction, width)
    draw = diagram_right.draw if direction == "right" else diagram_down.draw
    body, height = draw(outlines, width)
    name = "-".join(["rx", direction, *(spec.name.replace("_", "-") for spec in specs)])
    heading = title or " and ".join(item.title for item in outlines)
    description = " ".join(item.description for item in outlines)
    drawing = element("style", style()) + group(body)
    return document(drawing, width, math.ceil(height), name=name, title=heading, description=description)


def _outlines(specs: Sequence[NetworkSpec], direction: Direction, width: float) -> list[Outline]:
    """Folds blocks that are alike where a rectangle for each would be too small to see."""
    full = [outline(spec, fold=False) for spec in specs]
    if direction == "right" and all(diagram_right.fits(item, width) for item in full):
        return full
    return [outline(spec, fold=True) for spec in specs]


def has_room(specs: Sequence[NetworkSpec], scale: float = 1.0) -> bool:
    """Tells whether every block gets a rectangle of its own on a wide screen."""
    width = WIDTHS["right"] / scale
    return all(diagram_right.fits(outline(spec, fold=False), width) for spec in specs)


def style() -> str:
    """The style of a diagram; class names begin with rx- because a style sheet holds for the whole page."""
    light = GROUNDS["light"]
    rules = [
        '.rx-diagram text{font-family:"Source Sans","Source Sans Pro",Arial,sans-serif;font-size:13px;'
        f"fill:var(--rx-text,{light.text})}}",
        f".rx-diagram .rx-quiet{{fill:var(--rx-quiet,{light.quiet})}}",
        ".rx-diagram .rx-head{font-size:19px;font-weight:600}",
        ".rx-diagram .rx-facts{font-size:15px}",
        ".rx-diagram .rx-strong{font-weight:600}",
        f".rx-diagram .rx-stage{{fill:var(--rx-surface,{light.surface})}}",
        ".rx-diagram .rx-path,.rx-diagram .rx-arc{fill:none;stroke-width:2}",
        ".rx-diagram .rx-arc{stroke-width:2.5}",
        f".rx-diagram .rx-block{{fill:var(--rx-background,{light.background});stroke-width:1.75}}",
        ".rx-diagram .rx-plus{stroke-width:2}",
    ]
    dashes = {"solid": "none", "dash": "6 4", "dashdot": "8 4 2 4", "longdash": "12 5"}
    for kind in KINDS:
        shown = sign(kind, "light")
        colour, ink = f"var(--rx-{kind}-colour,{shown.colour})", f"var(--rx-{kind}-ink,{shown.ink})"
        wash = f"var(--rx-{kind}-wash,{shown.wash})"
        where = f".rx-diagram .rx-{kind} "
        rules += [
            f"{where}:is(.rx-path,.rx-arc,.rx-block,.rx-plus){{stroke:{colour}}}",
            f"{where}.rx-path{{stroke-dasharray:{dashes[shown.dash]}}}",
            f"{where}:is(.rx-bar,.rx-tip){{fill:{colour}}}",
            f"{where}:is(.rx-plus,.rx-gate){{fill:{wash}}}",
            f"{where}.rx-gate{{stroke:{colour}}}",
            f"{where}.rx-head{{fill:{ink}}}",
        ]
    return "".join(rules)
