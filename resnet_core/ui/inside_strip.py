"""The strip of the network, and the block that is looked at in one row; each layer in them is a button."""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st

from resnet_core.figures.block_row import row_html
from resnet_core.figures.inside_strip import strip_html
from resnet_core.figures.residual_words import of_block
from resnet_core.probes.inside import Seen, place_of, stations
from resnet_core.ui.asking import measured_in_place
from resnet_core.ui.component import component
from resnet_core.ui.figure import draw_html
from resnet_core.ui.inside_choice import Chosen, look_at
from resnet_core.ui.page import Page, reading

ROW = 330


def show_strip(chosen: Chosen, layer: str, found: Seen) -> None:
    """Draws the strip of the network.

    Args:
        chosen: what is looked at.
        layer: that is looked at now.
        found: of the picture.
    """
    ratios = {row.block: row.ratio for row in found.residuals}
    _buttons("inside strip", strip_html(chosen.spec, layer, ratios))
    drawn = (
        "The height of a bar says how far F(x) spreads beside what the shortcut brings. " if ratios else ""
    )
    words = f"{drawn}Choose a block, then one of its layers; the arrow keys move between neighbours."
    draw_html(f'<p class="rx-caption">{words}</p>')


def show_block(drawn: Page, chosen: Chosen, layer: str, found: Seen) -> None:
    """Draws what the block of a layer does to the picture; nothing in the stem and the head.

    Args:
        drawn: the page.
        chosen: what is looked at.
        layer: that is looked at now.
        found: of the picture.
    """
    place = place_of(chosen.spec, layer)
    if place is None:
        return
    st.subheader(f"{place[0]}, block {place[1]}", anchor=False)
    sentence = "Looking at every layer of the block."
    rows = measured_in_place("inside/block", sentence, ROW, stations, chosen.which, chosen.pixels, *place)
    if rows is None:
        return
    _buttons("inside row", row_html(rows, layer, drawn.look.theme))
    own = next((row for row in found.residuals if row.block == f"{place[0]}_block{place[1]}"), None)
    if own is not None:
        reading(of_block(own), "block")
    else:
        reading("This block has no shortcut: nothing is added to F(x).", "block")


def _buttons(key: str, html: str) -> None:
    _room()(
        key=key,
        data={"html": html},
        on_chosen_change=lambda: look_at(st.session_state[key]["chosen"]),
    )


@cache
def _room() -> Any:
    return component("inside_strip", '<div class="rx-inside-room"></div>', "flow.css", "inside.css")
