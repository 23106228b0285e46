"""One block as a diagram: every layer a node, every edge with its shape, the addition where paths meet.

Shapes that do not meet at the addition are drawn, not refused: both edges that end there change colour and
dash, and the circle shows the sign for "not equal". Layers, addition and edges carry `data-at`, which is how
`network.workbench` calls them; in a diagram to work in each of them is a button.
"""

from __future__ import annotations

import math

from resnet_core.figures.block_layout import Direction, layout
from resnet_core.figures.block_shapes import Drawing
from resnet_core.figures.block_words import in_signs, whole_shape, words
from resnet_core.figures.diagram import WIDTHS, style
from resnet_core.figures.palette import GROUNDS, Kind, warning
from resnet_core.figures.svg import document, element, group
from resnet_core.network.inspection import Inspection, inspect
from resnet_core.network.spec import BatchNorm, BlockSpec, Shape


def block_svg(
    block: BlockSpec,
    shape: Shape,
    *,
    direction: Direction = "right",
    scale: float = 1.0,
    chosen: str = "",
    title: str = "The block",
    working: bool = False,
    name: str = "rx-block",
) -> str:
    """Draws a block, whether its shapes fit or not.

    Args:
        block: what is drawn.
        shape: what enters it, (height, width, channels).
        direction: "right" for wide screens, "down" for narrow ones. A block too long for its width at a size
            that can be read is drawn downwards in both.
        scale: 1.4 draws everything larger in the same width, for the presenter size.
        chosen: what is marked, in the words of `network.workbench`: `branch.2`, `+branch.2`, `sum`.
        title: a few words for the whole.
        working: with a button in every layer, edge and the addition.
        name: of its own where a page shows several blocks.

    Returns:
        One svg element.
    """
    seen = inspect(block, shape)
    nodes = [layer.node for layer in seen.layers]
    drawn = layout(nodes, direction, WIDTHS[direction] / scale)
    if drawn.size[0] > WIDTHS[direction]:  # somewhat smaller is still better than out of the hall's sight
        drawn = layout(nodes, "down", WIDTHS["down"] / scale)
    body = element("style", style() + _style()) + group(
        Drawing(drawn, seen, chosen, working).shapes(), f"rx-{_kind(block)}"
    )
    width, height = drawn.size
    return document(
        body,
        width,
        math.ceil(height),
        name=f"{name}-{direction}",
        title=title,
        description=_description(seen),
        role="group" if working else "img",
    )


def _kind(block: BlockSpec) -> Kind:
    if block.shortcut is None:
        return "plain"
    first = (*block.entry, *block.branch)[:1]
    return "preactivation" if first and isinstance(first[0], BatchNorm) else "residual"


def _description(seen: Inspection) -> str:
    """The whole block in words, path by path."""
    paths = {"entry": "Before the fork", "branch": "Branch", "shortcut": "Shortcut", "exit": "Then"}
    sentences = [f"{whole_shape(seen.shape)} enters."]
    for part, word in paths.items():
        nodes = [layer.node for layer in seen.layers if layer.node.part == part]
        layers = [" ".join(filter(None, words(node.layer))) for node in nodes]
        if layers:
            sentences.append(f"{word}: {'; '.join(layers)}.")
        elif part == "shortcut" and seen.addition:
            sentences.append("Shortcut: x itself.")
    problems = [in_signs(layer.problem) for layer in seen.layers if layer.problem]
    sentences += [f"{problem[:1].upper()}{problem[1:]}." for problem in problems]
    end = f"{whole_shape(seen.output)} leaves." if seen.output else "Nothing leaves yet."
    return " ".join([*sentences, end])


def _style() -> str:
    """What the picture of a block adds to the style of diagrams; all of it in variables of the page."""
    light = GROUNDS["light"]
    colour = f"var(--rx-warning-colour,{warning('light')})"
    text, quiet = f"var(--rx-text,{light.text})", f"var(--rx-quiet,{light.quiet})"
    ground = f"var(--rx-background,{light.background})"
    return (
        ".rx-diagram .rx-reach{fill:none;stroke:transparent;stroke-width:28}"
        f".rx-diagram text.rx-shape{{font-size:12px;fill:{quiet}}}"
        ".rx-diagram text.rx-name{font-weight:600}"
        ".rx-diagram text.rx-detail{font-size:12px}"
        ".rx-diagram text.rx-end{font-size:19px;font-style:italic}"
        f".rx-diagram .rx-chosen :is(.rx-block,circle.rx-plus){{stroke:{text};stroke-width:3.5}}"
        f".rx-diagram .rx-here{{fill:{ground};stroke:{text};stroke-width:1.5;visibility:hidden}}"
        ".rx-diagram .rx-chosen .rx-here{visibility:visible}"
        f".rx-diagram .rx-broken :is(.rx-path,.rx-arc){{stroke:{colour};stroke-width:4;stroke-dasharray:4 4}}"
        f".rx-diagram .rx-broken :is(.rx-block,.rx-plus){{stroke:{colour};stroke-width:3}}"
        f".rx-diagram .rx-broken .rx-tip{{fill:{colour}}}"
        f".rx-diagram .rx-broken text.rx-shape{{fill:{text};font-weight:600}}"
    )
