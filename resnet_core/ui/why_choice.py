"""With what is asked why: the class, the stage, whether beside the untrained network, noise and squares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from resnet_core.figures.text import shape
from resnet_core.figures.why_words import FILL_WORDS, place_words
from resnet_core.probes.differentiated import ANSWER
from resnet_core.probes.explaining import Covering, Place, Smoothing
from resnet_core.ui.inside_choice import BEFORE, Chosen
from resnet_core.ui.options import Choice, Number, Option, Switch
from resnet_core.ui.page import scaled
from resnet_core.ui.state import adopt, choose, enter, in_popover, reset, slide, switch

_ANSWER = "answer"
_ENOUGH = 4
"""Cells a side from which on a map tells parts of a hand apart; the deepest such stage is shown first."""
BESIDE = Switch(
    "whyuntrained",
    "Beside it: the untrained network",
    help="The same maps with the random weights of the run's seed. A map that looks the same for both tells "
    "of the picture and not of what was learned (Adebayo et al. 2018).",
)
SAMPLES = Number("whysamples", "SmoothGrad: noisy copies, n", 32, 4, 128, 4)
SIGMA = Number(
    "whysigma",
    "SmoothGrad: noise, σ",
    0.15,
    0.0,
    0.5,
    0.05,
    help="Standard deviation of the noise, as a share of the range of values in the picture.",
)
SEED = Number("whyseed", "SmoothGrad: seed of the noise", 1, 0, 9999)
PATCH = Choice("whypatch", "Occlusion: square, pixels", {str(n): str(n) for n in (4, 8, 16, 24, 32)}, "16")
STRIDE = Choice("whystride", "Occlusion: stride, pixels", {str(n): str(n) for n in (2, 4, 8, 16)}, "8")
FILL = Choice("whyfill", "Occlusion: filled with", FILL_WORDS, "grey")
MORE: tuple[Option, ...] = (SAMPLES, SIGMA, SEED, PATCH, STRIDE, FILL)


@dataclass(frozen=True)
class Asked:
    """What is asked.

    Attributes:
        label: of the class; `ANSWER` for the one with the highest score.
        place: number of the place whose Grad-CAM stands beside the other methods and in the film.
        untrained: whether the untrained network is shown too.
        smoothing: how SmoothGrad adds noise.
        covering: how occlusion covers the picture.
    """

    label: int
    place: int
    untrained: bool
    smoothing: Smoothing
    covering: Covering


def ask_why(chosen: Chosen, where: Sequence[Place]) -> Asked:
    """Draws the controls and reads them from the address.

    Args:
        chosen: what is looked at.
        where: the places of Grad-CAM, at least one.
    """
    label, stage = _label_option(chosen.classes), _stage_option(where)
    adopt(label, stage, BESIDE, *MORE)
    for option in (label, stage):  # of a network with other classes or stages
        if st.session_state[option.key] not in option.names:
            st.session_state[option.key] = option.default
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-why"):
        asked = choose(label)
        with st.container(width=scaled(170)):
            place = choose(stage, "select")
        untrained = switch(BESIDE) if chosen.step != BEFORE else False
        with in_popover("More", *MORE):
            smoothing = Smoothing(int(enter(SAMPLES)), round(float(slide(SIGMA)), 6), int(enter(SEED)))
            covering = Covering(int(choose(PATCH)), int(choose(STRIDE)), choose(FILL, "select"))
            reset(*MORE)
    number = ANSWER if asked == _ANSWER else int(asked)
    return Asked(number, list(stage.names).index(place), untrained, smoothing, covering)


def _label_option(classes: Sequence[str]) -> Choice:
    names = {_ANSWER: "Its answer", **{str(label): name for label, name in enumerate(classes)}}
    return Choice("whyclass", "What speaks for", names, _ANSWER)


def _stage_option(where: Sequence[Place]) -> Choice:
    names = {place.name: f"{place_words(place)}, {shape(place.shape[:2])} cells" for place in where}
    deep = [place.name for place in where if min(place.shape[:2]) >= _ENOUGH]
    return Choice("whystage", "Grad-CAM below at", names, deep[-1] if deep else where[-1].name)
