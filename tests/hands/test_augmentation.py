"""Random views: what stays, what may change, and by how much."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from resnet_core.hands.augmentation import NEAR, WIDE, Views, augment

STILL = Views(turn=0.0, zoom=0.0, shift=0.0, light=0.0, tint=0.0)
PICTURES = np.random.default_rng(2).uniform(0.3, 0.6, (12, 64, 64, 3)).astype(np.float32)


def views_of(pictures: np.ndarray, views: Views, seed: int = 5) -> np.ndarray:
    return np.asarray(augment(pictures, np.array([seed, 0], np.int32), views))


def test_without_any_room_a_view_is_the_picture_or_its_mirror_image() -> None:
    found = views_of(PICTURES, STILL)
    mirrored = [
        np.allclose(view, picture[:, ::-1], atol=1e-5) for view, picture in zip(found, PICTURES, strict=True)
    ]
    same = [np.allclose(view, picture, atol=1e-5) for view, picture in zip(found, PICTURES, strict=True)]
    assert all(one != other for one, other in zip(mirrored, same, strict=True))
    assert 0 < sum(mirrored) < len(PICTURES)


def test_light_and_tint_stay_within_their_half_widths() -> None:
    views = dataclasses.replace(STILL, light=0.2, tint=0.1)
    found = views_of(PICTURES, views).mean(axis=(1, 2)) / PICTURES.mean(axis=(1, 2))
    room = 0.2 + 0.1 + 0.1 / PICTURES.mean(axis=(1, 2)).min()
    assert np.all(np.abs(found - 1) <= room)
    assert found.std() > 0.03


@pytest.mark.parametrize("views", [NEAR, WIDE])
def test_the_same_seed_gives_the_same_views_and_another_gives_others(views: Views) -> None:
    np.testing.assert_array_equal(views_of(PICTURES, views), views_of(PICTURES, views))
    assert np.abs(views_of(PICTURES, views) - views_of(PICTURES, views, seed=6)).mean() > 0.01
