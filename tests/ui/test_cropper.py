"""What a browser says was chosen is data: only a box inside this very picture is taken."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from resnet_core.ui.cropper import chosen_box

SIZE = (640, 480)


def test_a_box_inside_the_picture_is_taken() -> None:
    assert chosen_box({"picture": "a", "box": [0, 10, 640, 480]}, "a", SIZE) == (0, 10, 640, 480)


@pytest.mark.parametrize(
    "chosen",
    [
        None,
        "box",
        {},
        {"picture": "another", "box": [0, 0, 10, 10]},
        {"picture": "a"},
        {"picture": "a", "box": None},
        {"picture": "a", "box": [0, 0, 10]},
        {"picture": "a", "box": [0, 0, 10, 10.5]},
        {"picture": "a", "box": [0, 0, True, True]},
        {"picture": "a", "box": ["0", "0", "9", "9"]},
        {"picture": "a", "box": [0, 0, 641, 10]},
        {"picture": "a", "box": [-1, 0, 10, 10]},
        {"picture": "a", "box": [10, 0, 10, 10]},
    ],
)
def test_anything_else_is_not(chosen: Any) -> None:
    assert chosen_box(chosen, "a", SIZE) is None


def croppers() -> None:
    import streamlit as st

    from resnet_core.ui.cropper import crop_picture

    jpeg = b"not looked at"
    st.text(str(crop_picture("crop", jpeg, (640, 480), (10, 20, 110, 120), [(10, 20, 110, 120)])))


def test_the_box_is_the_start_until_another_is_chosen() -> None:
    at = AppTest.from_function(croppers, default_timeout=60).run()
    assert not at.exception
    assert at.text[0].value == "(10, 20, 110, 120)"
