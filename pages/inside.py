"""The Inside page: what every layer of a trained network makes of one picture, and what each block adds."""

from __future__ import annotations

import streamlit as st

from resnet_core.ui.inside_choice import ask_inside
from resnet_core.ui.inside_why import show_why
from resnet_core.ui.page import footer, page, way_on

QUESTION = "What does each block add?"


def show() -> None:
    """Draws the page."""
    drawn = page(QUESTION)
    chosen = ask_inside()
    if chosen is None:
        drawn.answer("Here you look into a trained network, layer by layer, while it looks at a hand.")
        footer()
        return
    st.fragment(lambda: show_why(drawn, chosen))()
    way_on("teach", "Can it learn my hand?")
    footer()


show()
