"""All maps of one layer, in an order and on a scale that can be chosen; one of them is looked at."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from resnet_core.figures.inside_strip import layer_words
from resnet_core.figures.layer_table import channel_table
from resnet_core.figures.maps import Range, bar_html, range_of
from resnet_core.figures.mosaic import mosaic_png, sprite_address
from resnet_core.figures.table import csv_text
from resnet_core.figures.text import plural, shape, significant
from resnet_core.network.graph import Node, walk
from resnet_core.network.layers import Activation
from resnet_core.probes.inside import Seen
from resnet_core.probes.passes import Maps, maps_of, strengths
from resnet_core.ui.asking import measured_in_place
from resnet_core.ui.component import component
from resnet_core.ui.figure import draw_html
from resnet_core.ui.inside_choice import CHANNEL, TOP, Chosen
from resnet_core.ui.options import Choice
from resnet_core.ui.page import Page, scaled
from resnet_core.ui.state import adopt, choose, hold

SORT = Choice(
    "sort",
    "In the order of",
    {
        "mean": "mean value",
        "channel": "channel number",
        "variance": "variance",
        "score": "gradient × activation",
    },
    "mean",
    "Gradient times activation: by how much, to first order, the score of the predicted sign before the "
    "softmax would fall if the channel were 0 everywhere.",
)
SCALE = Choice(
    "scale",
    "Colours compare",
    {"map": "Each map", "layer": "A layer", "network": "The network"},
    "map",
    "Each map: every map has a scale of its own, so faint patterns are seen. A layer: its maps share one. "
    "The network: all layers share one, so that what grows gets brighter.",
)
OPTIONS = (SORT, SCALE)
HEIGHT = 420
TILE = 64
"""Pixels that a map has at least in a picture that is saved."""


@dataclass(frozen=True, eq=False)
class Layer:
    """The layer that is looked at.

    Attributes:
        node: what it is.
        maps: (height, width, channels).
        order: its channels, the first first.
        channel: the one that is looked at.
        signed: whether its colours have zero in their middle.
        scale: what the colours of the channel that is looked at stand for.
        dead: (channels,): whether a channel is 0 everywhere on this picture; None where no value is cut
            off at 0, so that the word has no meaning.
    """

    node: Node
    maps: Maps
    order: NDArray[np.int64]
    channel: int
    signed: bool
    scale: Range
    dead: NDArray[np.bool_] | None

    @property
    def title(self) -> str:
        """What the layer is called."""
        return f"{self.node.name}: {layer_words(self.node)}"


def show_maps(drawn: Page, chosen: Chosen, layer: str, found: Seen) -> Layer | None:
    """Draws the maps of a layer; None where they cannot be had yet, which is then said.

    Args:
        drawn: the page.
        chosen: what is looked at.
        layer: that is looked at now.
        found: of the picture.
    """
    st.subheader(f"Every map of {layer}", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-inside-maps"):
        with st.container(width=scaled(220)):
            by = choose(SORT, "select")
        compared = choose(SCALE)
    maps = measured_in_place(
        "inside/maps", "Fetching the maps.", HEIGHT, maps_of, chosen.which, chosen.pixels, layer
    )
    if maps is None:
        return None
    worth = _worth(chosen, maps, layer, by, found.label)
    if worth is None:
        return None
    order = np.argsort(-worth, kind="stable")
    node = next(one for one in walk(chosen.spec) if one.name == layer)
    channel = _channel(order)
    signed = found.ends[layer][0] < 0
    common = _common(compared, maps, found, signed=signed)
    scale = common or range_of([maps[:, :, channel]], signed)  # type: ignore[list-item]
    rectified = isinstance(node.layer, Activation) and node.layer.function == "relu"
    dead = np.asarray((maps <= 0).all((0, 1))) if rectified else None
    shown = Layer(node, maps, order, channel, scale.signed, scale, dead)
    _grid(drawn, shown, common, worth, by)
    return shown


def _worth(chosen: Chosen, maps: Maps, layer: str, by: str, label: int) -> NDArray[np.float64] | None:
    """By what the channels are put in order, the largest first."""
    values = maps.astype(np.float64)
    if by == "score":
        sentence = "Following the gradient of the score back through the network."
        found = measured_in_place(
            "inside/score", sentence, HEIGHT, strengths, chosen.which, chosen.pixels, label
        )
        return None if found is None else found[layer].astype(np.float64)
    if by == "channel":
        return -np.arange(maps.shape[2], dtype=np.float64)
    return values.mean((0, 1)) if by == "mean" else values.var((0, 1))


def _channel(order: NDArray[np.int64]) -> int:
    names = {TOP: TOP, **{str(number): str(number) for number in range(len(order))}}
    expected = f"a channel of this layer, 0 to {len(names) - 2}"
    option = Choice(CHANNEL, "Channel", names, TOP, expected=expected)
    adopt(option)
    value = hold(option)
    return int(order[0]) if value == TOP else int(value)


def _common(compared: str, maps: Maps, found: Seen, *, signed: bool) -> Range | None:
    if compared == "map":
        return None
    if compared == "layer":
        return range_of([maps], signed)  # type: ignore[list-item]
    low = min(one for one, _ in found.ends.values())
    return Range(low < 0, max(max(abs(a), abs(b)) for a, b in found.ends.values()))


def _grid(drawn: Page, layer: Layer, common: Range | None, worth: NDArray[np.float64], by: str) -> None:
    theme = drawn.look.theme
    signed = common.signed if common else layer.signed
    ordered = layer.maps[:, :, layer.order]
    address, columns = sprite_address(ordered, common, theme, signed=signed)
    unit = "" if by == "channel" else f", {SORT.names[by]} "
    tiles = []
    for number in layer.order:
        said = f"channel {number}" + (f"{unit}{significant(float(worth[number]))}" if unit else "")
        dead = layer.dead is not None and bool(layer.dead[number])
        tiles.append(
            {
                "channel": int(number),
                "words": f"{said}, 0 everywhere" if dead else said,
                "mark": "0" if dead else "",
            }
        )
    _maps()(
        key="inside maps",
        data={
            "address": address,
            "columns": columns,
            "height": layer.maps.shape[0],
            "width": layer.maps.shape[1],
            "tiles": tiles,
            "chosen": layer.channel,
            "words": f"Maps of {layer.title}",
            "drawn": f"{layer.node.name} {by} {address[-24:]} {len(address)}",
        },
        on_chosen_change=_clicked,
    )
    draw_html(bar_html(common or layer.scale, theme, numbers=common is not None))
    draw_html(f'<p class="rx-caption">{_caption(layer)}</p>')
    _downloads(drawn, layer, ordered, common, signed=signed)


def _downloads(drawn: Page, layer: Layer, ordered: Maps, common: Range | None, *, signed: bool) -> None:
    """The maps as they are drawn, in numbers, and as they are; each is made when it is asked for."""
    name, theme = layer.node.name, drawn.look.theme
    kinds: dict[str, tuple[str, Callable[[], bytes | str]]] = {
        "PNG": ("image/png", lambda: mosaic_png(ordered, common, theme, signed=signed, least=TILE)),
        "CSV": ("text/csv", lambda: csv_text(channel_table(layer.maps))),
        "NPZ": ("application/octet-stream", lambda: _npz(name, layer.maps)),
    }
    with st.container(horizontal=True, key="rx-foot-inside-maps"):
        for kind, (mime, make) in kinds.items():
            st.download_button(
                kind,
                make,
                file_name=f"{name}.{kind.lower()}",
                mime=mime,
                key=f"inside maps {kind}",
                type="tertiary",
                on_click="ignore",
            )


def _npz(name: str, maps: Maps) -> bytes:
    written = io.BytesIO()
    np.savez_compressed(written, **{name: maps})  # type: ignore[arg-type]
    return written.getvalue()


def _caption(layer: Layer) -> str:
    words = f"{shape(layer.maps.shape)}: {plural(layer.maps.shape[2], 'channel')}, each a map."
    if layer.dead is not None:
        count = int(layer.dead.sum())
        words += f" {count or 'None'} of them {'are' if count > 1 else 'is'} 0 everywhere for this picture"
        words += ", and marked 0." if count else "."
    return words


def _clicked() -> None:
    """What was clicked; a browser may send anything."""
    number = st.session_state["inside maps"]["chosen"]
    if isinstance(number, int) and not isinstance(number, bool) and number >= 0:
        st.session_state[CHANNEL] = str(number)


@cache
def _maps() -> Any:
    return component("inside_maps", '<div class="rx-maps" role="group"></div>', "inside.css")
