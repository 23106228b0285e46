"""Poses: what must touch touches, nothing goes through anything, and a seed draws the same hand again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.stick_hand import stick_hand
from tools.rendering import angles as kinematics
from tools.rendering.skeleton import held, is_clear

pytest.importorskip(
    "scipy", reason="the poses are solved with scipy: pip install -r tools/rendering/requirements.txt"
)

from tools.rendering import grips, solve
from tools.rendering.poses import LABELS, MOST_ERROR, OTHERS, WAYS, Pose, draw_other, draw_pose

SEEDS = st.integers(0, 2**32 - 1)
FEW = settings(max_examples=15, deadline=None)


def curl(pose: Pose, finger: int) -> float:
    """How far a finger is closed: flexion of its first two joints, degrees; 2 index to 5 little."""
    return float(np.degrees(pose.angles[5 * finger - 4 : 5 * finger - 2, 0].sum()))


@FEW
@given(st.sampled_from(LABELS), SEEDS)
def test_a_sign_stays_within_the_limits_and_goes_through_nothing(label: int, seed: int) -> None:
    pose = draw_pose(label, np.random.default_rng(seed), stick_hand())
    assert pose.label == label
    assert kinematics.within_limits(pose.angles)
    assert is_clear(held(stick_hand(), pose.angles))


@FEW
@given(st.sampled_from([1, 2, 3, 4, 5]), SEEDS)
def test_raised_fingers_are_straighter_than_folded_ones(label: int, seed: int) -> None:
    pose = draw_pose(label, np.random.default_rng(seed), stick_hand())
    up = [curl(pose, finger) for finger in range(2, 6) if finger in pose.raised]
    folded = [curl(pose, finger) for finger in range(2, 6) if finger not in pose.raised]
    assert len(pose.raised) == label
    assert max(up) < 100 < min(folded, default=101)


@FEW
@given(SEEDS)
def test_other_gestures_raise_no_fingers_that_count(seed: int) -> None:
    pose = draw_other(np.random.default_rng(seed), stick_hand())
    assert pose.label == -1
    counted = {way.raised for ways in WAYS.values() for way in ways} - {()}
    assert pose.raised not in counted | {(1,), (1, 2)}


def test_the_same_seed_draws_the_same_pose_and_another_another() -> None:
    first, again, other = (draw_pose(2, np.random.default_rng(seed), stick_hand()) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first.angles, again.angles)
    assert not np.array_equal(first.angles, other.angles)


@pytest.mark.slow
def test_every_way_is_drawn_sooner_or_later() -> None:
    rng = np.random.default_rng(0)
    for label, ways in WAYS.items():
        drawn = {draw_pose(label, rng, stick_hand()).name for _ in range(24 if len(ways) > 1 else 1)}
        assert drawn == {way.name for way in ways}
    assert {draw_other(rng, stick_hand()).name for _ in range(90)} == {way.name for way in OTHERS}


@pytest.mark.parametrize("label", [-1, 6, 2.5])
def test_other_labels_are_refused(label: int) -> None:
    with pytest.raises(ValueError, match="one of 0 to 5"):
        draw_pose(label, np.random.default_rng(0), stick_hand())


@FEW
@given(SEEDS)
def test_an_o_closes_pad_on_pad(seed: int) -> None:
    rng, hand = np.random.default_rng(seed), stick_hand()
    habit, index = np.array([0.0, 36, 26, 24, 36]), np.array([rng.uniform(36, 56), rng.uniform(50, 76)])
    solution = solve.ring_of(hand, kinematics.still(), habit, index)
    posed = held(hand, solution.angles)
    apart = solve.thumb_pad(posed, solve.FOREMOST)[0] - solve.finger_pad(posed, 1, solve.FOREMOST)[0]
    assert solution.error == pytest.approx(np.linalg.norm(apart))
    assert solution.error < MOST_ERROR
    assert kinematics.within_limits(solution.angles)


def test_the_thumb_that_cannot_reach_says_how_far_it_stays_away() -> None:
    hand = stick_hand()
    tip_of_the_little_finger = solve.Contact(14, 1.0, solve.BACK)
    habit = np.array([22.0, 22, 25, 25, 30])
    solution = solve.thumb_on(hand, kinematics.still(), tip_of_the_little_finger, habit)
    assert solution.error > 0.02


@FEW
@given(SEEDS)
def test_the_thumb_on_a_folded_finger_rests_on_its_skin(seed: int) -> None:
    rng, hand = np.random.default_rng(seed), stick_hand()
    angles = grips.fingers(hand, (2,), grips.Stance(0.3, 0.1, 0.95), rng)
    before = angles[5:].copy()
    solution = grips.thumb_over(hand, angles, 3, rng)
    np.testing.assert_array_equal(solution.angles[5:], before)  # the other fingers stay
    posed = held(hand, solution.angles)
    start, end = posed.joints[12], posed.joints[13]
    pad = solve.thumb_pad(posed)[0]
    share = np.clip((pad - start) @ (end - start) / ((end - start) @ (end - start)), 0, 1)
    off = np.linalg.norm(pad - start - share * (end - start))
    assert abs(off - posed.radii[7]) <= solution.error + 0.002


@FEW
@given(SEEDS)
def test_a_thumb_before_the_palm_stays_off_it_by_what_was_asked(seed: int) -> None:
    rng, hand = np.random.default_rng(seed), stick_hand()
    angles = grips.fingers(hand, (2, 3, 4, 5), grips.Stance(0.5, 0.1, 1.0), rng)
    habit = np.array([32.0, 15, 25, 30, 30])
    near, far = (
        solve.thumb_on(hand, angles, solve.Contact(16, 0.8, solve.PALM_SIDE, lift), habit)
        for lift in (0.0, 0.012)
    )
    if max(near.error, far.error) > MOST_ERROR:  # this hand's thumb does not reach; no pose is made of it
        return
    pads = [solve.thumb_pad(held(hand, solution.angles))[0] for solution in (near, far)]
    assert np.linalg.norm(pads[1] - pads[0]) == pytest.approx(0.012, abs=near.error + far.error + 1e-6)


def between(pose: Pose, one: int, other: int) -> float:
    """Degrees between two straight fingers, from knuckle to tip; 1 thumb to 5 little."""
    joints = held(stick_hand(), pose.angles).joints
    bones = [joints[4] - joints[2], *(joints[5 * f + 4] - joints[5 * f + 1] for f in range(1, 5))]
    first, second = (bones[finger - 1] / np.linalg.norm(bones[finger - 1]) for finger in (one, other))
    return float(np.degrees(np.arccos(np.clip(first @ second, -1, 1))))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("label", "fingers", "least", "most"), [(2, (2, 3), 8, 42), (4, (4, 5), 8, 38), (5, (1, 2), 35, 75)]
)
def test_fingers_stand_from_side_by_side_to_as_wide_as_people_hold_them(
    label: int, fingers: tuple[int, int], least: float, most: float
) -> None:
    rng = np.random.default_rng(4)
    found = [between(draw_pose(label, rng, stick_hand()), *fingers) for _ in range(60)]
    assert min(found) < least
    assert max(found) > most
