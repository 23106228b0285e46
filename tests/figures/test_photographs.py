"""Rows and sets of photographs: every picture is there, in its place, with words for who cannot see it."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from resnet_core.figures.photographs import Group, Row, groups_html, rows_html

GENERATOR = np.random.default_rng(1)


def some(count: int) -> np.ndarray:
    return GENERATOR.integers(0, 256, (count, 8, 8, 3), dtype=np.uint8)


def drawn(html: str) -> list[np.ndarray]:
    """The pixels of every picture in the HTML, in order."""
    found = re.findall(r'src="data:image/png;base64,([^"]+)"', html)
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(one)))) for one in found]


def test_rows_hold_every_photograph_to_the_last_bit() -> None:
    first, second = some(3), some(2)
    html = rows_html([Row("0", "three", first, list("abc")), Row("1", "two", second, list("de"))])
    assert all((a == b).all() for a, b in zip(drawn(html), [*first, *second], strict=True))
    assert re.findall(r'alt="(.)"', html) == list("abcde")
    assert html.count("<section") == 2


def test_sets_hold_their_members_together() -> None:
    html = groups_html([Group(some(2), ["training 1", "test 2"]), Group(some(3), list("xyz"))])
    assert [part.count("<img") for part in html.split('<div class="rx-sheet"')[1:]] == [2, 3]
    assert "<figcaption>training 1</figcaption>" in html


def test_names_of_strangers_are_text() -> None:
    nasty = '<script>"&'
    for html in (
        rows_html([Row(nasty, nasty, some(1), [nasty])]),
        groups_html([Group(some(1), [nasty])]),
    ):
        assert "<script>" not in html
        assert "&lt;script&gt;&quot;&amp;" in html


def test_every_photograph_needs_its_words() -> None:
    with pytest.raises(ValueError, match="shorter"):
        rows_html([Row("0", "", some(2), ["one"])])
    with pytest.raises(ValueError, match="shorter"):
        groups_html([Group(some(2), ["one"])])
