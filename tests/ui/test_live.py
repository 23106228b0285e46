"""The live camera's Python side: what a browser may send, which label stands, and what is said of a frame."""

from __future__ import annotations

import base64
import contextlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.hands.quality import Unusual
from resnet_core.training.calibration import Calibration
from resnet_core.training.looking import Look
from resnet_core.training.predict import Answer
from resnet_core.ui.live import LARGEST, Frame, label_of, read_frame, remark
from resnet_core.ui.smoothing import Smoothed

ANSWER = Answer(np.full((1, 6), 1 / 6, np.float32), 0.01, Calibration(1.0, 0.6))


def a_look(found: bool = False, cut: bool = False, *kinds: str, small: bool = False) -> Look:
    unusual = tuple(Unusual(kind, 0.1, 0.2) for kind in kinds)
    return Look(ANSWER, found, cut, small, (0, 0, 1, 1), np.zeros((64, 64, 3), np.uint8), unusual)


def sent(**changes: Any) -> dict[str, Any]:
    return {"number": 7, "jpeg": base64.b64encode(b"bytes").decode(), "whole": True, "first": False} | changes


def test_a_frame_is_read() -> None:
    assert read_frame(sent()) == Frame(7, b"bytes", whole=True, first=False)


@pytest.mark.parametrize(
    ("came", "sentence"),
    [
        (None, "numbered frame"),
        ([1, 2], "numbered frame"),
        (sent(number="7"), "numbered frame"),
        (sent(number=True), "numbered frame"),
        (sent(jpeg=None), "numbered frame"),
        (sent(jpeg="!" * 8), "base 64"),
        (sent(jpeg="é" * 8), "base 64"),
        (sent(jpeg="A" * (LARGEST + 4)), "at most 400,000 characters, but one of 400,004 came"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(came: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_frame(came)


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists)
    | st.dictionaries(
        st.sampled_from(["number", "jpeg", "whole", "first"]), st.none() | st.integers() | st.text()
    )
)
def test_no_value_makes_another_error(came: Any) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(read_frame(came), Frame)


def test_the_threshold_is_held_against_the_smoothed_shares() -> None:
    sure = np.array([0.1, 0.7, 0.05, 0.05, 0.05, 0.05])
    unsure = np.array([0.3, 0.5, 0.05, 0.05, 0.05, 0.05])
    assert label_of(Smoothed(sure, 0.0, ""), ANSWER) == 1
    assert label_of(Smoothed(unsure, 0.0, ""), ANSWER) is None
    assert label_of(Smoothed(unsure, 0.0, ""), ANSWER._replace(calibration=None)) == 1


def test_what_matters_most_is_said_first() -> None:
    assert "No hand was found" in remark(a_look(False, False, "dark"), whole=True)
    assert "cut off" in remark(a_look(True, True, "dark"), whole=True)
    assert "nearer" in remark(a_look(True, False, "dark", small=True), whole=True)
    assert "dark, blurred" in remark(a_look(True, False, "dark", "blurred"), whole=True)
    assert "dark" in remark(a_look(False, False, "dark"), whole=False)
    assert remark(a_look(True), whole=True) == ""
