"""Squares that stay in their picture, and how much boxes overlap."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.hands.boxes import inside, middle_square, overlaps, scaled, square_at

SIZES = st.tuples(st.integers(1, 3000), st.integers(1, 3000))
PLACES = st.floats(-5000, 5000)
CORNERS = st.tuples(*[st.integers(0, 12)] * 4)


def test_what_lies_inside() -> None:
    assert inside((0, 0, 4, 3), (4, 3))
    assert not inside((0, 0, 5, 3), (4, 3))
    assert not inside((-1, 0, 3, 3), (4, 3))
    assert not inside((2, 0, 2, 3), (4, 3))


@pytest.mark.parametrize(
    ("size", "box"), [((640, 480), (80, 0, 560, 480)), ((3, 8), (0, 2, 3, 5)), ((1, 1), (0, 0, 1, 1))]
)
def test_the_middle_square(size: tuple[int, int], box: tuple[int, ...]) -> None:
    assert middle_square(size) == box


@given(size=SIZES, across=PLACES, down=PLACES, side=st.floats(0, 9000))
def test_a_square_is_a_square_in_the_picture(
    size: tuple[int, int], across: float, down: float, side: float
) -> None:
    box = square_at((across, down), side, size)
    assert inside(box, size)
    assert box[2] - box[0] == box[3] - box[1] == max(1, min(round(side), *size))


@given(size=SIZES, data=st.data())
def test_a_square_that_fits_stays_where_it_is(size: tuple[int, int], data: st.DataObject) -> None:
    side = data.draw(st.integers(1, min(size)))
    left, top = data.draw(st.integers(0, size[0] - side)), data.draw(st.integers(0, size[1] - side))
    box = (left, top, left + side, top + side)
    assert square_at((left + side / 2, top + side / 2), side, size) == box
    assert scaled(box, size, size) == box


def test_a_square_at_the_edge_is_moved_and_not_cut() -> None:
    assert square_at((0, 480), 100, (640, 480)) == (0, 380, 100, 480)


def test_a_square_of_a_copy_is_the_one_of_its_original() -> None:
    assert scaled((10, 20, 40, 50), (100, 80), (1000, 800)) == (100, 200, 400, 500)


@given(one=CORNERS, other=CORNERS)
def test_overlaps_counts_pixels(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    def pixels(box: tuple[int, ...]) -> set[tuple[int, int]]:
        return {(x, y) for x in range(box[0], box[2]) for y in range(box[1], box[3])}

    both, either = pixels(one) & pixels(other), pixels(one) | pixels(other)
    expected = len(both) / len(either) if either else 0.0
    found = overlaps(np.array(one, dtype=float), np.array([other, one], dtype=float))
    assert found[0] == pytest.approx(expected)
    assert found[1] == (1.0 if pixels(one) else 0.0)
