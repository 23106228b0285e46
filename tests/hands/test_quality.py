"""Quantities of pictures, against their definitions and against what darkening and blurring must do."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageFilter

from resnet_core.hands.quality import LUMA, Quality, Unusual, Usual, measure, unusual, usual

pictures_of_any_kind = arrays(np.uint8, st.tuples(st.integers(1, 4), *map(st.just, (8, 7, 3))))


def one(picture: np.ndarray, distance: float = 0.0) -> Quality:
    return measure(picture[None], np.array([distance]))[0]


def textured(seed: int = 1) -> np.ndarray:
    """Grey values with detail of every size, away from both ends."""
    generator = np.random.default_rng(seed)
    coarse = np.kron(generator.integers(0, 60, (8, 8, 3)), np.ones((8, 8, 1), int))
    return (coarse + generator.integers(90, 130, (64, 64, 3))).astype(np.uint8)


def blurred(picture: np.ndarray, radius: float) -> np.ndarray:
    return np.array(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(radius)))


@given(pictures_of_any_kind)
def test_the_quantities_are_what_their_definitions_say(pictures: np.ndarray) -> None:
    for picture, found in zip(pictures, measure(pictures, np.arange(len(pictures)) / 10), strict=True):
        luma = [[sum(w * int(v) for w, v in zip(LUMA, p, strict=True)) / 255 for p in row] for row in picture]
        flat = [value for row in luma for value in row]
        laplacian = [
            luma[y - 1][x] + luma[y + 1][x] + luma[y][x - 1] + luma[y][x + 1] - 4 * luma[y][x]
            for y in range(1, 7)
            for x in range(1, 6)
        ]
        assert found.brightness == pytest.approx(np.mean(flat), abs=1e-9)
        assert found.contrast == pytest.approx(np.std(flat), abs=1e-7)
        if np.var(flat) > 1e-9:
            assert found.sharpness == pytest.approx(np.var(laplacian) / np.var(flat), rel=1e-6, abs=1e-9)
        ends = sum(any(v in (0, 255) for v in p) for row in picture.tolist() for p in row)
        assert found.clipped == pytest.approx(ends / 56)


def test_a_picture_of_one_colour_has_no_contrast_and_no_sharpness() -> None:
    found = one(np.full((64, 64, 3), (37, 201, 5), np.uint8), 0.25)
    assert (found.contrast, found.sharpness, found.distance) == (pytest.approx(0, abs=1e-9), 0, 0.25)
    white = dataclasses.astuple(one(np.full((64, 64, 3), 255, np.uint8)))
    assert white == pytest.approx((1, 0, 0, 1, 0), abs=1e-9)


@given(st.integers(0, 100), st.floats(0.2, 0.8))
def test_less_light_is_darker_and_flatter_but_as_sharp(seed: int, light: float) -> None:
    picture = textured(seed)
    before, after = one(picture), one((picture * light).round().astype(np.uint8))
    assert after.brightness == pytest.approx(light * before.brightness, rel=0.02)
    assert after.contrast == pytest.approx(light * before.contrast, rel=0.05)
    assert after.sharpness == pytest.approx(before.sharpness, rel=0.1)


@given(st.integers(0, 100))
def test_more_blur_is_less_sharp_and_as_bright(seed: int) -> None:
    found = [one(blurred(textured(seed), radius)) for radius in (0, 0.6, 1.2, 2.4)]
    sharpness = [quality.sharpness for quality in found]
    assert sharpness == sorted(sharpness, reverse=True)
    assert sharpness[0] > 5 * sharpness[-1]
    assert found[-1].brightness == pytest.approx(found[0].brightness, abs=0.02)


def test_many_pictures_are_measured_like_each_by_itself() -> None:
    pictures = np.random.default_rng(2).integers(0, 256, (600, 5, 5, 3), dtype=np.uint8)
    found = measure(pictures, np.zeros(600))
    assert [found[i] for i in (0, 255, 256, 599)] == [one(pictures[i]) for i in (0, 255, 256, 599)]
    assert measure(pictures[:0], np.zeros(0)) == ()


def test_usual_are_the_first_and_the_last_percentile() -> None:
    greys = np.arange(101, dtype=np.uint8) * 2
    pictures = np.broadcast_to(greys[:, None, None, None], (101, 4, 4, 3)).copy()
    found = usual(pictures, np.arange(101) / 100)
    assert found.brightness == pytest.approx((2 / 255, 198 / 255))
    assert found.distance == pytest.approx((0.01, 0.99))


def test_only_what_may_be_wrong_is_named_and_only_beyond_its_limit() -> None:
    ranges = Usual(*[(0.2, 0.4)] * 5)
    middle = Quality(*[0.3] * 5)
    assert unusual(middle, ranges) == unusual(Quality(0.2, 0.2, 0.2, 0.4, 0.4), ranges) == ()
    below = {"brightness": "dark", "contrast": "flat", "sharpness": "blurred"}
    above = {"brightness": "bright", "clipped": "clipped", "distance": "far"}
    for name in ("brightness", "contrast", "sharpness", "clipped", "distance"):
        for kinds, value, limit in ((below, 0.1, 0.2), (above, 0.5, 0.4)):
            found = unusual(dataclasses.replace(middle, **{name: value}), ranges)
            assert found == ((Unusual(kinds[name], value, limit),) if name in kinds else ())


@pytest.mark.parametrize(
    "wrong", [np.zeros((1, 64, 64, 3)), np.zeros((1, 2, 9, 3), np.uint8), np.zeros((9, 9, 3), np.uint8)]
)
def test_what_is_no_picture_is_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="unsigned bytes"):
        measure(wrong, np.zeros(len(wrong)))


def test_distances_of_other_pictures_are_refused() -> None:
    with pytest.raises(ValueError, match="Expected 2 distances"):
        measure(np.zeros((2, 5, 5, 3), np.uint8), np.zeros(1))
    with pytest.raises(ValueError, match="Received 0 and 1"):
        usual(np.zeros((0, 5, 5, 3), np.uint8), np.zeros(1))
