"""The most similar training photograph, against the definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from resnet_core.hands import neighbours
from resnet_core.hands.dataset import HandSigns
from resnet_core.hands.neighbours import closest, nearest

SHAPE = (2, 3, 3)
few = arrays(np.uint8, st.tuples(st.integers(1, 9), *map(st.just, SHAPE)))


@given(few, few)
def test_it_is_the_first_of_the_smallest_distances(train: np.ndarray, pictures: np.ndarray) -> None:
    expected = [int(((train.astype(int) - p.astype(int)) ** 2).sum((1, 2, 3)).argmin()) for p in pictures]
    assert nearest(train, pictures).tolist() == expected


@given(few, few, st.integers(1, 4))
def test_the_closest_are_in_the_order_of_their_distances(
    train: np.ndarray, pictures: np.ndarray, count: int
) -> None:
    indices, distances = closest(train, pictures, count)
    away = ((train[None] / 255 - pictures[:, None] / 255) ** 2).mean(axis=(2, 3, 4)) ** 0.5
    assert indices.shape == distances.shape == (len(pictures), min(count, len(train)))
    assert (indices[:, 0] == nearest(train, pictures)).all()
    assert np.allclose(distances, np.sort(away, axis=1)[:, :count], atol=1e-12)
    assert np.allclose(np.take_along_axis(away, indices, axis=1), distances, atol=1e-12)


def test_many_photographs_are_compared_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(1)
    train = generator.integers(0, 256, (50, *SHAPE), dtype=np.uint8)
    whole = nearest(train, train[:10])
    monkeypatch.setattr(neighbours, "_ROWS", 7)
    assert nearest(train, train[:10]).tolist() == whole.tolist() == list(range(10))


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\(64, 64, 3\)"):
        nearest(np.zeros((1, 8, 8, 3), np.uint8), np.zeros((1, 64, 64, 3), np.uint8))
    with pytest.raises(ValueError, match="at least one"):
        nearest(np.zeros((0, 8, 8, 3), np.uint8), np.zeros((1, 8, 8, 3), np.uint8))


@pytest.mark.photographs
def test_on_signs_it_is_right_as_often_as_is_known(signs: HandSigns) -> None:
    right = signs.train_y[nearest(signs.train_x, signs.test_x)] == signs.test_y
    assert (int(right.sum()), int(right[signs.clean_test].sum())) == (109, 97)
