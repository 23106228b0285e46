"""The shapes of a block's diagram: edges, layers, the fork, the addition and the two ends."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from resnet_core.figures.block_layout import FORK, RADIUS, Layout, Point, Spot, Wire, heading
from resnet_core.figures.block_words import PATHS, in_signs, told, two_lines, whole_shape, words
from resnet_core.figures.svg import box, element, escape, label, text_width
from resnet_core.network.editing import Part, Place
from resnet_core.network.graph import INPUT
from resnet_core.network.inspection import Inspection, LayerView
from resnet_core.network.spec import Shape
from resnet_core.network.workbench import SUM, written

_BUTTON = {"role": "button", "tabindex": -1}


@dataclass(frozen=True)
class Drawing:
    """A block that has been laid out, to be drawn.

    Attributes:
        drawn: where everything stands.
        seen: the block, with its shapes and problems.
        chosen: what is marked, as in `network.workbench`.
        working: whether each part is a button.
    """

    drawn: Layout
    seen: Inspection
    chosen: str
    working: bool

    def shapes(self) -> Iterator[str]:
        """Everything as SVG, what lies below first."""
        for wire in self.drawn.wires:
            yield self._wire(wire)
        for word, (x, y) in zip(("x", "y"), self.drawn.ends, strict=True):
            yield label(word, x, y + 6, "rx-end", anchor="middle")
        if self.drawn.fork:
            yield element("circle", cx=self.drawn.fork[0], cy=self.drawn.fork[1], r=4, class_="rx-tip")
        if self.drawn.addition and self.seen.addition:
            yield self._addition(self.drawn.addition, self.seen.addition)
        for spot in self.drawn.spots:
            yield self._layer(spot)

    def _view(self, name: str) -> LayerView | None:
        return next((layer for layer in self.seen.layers if layer.node.name == name), None)

    def _shape(self, name: str) -> Shape | None:
        """What leaves a node, or enters the block."""
        view = self._view(name)
        return view.output if view else self.seen.shape if name == INPUT else None

    def _part(self, at: str, class_: str, said: str, *shapes: str) -> str:
        """A group that can be chosen."""
        classes = f"{class_} rx-chosen" if at == self.chosen else class_
        title = element("title", escape(said)) if self.working or class_ != "rx-edge" else ""
        return element("g", title, *shapes, class_=classes, data_at=at, **(_BUTTON if self.working else {}))

    def _wire(self, wire: Wire) -> str:
        """An edge with its arrow and its shape; a wide unseen line over it is there for the pointer."""
        into = self._view(wire.into)
        broken = into is not None and into is self.seen.addition and bool(into.problem)
        start, *rest = wire.points
        way = f"M{start[0]:g} {start[1]:g}" + "".join(f"L{x:g} {y:g}" for x, y in rest)
        shape = self._shape(wire.source)
        x, y = wire.label
        said = f"Edge {PATHS.get(wire.part, 'after the addition')}, {whole_shape(shape)}"
        return self._part(
            "+" + written(Place(cast(Part, wire.part), wire.index)),
            "rx-edge rx-broken" if broken else "rx-edge",
            f"{said}; a layer can be set in here",
            element("path", d=way, class_="rx-reach"),
            element("path", d=way, class_="rx-arc" if wire.part == "shortcut" else "rx-path"),
            "" if wire.into == FORK else _tip(wire),
            *self._shape_words(wire, shape),
            element("path", d=_cross(x, y), class_="rx-here") if self.working else "",
        )

    def _shape_words(self, wire: Wire, shape: Shape | None) -> list[str]:
        (x, y), (over, under) = wire.label, two_lines(shape)
        # Along a line to the right the channels stand under it, along a line downwards both stand beside it.
        if self.drawn.direction == "down":
            return [label(over, x + 9, y - 3, "rx-shape"), label(under, x + 9, y + 11, "rx-shape")]
        room = wire.room - 2
        texts = [_within(over, (x, y - 8), 12, "rx-shape", room)]
        return [*texts, _within(under, (x, y + 17), 12, "rx-shape", room)] if under else texts

    def _layer(self, spot: Spot) -> str:
        """A layer: name and details in a rounded rectangle, and what a screen reader says of it."""
        (x, y), (width, height) = spot.middle, self.drawn.box
        node = spot.node
        view = self._view(node.name)
        assert view is not None
        name, detail = words(node.layer)
        spoken = told(node.layer, node.part, view.inputs[0], view.output)
        return self._part(
            written(Place(cast(Part, node.part), spot.index)),
            "rx-layer rx-broken" if view.problem else "rx-layer",
            f"{spoken}. It does not fit: {in_signs(view.problem)}" if view.problem else spoken,
            box(x - width / 2, y - height / 2, width, height, "rx-block"),
            _within(name, (x, y - 3 if detail else y + 4.5), 13, "rx-name", width - 6),
            _within(detail, (x, y + 13), 12, "rx-detail", width - 6) if detail else "",
        )

    def _addition(self, at: Point, view: LayerView) -> str:
        x, y = at
        strokes = f"M{x - 5:g} {y:g}h10M{x:g} {y - 5:g}v10"
        problem = in_signs(view.problem)
        if problem:
            strokes = f"M{x - 5:g} {y - 2.5:g}h10M{x - 5:g} {y + 2.5:g}h10M{x + 3.5:g} {y - 6:g}l-7 12"
        return self._part(
            SUM,
            "rx-sum rx-broken" if problem else "rx-sum",
            f"Addition: {problem}" if problem else "Addition: branch plus shortcut",
            element("circle", cx=x, cy=y, r=RADIUS, class_="rx-plus"),
            element("path", d=strokes, class_="rx-plus"),
        )


def _tip(wire: Wire) -> str:
    x, y = wire.points[-1]
    across, down = heading(wire.points)
    angle = math.degrees(math.atan2(down, across))
    turned = f"translate({x:g} {y:g}) rotate({angle:g})"
    return element("path", d="M0 0l-7 -4v8z", class_="rx-tip", transform=turned)


def _cross(x: float, y: float) -> str:
    """A disc with a plus: here a layer can be set in."""
    disc = f"M{x - 8:g} {y:g}a8 8 0 1 0 16 0a8 8 0 1 0 -16 0"
    return f"{disc}M{x - 4:g} {y:g}h8M{x:g} {y - 4:g}v8"


def _within(text: str, at: Point, size: float, class_: str, room: float) -> str:
    """A line of text around a point, drawn narrower where there is no room for all of it."""
    fitted: dict[str, object] = {"textLength": room, "lengthAdjust": "spacingAndGlyphs"}
    tight = fitted if text_width(text, size) > room else {}
    return element("text", escape(text), x=at[0], y=at[1], class_=class_, text_anchor="middle", **tight)
