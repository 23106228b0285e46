"""Where everything in the picture of a block stands: layers, edges, fork, addition and the two ends.

A picture is laid out along its depth, and across it: the main path at one place, the shortcut at another.
Which of the two is x and which is y is decided last, so both directions come out of the same sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from resnet_core.network.graph import INPUT, Node

Direction = Literal["right", "down"]
Point = tuple[float, float]
FORK = "fork"
"""What an edge that ends where the paths part leads into."""
RADIUS = 11.0
"""Of the circle in which the paths are added."""
_END = 34.0


@dataclass(frozen=True)
class Spot:
    """A layer: `index` counts from 0 in its part, `middle` is the middle of its rectangle."""

    node: Node
    index: int
    middle: Point


@dataclass(frozen=True)
class Wire:
    """An edge from the node `source` to the node `into`, which is empty where it leaves the block.

    A layer that is set into the edge gets the place `part`, `index`; the shape is written at `label`,
    beside a straight stretch of the length `room`.
    """

    part: str
    index: int
    source: str
    into: str
    points: tuple[Point, ...]
    label: Point
    room: float


@dataclass
class Layout:
    """The finished places; `size` is width and height of the whole, `box` those of a layer."""

    direction: Direction
    box: Point
    size: Point = (0.0, 0.0)
    spots: list[Spot] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    ends: list[Point] = field(default_factory=list)
    fork: Point | None = None
    addition: Point | None = None


@dataclass(frozen=True)
class _Measures:
    """Lengths along (layer, gap between layers), and places across (main path, shortcut, whole)."""

    layer: float
    gap: float
    main: float
    shortcut: float
    across: float


def layout(nodes: Sequence[Node], direction: Direction, width: float) -> Layout:
    """Lays a block out.

    Args:
        nodes: from `graph.block_nodes`.
        direction: in which the depth runs.
        width: of the whole picture in its own units.

    Returns:
        The places. Along a direction "right" the block may come out wider than `width`; `size` says so.
    """
    residual = any(node.part == "add" for node in nodes)
    if direction == "right":
        measures = _Measures(68, 39, 142 if residual else 40, 40, 182 if residual else 80)
        box = (68.0, 48.0)
    else:
        measures = _Measures(42, 38, width * 0.24 if residual else width / 2, width * 0.72, width)
        box = (min(128.0, width * 0.36), 42.0)
    return _Writer(Layout(direction, box), measures, nodes).write(residual, width)


class _Writer:
    """Writes one layout from the input to the output; `along` is how far it has come."""

    def __init__(self, drawn: Layout, measures: _Measures, nodes: Sequence[Node]) -> None:
        self.drawn, self.measures, self.nodes = drawn, measures, nodes
        self.along = 4 + _END

    def write(self, residual: bool, width: float) -> Layout:
        """Writes everything, in the middle where the picture is wider than the block."""
        right = self.drawn.direction == "right"
        if right:
            self.along += max(0.0, (width - self.length(residual)) / 2)
        self.end(-_END / 2)
        if residual:
            self.residual()
        else:
            plain = [node for node in self.nodes if node.part != "add"]
            self.along = self.chain(plain, "branch", (INPUT, ""), self.along, self.room(len(plain)))
        self.end(_END / 2)
        total = self.along + _END + 4
        self.drawn.size = (max(width, total) if right else width, self.measures.across if right else total)
        return self.drawn

    def residual(self) -> None:
        """Writes entry, fork, both paths, addition and exit."""
        entry, branch, shortcut, leave = (self.of(part) for part in ("entry", "branch", "shortcut", "exit"))
        add = next(node.name for node in self.nodes if node.part == "add")
        fork = entry[-1].name if entry else INPUT
        # Both paths go on from the fork; its own name stands for whichever comes first.
        start = self.chain(entry, "entry", (INPUT, FORK), self.along, self.room(len(entry)))
        self.drawn.fork = self.point(start, self.measures.main)
        span = self.room(max(len(branch), len(shortcut)))
        end = self.chain(branch, "branch", (fork, add), start, span)
        self.chain(shortcut, "shortcut", (fork, add), start, span)
        self.drawn.addition = self.point(end + RADIUS, self.measures.main)
        self.along = self.chain(leave, "exit", (add, ""), end + 2 * RADIUS, self.room(len(leave)))

    def length(self, residual: bool) -> float:
        """How long the block is along its depth, with both ends."""
        if not residual:
            return self.room(len(self.nodes)) + 2 * (_END + 4)
        counts = {part: len(self.of(part)) for part in ("entry", "branch", "shortcut", "exit")}
        rooms = (counts["entry"], max(counts["branch"], counts["shortcut"]), counts["exit"])
        return sum(map(self.room, rooms)) + 2 * RADIUS + 2 * (_END + 4)

    def chain(
        self, nodes: Sequence[Node], part: str, ends: tuple[str, str], start: float, span: float
    ) -> float:
        """Writes layers in the middle of a stretch with an edge before each and one behind; returns its end.

        `ends` are the names of what the stretch comes from and leads to.
        """
        across = self.measures.shortcut if part == "shortcut" else self.measures.main
        lead = (span - self.room(len(nodes))) / 2
        stops = [start]
        places: list[tuple[str, int]] = []
        for number, node in enumerate(nodes):
            left = start + lead + self.measures.gap + number * (self.measures.layer + self.measures.gap)
            index = sum(one.part == node.part for one in nodes[:number])
            self.drawn.spots.append(Spot(node, index, self.point(left + self.measures.layer / 2, across)))
            places.append((node.part, index))
            stops += [left, left + self.measures.layer]
        places.append((places[-1][0], places[-1][1] + 1) if places else (part, 0))
        stops.append(start + span)
        names = [ends[0], *(node.name for node in nodes), ends[1]]
        for place, pair, tail, head in zip(places, pairwise(names), stops[::2], stops[1::2], strict=True):
            self.wire(place, pair, (tail, head), (start, start + span), across)
        return start + span

    def wire(
        self, place: tuple[str, int], pair: tuple[str, str], way: Point, span: Point, across: float
    ) -> None:
        """Writes an edge; the first of a shortcut comes up from the fork, the last goes down to the sum."""
        tail, head = way
        points = [(tail, across), (head, across)]
        if place[0] == "shortcut" and tail == span[0]:
            points.insert(0, (tail, self.measures.main))
        if place[0] == "shortcut" and head == span[1]:
            # Beyond the stretch, into the middle of the circle, and no further than its rim.
            inward = RADIUS if self.measures.shortcut > self.measures.main else -RADIUS
            points[-1:] = [(head + RADIUS, across), (head + RADIUS, self.measures.main + inward)]
        label = self.point((tail + head) / 2, across)
        self.drawn.wires.append(
            Wire(*place, *pair, tuple(self.point(*one) for one in points), label, head - tail)
        )

    def end(self, beside: float) -> None:
        """Writes where x or the output stands."""
        self.drawn.ends.append(self.point(self.along + beside, self.measures.main))

    def of(self, part: str) -> list[Node]:
        """The layers of one part."""
        return [node for node in self.nodes if node.part == part]

    def room(self, count: int) -> float:
        """The length of so many layers with all edges."""
        return count * (self.measures.layer + self.measures.gap) + self.measures.gap

    def point(self, along: float, across: float) -> Point:
        """A place on the picture, (x, y)."""
        return (along, across) if self.drawn.direction == "right" else (across, along)


def heading(points: Sequence[Point]) -> Point:
    """The direction of the last stretch of a line, as one of the four unit steps.

    Args:
        points: at least two; stretches run along the axes.
    """
    (x, y), (to_x, to_y) = list(pairwise(points))[-1]
    return (float(to_x > x) - float(to_x < x), float(to_y > y) - float(to_y < y))
