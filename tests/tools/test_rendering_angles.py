"""Joint angles: limits, natural coupling, and skin that follows its bones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.stick_hand import stick_hand
from tools.rendering import angles as kinematics
from tools.rendering.model import CHAINS, FOREARM, JOINTS, PARENTS

SEEDS = st.integers(0, 2**32 - 1)


def wild(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-3, 3, (len(JOINTS), 3))


@given(SEEDS)
def test_rotations_turn_without_stretching(seed: int) -> None:
    turns = kinematics.rotation(wild(seed))
    np.testing.assert_allclose(turns @ turns.transpose(0, 2, 1), np.tile(np.eye(3), (26, 1, 1)), atol=1e-12)
    np.testing.assert_allclose(np.linalg.det(turns), 1)


@pytest.mark.parametrize(
    ("degrees", "tip"),
    [
        ((90, 0, 0), (0, 0, 1)),  # flexion brings a finger from +y to the palm's side
        ((0, 90, 0), (1, 0, 0)),  # abduction to the thumb's side
        ((0, 0, 90), (0, 1, 0)),  # twist leaves the bone where it is
    ],
)
def test_each_angle_moves_a_straight_finger_the_way_it_says(
    degrees: tuple[int, int, int], tip: tuple[int, int, int]
) -> None:
    hand, angles = stick_hand(), kinematics.still()
    angles[CHAINS[1][0]] = np.radians(degrees)
    joints = kinematics.moved(hand.joints, *kinematics.motions(hand.joints, hand.axes, angles))
    first, last = CHAINS[1][0], CHAINS[1][-1]
    length = hand.joints[last, 1] - hand.joints[first, 1]
    np.testing.assert_allclose((joints[last] - joints[first]) / length, tip, atol=1e-12)


@given(SEEDS)
def test_bones_keep_their_lengths_in_every_pose(seed: int) -> None:
    hand = stick_hand()
    joints = kinematics.moved(hand.joints, *kinematics.motions(hand.joints, hand.axes, wild(seed)))
    parents = np.array(PARENTS[1:])
    before = np.linalg.norm(hand.joints[1:] - hand.joints[parents], axis=1)
    np.testing.assert_allclose(np.linalg.norm(joints[1:] - joints[parents], axis=1), before, atol=1e-12)


@given(SEEDS)
def test_a_motion_is_the_product_of_the_turns_on_the_way_from_the_wrist(seed: int) -> None:
    hand, angles = stick_hand(), wild(seed)
    turns, shifts = kinematics.motions(hand.joints, hand.axes, angles)
    own = hand.axes @ kinematics.rotation(angles) @ hand.axes.transpose(0, 2, 1)
    for tip in (CHAINS[0][-1], CHAINS[3][-1]):
        point, joint = hand.joints[tip] + [0.01, 0.02, 0.03], tip
        moved = turns[tip] @ point + shifts[tip]
        while joint >= 0:
            point = own[joint] @ (point - hand.joints[joint]) + hand.joints[joint]
            joint = PARENTS[joint]
        np.testing.assert_allclose(moved, point, atol=1e-12)


@given(SEEDS)
def test_skin_at_rest_stays_and_skin_of_one_joint_moves_with_it(seed: int) -> None:
    hand, rng = stick_hand(), np.random.default_rng(seed)
    vertices, weights = rng.normal(size=(40, 3)), rng.dirichlet(np.ones(26), 40)
    still = kinematics.motions(hand.joints, hand.axes, kinematics.still())
    np.testing.assert_allclose(kinematics.skinned(vertices, weights, *still), vertices, atol=1e-12)
    turns, shifts = kinematics.motions(hand.joints, hand.axes, wild(seed))
    alone = np.tile(np.eye(26)[9], (40, 1))
    expected = vertices @ turns[9].T + shifts[9]
    np.testing.assert_allclose(kinematics.skinned(vertices, alone, turns, shifts), expected, atol=1e-12)


@given(SEEDS)
def test_limited_angles_are_within_the_limits_and_stay_as_they_are(seed: int) -> None:
    angles = kinematics.limited(wild(seed))
    assert kinematics.within_limits(angles)
    np.testing.assert_array_equal(kinematics.limited(angles), angles)


def test_an_elbow_sized_bend_of_a_fingertip_is_beyond_its_limits() -> None:
    angles = kinematics.still()
    angles[CHAINS[2][2], 0] = np.radians(120)
    assert not kinematics.within_limits(angles)


def test_every_joint_that_moves_has_limits_around_rest() -> None:
    moving = [n for n, name in enumerate(JOINTS) if not name.endswith(("tip", "wrist"))]
    assert (kinematics.BOUNDS[moving, 0, 0] < 0).all()
    assert (kinematics.BOUNDS[moving, 0, 1] > 0).all()


@given(st.floats(-8, 100), st.floats(-30, 90), st.floats(-30, 30))
def test_a_finger_bends_as_a_whole(middle: float, knuckle: float, spread: float) -> None:
    angles = kinematics.still()
    kinematics.bend(angles, 2, knuckle, middle, spread)
    first, second, last = np.degrees(angles[list(CHAINS[2][:3])])
    assert last[0] == pytest.approx(2 / 3 * max(middle, 0))
    assert (first[0], second[0]) == pytest.approx((knuckle, middle))
    assert abs(first[1]) <= abs(spread) + 1e-9
    untouched = np.delete(angles, CHAINS[2][:3], axis=0)
    assert not untouched.any()


def test_a_knuckle_at_a_right_angle_does_not_spread() -> None:
    angles = kinematics.still()
    kinematics.bend(angles, 1, 90, 20, 25)
    assert angles[CHAINS[1][0], 1] == 0


@given(st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_the_ring_finger_follows_its_neighbours(curls: list[float]) -> None:
    tied = kinematics.coupled(np.array(curls))
    assert abs(tied[3] - tied[4]) <= 0.85 + 1e-9
    np.testing.assert_array_equal(np.delete(tied, 3), np.delete(curls, 3))
    if abs(curls[2] - curls[4]) <= 0.05:
        assert abs(tied[3] - tied[2]) <= 0.8 + 0.05


def test_a_bent_wrist_moves_the_forearm_and_nothing_else() -> None:
    hand, angles = stick_hand(), kinematics.still()
    angles[FOREARM, 0] = np.radians(40)
    turns, _ = kinematics.motions(hand.joints, hand.axes, angles)
    np.testing.assert_allclose(turns[:FOREARM], np.tile(np.eye(3), (FOREARM, 1, 1)), atol=1e-12)
    assert (turns[FOREARM] @ [0, -1, 0])[2] < -0.6 or (turns[FOREARM] @ [0, -1, 0])[2] > 0.6
