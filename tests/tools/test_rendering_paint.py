"""Paint of the renderer: skin, backgrounds, what a hand wears, and the coarser mesh it is painted on."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("scipy", reason="backgrounds are blurred with scipy (tools/rendering/requirements.txt)")

from tools.rendering.camera import Camera
from tools.rendering.fetch import cached_hand
from tools.rendering.noise import Waves, clouds
from tools.rendering.pictures import PAINTERS, SIZE, draw_background
from tools.rendering.room import behind, draw_room
from tools.rendering.skin import draw_skin, tone
from tools.rendering.worn import draw_worn

SEEDS = st.integers(0, 100_000)


def test_skin_gets_darker_with_depth_and_is_always_redder_than_blue() -> None:
    colours = tone(np.linspace(0, 1, 50))
    assert (np.diff(colours.sum(axis=1)) < 0).all()
    assert (colours[:, 0] > colours[:, 2]).all()


def test_skins_reach_from_very_light_to_very_dark() -> None:
    rng = np.random.default_rng(0)
    depths = np.array([draw_skin(rng).depth for _ in range(600)])
    assert np.histogram(depths, bins=5, range=(0, 1))[0].min() > 60


def test_waves_have_the_variance_and_the_size_they_say() -> None:
    rng = np.random.default_rng(1)
    points = rng.uniform(-1, 1, (20_000, 3))
    field = Waves(rng, 0.05, count=60)
    assert field(points).std() == pytest.approx(1, abs=0.1)
    near, far = (points + np.array([step, 0, 0]) for step in (0.0005, 0.025))
    assert np.abs(field(near) - field(points)).mean() < 0.1
    assert np.abs(field(far) - field(points)).mean() > 0.6


@given(SEEDS, st.sampled_from(sorted(PAINTERS)))
@settings(max_examples=60, deadline=None)
def test_backgrounds_are_what_surfaces_can_reflect_and_drawn_again_alike(seed: int, name: str) -> None:
    one, two = (draw_background(np.random.default_rng(seed), name, 1.5) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    assert one.shape == (SIZE, SIZE, 3)
    assert one.min() >= 0
    assert one.max() < 1.6


@given(SEEDS)
def test_clouds_fill_nought_to_one(seed: int) -> None:
    field = clouds(np.random.default_rng(seed), 64, 0.4)
    assert (field.min(), field.max()) == (0, 1)


@given(SEEDS)
@settings(deadline=None)
def test_things_stay_behind_the_hand(seed: int) -> None:
    room = draw_room(np.random.default_rng(seed), Camera(0, 0, 0.6, 0.15))
    assert all(thing.place[2] + np.sqrt(3) * thing.size.max() < 0 for thing in room.things)
    assert room.wall > 0 or not room.things


@given(SEEDS)
@settings(deadline=None)
def test_a_far_picture_comes_in_the_size_of_the_photograph(seed: int) -> None:
    room = draw_room(np.random.default_rng(seed), Camera(0, 0, 0.6, 0.15))
    assert behind(room, 64).shape == (64, 64, 3)


@given(SEEDS)
def test_what_is_worn_leaves_the_hand_free(seed: int) -> None:
    worn = draw_worn(np.random.default_rng(seed))
    assert all(0 < tube.start < tube.end and tube.away > 0 for tube in worn.tubes)
    assert 0 <= worn.ring <= 5


@pytest.mark.skipif(
    cached_hand() is None or importlib.util.find_spec("mitsuba") is None,
    reason="the hand was not fetched, or Mitsuba is not installed (tools/rendering)",
)
def test_the_coarser_hand_is_whole_and_lies_on_the_fine_one() -> None:
    from tools.rendering.draw import coarser
    from tools.rendering.model import load_model
    from tools.rendering.posed import posed
    from tools.rendering.poses import draw_pose
    from tools.rendering.shape import plain_shape
    from tools.rendering.surface import is_closed, normals

    fine = posed(load_model(), plain_shape(), draw_pose(5, np.random.default_rng(2)))
    coarse = coarser(fine)
    assert len(coarse.faces) * 4 == len(fine.faces)
    assert is_closed(coarse.faces)
    np.testing.assert_array_equal(coarse.vertices, fine.vertices[: len(coarse.vertices)])
    # Faces that were put together wrongly would look another way than the fine surface does.
    agree = (normals(coarse.vertices, coarse.faces) * coarse.normals).sum(axis=1)
    assert np.percentile(agree, 1) > 0.9
