"""The turned square around a palm: where it stands, and that cutting and placing undo each other."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from resnet_core.hands.landmarks import Turned, around
from resnet_core.hands.palms import Palm

CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


def palm(wrist: tuple[float, float], finger: tuple[float, float]) -> Palm:
    points = np.zeros((7, 2))
    points[0], points[2] = wrist, finger
    return Palm(np.array([0.4, 0.4, 0.6, 0.6]), points, 0.9)


@pytest.mark.parametrize(
    ("finger", "angle", "centre"),
    [
        ((0.5, 0.4), 0.0, (150, 140)),
        ((0.6, 0.5), math.pi / 2, (160, 150)),
        ((0.5, 0.6), math.pi, (150, 160)),
        ((0.4, 0.5), -math.pi / 2, (140, 150)),
    ],
)
def test_the_square_stands_towards_the_fingers(
    finger: tuple[float, float], angle: float, centre: tuple[float, float]
) -> None:
    found = around(palm((0.5, 0.5), finger), (100, 100, 200, 200))
    assert found.angle == pytest.approx(angle)
    assert found.centre == pytest.approx(centre)
    assert found.side == pytest.approx(0.2 * 100 * 2.6)


def test_an_upright_square_is_a_plain_cut() -> None:
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8))
    cut = Turned((32, 24), 32, 0.0).cut(picture, 32)
    assert np.array_equal(np.asarray(cut), np.asarray(picture.crop((16, 8, 48, 40))))


def test_a_quarter_turn_is_a_plain_turn() -> None:
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8))
    cut = Turned((32, 32), 64, math.pi / 2).cut(picture, 64)
    turned = np.asarray(picture.transpose(Image.Transpose.ROTATE_90)).astype(int)
    assert np.abs(turned - np.asarray(cut))[1:-1, 1:-1].max() <= 1, "but for rounding"


@given(st.floats(-500, 500), st.floats(-500, 500), st.floats(1, 900), st.floats(-math.pi, math.pi), st.data())
def test_the_corners_of_a_square_form_that_square(
    across: float, down: float, side: float, angle: float, data: st.DataObject
) -> None:
    turned = Turned((across, down), side, angle)
    corners = turned.to_picture(CORNERS)
    assert corners.mean(axis=0) == pytest.approx([across, down], abs=1e-6)
    assert np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1) == pytest.approx([side] * 4)
    upwards = (corners[0] - corners[3]) / side
    assert upwards == pytest.approx([math.sin(angle), -math.cos(angle)], abs=1e-6)


@pytest.mark.parametrize("angle", [0.0, 0.7, -2.0])
@pytest.mark.parametrize("side", [120.0, 480.0])
def test_what_is_seen_in_the_cut_is_where_it_was_in_the_picture(angle: float, side: float) -> None:
    picture = np.zeros((600, 600, 3), dtype=np.uint8)
    across, down = np.meshgrid(np.arange(600), np.arange(600))
    spot = (310.0, 280.0)
    picture[np.hypot(across + 0.5 - spot[0], down + 0.5 - spot[1]) < side / 20] = 255
    turned = Turned((300, 300), side, angle)
    seen = np.asarray(turned.cut(Image.fromarray(picture), 224))[..., 0].astype(float)
    down, across = np.indices(seen.shape)
    middle = np.array([[(across * seen).sum(), (down * seen).sum()]]) / seen.sum() + 0.5
    assert turned.to_picture(middle / 224)[0] == pytest.approx(spot, abs=side / 150)
