"""The Rate page: losses over a growing learning rate, and the choice that follows from them."""

from __future__ import annotations

import streamlit as st

from resnet_core.figures.rate_words import HOW, answer
from resnet_core.hands import sets
from resnet_core.training import rate_range
from resnet_core.ui.hand_set import read_hands
from resnet_core.ui.method import how_measured
from resnet_core.ui.page import footer, page, source_line, way_on
from resnet_core.ui.rate_choice import ask
from resnet_core.ui.rate_range import offer, ranged, runs_of, watch

QUESTION = "Which learning rate?"
WAITING = "Not measured here yet with these settings: a hundred steps tell."


def show() -> None:
    """Draws the page."""
    drawn = page(QUESTION)
    hands = read_hands(sets.default_name())
    if hands is None:
        footer()
        return
    drawn.slot.markdown(WAITING)  # holds the place of the answer until there is one
    asked = ask(hands)
    runs = runs_of(asked)
    place = st.empty()
    with place.container():
        started = offer(asked, hands, runs)
    if started:
        place.empty()
        runs = runs_of(asked)
    if any(runs):
        done = ranged(asked, [run if run is not None and run.ended else None for run in runs])
        if done and done[0].label == asked.labels[0]:
            drawn.answer(answer(done[0]))
        watch(drawn, asked, runs)
    st.markdown(HOW)
    _method()
    way_on("train", "How fast does it learn with that?")
    footer()


def _method() -> None:
    how_measured(
        "A run like any other, of whole epochs that come to about a hundred steps, with the optimiser, the "
        "augmentation and the batch norm of the recipe; only its learning rate grows from one millionth to "
        "the last one, at every step by the same factor. The loss of a step is that before it. The smoothed "
        "loss is a mean over neighbouring steps, weighed with a bell curve of 2.5 steps, so that nothing is "
        "moved to higher rates. *Falls fastest*: the steepest slope of the smoothed loss over the logarithm "
        "of the rate, after a fifth of the fall and before it is lowest. *Begins to rise*: the last place "
        "where it is as low as at its lowest, within one standard error. *As at the beginning*: where it "
        "then exceeds the mean of its first ten. Nothing is said of a fall below five standard errors of the "
        "smoothed loss. *Explodes*: the mean of the last "
        "five losses is four times the lowest such mean before, or a loss is no number. The weights of such "
        "a run are of no use, so no other page asks them.",
        code=rate_range.found,
        key="rate",
    )
    source_line(
        "the range test: Smith 2015, *Cyclical learning rates for training neural networks*, "
        "arXiv:1506.01186, section 3.3, where the rate grows linearly; growing by a factor, and "
        "calling four times the lowest loss an explosion, as in fastai's `lr_find`.",
        "rate",
    )


show()
