"""Samples for the classifier: pictures of the test, which always work and whose answer is known."""

from __future__ import annotations

import numpy as np
import streamlit as st

from resnet_core.hands.dataset import HandSigns
from resnet_core.hands.prepared import Prepared
from resnet_core.ui.given import Given, forget_pictures
from resnet_core.ui.hand_set import caption
from resnet_core.ui.options import Number
from resnet_core.ui.picker import Offered, pick
from resnet_core.ui.state import enter

OF_A_SIGN = 2


def sample_option(hands: HandSigns) -> Number:
    """Declares which test picture is the sample; by default the first of the last sign, an open hand.

    An open hand is the sign that everybody knows at a glance, so that a first visitor can judge the answer.
    """
    open_hand = int(_strip(hands)[-OF_A_SIGN])
    return Number("sample", f"Test {hands.noun}", open_hand, 0, len(hands.test_y) - 1)


def _strip(hands: HandSigns) -> list[int]:
    """The first test pictures of each sign, none of which is a training picture if that can be."""
    found: list[int] = []
    for label in range(len(hands.classes)):
        shown = [int(index) for index in np.flatnonzero(hands.test_y == label)]
        found += ([index for index in shown if hands.clean_test[index]] or shown)[:OF_A_SIGN]
    return found


def from_samples(hands: HandSigns, option: Number) -> Given:
    """Draws the strip of samples and the number of the one in use."""
    forget_pictures()
    chosen = int(st.session_state[option.key])
    offered = [
        Offered(
            index, hands.test_x[index], f"{_name(hands, index)}, sign {hands.classes[hands.test_y[index]]}"
        )
        for index in _strip(hands)
    ]
    strip, field = st.columns([5, 1], vertical_alignment="bottom")
    with field:
        index = int(enter(option))
    with strip:
        pick("samples", offered, chosen, lambda value: st.session_state.update({option.key: value}))
        if hands.rendered:
            caption("Hands that a program drew, from the test.", rendered=True)
    label = int(hands.test_y[index])
    leaked = "" if hands.clean_test[index] else f" It is a training {hands.noun} too, so this is no test."
    return Given(
        pictures=(_as_prepared(_name(hands, index), hands.test_x[index]),),
        label=label,
        note=f"A sample, all 64×64 pixels of it: test {hands.noun} {index} of {hands.title}, "
        f"labelled {hands.classes[label]}.{leaked}",
    )


def _name(hands: HandSigns, index: int) -> str:
    return f"{'Rendered test' if hands.rendered else 'Test'} {hands.noun} {index}"


def _described(hands: HandSigns, index: int) -> str:
    return f"{_name(hands, index)}, sign {hands.classes[hands.test_y[index]]}"


def _as_prepared(name: str, pixels: np.ndarray) -> Prepared:
    height, width = pixels.shape[:2]
    return Prepared(name, b"", (width, height), (0, 0, width, height), pixels, ())
