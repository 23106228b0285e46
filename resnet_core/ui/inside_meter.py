"""The residual meter on the page: what every block adds, for the picture and for a whole set of hands."""

from __future__ import annotations

import streamlit as st

from resnet_core.figures.residual_meter import (
    Metered,
    cosine_figure,
    describe_meter,
    meter_table,
    spread_figure,
)
from resnet_core.figures.residual_words import reading as sentence
from resnet_core.figures.text import whole
from resnet_core.hands.dataset import HandSigns
from resnet_core.probes.inside import Seen
from resnet_core.probes.survey import Survey, residuals_in
from resnet_core.ui.figure import draw_html, show_figure
from resnet_core.ui.inside_choice import Chosen, tags_of
from resnet_core.ui.inside_survey import count_of
from resnet_core.ui.page import Page, reading, source_line

SYMBOLS = (
    "x enters a block, F(x) is what its branch makes of it, and their sum leaves the addition; where the "
    "shape changes, the shortcut brings s(x), x through layers of its own. The standard deviation says how "
    "far values spread around their mean, over all pixels and channels. The cosine compares directions: 1 "
    "where F(x) points the way of what the shortcut brings, 0 where it is unlike it, \u22121 where it "
    "points against it."
)


def show_meter(
    drawn: Page, chosen: Chosen, found: Seen, hands: HandSigns | None, surveyed: Survey | None
) -> None:
    """Draws the meter; nothing for a plain net, whose blocks add nothing.

    Args:
        drawn: the page.
        chosen: what is looked at.
        found: of the picture.
        hands: the set that is measured too; None where there is none.
        surveyed: what was measured of it; None while it has not been.
    """
    if not found.residuals:
        return
    metered = [Metered("this picture", found.residuals)]
    if hands is not None and surveyed is not None:
        words = f"{whole(surveyed.count)} pictures of {hands.title}"
        metered.append(Metered(words, residuals_in(chosen.which, surveyed), many=True))
    caption = "Lines with marks: this picture."
    if len(metered) > 1:
        caption += f" Broad pale lines: all values of {metered[1].words} together."
    left, right = st.columns(2, gap="medium")
    for place, figure, quantity in (
        (left, spread_figure(metered, drawn.look), "spread"),
        (right, cosine_figure(metered, drawn.look), "cosine"),
    ):
        with place:
            show_figure(
                figure,
                f"meter-{quantity}",
                describe_meter(metered, quantity),
                meter_table(metered),
                caption=caption,
                tags=tags_of(chosen),
            )
    left, right = st.columns(2, gap="medium")
    with left:
        reading(sentence(found.residuals, "this picture"), "meter")
        if len(metered) > 1:
            reading(sentence(metered[1].rows, metered[1].words), "meter-set")
    with right:
        draw_html(f'<p class="rx-caption">{SYMBOLS}</p>')
        _source()


def _source() -> None:
    source_line(
        "the comparison: He et al. 2015, Figure 7, the standard deviations of layer responses on CIFAR-10. "
        "There it is each 3×3 layer, after batch norm and before what follows; here it is F(x), the end of "
        "each branch, and what is added to it.",
        "meter",
    )


def pictures_measured(hands: HandSigns, own: bool) -> str:
    """Which set was measured, and whether it is the one that the run learned from."""
    words = f"{whole(count_of(hands))} pictures of {hands.title}, training and test"
    return words if own else f"{words}; what the run learned from is not on this machine"
