"""The strips of maps, one map enlarged, and how the number under its cursor was made; no pass runs here."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import numpy as np
import streamlit as st

from resnet_core.figures.flow_strip import Strips, strips_html, title_of
from resnet_core.figures.made_number import columns_of, made_html, written
from resnet_core.figures.maps import bar_html, map_address
from resnet_core.figures.table import csv_text
from resnet_core.figures.text import shape as written_shape
from resnet_core.network.explained import explained
from resnet_core.probes.edges import Edge
from resnet_core.probes.flow import Flow, made_at
from resnet_core.probes.made import Made
from resnet_core.ui.component import asset, component
from resnet_core.ui.figure import draw_html
from resnet_core.ui.options import Choice, Number, Switch
from resnet_core.ui.page import Page, scaled
from resnet_core.ui.state import adopt, choose, enter, switch

SCALE = Choice(
    "flowscale",
    "Colours compare",
    {"map": "Each map", "layer": "A layer", "block": "A block", "both": "Both"},
    "layer",
    "Each map: every map has a scale of its own, so faint patterns are seen. A layer: the maps of one layer "
    "share a scale. A block: all layers of a block share one, so that what grows gets brighter. Both: the "
    "block with its shortcut and the one without share it too.",
)
BESIDE = Switch("flowskip", "Beside it: without the shortcut", True)
MANY = Choice("flowmany", "Maps of each layer", {"8": "8", "12": "12", "32": "32", "64": "64"}, "8")
STRIP_OPTIONS = (SCALE, BESIDE, MANY)
MAP, CHANNEL, ROW, COLUMN = "flowmap", "flowchannel", "flowrow", "flowcolumn"


def show_strips(drawn: Page, result: Flow) -> None:
    """Draws the maps at every edge, and one of them enlarged with its arithmetic.

    Args:
        drawn: the page.
        result: from the probe.
    """
    compared = any(edge.path == "alone" for edge in result.edges)
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-flow-maps"):
        scale = choose(SCALE)
        with st.container(width=scaled(150)):
            most = int(choose(MANY, "select"))
        beside = switch(BESIDE) if compared else False
    place = st.container()
    edge, at = _chosen_pixel(result, beside)
    strips = Strips(
        result.edges,
        result.maps,
        scale,
        most,
        (edge.key, at[2]),
        beside,
        drawn.look.theme,
        result.picture,
    )
    with place:
        _rows()(
            key="flow maps",
            data={"html": strips_html(strips)},
            on_chosen_change=lambda: take_click("flow maps", {MAP: "edge", CHANNEL: "channel"}),
        )
    _enlarged(result, strips, edge, at)


def _chosen_pixel(result: Flow, beside: bool) -> tuple[Edge, tuple[int, int, int]]:
    """The map and pixel that the address and the controls name."""
    edges = [edge for edge in result.edges if beside or edge.path != "alone"]
    names = {edge.key: title_of(edge) for edge in edges}
    for key, title in names.items():
        if key.startswith("alone"):
            names[key] = f"{title}, without the shortcut"
    default = "sum" if "sum" in names else edges[-1].key
    st.subheader("How one number was made", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-flow-pixel"):
        with st.container(width=scaled(300)):
            key = _adopted(Choice(MAP, "Map of", names, default))
        edge = next(one for one in edges if one.key == key)
        height, width, channels = result.maps[key].shape
        found = []
        for name, label, length, first in (
            (ROW, "Row", height, height // 2),
            (COLUMN, "Column", width, width // 2),
            (CHANNEL, "Channel", channels, 0),
        ):
            with st.container(width=scaled(120)):
                found.append(number_below(Number(name, label, first, 0, max(1, length - 1)), length))
    return edge, (found[0], found[1], found[2])


def _adopted(option: Choice) -> str:
    adopt(option)
    return choose(option, "select")


def number_below(option: Number, length: int) -> int:
    """A whole number below `length`; one that a larger map left behind is brought back into it."""
    adopt(option)
    if int(st.session_state.get(option.key, 0)) >= length:
        st.session_state[option.key] = min(int(option.default), length - 1)
    return min(int(enter(option)), length - 1)


def _enlarged(result: Flow, strips: Strips, edge: Edge, at: tuple[int, int, int]) -> None:
    row, column, channel = at
    values = result.maps[edge.key][:, :, channel]
    value = float(values[row, column])
    name = title_of(edge)
    scale = strips.range_at(edge.key, channel)
    picture, numbers = st.columns([5, 7], gap="medium")
    with picture:
        pixel_map()(
            key="flow pixel",
            data={
                "address": map_address(values, scale, strips.theme),
                "words": f"{name}, channel {channel}, {values.shape[0]} rows and {values.shape[1]} columns",
                "which": f"{edge.key}.{channel}",
                "rows": values.shape[0],
                "columns": values.shape[1],
                "row": row,
                "column": column,
                "values": [written(float(one)) for one in values.ravel()],
            },
            on_chosen_change=lambda: take_click("flow pixel", {ROW: "row", COLUMN: "column"}),
        )
        draw_html(bar_html(scale, strips.theme))
        draw_html(
            '<p class="rx-caption">Click a pixel, or focus the map and use the arrow keys. Rows, columns and '
            "channels are counted from 0, as in the arrays.</p>"
        )
    with numbers:
        _made(result, edge, at, value)


def _made(result: Flow, edge: Edge, at: tuple[int, int, int], value: float) -> None:
    found = made_at(result, edge, at)
    name = title_of(edge)
    if edge.node is None or found is None:
        draw_html(f'<div class="rx-made"><p class="rx-result">{written(value)}</p></div>')
        st.markdown(_unmade(edge))
        return
    said = explained(edge.node.layer)
    st.markdown(
        f"{said} At row {at[0]}, column {at[1]}, channel {at[2]} of "
        f"{written_shape(result.maps[edge.key].shape)}:"
    )
    show_number(found, value, name, edge.key.replace(".", "-"), "flow csv")


def show_number(found: Made, value: float, name: str, file: str, key: str) -> None:
    """Draws how one number of a map was made, with the numbers that it was made of as a download.

    Args:
        found: what it was made of.
        value: what stands in the map.
        name: of the map.
        file: the last words of the name of the file.
        key: of the download.
    """
    draw_html(f"<style>{asset('made.css')}</style>{made_html(found, value, name)}")
    st.download_button(
        "CSV of these numbers",
        lambda: csv_text(columns_of(found)),
        file_name=f"number-{file}.csv",
        mime="text/csv",
        key=key,
        type="tertiary",
        on_click="ignore",
    )


def _unmade(edge: Edge) -> str:
    if edge.key == "x":
        return "This is x itself, before any layer of the block."
    if edge.path == "shortcut":
        return "The shortcut lets x pass as it is, so this is the value of x at the same place."
    return "Nothing is added here, so this is F(x) at the same place."


def arrays(result: Flow) -> bytes:
    """All maps, weights and the picture of a pass, as an .npz file."""
    written_to = io.BytesIO()
    maps = {f"maps/{key}": values for key, values in result.maps.items()}
    weights = {f"weights/{key}": values for key, values in result.weights.items()}
    np.savez_compressed(written_to, picture=result.picture, **maps, **weights)  # type: ignore[arg-type]
    return written_to.getvalue()


def take_click(component: str, names: dict[str, str]) -> None:
    """Moves what was clicked into the controls; what a browser says may be anything."""
    clicked = st.session_state[component]["chosen"]
    if not isinstance(clicked, dict):
        return
    for key, name in names.items():
        value = clicked.get(name)
        if isinstance(value, str if key == MAP else int) and not isinstance(value, bool):
            st.session_state[key] = value


@cache
def _rows() -> Any:
    room = '<div class="rx-flow-room" role="group" aria-label="Maps at every edge of the block"></div>'
    return component("flow_maps", room, "flow.css")


@cache
def pixel_map() -> Any:
    """The component that shows one map enlarged, and a pixel of it to be chosen."""
    return component(
        "flow_pixel",
        '<div class="rx-cursor" tabindex="0" role="application" aria-roledescription="map"><img alt="">'
        '<i aria-hidden="true"></i></div><p class="rx-cursor-said" aria-live="polite"></p>',
    )
