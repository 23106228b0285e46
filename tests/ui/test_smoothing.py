"""Smoothing over time: shares stay shares, and the rate of the frames changes nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.ui.smoothing import PAUSE, SPAN, Smoothed, smoothed

ONE, OTHER = np.eye(6)[1], np.eye(6)[4]
SHARES = st.lists(st.floats(0.01, 1.0), min_size=6, max_size=6).map(lambda raw: np.array(raw) / sum(raw))


def film(frames: list[tuple[float, np.ndarray]], of: str = "weights") -> Smoothed:
    found: Smoothed | None = None
    for at, shares in frames:
        found = smoothed(found, shares, at, of)
    assert found is not None
    return found


def test_the_first_frame_is_taken_as_it_is() -> None:
    assert film([(7.0, ONE)]).probabilities.tolist() == ONE.tolist()


def test_after_the_span_an_old_sign_has_lost_all_but_one_part_in_e() -> None:
    after = film([(0.0, ONE), (SPAN, OTHER)]).probabilities
    assert after[1] == pytest.approx(math.exp(-1))
    assert after[4] == pytest.approx(1 - math.exp(-1))


@given(st.integers(1, 60))
def test_how_many_frames_came_makes_no_difference(count: int) -> None:
    frames = [(SPAN * number / count, OTHER) for number in range(1, count + 1)]
    after = film([(0.0, ONE), *frames]).probabilities
    assert after[1] == pytest.approx(math.exp(-1))


@given(st.lists(st.tuples(st.floats(0, 3), SHARES), min_size=1, max_size=20))
def test_shares_stay_shares(steps: list[tuple[float, np.ndarray]]) -> None:
    found, at = None, 0.0
    for passed, shares in steps:
        at += passed
        found = smoothed(found, shares, at, "weights")
        assert found.probabilities.sum() == pytest.approx(1)
        assert (found.probabilities >= 0).all()
        assert found.at == at


def test_after_a_pause_the_past_counts_no_more() -> None:
    assert film([(0.0, ONE), (PAUSE + 0.1, OTHER)]).probabilities.tolist() == OTHER.tolist()


def test_networks_are_not_mixed() -> None:
    before = film([(0.0, ONE)], "one network")
    assert smoothed(before, OTHER, 0.1, "another").probabilities.tolist() == OTHER.tolist()
    assert smoothed(before, np.array([0.5, 0.5]), 0.1, "one network").probabilities.tolist() == [0.5, 0.5]


def test_a_clock_that_stands_still_changes_nothing() -> None:
    assert film([(1.0, ONE), (1.0, OTHER), (0.5, OTHER)]).probabilities.tolist() == ONE.tolist()
