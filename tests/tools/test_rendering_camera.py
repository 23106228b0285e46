"""The camera of the renderer against sums by hand, and its test of what can be seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.rendering.camera import (
    SIZE,
    Camera,
    View,
    box_of,
    can_be_read,
    draw_camera,
    draw_view,
    in_frame,
    seen_parts,
)


@dataclass(frozen=True)
class Cards:
    """Squares that face the camera, each a part of its own."""

    vertices: np.ndarray
    normals: np.ndarray
    part: np.ndarray
    along: np.ndarray
    raised: tuple[int, ...]


def cards(*places: tuple[int, float, float, float], raised: tuple[int, ...]) -> Cards:
    """Squares of 4 cm: part, x, y and z in metres."""
    grid = np.stack(np.meshgrid(*[np.linspace(-0.02, 0.02, 41)] * 2), axis=-1).reshape(-1, 2)
    points = [np.column_stack([grid + np.array([x, y]), np.full(len(grid), z)]) for _, x, y, z in places]
    part = np.repeat([place[0] for place in places], len(grid))
    vertices = np.concatenate(points)
    normals = np.tile([0.0, 0.0, 1.0], (len(vertices), 1))
    return Cards(vertices, normals, part, np.ones(len(part)), raised)


def test_projection_follows_the_sum_by_hand() -> None:
    camera = Camera(x=0.1, y=-0.2, distance=2.0, half=0.5)
    # On the plane z = 0 half a metre is half the picture; half as far away it is twice as large.
    points = np.array([[0.1, -0.2, 0.0], [0.6, -0.2, 0.0], [0.1, 0.3, 0.0], [0.35, -0.2, 1.0]])
    expected = np.array([[0.5, 0.5, 2.0], [1.0, 0.5, 2.0], [0.5, 0.0, 2.0], [1.0, 0.5, 1.0]])
    np.testing.assert_allclose(camera.project(points), expected, atol=1e-12)


def test_field_of_view_of_a_right_angle() -> None:
    assert Camera(0, 0, distance=0.7, half=0.7).field == pytest.approx(90)


@given(st.floats(-4, 4), st.floats(-4, 4), st.floats(-4, 4))
def test_views_are_rotations(yaw: float, pitch: float, roll: float) -> None:
    turn = View("palm", yaw, pitch, roll).rotation()
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(turn) == pytest.approx(1)


def test_turns_go_the_way_they_say() -> None:
    finger, palm = np.array([0.0, 1, 0]), np.array([0.0, 0, 1])
    np.testing.assert_allclose(View("", 0, 0, np.pi / 2).rotation() @ finger, [-1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(View("", 0, np.pi / 2, 0).rotation() @ finger, [0, 0, 1], atol=1e-12)
    np.testing.assert_allclose(View("", np.pi, 0, 0).rotation() @ palm, [0, 0, -1], atol=1e-12)
    # A camera at the azimuth a of the hand, towards +x, sees what a turn by -a brings before it.
    seen_from = np.array([np.sin(0.7), 0, np.cos(0.7)])
    np.testing.assert_allclose(View("", -0.7, 0, 0).rotation() @ seen_from, [0, 0, 1], atol=1e-12)


@given(st.integers(0, 10_000))
def test_views_keep_to_the_azimuths_of_a_pose(seed: int) -> None:
    view = draw_view(np.random.default_rng(seed), "left", "edge", (78.0, 102.0))
    assert 78 <= -np.degrees(view.yaw) <= 102


@given(st.integers(0, 10_000))
def test_what_is_framed_is_mostly_in_the_picture(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hand = rng.uniform(-1, 1, (60, 3)) * (0.05, 0.1, 0.02) + (0.3, -0.1, 0.0)
    camera = draw_camera(rng, hand)
    left, top, right, bottom = box_of(camera.project(hand))
    assert 0.25 < max(right - left, bottom - top) < 0.95
    assert in_frame((left, top, right, bottom), -0.02)


def test_in_frame_knows_all_four_edges() -> None:
    inside = (0.1, 0.1, 0.9, 0.9)
    assert in_frame(inside, 0.05)
    for edge, value in enumerate((0.04, 0.04, 0.96, 0.96)):
        assert not in_frame((*inside[:edge], value, *inside[edge + 1 :]), 0.05)


def test_the_nearest_part_is_seen() -> None:
    hand = cards((2, 0, 0, 0.0), (3, 0, 0, -0.05), (4, 0.06, 0, 0.0), raised=())
    seen = seen_parts(Camera(0, 0, 1.0, 0.1), hand.vertices, hand.normals, hand.part)
    assert set(np.unique(seen)) == {-1, 2, 4}
    assert seen[SIZE // 2, SIZE // 2] == 2
    # A card of 4 cm in a view of 20 cm takes a fifth of the width.
    assert (seen == 2).sum() == pytest.approx((SIZE / 5) ** 2, rel=0.2)


def test_what_looks_away_is_not_seen() -> None:
    hand = cards((2, 0, 0, 0.0), raised=())
    seen = seen_parts(Camera(0, 0, 1.0, 0.1), hand.vertices, -hand.normals, hand.part)
    assert (seen == -1).all()


def test_a_hidden_raised_finger_cannot_be_read() -> None:
    camera = Camera(0, 0, 1.0, 0.1)
    beside = cards((2, -0.03, 0, 0.0), (3, 0.03, 0, 0.0), raised=(2, 3))
    behind = cards((2, 0, 0, 0.0), (3, 0.005, 0, -0.05), raised=(2, 3))
    assert can_be_read(camera, beside.vertices, beside.normals, beside)
    assert not can_be_read(camera, behind.vertices, behind.normals, behind)
    folded = cards((2, -0.03, 0, 0.0), (3, -0.01, 0, -0.05), (4, -0.01, 0, 0.0), raised=(2,))
    assert can_be_read(camera, folded.vertices, folded.normals, folded)


def test_a_raised_finger_before_the_palm_cannot_be_read() -> None:
    camera = Camera(0, 0, 1.0, 0.1)
    palm, ring = (0, 0.0, 0.0, -0.03), (4, 0.06, 0.0, 0.0)
    before = cards(palm, ring, (1, 0.0, 0.0, 0.0), raised=(1, 4))
    half_before = cards(palm, ring, (1, -0.02, 0.0, 0.0), raised=(1, 4))
    assert not can_be_read(camera, before.vertices, before.normals, before)
    assert can_be_read(camera, half_before.vertices, half_before.normals, half_before)
