"""The Inside page: what every layer of a trained network makes of one picture, and what each block adds."""

from __future__ import annotations

import html

import streamlit as st

from resnet_core.figures.asked import seen_html
from resnet_core.figures.probabilities import written
from resnet_core.figures.residual_words import answer
from resnet_core.figures.text import duration, size
from resnet_core.hands.dataset import HandSigns
from resnet_core.probes.inside import Seen, seen
from resnet_core.probes.passes import MOST_BYTES, passed
from resnet_core.probes.survey import Survey
from resnet_core.ui.asking import measured_in_place
from resnet_core.ui.figure import draw_html
from resnet_core.ui.inside_channel import show_channel, show_exciting, show_made
from resnet_core.ui.inside_choice import Chosen, ask_inside, layer_now
from resnet_core.ui.inside_compare import show_compare
from resnet_core.ui.inside_maps import OPTIONS, show_maps
from resnet_core.ui.inside_meter import pictures_measured, show_meter
from resnet_core.ui.inside_strip import show_block, show_strip
from resnet_core.ui.inside_survey import set_of, survey, survey_of
from resnet_core.ui.inside_why import show_why
from resnet_core.ui.method import how_measured
from resnet_core.ui.page import Page, footer, page, way_on
from resnet_core.ui.plain import plain
from resnet_core.ui.state import adopt
from resnet_core.ui.why_film import show_map_film

QUESTION = "What does each block add?"
WITHOUT = "Here you look into a trained network, layer by layer, while it looks at a hand."
HEIGHT = 600


def show() -> None:
    """Draws the page."""
    drawn = page(QUESTION)
    drawn.slot.markdown(WITHOUT)  # holds the place of the answer until there is one
    chosen = ask_inside()
    adopt(*OPTIONS)
    if chosen is None:
        footer()
        return
    sentence = "Showing the picture to the network."
    found = measured_in_place("inside", sentence, HEIGHT, seen, chosen.which, chosen.pixels)
    if found is None:
        footer()
        return
    drawn.answer(answer(found.residuals))
    known = set_of(chosen)
    hands = known[0] if known else None
    surveyed = survey_of(chosen.which, hands) if hands is not None else None
    picture, meter = st.columns([1, 4], gap="medium")
    with picture:
        _picture(chosen, found)
    with meter:
        show_meter(drawn, chosen, found, hands, surveyed)
    with st.container(key="rx-surveying"):
        draw_html("<style>.st-key-rx-surveying { min-height: 3rem }</style>")  # so that nothing jumps
        if hands is not None:
            survey(chosen.which, hands)
    st.fragment(lambda: _looked_at(drawn, chosen, found, hands, surveyed))()
    st.fragment(lambda: show_why(drawn, chosen))()
    _method(chosen, found, known)
    way_on("teach", "Can it learn my hand?")
    footer()


def _picture(chosen: Chosen, found: Seen) -> None:
    """Draws the picture, and what the network says of it."""
    draw_html(seen_html(chosen.pixels, f"{chosen.words}, 64 by 64 pixels"))
    share = written(float(found.probabilities[found.label]))
    verdict = ""
    if chosen.label is not None:
        verdict = " It is right." if chosen.label == found.label else " It is wrong"
        if chosen.label != found.label:
            verdict += f": it is labelled {plain(chosen.classes[chosen.label])}."
    st.markdown(f"It says **{plain(chosen.classes[found.label])}** with {share}.{verdict}")
    draw_html(f'<p class="rx-caption">{html.escape(chosen.words)}</p>')


def _looked_at(
    drawn: Page, chosen: Chosen, found: Seen, hands: HandSigns | None, surveyed: Survey | None
) -> None:
    """Draws what changes with the layer and the channel: no new pass, and none of the rest of the page."""
    layer = layer_now(chosen.spec)
    st.header("Look inside", anchor=False)
    show_strip(chosen, layer, found)
    show_block(drawn, chosen, layer, found)
    maps, one = st.columns([7, 5], gap="large")
    with maps:
        shown = show_maps(drawn, chosen, layer, found)
    if shown is not None:
        with maps:
            show_exciting(shown, hands, surveyed)
        with one:
            show_channel(drawn, chosen, shown, hands, surveyed)
        show_made(chosen, shown)
        show_map_film(drawn, chosen, layer, shown.channel, signed=shown.signed)
        show_compare(drawn, chosen, found, shown)


def _method(chosen: Chosen, found: Seen, known: tuple[HandSigns, bool] | None) -> None:
    measured_on = f" The set is {pictures_measured(*known)}." if known else ""
    how_measured(
        "The picture, 64×64 values of three colours divided by 255, went through the network once, in 32-bit "
        f"floats and {duration(found.seconds)}; batch norm took the moving averages of training, as it does "
        f"when the network is asked. What left every layer, {size(found.bytes)}, stays in the memory of the "
        f"process that computed it, at most {size(MOST_BYTES)} of all pictures and people together, so that "
        "another layer needs no other pass. The probability is the softmax of this one pass, without the "
        "temperature and the mirror image that the Classify page uses where a run was calibrated. F(x) is "
        "what leaves the last layer of the branch, and is compared with what it is added to. A channel is "
        "called dead where all that leaves a ReLU is 0, on this picture or on the whole set. How a number "
        "was made is computed anew in 64 bits from the maps and weights, so that its last digits can differ "
        f"from the map.{measured_on}",
        code=passed,
        key="inside",
    )


show()
