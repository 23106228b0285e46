"""The chart of the lesson on moving averages: accuracies in both ways, epoch by epoch, and what it says."""

from __future__ import annotations

import streamlit as st

from resnet_core.figures.averages import Point, ways_curves, ways_figure, ways_table
from resnet_core.figures.averages_words import ways_reading
from resnet_core.figures.curves import describe
from resnet_core.figures.palette import kind_of
from resnet_core.figures.text import plural
from resnet_core.hands.dataset import HandSigns
from resnet_core.probes.two_ways import BothWays
from resnet_core.ui.averages_asking import ways_of
from resnet_core.ui.averages_choice import Looked
from resnet_core.ui.figure import show_figure
from resnet_core.ui.page import Page, reading
from resnet_core.ui.run_view import run_tags

HEIGHT = 420


def show_ways(drawn: Page, looked: Looked, step: int, hands: HandSigns | None) -> None:
    """Draws the accuracies of every epoch that has been measured, and reads those of the chosen one.

    Args:
        drawn: the page.
        looked: the run.
        step: of the chosen checkpoint.
        hands: the set whose pictures are shown; None where only what was recorded is.
    """
    found = {one: ways for one in looked.steps if (ways := ways_of(looked, one, hands)) is not None}
    if not found:
        st.skeleton(height=HEIGHT)
        return
    points = [point(looked, one, ways) for one, ways in found.items()]
    kind, run = kind_of(looked.run.settings.network), looked.run
    any_of = next(iter(found.values()))
    show_figure(
        ways_figure(
            points, kind, drawn.look, chosen=looked.epoch_of(step), chance=1 / len(any_of.answers),
            height=HEIGHT,
        ),
        key="two-ways",
        alt=describe(ways_curves(points, kind), "accuracy"),
        data=ways_table(points),
        caption=f"Thin: {plural(any_of.training.count, 'picture')} that the run learned from; thick: "
        f"{plural(any_of.test.count, 'picture')} of the test. Filled marks: moving averages, as the network "
        "is asked; open marks: the mean and variance of the batch, as it is trained.",
        tags=run_tags(run),
    )  # fmt: skip
    if step in found:
        sentences = ways_reading(found[step], looked.words_of(step))
        for number, place in enumerate(st.columns(3, gap="medium")[: len(sentences)]):
            with place:
                reading(sentences[number], f"ways-{number}")


def point(looked: Looked, step: int, found: BothWays) -> Point:
    """One epoch of the chart."""
    return Point(
        looked.epoch_of(step),
        {
            (split, way): getattr(right, way) / right.count
            for split, right in (("training", found.training), ("test", found.test))
            for way in ("batch", "moving")
        },
    )
