"""What lens, sensor and software of the renderer's camera do to a picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("scipy", reason="photographs are blurred with scipy (tools/rendering/requirements.txt)")

from tools.rendering import photograph
from tools.rendering.light import colour_of, draw_light
from tools.rendering.photograph import Photograph, developed, draw_photograph

PLAIN = Photograph(0.0, 0.0, (1, 1, 1), 0.0, 0.0, (0, 0), 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 64, 0, 1)
WHITE = np.ones(3)


def scene(seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0.05, 0.9, (64, 64, 3))


@given(st.floats(0, 1))
def test_the_curve_is_undone(value: float) -> None:
    assert photograph.decoded(photograph.encoded(np.array([value])))[0] == pytest.approx(value, abs=1e-6)


def test_the_curve_at_mid_grey_is_that_of_the_standard() -> None:
    # IEC 61966-2-1: 1.055 * 0.18 ** (1 / 2.4) - 0.055.
    assert photograph.encoded(np.array([0.18]))[0] == pytest.approx(0.46135, abs=1e-4)


def test_more_exposure_is_brighter_everywhere() -> None:
    pictures = [
        developed(scene(), WHITE, replace(PLAIN, exposure=stops)).astype(int) for stops in (-2.0, -0.5, 0.6)
    ]
    assert (pictures[0] <= pictures[1]).all()
    assert (pictures[1] <= pictures[2]).all()
    assert pictures[0].mean() + 20 < pictures[2].mean()


def test_the_meter_takes_out_how_bright_the_scene_is() -> None:
    dim, bright = (developed(scene() * much, WHITE, PLAIN).astype(int) for much in (1.0, 7.3))
    assert np.abs(dim - bright).max() <= 1


def test_a_hand_before_a_dark_room_is_not_lost_in_white() -> None:
    linear, subject = np.full((64, 64, 3), 1e-4), np.zeros((64, 64))
    linear[20:40, 20:40], subject[20:40, 20:40] = 0.6, 1
    picture = developed(linear, WHITE, PLAIN, subject)
    assert 100 < picture[30, 30].mean() < 230


def test_white_balance_makes_a_white_wall_grey() -> None:
    light = colour_of(2700)
    wall = np.broadcast_to(light, (64, 64, 3))
    kept = developed(wall, light, PLAIN)[0, 0].astype(int)
    balanced = developed(wall, light, replace(PLAIN, balance=1.0))[0, 0].astype(int)
    assert kept[0] - kept[2] > 60
    assert np.ptp(balanced) <= 1


def test_vignette_darkens_the_corners_alone() -> None:
    picture = developed(np.full((64, 64, 3), 0.4), WHITE, replace(PLAIN, vignette=0.6))
    assert picture[32, 32, 0] > picture[0, 0, 0] + 40


def test_jpeg_is_further_off_at_lower_quality() -> None:
    pixels = developed(scene(), WHITE, PLAIN)
    away = [np.abs(photograph.jpeg(pixels, quality).astype(int) - pixels).mean() for quality in (95, 60, 20)]
    assert 0 < away[0] < away[1] < away[2]
    np.testing.assert_array_equal(photograph.jpeg(pixels, 0), pixels)


def test_motion_blurs_along_its_way_alone() -> None:
    line = np.zeros((64, 64, 3))
    line[:, 32] = 1.0
    np.testing.assert_allclose(photograph.blurred(line, 0.0, (0.0, 4.0)), line, atol=1e-9)
    assert photograph.blurred(line, 0.0, (4.0, 0.0))[32, 32, 0] < 0.7


def test_denoising_takes_out_grains_and_keeps_edges() -> None:
    rng = np.random.default_rng(0)
    clean = np.full((64, 64, 3), 0.2)
    clean[:, 32:] = 0.6
    noisy = clean * np.exp(rng.normal(0, 0.05, clean.shape))
    noisy[10, 10] = 30.0
    done = photograph.denoised(noisy)
    away = [np.median(np.abs(np.log(picture / clean))) for picture in (done, noisy)]
    assert away[0] < 0.7 * away[1]
    assert done[10, 10].max() < 0.5
    assert done[:, 31].mean() == pytest.approx(0.2, rel=0.1)
    assert done[:, 32].mean() == pytest.approx(0.6, rel=0.1)


@given(st.integers(0, 2**31))
def test_the_same_seed_draws_the_same_photograph_and_pixels(seed: int) -> None:
    one, two = (draw_photograph(np.random.default_rng(seed)) for _ in range(2))
    assert one == two
    first, second = developed(scene(), WHITE, one), developed(scene(), WHITE, two)
    np.testing.assert_array_equal(first, second)
    assert (first.shape, first.dtype) == ((64, 64, 3), np.uint8)


def test_light_is_redder_when_warm_and_bluer_when_cold() -> None:
    warm, neutral, cold = (colour_of(kelvin) for kelvin in (2700, 6500, 10_000))
    assert warm[0] > warm[1] > warm[2]
    assert cold[0] < cold[1] < cold[2]
    np.testing.assert_allclose(neutral, 1)


@given(st.integers(0, 10_000))
def test_lamps_stand_clear_of_the_hand(seed: int) -> None:
    light = draw_light(np.random.default_rng(seed))
    assert np.linalg.norm(light.place) >= 0.49
    assert (light.ambient > 0).all()


def test_local_contrast_leaves_a_light_hand_before_a_dark_wall_its_fingers() -> None:
    values = np.full((64, 64, 3), 0.05)
    values[16:48, 16:48] = 0.82
    values[16:48, 16:48:4] = 0.7  # the shadows between fingers
    clear = photograph.clear(values, 0.6)
    assert clear.max() <= 1
    assert clear.min() >= 0
    inside = clear[24:40, 24:40, 0]
    assert inside.max() - inside.min() >= 0.1
    grey = np.where(values > 0.5, values - 0.3, values + 0.3)
    assert np.ptp(photograph.clear(grey, 0.6)) > np.ptp(grey), "what is neither black nor white gains"
    np.testing.assert_array_equal(photograph.clear(values, 0.0), values)
