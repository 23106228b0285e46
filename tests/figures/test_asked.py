"""A picture that a network was asked about: its frame, its pixels, its bars, and how sure it is in words."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from resnet_core.figures.asked import Card, cards_html, framed_html, how_sure, seen_html, sign_html

CLASSES = ("0", "1", "2", "3")


@given(st.integers(1, 5000), st.integers(1, 5000), st.data())
def test_the_frame_stands_where_the_part_is(width: int, height: int, data: st.DataObject) -> None:
    left = data.draw(st.integers(0, width - 1))
    top = data.draw(st.integers(0, height - 1))
    right = data.draw(st.integers(left + 1, width))
    bottom = data.draw(st.integers(top + 1, height))
    html = framed_html(b"", (width, height), (left, top, right, bottom), "a hand")
    frame = html.partition("position: absolute; ")[2]
    places = [float(share) for share in re.findall(r"(?:left|top|width|height): ([\d.]+)%", frame)]
    expected = [left / width, top / height, (right - left) / width, (bottom - top) / height]
    assert places == pytest.approx([100 * share for share in expected], abs=1e-3)


def test_every_pixel_is_shown_as_it_is() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    (address,) = re.findall(r'base64,([^"]+)"', seen_html(pixels, "what it sees"))
    assert (np.asarray(Image.open(io.BytesIO(base64.b64decode(address)))) == pixels).all()
    assert "pixelated" in seen_html(pixels, "what it sees")


def test_cards_show_every_probability_and_mark_the_likeliest() -> None:
    shares = np.array([0.125, 0.5, 0.25, 0.125])
    html = cards_html([Card("a.png", "<i>picture</i>", np.zeros((64, 64, 3), np.uint8), shares)], CLASSES)
    assert re.findall(r"width: (\d+\.\d+)%", html) == ["12.50", "50.00", "25.00", "12.50"]
    assert [weight for weight in re.findall(r"font-weight: (\d+)", html)] == ["400", "700", "400", "400"]
    assert "<b>1</b>" in html
    assert "<i>picture</i>" in html


def test_a_card_needs_a_probability_for_every_class() -> None:
    with pytest.raises(ValueError, match="zip"):
        cards_html([Card("a", "", np.zeros((2, 2, 3), np.uint8), np.array([1.0]))], CLASSES)


def test_names_of_strangers_are_text() -> None:
    nasty = '"><script>'
    pixels = np.zeros((2, 2, 3), np.uint8)
    for html in (
        framed_html(b"", (2, 2), (0, 0, 2, 2), nasty),
        seen_html(pixels, nasty),
        sign_html(nasty, 0.5, nasty),
        cards_html([Card(nasty, "", pixels, np.array([1.0]))], (nasty,)),
    ):
        assert "<script>" not in html


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ((0.02, 0.95, 0.03, 0.0), "It is sure of a **1**: 1 gets 95.0\u202f%, and 2, the next, 3.00\u202f%."),
        ((0.2, 0.05, 0.0, 0.75), "It leans to a **3**: 3 gets 75.0\u202f%, and 0, the next, 20.0\u202f%."),
        (
            (0.3, 0.25, 0.25, 0.2),
            "It is undecided between 0 and 1: 0 gets 30.0\u202f%, and 1, the next, 25.0\u202f%.",
        ),
        ((1.0, 0.0, 0.0, 0.0), "It is sure of a **0**: 0 gets 100\u202f%, and 1, the next, 0\u202f%."),
    ],
)
def test_how_sure_it_is_comes_from_the_numbers(shares: tuple[float, ...], words: str) -> None:
    assert how_sure(shares, CLASSES) == words
