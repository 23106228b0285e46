"""One map of a layer: enlarged, over the picture, its values, what excites it, and how a pixel was made."""

from __future__ import annotations

import numpy as np
import streamlit as st

from resnet_core.figures.contact_sheet import sheet_html
from resnet_core.figures.histogram import describe_histogram, histogram_figure, histogram_table
from resnet_core.figures.inside_strip import layer_words
from resnet_core.figures.made_number import written
from resnet_core.figures.maps import bar_html, map_address
from resnet_core.figures.overlay import overlay_svg
from resnet_core.figures.text import significant, whole
from resnet_core.hands.dataset import HandSigns
from resnet_core.network.explained import explained
from resnet_core.network.reach import Area, area
from resnet_core.probes.passes import made_in
from resnet_core.probes.survey import Survey
from resnet_core.ui.asking import measured_in_place
from resnet_core.ui.figure import draw_html, show_figure, show_svg
from resnet_core.ui.flow_maps import number_below, pixel_map, show_number, take_click
from resnet_core.ui.hand_set import picture_words, rendered_words
from resnet_core.ui.inside_choice import Chosen
from resnet_core.ui.inside_maps import Layer
from resnet_core.ui.options import Number
from resnet_core.ui.page import Page, scaled

ROW, COLUMN = "row", "column"


def show_channel(
    drawn: Page, chosen: Chosen, layer: Layer, hands: HandSigns | None, surveyed: Survey | None
) -> None:
    """Draws the map that is looked at, and all that is told of it.

    Args:
        drawn: the page.
        chosen: what is looked at.
        layer: with the channel.
        hands: the set whose pictures excite it; None where there is none.
        surveyed: what was measured of the set; None while it has not been.
    """
    values = layer.maps[:, :, layer.channel].astype(np.float64)
    st.markdown(f"**Channel {layer.channel} of {layer.node.name}.** {_state(layer, surveyed, hands)}")
    row, column = _pixel(values.shape)
    enlarged, over = st.columns(2, gap="medium")
    with enlarged:
        _cursor(drawn, layer, values, row, column)
    seen = area(chosen.spec, layer.node.name, row, column)
    with over:
        _over(drawn, chosen, layer, values, seen)
    histogram = histogram_figure(values, drawn.look)
    name = f"channel {layer.channel} of {layer.node.name}"
    show_figure(
        histogram,
        "channel-values",
        describe_histogram(values, name),
        histogram_table(values),
        caption=f"The {whole(values.size)} values of {name} on this picture.",
    )


def show_made(chosen: Chosen, layer: Layer) -> None:
    """Draws how the number at the pixel that is chosen was made."""
    values = layer.maps[:, :, layer.channel]
    row, column = (
        min(int(st.session_state[key]), size - 1)
        for key, size in zip((ROW, COLUMN), values.shape, strict=True)
    )
    at = (row, column, layer.channel)
    sentence = "Following one number back."
    found = measured_in_place(
        "inside/made", sentence, 200, made_in, chosen.which, chosen.pixels, layer.node.name, at
    )
    if found is None:
        return
    st.subheader("How one number was made", anchor=False)
    st.markdown(
        f"{explained(layer.node.layer)} At row {row}, column {column} of channel {layer.channel}, the pixel "
        "that is marked on the enlarged map:"
    )
    value = float(values[row, column])
    name = layer.node.name
    show_number(found, value, name, name, "inside made csv")


def _state(layer: Layer, surveyed: Survey | None, hands: HandSigns | None) -> str:
    """Whether the channel is dead, and where that was measured."""
    if layer.dead is None:
        return ""
    here = bool(layer.dead[layer.channel])
    if surveyed is None or hands is None:
        return "It is **0 everywhere on this picture**." if here else "It lets something through."
    if bool(surveyed.dead(layer.node.name)[layer.channel]):
        return (
            f"It is **dead on the whole set**: 0 everywhere on each of the {whole(surveyed.count)} pictures "
            f"of {hands.title}."
        )
    if here:
        others = f"but not on all {whole(surveyed.count)} of {hands.title}"
        return f"It is **0 everywhere on this picture**, {others}."
    return "It lets something through, so it is not dead."


