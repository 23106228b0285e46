"""A picture that a network was asked about: its pixels, the answer on it, and how sure it is in words."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from resnet_core.figures.asked import NO_ANSWER, badge_html, how_sure, seen_html

CLASSES = ("0", "1", "2", "3")


def test_every_pixel_is_shown_as_it_is() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    (address,) = re.findall(r'base64,([^"]+)"', seen_html(pixels, "what it sees"))
    assert (np.asarray(Image.open(io.BytesIO(base64.b64decode(address)))) == pixels).all()
    assert "pixelated" in seen_html(pixels, "what it sees")


def test_the_badge_tells_the_answer_or_that_there_is_none() -> None:
    answer, none = badge_html("3", 0.912, "right: it is labelled 3"), badge_html(None, 0.412)
    assert re.sub("<[^>]*>", " ", answer).split() == ["3", "91.2", "%", "right:", "it", "is", "labelled", "3"]
    assert NO_ANSWER not in answer
    assert NO_ANSWER in none
    assert "at most 41.2\u202f% for one sign" in none


def test_names_of_strangers_are_text() -> None:
    nasty = '"><script>'
    for html in (seen_html(np.zeros((2, 2, 3), np.uint8), nasty), badge_html(nasty, 0.5, nasty)):
        assert "<script>" not in html


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        (
            (0.02, 0.94, 0.03, 0.01),
            "is sure of a **1**: 1 gets 94.0\u202f%, then come 2 with 3.00\u202f% and 0",
        ),
        (
            (0.2, 0.05, 0.0, 0.75),
            "leans to a **3**: 3 gets 75.0\u202f%, then come 0 with 20.0\u202f% and 1 with",
        ),
        ((0.3, 0.25, 0.25, 0.2), "is undecided between 0 and 1: 0 gets 30.0\u202f%, then come 1 with 25.0"),
        (
            (1.0, 0.0, 0.0, 0.0),
            "is sure of a **0**: 0 gets 100\u202f%, then come 1 with 0\u202f% and 2 with 0",
        ),
    ],
)
def test_how_sure_it_is_comes_from_the_numbers(shares: tuple[float, ...], words: str) -> None:
    assert how_sure(shares, CLASSES).startswith(f"It {words}")


def test_below_its_threshold_it_gives_no_answer_and_says_what_it_was() -> None:
    shares = (0.1, 0.55, 0.3, 0.05)
    assert how_sure(shares, CLASSES, 0.55).startswith("It is undecided between 1 and 2")
    assert how_sure(shares, CLASSES, 0.56).startswith(
        "It gives **no answer**, since no sign reaches the threshold of 56.0\u202f%: 1 gets 55.0\u202f%"
    )


def test_of_two_classes_there_is_no_third() -> None:
    assert how_sure((0.7, 0.3), ("a", "b")) == (
        "It leans to a **a**: a gets 70.0\u202f%, then comes b with 30.0\u202f%."
    )
