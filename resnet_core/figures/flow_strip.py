"""The maps of a block as a strip a layer, read like its diagram: x, branch, F(x), shortcut, sum, y."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from resnet_core.figures.block_words import words
from resnet_core.figures.contact_sheet import data_address
from resnet_core.figures.maps import Range, bar_html, map_address, range_of
from resnet_core.figures.palette import Theme
from resnet_core.figures.text import shape, significant
from resnet_core.probes.edges import Edge, never_negative

Maps = Mapping[str, NDArray[np.float64]]
SCALES = ("map", "layer", "block", "both")
"""What shares a colour scale: each map has its own, the maps of a layer, of a block, or of both blocks."""

_PLACES = {
    "x": "What enters",
    "entry": "Before the fork",
    "branch": "The branch, F",
    "shortcut": "The shortcut",
    "sum": "With the shortcut",
    "alone": "Without the shortcut",
}


@dataclass(frozen=True)
class Strips:
    """What is drawn, and how.

    Attributes:
        edges: all edges of the block.
        maps: (height, width, channels) by the key of an edge.
        scale: one of `SCALES`.
        most: maps drawn of each edge.
        chosen: key of the edge and channel of the map that is looked at; `None` for none.
        beside: whether the block without its shortcut is drawn too.
        theme: of the page.
        picture: (height, width, 3) of which x was made; drawn before it.
    """

    edges: tuple[Edge, ...]
    maps: Maps
    scale: str
    most: int
    chosen: tuple[str, int] | None
    beside: bool
    theme: Theme
    picture: NDArray[np.uint8] | None = None

    @property
    def drawn(self) -> tuple[Edge, ...]:
        """The edges that are drawn."""
        return tuple(edge for edge in self.edges if self.beside or edge.path != "alone")

    def range_at(self, key: str, channel: int) -> Range:
        """What the colours of a map stand for.

        Args:
            key: of an edge that is drawn.
            channel: of the map.
        """
        signed = key not in self._positive
        if self.scale == "map":
            return range_of([self.maps[key][:, :, channel]], signed)
        if self.scale == "layer":
            return Range(signed, self._largest[key])
        own = [edge.key for edge in self.drawn if self.scale == "both" or self._same(edge, key)]
        return Range(signed, max(self._largest[one] for one in own))

    @cached_property
    def _positive(self) -> frozenset[str]:
        return never_negative(self.edges, x=bool((self.maps["x"] >= 0).all()))

    @cached_property
    def _largest(self) -> dict[str, float]:
        """The largest value of each edge, by size."""
        return {edge.key: range_of([self.maps[edge.key]], True).most for edge in self.edges}

    def _same(self, edge: Edge, key: str) -> bool:
        """Whether an edge belongs to the block that an edge belongs to: what follows F(x) is not shared."""
        alone = next(one for one in self.edges if one.key == key).path == "alone"
        return edge.path not in (("sum", "exit", "shortcut") if alone else ("alone",))


def title_of(edge: Edge) -> str:
    """What an edge is called: its symbol and the layer that it leaves: `F(x), batch norm`."""
    if edge.path == "sum":
        return edge.symbol
    layer = ", ".join(part for part in words(edge.node.layer) if part) if edge.node else ""
    if edge.key == "shortcut":
        layer = "unchanged"
    if edge.key == "alone":
        layer = "nothing added"
    return ", ".join(part for part in (edge.symbol, layer) if part)


def strips_html(strips: Strips) -> str:
    """Returns the strips as HTML, every map a button with its words."""
    parts: list[str] = []
    for path in ("x", "entry", "branch", "shortcut"):
        parts.append(_group(strips, [edge for edge in strips.drawn if edge.path == path], path))
    ends = [
        _group(strips, [edge for edge in strips.drawn if edge.path in ("sum", "exit")], "sum"),
        _group(strips, [edge for edge in strips.drawn if edge.path == "alone"], "alone"),
    ]
    both = '<div class="rx-flow-ends">' + "".join(ends) + "</div>"
    across = 8 if strips.most <= 8 else 12
    return f'<div class="rx-flow" style="--rx-across: {across}">{_legend(strips)}{"".join(parts)}{both}</div>'


def _legend(strips: Strips) -> str:
    """The colour bars that hold for all strips; where each has its own, they stand beside it."""
    if strips.scale == "layer":
        return ""
    signed = {strips.range_at(edge.key, 0).signed: edge.key for edge in strips.drawn}
    bars = "".join(
        bar_html(strips.range_at(key, 0), strips.theme, numbers=strips.scale != "map")
        for _, key in sorted(signed.items())
    )
    if strips.scale != "block" or not strips.beside:
        return f'<div class="rx-bars">{bars}</div>'
    return ""


def _group(strips: Strips, edges: Sequence[Edge], path: str) -> str:
    if not edges:
        return ""
    name = _PLACES[path]
    if path == "sum" and not any(edge.path == "sum" for edge in edges):
        name = "Behind the branch"
    bars = ""
    if strips.scale == "block" and strips.beside:
        signed = {strips.range_at(edge.key, 0).signed: edge.key for edge in edges}
        each = "".join(bar_html(strips.range_at(key, 0), strips.theme) for _, key in sorted(signed.items()))
        bars = f'<div class="rx-bars">{each}</div>'
    rows = "".join(_row(strips, edge) for edge in edges)
    if path == "x" and strips.picture is not None:
        rows = _picture(strips.picture) + rows
    title = f'<p class="rx-flow-title">{html.escape(name)}</p>'
    return f'<section class="rx-flow-{path}">{title}{bars}{rows}</section>'


def _row(strips: Strips, edge: Edge) -> str:
    values = strips.maps[edge.key]
    count = min(strips.most, values.shape[2])
    more = values.shape[2] - count
    bar = bar_html(strips.range_at(edge.key, 0), strips.theme) if strips.scale == "layer" else ""
    noted = f"{count} of {values.shape[2]} maps" if more else f"{count} map{'' if count == 1 else 's'}"
    name = (
        f"<div class='rx-flow-name'><strong>{html.escape(title_of(edge))}</strong>"
        f"<span>{shape(values.shape)}, {noted}</span>{bar}</div>"
    )
    maps = "".join(_map(strips, edge, channel) for channel in range(count))
    return f'<div class="rx-flow-row">{name}<div class="rx-flow-maps">{maps}</div></div>'


def _picture(pixels: NDArray[np.uint8]) -> str:
    name = f"<div class='rx-flow-name'><strong>picture</strong><span>{shape(pixels.shape)}</span></div>"
    image = f'<div><img src="{data_address(pixels)}" alt="The picture that x is made of"></div>'
    return f'<div class="rx-flow-row">{name}<div class="rx-flow-maps">{image}</div></div>'


def _map(strips: Strips, edge: Edge, channel: int) -> str:
    values = strips.maps[edge.key][:, :, channel]
    scale = strips.range_at(edge.key, channel)
    said = (
        f"{title_of(edge)}, channel {channel}: {significant(float(values.min()))} to "
        f"{significant(float(values.max()))}"
    )
    pressed = str(strips.chosen == (edge.key, channel)).lower()
    under = f"<span>±{significant(scale.most, 2)}</span>" if scale.signed else ""
    under = under or f"<span>{significant(scale.most, 2)}</span>"
    image = f'<img src="{map_address(values, scale, strips.theme)}" alt="{html.escape(said)}">'
    return (
        f'<button type="button" data-edge="{html.escape(edge.key)}" data-channel="{channel}" '
        f'aria-pressed="{pressed}" title="{html.escape(said)}">{image}'
        f"{under if strips.scale == 'map' else ''}</button>"
    )
