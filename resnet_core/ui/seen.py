"""What the network sees of a picture: its pixels, its numbers, and the training pictures that are like it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from resnet_core.figures.asked import seen_html
from resnet_core.figures.contact_sheet import sheet_html
from resnet_core.figures.given_numbers import channels, differs, patch_html, qualities, table_html
from resnet_core.figures.text import plural, significant
from resnet_core.hands.likeness import Likeness
from resnet_core.hands.prepared import Prepared
from resnet_core.ui.figure import draw_html
from resnet_core.ui.given import Given
from resnet_core.ui.hand_set import caption
from resnet_core.ui.page import reading


def seen(given: Given, number: int, found: Likeness) -> None:
    """Draws the pixels that the network is given, and the nearest training pictures.

    Args:
        given: With the picture.
        number: Of the picture.
        found: From `asking.compare`, of the same pictures.
    """
    one = given.pictures[number]
    if given.files:  # a sample is drawn large, and all of it is what the network sees
        draw_html(seen_html(one.pixels, f"What the network sees of {one.name}, 64 by 64 pixels"))
        st.caption("What the network sees: the part in the frame, shrunk to 64×64 pixels.")
    near = found.nearest[number]
    draw_html(
        sheet_html(
            np.stack([neighbour.pixels for neighbour in near]),
            [f"{found.classes[one.label]}, {significant(one.distance)}" for one in near],
            side=72,
            descriptions=[f"A hand that shows {found.classes[one.label]}" for one in near],
        )
    )
    caption(_nearest_words(found), rendered=found.rendered)


def _nearest_words(found: Likeness) -> str:
    own = "its own data" if found.own else "as what it was trained on is not here"
    return (
        f"The nearest of the {plural(found.count, f'training {found.noun}')} of {found.title}, {own}: label "
        "and distance (root of the mean square, values 0 to 1)."
    )


def unlike(found: Likeness, number: int) -> None:
    """Says in one sentence how the picture differs from the training pictures, if it does."""
    sentence = differs(found, number)
    if sentence:
        reading(sentence, "unlike")


def numbers(one: Prepared, found: Likeness, number: int) -> None:
    """Draws the folded numbers: what the network is given, and what was measured of it.

    Args:
        one: The picture.
        found: From `asking.compare`.
        number: Of the picture there.
    """
    with st.expander("The numbers that the network is given", key="rx-numbers"):
        patch, tables = st.columns([4, 5], gap="medium")
        with patch:
            draw_html(patch_html(one.pixels))
            st.caption(
                "The middle 8×8 of its 64×64 pixels: each value of red, divided by 255. Green and blue are "
                "two more such tables."
            )
        with tables:
            draw_html(table_html(channels(one.pixels)))
            draw_html(table_html(qualities(found.qualities[number], found.usual)))
            st.caption(
                f"Measured on the 64×64 pixels; the last column is where the middle 98\u202f% of the "
                f"{plural(found.count, 'training picture')} of {found.title} lie."
            )
