"""A picture as numbers and in words: every one of them comes from the pixels or from what was measured."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from resnet_core.figures.given_numbers import (
    ALWAYS,
    channels,
    differs,
    in_short,
    patch_html,
    qualities,
    table_html,
    to_try,
)
from resnet_core.figures.palette import contrast
from resnet_core.hands.likeness import Likeness
from resnet_core.hands.quality import Quality, Unusual, Usual

USUAL = Usual((0.3, 0.7), (0.1, 0.3), (0.05, 0.5), (0.0, 0.02), (0.01, 0.15))
ORDINARY = Quality(0.5, 0.2, 0.2, 0.01, 0.1)


def compared(quality: Quality, own: bool = True) -> Likeness:
    return Likeness("SIGNS", "photograph", False, own, 1080, ("0", "1"), USUAL, (ORDINARY, quality), ((), ()))


@given(arrays(np.uint8, (9, 12, 3)))
def test_the_table_of_channels_is_of_values_from_0_to_1(pixels: np.ndarray) -> None:
    found = channels(pixels)
    assert found["channel"] == ["red", "green", "blue"]
    for i in range(3):
        values = [int(value) / 255 for value in pixels[:, :, i].ravel()]
        assert found["mean"][i] == pytest.approx(sum(values) / len(values))
        assert (found["smallest"][i], found["largest"][i]) == (min(values), max(values))


@given(arrays(np.uint8, (64, 64, 3)))
def test_the_patch_shows_the_middle_pixels_in_ink_that_can_be_read(pixels: np.ndarray) -> None:
    html = patch_html(pixels)
    middle = pixels[28:36, 28:36].reshape(-1, 3)
    assert re.findall(r">(\d\.\d\d)<", html) == [f"{int(pixel[0]) / 255:.2f}" for pixel in middle]
    colours = re.findall(r"background: (#\w+); color: (#\w+)", html)
    assert [ground for ground, _ in colours] == ["#{:02X}{:02X}{:02X}".format(*pixel) for pixel in middle]
    assert all(contrast(ground, ink) >= 4.5 for ground, ink in colours)


def test_a_table_has_a_head_a_row_for_each_and_no_markup_of_strangers() -> None:
    html = table_html({"<what>": ["<b>", "c"], "value": [0.12345, 2.0]})
    assert re.findall(r"<th scope=\"col\">([^<]*)<", html) == ["&lt;what&gt;", "value"]
    assert re.findall(r"<td>([^<]*)<", html) == ["0.123", "2.00"]
    assert re.findall(r"<th scope=\"row\">([^<]*)<", html) == ["&lt;b&gt;", "c"]


def test_every_quantity_stands_beside_what_is_usual() -> None:
    found = qualities(ORDINARY, USUAL)
    assert found["this picture"] == list(dataclasses.astuple(ORDINARY))
    assert list(found.values())[2][0] == "0.300 to 0.700"


def test_a_usual_picture_does_not_differ() -> None:
    assert differs(compared(ORDINARY), 1) == ""


def test_a_difference_is_told_with_its_numbers_and_of_which_pictures() -> None:
    dark = dataclasses.replace(ORDINARY, brightness=0.2)
    assert differs(compared(dark), 0) == ""
    assert differs(compared(dark), 1) == (
        "This picture differs from the 1\u202f080 training photographs of SIGNS, its own data: it is darker "
        "than 99\u202f% of them (brightness 0.200; theirs begins at 0.300)."
    )
    assert "training photographs of SIGNS: it is" in differs(compared(dark, own=False), 1)


def test_of_many_differences_two_are_told_and_the_rest_is_counted() -> None:
    sentence = differs(compared(Quality(0.1, 0.05, 0.01, 0.5, 0.4)), 1)
    assert "darker" in sentence
    assert "and lower in contrast" in sentence
    assert sentence.endswith(", and differs in 3 more quantities.")
    assert "less sharp" not in sentence


@pytest.mark.parametrize("kind", ["dark", "bright", "flat", "blurred", "clipped", "far"])
def test_every_kind_has_words_and_something_to_try(kind: str) -> None:
    one = Unusual(kind, 0.5, 0.4)
    assert in_short([one])
    assert to_try([one]).endswith(f"or {ALWAYS}.")
    assert to_try([]) == f"Try {ALWAYS}."
