"""How sure a run is, and how rightly: the folded part of a page for a run that was calibrated."""

from __future__ import annotations

import streamlit as st

from resnet_core.figures import reliability
from resnet_core.figures.base import Look
from resnet_core.figures.palette import kind_of
from resnet_core.figures.text import THIN, interval, percent, significant, whole
from resnet_core.training.records import Run
from resnet_core.training.reliance import Reliance
from resnet_core.ui.figure import show_figure
from resnet_core.ui.plain import plain
from resnet_core.ui.run_view import run_tags

SOURCE = (
    "Guo et al. 2017, *On Calibration of Modern Neural Networks*, arXiv:1706.04599: temperature scaling, and "
    "equation 3 for the expected calibration error, over 15 groups. Intervals are those of Wilson (1927)."
)


def show_surety(run: Run, look: Look) -> None:
    """Draws how sure a run is, folded; nothing where that was not measured.

    Args:
        run: Recorded with a calibration, or not.
        look: Theme and size.
    """
    measured = run.reliance
    if measured is None:
        return
    with st.expander(f"How sure is it? {plain(run.title)}", key=f"rx-surety-{run.id}"):
        st.markdown(sentence(measured))
        show_figure(
            reliability.reliability_figure(
                measured.before,
                measured.after,
                look,
                kind=kind_of(run.settings.network),
                threshold=measured.calibration.threshold,
            ),
            key=f"reliability-{run.id}",
            alt=reliability.describe(measured.before, measured.after),
            data=reliability.columns(measured.before, measured.after),
            caption=f"On {measured.measured_on}; on the dotted line it is as often right as sure. Bars are "
            "95 % intervals (Wilson).",
            tags=run_tags(run),
        )
        st.markdown(abstention_sentence(measured))
        st.table(abstention_table(measured))
        st.caption(SOURCE)


def sentence(measured: Reliance) -> str:
    """Returns how it is asked and what the temperature mends, in words."""
    temperature = significant(measured.calibration.temperature)
    asked = (
        "It is asked about each picture and about its mirror image, and the mean of the two logits of each "
        "sign is taken. "
        if measured.calibration.mirrored
        else ""
    )
    return (
        f"{asked}Its probabilities and its share of right answers differ by **{percent(measured.error)}** on "
        "average (expected calibration error). Before its logits were divided by a temperature of "
        f"{temperature}, it was {percent(measured.error_before)}. The temperature was fitted on "
        f"{plain(measured.chosen_on)}."
    )


def abstention_sentence(measured: Reliance) -> str:
    """Returns the rule of the threshold, and what the answers that are given are worth."""
    threshold = measured.calibration.threshold
    allowed = f"{100 * measured.mistaken:g}{THIN}%"
    text = (
        f"It answers from a probability of **{threshold:.4g}** on, and else says *no hand, or not sure*: the "
        f"smallest threshold at which at most {allowed} of the pictures without a sign, "
        f"among {plain(measured.chosen_on)}, were given one."
    )
    if measured.right is not None:
        right = measured.right
        text += (
            f" Of the {whole(right.count)} signs below that it answers, {percent(right.value)} are right "
            f"(95{chr(0x202F)}% interval {interval(*right.interval)})."
        )
    return text


def abstention_table(measured: Reliance) -> dict[str, list[str]]:
    """Returns how often there is no answer, one row a kind of picture."""
    kinds = measured.abstentions
    return {
        "pictures of": [plain(kind.name) for kind in kinds],
        "show a sign": ["yes" if kind.signs else "no" for kind in kinds],
        "no answer": [percent(kind.value) for kind in kinds],
        "95 % interval": [interval(*kind.interval) for kind in kinds],
        "pictures": [whole(kind.count) for kind in kinds],
    }
