"""Predict first: before a corner's result is shown, the page asks what the learner expects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import streamlit as st

from resnet_core.figures.gradient_flow import SIGNS, TITLES, course
from resnet_core.figures.gradient_words import corner_words, facts
from resnet_core.figures.prediction import (
    TRENDS,
    buttons_html,
    expected_sketch,
    judged,
    measured_sketch,
)
from resnet_core.probes.gradients import Profile
from resnet_core.ui.component import asset, component
from resnet_core.ui.figure import draw_html
from resnet_core.ui.gradient_choice import CORNERS, CURE, INIT, NORM, PREDICT, SHORTCUT, Asked
from resnet_core.ui.page import reading

_STATE, _KEY = "gradients predicted", "predict pictures"
_ASKED = 4
"""Things that the question draws, at most, beyond the two that the comparison does."""
Preset = tuple[tuple[str, ...], str, str, str]
"""Kinds of the networks, batch norm, kernels and cure, as in the address; the depth may be any."""


@dataclass
class Predicted:
    """What a person has said in this session.

    Attributes:
        expected: one of `TRENDS` by kind of network, for each preset.
        shown: presets whose result has been shown, with a prediction or without.
        arrived: how often a button further down led to a question.
    """

    expected: dict[Preset, dict[str, str]] = field(default_factory=dict)
    shown: set[Preset] = field(default_factory=set)
    arrived: int = 0


def predicted() -> Predicted:
    """The one record of this session."""
    if _STATE not in st.session_state:
        st.session_state[_STATE] = Predicted()
    found: Predicted = st.session_state[_STATE]
    return found


def hides(asked: Asked, norm: str | None = None, init: str | None = None) -> bool:
    """Whether the result of a corner has to wait for what the learner expects.

    Args:
        asked: what the page is set to.
        norm: of the corner, as in the address; that of the page where it is None.
        init: the same for the kernels.
    """
    preset = _preset(asked, norm, init)
    return bool(st.session_state[PREDICT.key]) and preset is not None and preset not in predicted().shown


def ask_what_is_expected(asked: Asked) -> None:
    """Draws the question, small pictures to choose from, and the ways to the result."""
    preset, record = _preset(asked), predicted()
    assert preset is not None
    chosen = record.expected.setdefault(preset, {})
    setting = asked.pair[0]
    cure = f", branches start: {CURE.names[preset[3]].lower()}" if preset[3] != "none" else ""
    with st.container(key="rx-prediction"):
        st.header("What do you expect?", anchor=False)
        st.markdown(
            f"{setting.depth} layers, {corner_words(setting)}{cure}. |dL/dx| says how strongly the loss L "
            "depends on what leaves a layer. Going back from the output to the input, which of these does it "
            "do? In the pictures the input is left and the output right, as in the charts that follow."
        )
        _pictures()(
            key=_KEY,
            data={
                "which": " ".join((*preset[0], *preset[1:])),
                "html": buttons_html(preset[0]),
                "chosen": dict(chosen),
                "arrived": record.arrived,
            },
            on_chosen_change=lambda: _take(preset),
        )
        with st.container(horizontal=True, key="rx-predict-ways"):
            if set(chosen) == set(preset[0]):
                st.button(
                    "Show what was measured",
                    key="predict show",
                    type="primary",
                    on_click=record.shown.add,
                    args=(preset,),
                )
            else:
                st.markdown("Choose one picture in each row.")
            st.button(
                "Show it without a prediction",
                key="predict skip",
                type="tertiary",
                on_click=_skip,
                args=(preset,),
            )


def show_expected(asked: Asked, pair: Sequence[Sequence[Profile]]) -> None:
    """Draws what was expected beside what was measured, where something was.

    Args:
        asked: what the page is set to.
        pair: for each network its profiles.
    """
    preset = _preset(asked)
    expected = predicted().expected.get(preset) if preset is not None else None
    if not st.session_state[PREDICT.key] or not expected or preset not in predicted().shown:
        return
    with st.container(key="rx-prediction"):
        draw_html(f"<style>{asset('predict.css')}</style>{_beside(expected, pair)}")
        reading(judged(expected, [facts(profiles) for profiles in pair]), "prediction")
        for _ in range(_ASKED):
            st.empty()  # in the place of what is left of the question, which would fade there meanwhile


def _beside(expected: Mapping[str, str], pair: Sequence[Sequence[Profile]]) -> str:
    rows = []
    for profiles in pair:
        kind = profiles[0].setting.kind
        seen = measured_sketch(kind, course(profiles, "gradients").line.middle)
        figures = "".join(
            f"<figure>{picture}<span>{words}</span></figure>"
            for picture, words in (
                (expected_sketch(kind, expected[kind]), "you expected"),
                (seen, "measured"),
            )
        )
        rows.append(
            f'<div class="rx-predict-row rx-predict-{SIGNS[kind]}"><b>{TITLES[kind]}</b>'
            f"<div>{figures}</div></div>"
        )
    return f'<div class="rx-expected">{"".join(rows)}</div>'


def arrive() -> None:
    """Notes that a button further down leads to a question, which then comes into sight."""
    predicted().arrived += 1


def _preset(asked: Asked, norm: str | None = None, init: str | None = None) -> Preset | None:
    """The preset that the page shows; None where it shows something else than a corner or a cure."""
    norm, init = norm or st.session_state[NORM.key], init or st.session_state[INIT.key]
    one = asked.pair[0]
    if (norm, init) not in CORNERS or one.shortcut != SHORTCUT.default or one.activation != "relu":
        return None
    return tuple(each.kind for each in asked.pair), norm, init, st.session_state[CURE.key]


def _take(preset: Preset) -> None:
    """Notes what has been chosen so far; what a browser says may be anything."""
    clicked = st.session_state[_KEY]["chosen"]
    for kind, trend in clicked.items() if isinstance(clicked, dict) else ():
        if kind in preset[0] and isinstance(trend, str) and trend in TRENDS:
            predicted().expected.setdefault(preset, {})[kind] = trend


def _skip(preset: Preset) -> None:
    predicted().expected.pop(preset, None)
    predicted().shown.add(preset)


@cache
def _pictures() -> Any:
    room = '<div class="rx-predict" role="group" aria-label="What do you expect?"></div>'
    return component("predict", room, "predict.css")