def show_exciting(layer: Layer, hands: HandSigns | None, surveyed: Survey | None) -> None:
    """Draws the pictures of the set in which the channel reaches highest; arguments as above."""
    if hands is None or surveyed is None:
        return
    peaks = surveyed.peaks[layer.node.name]
    values, numbers = peaks.values[:, layer.channel], peaks.pictures[:, layer.channel]
    pictures, captions, words = [], [], []
    for value, number in zip(values, numbers, strict=True):
        split, index = (
            ("train", int(number))
            if number < len(hands.train_x)
            else ("test", int(number) - len(hands.train_x))
        )
        x, y = (hands.train_x, hands.train_y) if split == "train" else (hands.test_x, hands.test_y)
        pictures.append(x[index])
        sign = hands.classes[int(y[index])]
        captions.append(f"{significant(float(value))}, sign {sign}")
        words.append(
            f"{picture_words(hands, split, index)}, sign {sign}, reaches {significant(float(value))}"
        )
    draw_html(sheet_html(np.stack(pictures), captions, side=64, descriptions=words))
    draw_html(
        f'<p class="rx-caption">{rendered_words(hands.rendered)} The pictures of {hands.title} in which this '
        f"channel reaches highest, of all {whole(surveyed.count)}, with the largest value in its map.</p>"
    )


def _pixel(shape: tuple[int, ...]) -> tuple[int, int]:
    found = []
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-inside-pixel"):
        for key, label, size in ((ROW, "Row", shape[0]), (COLUMN, "Column", shape[1])):
            option = Number(key, label, size // 2, 0, max(1, size - 1))
            with st.container(width=scaled(120)):
                found.append(number_below(option, size))
    return found[0], found[1]


def _cursor(drawn: Page, layer: Layer, values: np.ndarray, row: int, column: int) -> None:
    words = (
        f"{layer.node.name}, channel {layer.channel}, {values.shape[0]} rows and {values.shape[1]} columns"
    )
    pixel_map()(
        key="inside pixel",
        data={
            "address": map_address(values, layer.scale, drawn.look.theme),
            "words": words,
            "which": f"{layer.node.name}.{layer.channel}",
            "rows": values.shape[0],
            "columns": values.shape[1],
            "row": row,
            "column": column,
            "values": [written(float(one)) for one in values.ravel()],
        },
        on_chosen_change=lambda: take_click("inside pixel", {ROW: "row", COLUMN: "column"}),
    )
    draw_html(bar_html(layer.scale, drawn.look.theme))
    draw_html(
        '<p class="rx-caption">Click a pixel, or focus the map and use the arrow keys. Rows, columns and '
        "channels are counted from 0.</p>"
    )


def _over(drawn: Page, chosen: Chosen, layer: Layer, values: np.ndarray, seen: Area | None) -> None:
    words = f"{layer_words(layer.node)}, channel {layer.channel}, over the picture"
    show_svg(
        overlay_svg(chosen.pixels, values, layer.scale, drawn.look.theme, area=seen, title=words),
        "map-over-picture",
        words,
        {f"column {number}": values[:, number].tolist() for number in range(values.shape[1])},
        caption=_field(seen, chosen.pixels.shape),
    )


def _field(seen: Area | None, shape: tuple[int, ...]) -> str:
    if seen is None:
        return "The pixel that is marked comes from the zeros around the picture alone."
    tall, wide = seen.size
    if (tall, wide) == shape[:2]:
        return "The map over the picture. The pixel that is marked can depend on every pixel of the picture."
    return (
        f"The map over the picture. The frame is the receptive field of the pixel that is marked: the "
        f"{tall} rows and {wide} columns on which it can depend."
    )
