"""Capsules around the bones: distances against brute force, and fingers that go through each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.stick_hand import stick_hand
from tools.rendering import angles as kinematics
from tools.rendering.skeleton import BONES, FINGER_PAIRS, OWNER, PAIRS, distances, gaps, held, is_clear

STEPS = np.linspace(0, 1, 201)


def brute(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> float:
    first, second = a + STEPS[:, None] * (b - a), c + STEPS[:, None] * (d - c)
    return float(np.linalg.norm(first[:, None] - second, axis=2).min())


@given(st.integers(0, 2**32 - 1))
def test_the_distance_of_two_segments_is_that_of_their_nearest_points(seed: int) -> None:
    ends = np.random.default_rng(seed).normal(size=(4, 1, 3))
    least = brute(*(end[0] for end in ends))
    found = distances(*ends)[0]
    # 201 points on each segment lie at most 1/400 of its length from any place on it
    slack = sum(np.linalg.norm(ends[i + 1] - ends[i]) for i in (0, 2)) / 400
    assert least - slack <= found <= least + 1e-9


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ([[0, 1, 0], [1, 1, 0]], 1.0),  # beside each other, parallel
        ([[3, 0, 0], [5, 0, 0]], 2.0),  # behind each other on one line
        ([[0.5, -1, 0], [0.5, 1, 0]], 0.0),  # crossing
        ([[0.5, -1, 2], [0.5, 1, 2]], 2.0),  # crossing above
        ([[2, 1, 0], [3, 5, 0]], 2**0.5),  # corner to corner
    ],
)
def test_distances_that_one_sees(second: list[list[float]], expected: float) -> None:
    a, b = np.array([[0.0, 0, 0]]), np.array([[1.0, 0, 0]])
    c, d = (np.array([end], float) for end in second)
    assert distances(a, b, c, d)[0] == pytest.approx(expected)


def test_pairs_never_join_bones_of_one_finger() -> None:
    assert (OWNER[PAIRS[:, 0]] != OWNER[PAIRS[:, 1]]).all()
    assert not (OWNER[FINGER_PAIRS] == 0).any()
    assert len(BONES) == len(OWNER) == 19


def test_an_open_hand_is_clear_and_its_gaps_are_what_lies_between_the_capsules() -> None:
    hand = held(stick_hand(), kinematics.still())
    assert is_clear(hand)
    neighbours = np.array([[3, 6]])  # first bones of index and middle finger: 21 mm apart, both 8.7 mm thick
    assert gaps(hand, neighbours)[0] == pytest.approx(0.021 - 2 * 0.0087)


def test_a_finger_through_its_neighbour_is_not_clear() -> None:
    angles = kinematics.still()
    angles[6, 1] = np.radians(-30)  # the index finger crosses the middle one
    assert not is_clear(held(stick_hand(), angles))


def test_a_finger_through_the_palm_is_not_clear() -> None:
    angles = kinematics.still()
    angles[6, 0], angles[7, 0] = np.radians([110, 165])
    assert not is_clear(held(stick_hand(), angles))


def test_a_place_on_the_skin_lies_a_radius_off_its_bone() -> None:
    hand = held(stick_hand(), kinematics.still())
    point = hand.point(3, 0.25, np.array([0.0, 1, 0]))
    np.testing.assert_allclose(point, [0.024, 0.09 + 0.25 * 0.044, -0.0087])
