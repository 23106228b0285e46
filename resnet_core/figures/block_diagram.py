"""One block as a diagram: every layer a node, every edge with its shape, the addition where paths meet.

Layers and edges carry `data-node`, `data-part` and `data-index`, so that a page can let people choose a layer
or set one into an edge. Shapes that do not meet at the addition are drawn, not refused: both edges that end
there change colour and dash, and the circle shows the sign for "not equal".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from resnet_core.figures.block_layout import (
    FORK,
    RADIUS,
    Direction,
    Layout,
    Point,
    Spot,
    Wire,
    heading,
    layout,
)
from resnet_core.figures.block_words import told, two_lines, whole_shape, words
from resnet_core.figures.diagram import WIDTHS, style
from resnet_core.figures.palette import GROUNDS, Kind, warning
from resnet_core.figures.svg import box, document, element, escape, group, label, text_width
from resnet_core.network.graph import INPUT, Node, block_nodes
from resnet_core.network.shapes import ShapeError, output_shape
from resnet_core.network.spec import Add, BatchNorm, BlockSpec, Shape

STAGE = "own"
"""The stage in which a block stands alone; names of its layers begin with `own_block1_`."""


@dataclass(frozen=True)
class Flow:
    """A block and the shapes in it.

    Attributes:
        nodes: by name.
        shapes: of what leaves each node, and of what enters under `graph.INPUT`; None behind a layer that
            cannot work on what reaches it.
        problems: what does not fit, by the name of the node where it meets.
    """

    nodes: dict[str, Node]
    shapes: dict[str, Shape | None]
    problems: dict[str, str]


def flow(nodes: Sequence[Node], shape: Shape) -> Flow:
    """Follows a shape through a block as far as it goes.

    Args:
        nodes: from `graph.block_nodes` with the source `graph.INPUT`.
        shape: what enters, (height, width, channels).
    """
    shapes: dict[str, Shape | None] = {INPUT: shape}
    problems: dict[str, str] = {}
    for node in nodes:
        inputs = [entering for name in node.inputs if (entering := shapes[name]) is not None]
        shapes[node.name] = None
        if len(inputs) == len(node.inputs):
            try:
                shapes[node.name] = output_shape(node.layer, tuple(inputs))
            except ShapeError as error:
                problems[node.name] = str(error)
    return Flow({node.name: node for node in nodes}, shapes, problems)


def block_svg(
    block: BlockSpec,
    shape: Shape,
    *,
    direction: Direction = "right",
    scale: float = 1.0,
    chosen: str | None = None,
    title: str = "The block",
    name: str = "rx-block",
) -> str:
    """Draws a block, whether its shapes fit or not.

    Args:
        block: what is drawn.
        shape: what enters it, (height, width, channels).
        direction: "right" for wide screens, "down" for narrow ones. A block too long for its width at a size
            that can be read is drawn downwards in both.
        scale: 1.4 draws everything larger in the same width, for the presenter size.
        chosen: the name of the layer that is marked, from `graph.block_nodes` with the stage `STAGE`.
        title: a few words for the whole.
        name: of its own where a page shows several blocks.

    Returns:
        One svg element.
    """
    nodes = block_nodes(block, INPUT, STAGE, 1)
    flowing = flow(nodes, shape)
    width = WIDTHS[direction] / scale
    drawn = layout(nodes, direction, width)
    if drawn.size[0] > width:
        drawn = layout(nodes, "down", WIDTHS["down"] / scale)
    parts = [*(_wire(wire, drawn, flowing) for wire in drawn.wires), *_signs(drawn, nodes, flowing)]
    parts += [_layer(spot, drawn, flowing, spot.node.name == chosen) for spot in drawn.spots]
    body = element("style", style() + _style()) + group(parts, f"rx-{_kind(block)}")
    description = _description(nodes, shape, flowing)
    width, height = drawn.size
    own = f"{name}-{direction}"
    return document(body, width, math.ceil(height), name=own, title=title, description=description)


def _kind(block: BlockSpec) -> Kind:
    if block.shortcut is None:
        return "plain"
    first = (*block.entry, *block.branch)[:1]
    return "preactivation" if first and isinstance(first[0], BatchNorm) else "residual"


def _wire(wire: Wire, drawn: Layout, flowing: Flow) -> str:
    """An edge with its arrow and its shape; a wide unseen line over it is there for the pointer."""
    broken = wire.into in flowing.problems and isinstance(flowing.nodes[wire.into].layer, Add)
    start, *rest = wire.points
    way = f"M{start[0]:g} {start[1]:g}" + "".join(f"L{x:g} {y:g}" for x, y in rest)
    x, y = wire.label
    over, under = two_lines(flowing.shapes[wire.source])
    # Along a line to the right the channels stand under it, along a line downwards both stand beside it.
    if drawn.direction == "right":
        room = wire.room - 2
        texts = [_within(over, (x, y - 8), 12, "rx-shape", room)]
        texts += [_within(under, (x, y + 17), 12, "rx-shape", room)] if under else []
    else:
        texts = [label(over, x + 9, y - 3, "rx-shape"), label(under, x + 9, y + 11, "rx-shape")]
    return element(
        "g",
        element("path", d=way, class_="rx-reach"),
        element("path", d=way, class_="rx-arc" if wire.part == "shortcut" else "rx-path"),
        "" if wire.into == FORK else _tip(wire),
        *texts,
        class_="rx-edge rx-broken" if broken else "rx-edge",
        data_part=wire.part,
        data_index=wire.index,
    )


def _tip(wire: Wire) -> str:
    x, y = wire.points[-1]
    across, down = heading(wire.points)
    angle = math.degrees(math.atan2(down, across))
    turned = f"translate({x:g} {y:g}) rotate({angle:g})"
    return element("path", d="M0 0l-7 -4v8z", class_="rx-tip", transform=turned)


def _layer(spot: Spot, drawn: Layout, flowing: Flow, chosen: bool) -> str:
    """A layer: name and details in a rounded rectangle, and what a screen reader says of it."""
    (x, y), (width, height) = spot.middle, drawn.box
    name, detail = words(spot.node.layer)
    problem = flowing.problems.get(spot.node.name, "")
    spoken = told(
        spot.node.layer, spot.node.part, flowing.shapes[spot.node.inputs[0]], flowing.shapes[spot.node.name]
    )
    classes = ["rx-layer", "rx-chosen" if chosen else "", "rx-broken" if problem else ""]
    return element(
        "g",
        element("title", escape(f"{spoken}. It does not fit: {problem}" if problem else spoken)),
        box(x - width / 2, y - height / 2, width, height, "rx-block"),
        _within(name, (x, y - 3 if detail else y + 4.5), 13, "rx-name", width - 6),
        _within(detail, (x, y + 13), 12, "rx-detail", width - 6) if detail else "",
        class_=" ".join(filter(None, classes)),
        data_node=spot.node.name,
        data_part=spot.node.part,
        data_index=spot.index,
    )


def _within(text: str, at: Point, size: float, class_: str, room: float) -> str:
    """A line of text around a point, drawn narrower where there is no room for all of it."""
    fitted: dict[str, object] = {"textLength": room, "lengthAdjust": "spacingAndGlyphs"}
    tight = fitted if text_width(text, size) > room else {}
    return element("text", escape(text), x=at[0], y=at[1], class_=class_, text_anchor="middle", **tight)


def _signs(drawn: Layout, nodes: Sequence[Node], flowing: Flow) -> list[str]:
    """The fork, the addition, and x and y at the two ends."""
    signs = [
        label(word, x, y + 6, "rx-end", anchor="middle")
        for word, (x, y) in zip(("x", "y"), drawn.ends, strict=True)
    ]
    if drawn.fork:
        signs.append(element("circle", cx=drawn.fork[0], cy=drawn.fork[1], r=4, class_="rx-tip"))
    if drawn.addition:
        x, y = drawn.addition
        add = next(node for node in nodes if node.part == "add")
        problem = flowing.problems.get(add.name)
        strokes = f"M{x - 5:g} {y:g}h10M{x:g} {y - 5:g}v10"
        if problem:
            strokes = f"M{x - 5:g} {y - 2.5:g}h10M{x - 5:g} {y + 2.5:g}h10M{x + 3.5:g} {y - 6:g}l-7 12"
        said = f"Addition: {problem}" if problem else "Addition: branch plus shortcut"
        shapes = (
            element("title", escape(said)),
            element("circle", cx=x, cy=y, r=RADIUS, class_="rx-plus"),
            element("path", d=strokes, class_="rx-plus"),
        )
        classes = "rx-sum rx-broken" if problem else "rx-sum"
        signs.append(element("g", *shapes, class_=classes, data_node=add.name))
    return signs


def _description(nodes: Sequence[Node], shape: Shape, flowing: Flow) -> str:
    """The whole block in words, path by path."""
    paths = {"entry": "Before the fork", "branch": "Branch", "shortcut": "Shortcut", "exit": "Then"}
    sentences = [f"{whole_shape(shape)} enters."]
    for part, word in paths.items():
        layers = [" ".join(filter(None, words(node.layer))) for node in nodes if node.part == part]
        if layers:
            sentences.append(f"{word}: {'; '.join(layers)}.")
        elif part == "shortcut" and any(node.part == "add" for node in nodes):
            sentences.append("Shortcut: x itself.")
    sentences += [f"{problem[:1].upper()}{problem[1:]}." for problem in flowing.problems.values()]
    end = flowing.shapes[nodes[-1].name if nodes else INPUT]
    return " ".join([*sentences, f"{whole_shape(end)} leaves." if end else "Nothing leaves yet."])


def _style() -> str:
    """What the picture of a block adds to the style of diagrams; all of it in variables of the page."""
    light = GROUNDS["light"]
    colour = f"var(--rx-warning-colour,{warning('light')})"
    text, quiet = f"var(--rx-text,{light.text})", f"var(--rx-quiet,{light.quiet})"
    return (
        ".rx-diagram .rx-reach{fill:none;stroke:transparent;stroke-width:28}"
        f".rx-diagram text.rx-shape{{font-size:12px;fill:{quiet}}}"
        ".rx-diagram text.rx-name{font-weight:600}"
        ".rx-diagram text.rx-detail{font-size:12px}"
        ".rx-diagram text.rx-end{font-size:19px;font-style:italic}"
        f".rx-diagram .rx-chosen .rx-block{{stroke:{text};stroke-width:3.5}}"
        f".rx-diagram .rx-broken :is(.rx-path,.rx-arc){{stroke:{colour};stroke-width:4;stroke-dasharray:4 4}}"
        f".rx-diagram .rx-broken :is(.rx-block,.rx-plus){{stroke:{colour};stroke-width:3}}"
        f".rx-diagram .rx-broken .rx-tip{{fill:{colour}}}"
        f".rx-diagram .rx-broken text.rx-shape{{fill:{text};font-weight:600}}"
    )
