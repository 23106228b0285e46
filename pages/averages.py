"""The Averages page: the same weights with batch statistics and with moving averages."""

from __future__ import annotations

import streamlit as st

from resnet_core.figures.averages_words import answer
from resnet_core.hands.dataset import HandsError, HandSigns
from resnet_core.probes.averages import momentum_of
from resnet_core.probes.opened import Which
from resnet_core.probes.survey import known_set
from resnet_core.probes.two_ways import both_ways
from resnet_core.ui.averages_asking import ways_of, works_of_ways
from resnet_core.ui.averages_choice import Looked, ask_run, looked_at, with_weights
from resnet_core.ui.averages_moving import ask_and_show_moving
from resnet_core.ui.averages_ways import show_ways
from resnet_core.ui.figure import draw_html
from resnet_core.ui.method import how_measured
from resnet_core.ui.notices import empty, problem
from resnet_core.ui.page import footer, page, source_line, way_on
from resnet_core.ui.pieces import Work, measure
from resnet_core.ui.plain import plain

QUESTION = "Why is the test accuracy stuck at one sixth?"
WAITING = "The same weights are being asked in two ways; then the answer stands here."


def show() -> None:
    """Draws the page."""
    drawn = page(QUESTION)
    runs = looked_at()
    if not runs:
        drawn.answer("No network with batch norm has been trained on this machine yet.")
        empty("Train one, and see here what its averages cost.", "Train a network", "train")
        footer()
        return
    drawn.slot.markdown(WAITING)  # holds the place of the answer until there is one
    looked, step = ask_run(runs)
    hands = hands_of(looked)
    found = ways_of(looked, step, hands)
    if found is not None:
        momentum = momentum_of(Which(looked.run.settings, "", looked.run.classes).spec)
        drawn.answer(answer(found, looked.words_of(step), momentum))
    show_ways(drawn, looked, step, hands)
    progress = st.container(key="rx-averages-progress")
    works: list[Work] = works_of_ways(looked, step, hands) if hands is not None else []
    moving = with_weights(runs, looked, step)
    if moving is not None:
        own = looked if moving[0] is looked else None
        works += ask_and_show_moving(drawn, *moving, hands if own else hands_of(moving[0]), own=bool(own))
    with progress:
        draw_html("<style>.st-key-rx-averages-progress { min-height: 3.5rem }</style>")  # nothing jumps
        measure("averages", works)
    _method()
    way_on("train", "What does a momentum of 0.9 change?", {"recipe": "lecture"})
    footer()


def hands_of(looked: Looked) -> HandSigns | None:
    """The set that a run learned from, or else the one that is here; None where no question needs one."""
    if not looked.weights:
        return None
    digest = str(looked.run.card.get("data", {}).get("digest", ""))
    try:
        return known_set(looked.run.settings.data, digest)[0]
    except HandsError as refusal:
        problem(plain(str(refusal)))
        return None


def _method() -> None:
    how_measured(
        "A checkpoint of the run was asked about the same pictures twice: up to 120 that it learned from and "
        "up to 120 of the test, drawn once with a fixed seed. *Batch statistics*: the pictures go through in "
        "batches of at most as many as in the run, and each batch norm takes the mean and variance of what "
        "enters it, as in a step of training; dropout is off. *Moving averages*: each batch norm takes what "
        "the checkpoint holds. Nothing learns meanwhile. To move the averages on, the mean and variance of "
        "every channel were collected over the batches that would have come next, of one epoch or at most "
        "40, without augmentation and with the weights held still; averages after n batches are made of "
        "them, and where n is larger the batches come again. The variance of a batch is the biased one, as "
        "Keras keeps it. A recorded run was measured in the same way when it was recorded.",
        code=both_ways,
        key="averages",
    )
    source_line(
        "batch norm and its averages: Ioffe and Szegedy 2015, *Batch normalization*, arXiv:1502.03167; the "
        "update of the averages: the documentation of `keras.layers.BatchNormalization` and of "
        "`torch.nn.BatchNorm2d`; the intervals: Wilson 1927.",
        "averages",
    )


show()
