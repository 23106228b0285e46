"""Anchors, decoding and merging, against cases worked out by hand and by brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.hands.palms import SIDE, Palm, anchors, decode, merged


def test_the_anchors_are_those_of_two_grids() -> None:
    found = anchors()
    assert found.shape == (24 * 24 * 2 + 12 * 12 * 6, 2) == (2016, 2)
    assert found[0].tolist() == found[1].tolist() == [0.5 / 24, 0.5 / 24]
    assert found[2].tolist() == [1.5 / 24, 0.5 / 24], "across first"
    assert found[48].tolist() == [0.5 / 24, 1.5 / 24]
    assert found[1152:1158].tolist() == [[0.5 / 12, 0.5 / 12]] * 6
    assert found[-1].tolist() == [11.5 / 12, 11.5 / 12]
    assert np.allclose(found.mean(axis=0), 0.5)


def test_one_anchor_is_decoded_as_by_hand() -> None:
    boxes = np.zeros((2016, 18), dtype=np.float32)
    scores = np.full(2016, -50, dtype=np.float32)
    # Anchor 2 stands 12 pixels across and 4 down. Its box is 20 wide and 40 high, 8 to the right of it and 6
    # below; its wrist lies 30 below it, all other points on it.
    boxes[2, :4] = (8, 6, 20, 40)
    boxes[2, 4:6] = (0, 30)
    scores[2] = np.log(3)
    (palm,) = decode(boxes, scores)
    assert palm.score == pytest.approx(0.75)
    assert np.allclose(palm.box * SIDE, (10, -10, 30, 30))
    assert np.allclose(palm.points[0] * SIDE, (12, 34))
    assert np.allclose(palm.points[1:] * SIDE, (12, 4))


def test_a_probability_of_a_half_is_enough_and_less_is_not() -> None:
    scores = np.full(2016, -1e-3, dtype=np.float32)
    scores[7], scores[9] = 0, 1000
    found = decode(np.zeros((2016, 18), dtype=np.float32), scores)
    assert [palm.score for palm in found] == [0.5, pytest.approx(1)]


def test_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Expected boxes of shape \(2016, 18\).*Received \(2016, 17\)"):
        decode(np.zeros((2016, 17), dtype=np.float32), np.zeros(2016, dtype=np.float32))


def palm(box: tuple[float, ...], score: float) -> Palm:
    values = np.array(box, dtype=np.float64)
    return Palm(values, np.tile(values[:2], (7, 1)), score)


def test_what_overlaps_is_averaged_by_probability() -> None:
    one, other, apart = palm((0, 0, 10, 10), 0.9), palm((2, 0, 12, 10), 0.6), palm((50, 50, 60, 60), 0.7)
    first, second = merged([other, apart, one])
    assert np.allclose(first.box, (0.8, 0, 10.8, 10))
    assert np.allclose(first.points, (0.8, 0))
    assert first.score == 0.9
    assert np.allclose(second.box, (50, 50, 60, 60))


def test_nothing_is_merged_into_nothing() -> None:
    assert merged([]) == []


CORNER = st.integers(0, 20)
BOXES = st.tuples(CORNER, CORNER, st.integers(0, 15), st.integers(0, 15), st.floats(0.5, 1))


@given(st.lists(BOXES, max_size=8, unique_by=lambda one: one[4]))
def test_merging_is_that_of_a_plain_loop(drawn: list[tuple[float, ...]]) -> None:
    palms = [palm((x, y, x + width, y + height), score) for x, y, width, height, score in drawn]
    expected, left = [], sorted(palms, key=lambda one: one.score, reverse=True)
    while left:
        best, group, rest = left[0], [left[0]], []
        for other in left[1:]:
            (group if shared_area(best, other) > 0.3 else rest).append(other)
        total = sum(one.score for one in group)
        expected.append((best.score, sum(one.box * one.score for one in group) / total))
        left = rest
    found = merged(palms)
    assert [one.score for one in found] == [score for score, _ in expected]
    assert all(np.allclose(one.box, box) for one, (_, box) in zip(found, expected, strict=True))


def shared_area(one: Palm, other: Palm) -> float:
    """Overlap counted in single cells of the grid on which the boxes of these tests lie."""
    cells = [
        {(x, y) for x in range(int(a), int(c)) for y in range(int(b), int(d))}
        for a, b, c, d in (one.box, other.box)
    ]
    either = cells[0] | cells[1]
    return len(cells[0] & cells[1]) / len(either) if either else 0.0
