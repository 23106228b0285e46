"""How moving averages arrive and where they are off: the second half of the lesson on them."""

from __future__ import annotations

import streamlit as st

from resnet_core.figures.averages import (
    arrival_figure,
    describe_arrival,
    describe_distances,
    distance_figure,
)
from resnet_core.figures.averages_words import (
    CLOSED_FORM,
    PYTORCH,
    SYMBOLS,
    arrival_reading,
    distance_reading,
)
from resnet_core.figures.palette import kind_of
from resnet_core.figures.text import plural
from resnet_core.hands.dataset import HandSigns
from resnet_core.probes.averages import batch_count, distances
from resnet_core.ui.averages_asking import Material, arrival, moved_from, works_of_moving
from resnet_core.ui.averages_choice import Looked, ask_moving
from resnet_core.ui.figure import show_figure
from resnet_core.ui.page import Page, reading
from resnet_core.ui.pieces import Work
from resnet_core.ui.plain import plain
from resnet_core.ui.run_view import run_tags

HEIGHT, LOW = 420, 300


def ask_and_show_moving(
    drawn: Page, looked: Looked, step: int, hands: HandSigns | None, *, own: bool
) -> list[Work]:
    """Draws how the averages of a checkpoint arrive and where they are off, as far as that is measured.

    Args:
        drawn: the page.
        looked: a run whose weights are there.
        step: of the checkpoint.
        hands: the set whose pictures are shown.
        own: whether it is the run of the chart above.

    Returns:
        What is needed for it.
    """
    st.header("How long do the averages take?", anchor=False)
    if not own:
        st.markdown(
            f"The weights of the run above are not here. What follows is measured with those of "
            f"{plain(looked.run.title)}, {looked.words_of(step)}."
        )
    left, right = st.columns(2, gap="large")
    left.markdown(SYMBOLS)
    right.markdown(f"{CLOSED_FORM}\n\n{PYTORCH}")
    momentum, begin = ask_moving(looked.at(step))
    if hands is None:
        return []
    one = Material(looked, step, hands)
    _arrival(drawn, one, momentum, begin)
    st.header("Which layers are farthest off?", anchor=False)
    _distances(drawn, one, begin)
    return works_of_moving(one, momentum, begin)


def _arrival(drawn: Page, one: Material, momentum: float, begin: str) -> None:
    found = arrival(one, momentum, begin)
    if found is None:
        st.skeleton(height=HEIGHT)
        return
    count = batch_count(one.looked.run.settings, one.hands)
    show_figure(
        arrival_figure(found, kind_of(one.looked.run.settings.network), drawn.look, HEIGHT),
        key="arrival",
        alt=describe_arrival(found),
        data={
            "batches": found.steps,
            "share_of_the_way": found.come,
            "right_training": found.training,
            "right_test": found.test,
        },
        caption=f"The weights stand still; {plural(count, 'batch', 'batches')} were looked at. Dotted: "
        "1 − mⁿ; crosses: how far the averages have come, measured. Lines with marks: right answers with "
        "these averages; long dashes: with batch statistics.",
        tags=run_tags(one.looked.run),
    )
    for number, sentence in enumerate(arrival_reading(found)):
        reading(sentence, f"arrival-{number}")


def _distances(drawn: Page, one: Material, begin: str) -> None:
    found = moved_from(one, begin)
    if found is None:
        st.skeleton(height=LOW)
        return
    off = distances(found.start, found.goal)
    kind = kind_of(one.looked.run.settings.network)
    for place, quantity in zip(st.columns(2, gap="medium"), ("shift", "factor"), strict=True):
        with place:
            show_figure(
                distance_figure(off, kind, drawn.look, quantity, LOW),
                key=f"off-{quantity}",
                alt=describe_distances(off, quantity),
                data={
                    "layer": [each.layer for each in off],
                    "mean_off_in_standard_deviations": [each.shift for each in off],
                    "standard_deviation_off_by_factor": [each.factor for each in off],
                },
                caption=_CAPTIONS[quantity],
                tags=run_tags(one.looked.run),
            )
    reading(distance_reading(off), "distance")


_CAPTIONS = {
    "shift": "One bar a batch norm: how far the averages of its means lie from the means of the batches, "
    "counted in standard deviations of each channel; root mean square over the channels.",
    "factor": "By which factor the standard deviations are too large or too small; geometric mean over the "
    "channels, and 1 where all are right.",
}
