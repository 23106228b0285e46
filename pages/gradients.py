"""The Gradients page: how large the gradient is at every depth, plain against residual, in four corners."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from resnet_core.figures.gradient_symbols import FIRST_WORDS, words_of
from resnet_core.figures.gradient_words import FAR, NEAR, answer, facts, papers
from resnet_core.figures.gradient_words import reading as sentences
from resnet_core.figures.text import duration
from resnet_core.hands import sets
from resnet_core.hands.dataset import HandSigns
from resnet_core.probes.gradient_setting import Setting
from resnet_core.probes.gradients import Profile, profile
from resnet_core.ui.depth_charts import show_depth
from resnet_core.ui.figure import draw_html
from resnet_core.ui.gradient_asking import Step, known, now, refine
from resnet_core.ui.gradient_choice import PREDICT, Asked, ask
from resnet_core.ui.gradient_corners import corner_steps, show_corners, show_cures
from resnet_core.ui.hand_set import read_hands
from resnet_core.ui.method import how_measured
from resnet_core.ui.notices import problem
from resnet_core.ui.page import Page, footer, page, reading, scaled, source_line, way_on
from resnet_core.ui.plain import plain
from resnet_core.ui.prediction import ask_what_is_expected, hides, show_expected
from resnet_core.ui.race import show_race
from resnet_core.ui.shattered import show_shattered
from resnet_core.ui.state import switch
from resnet_core.ui.unrolled import show_unrolled

QUESTION = "How much of the gradient reaches the first layers?"
WAITING = "Say first what you expect; then the answer stands here, with what was measured."
CORNERS = (
    "Batch norm or none, Glorot or He kernels: the same two networks at the same depth in each corner, and "
    "|dL/dx| from the input to the output. Whether the shortcut helps is not the same in all of them."
)
HEIGHT = 900


def show() -> None:
    """Draws the page."""
    drawn = page(QUESTION)
    hands = read_hands(sets.default_name())
    asked = _asked()
    if asked is None or hands is None:
        footer()
        return
    found = known(asked.full(), hands) or now(asked.preview(), hands, HEIGHT)
    if found is None:
        footer()
        return
    pair = [found[place :: len(asked.pair)] for place in range(len(asked.pair))]
    _result(drawn, asked, pair, hands)
    st.header("The four corners", anchor=False)
    st.markdown(CORNERS)
    show_corners(drawn, asked, hands)
    _method(pair, hands)
    st.header("What does the shortcut add to the gradient?", anchor=False)
    st.fragment(lambda: show_unrolled(drawn, asked.pair[0], hands))()
    st.header("The race", anchor=False)
    st.fragment(lambda: show_race(drawn))()
    st.header("Shattered gradients", anchor=False)
    st.fragment(lambda: show_shattered(drawn))()
    way_on("train", "How fast does such a network learn?")
    footer()


def _result(drawn: Page, asked: Asked, pair: Sequence[Sequence[Profile]], hands: HandSigns) -> None:
    """Draws the charts and what they say, or asks first what is expected of them."""
    waits, measured = hides(asked), [facts(profiles) for profiles in pair]
    setting = pair[0][0].setting
    drawn.answer(WAITING if waits else answer(measured, setting))
    first, last = corner_steps(asked)
    with st.container(key="rx-refining", horizontal=True, vertical_alignment="center"):
        with st.container(width=scaled(170)):
            switch(PREDICT)
        with st.container():
            draw_html("<style>.st-key-rx-refining { min-height: 3.5rem }</style>")  # so that nothing jumps
            refine([first, Step("The full measurement", tuple(asked.full())), last], hands)
    draw_html(f'<p class="rx-caption">{FIRST_WORDS}</p>')
    if waits:
        ask_what_is_expected(asked)
    else:
        show_expected(asked, pair)
        show_depth(drawn, pair, hands)
    words, said = st.columns(2, gap="large")
    with words:
        st.header("What is drawn", anchor=False)
        for paragraph in words_of([profiles[0].setting for profiles in pair]):
            st.markdown(paragraph)
    if waits:
        return
    with said:
        st.header("What it says", anchor=False)
        for number, sentence in enumerate(sentences(measured)):
            reading(sentence, f"gradients-{number}")
        show_cures(measured, setting.batch_norm)
        st.markdown("**What papers say about this corner**")
        for number, sentence in enumerate(papers(setting)):
            source_line(sentence, f"paper-{number}")


def _asked() -> Asked | None:
    try:
        return ask()
    except ValueError as refusal:
        problem(plain(str(refusal)))
        return None


def _method(pair: Sequence[Sequence[Profile]], hands: HandSigns) -> None:
    each = [one for profiles in pair for one in profiles]
    setting = each[0].setting
    how_measured(
        f"Measured here: the first {setting.pictures} test pictures of {hands.title}, {setting.side} pixels "
        f"a side, {_values(setting)}, went forward and back through each network in 32-bit floats, batch "
        "norm with the mean and variance of these pictures as in a step of training, before any training. "
        "The networks are those of He et al. 2015, section 4.2: three stages of 16, 32 and 64 filters (times "
        "the width), n blocks in each. A seed gives every kernel numbers of its own, made of the seed and "
        "the layer's name, so a plain net and its residual twin start with the same kernels. Layers on "
        "shortcuts are not counted; their kernels are in the CSV only. A block of your own is stacked n "
        "times in each stage, with as many channels; what is chosen for branches, shortcuts and activation "
        f"leaves it as it is. Below 1/{FAR:g} of its size a gradient is said to vanish, above {FAR:g} times "
        "to explode, and "
        f"between 1/{NEAR:g} and {NEAR:g} times to keep its size. Building both passes of one network took "
        f"{duration(max(one.seconds for one in each))} at most.",
        code=profile,
        seed=setting.seed,
        key="gradients",
    )
    source_line(
        "the networks: He et al. 2015, *Deep residual learning for image recognition*, section 4.2; the "
        "cures: Fixup, SkipInit and ReZero, named above.",
        "networks",
    )


def _values(setting: Setting) -> str:
    return "values from 0 to 1 less their mean colour" if setting.centred else "values from 0 to 1"


show()
