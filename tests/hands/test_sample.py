"""Photographs drawn with a seed."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.hands.sample import sample

LABELS = np.arange(60) % 6


@given(st.integers(0, 5), st.integers(0, 20), st.integers(0, 9999))
def test_they_are_of_the_class_and_none_comes_twice(label: int, count: int, seed: int) -> None:
    drawn = sample(LABELS, label, count, seed)
    assert set(LABELS[drawn]) <= {label}
    assert len(set(drawn)) == len(drawn) == min(count, 10)


@given(st.integers(0, 10), st.integers(0, 10), st.integers(0, 9999))
def test_more_of_them_begin_with_the_same(few: int, more: int, seed: int) -> None:
    longer = sample(LABELS, 2, few + more, seed)
    assert longer[:few].tolist() == sample(LABELS, 2, few, seed).tolist()


def test_another_seed_draws_others() -> None:
    drawn = {tuple(sample(LABELS, 1, 5, seed)) for seed in range(20)}
    assert len(drawn) > 15


def test_a_class_without_photographs_gives_none() -> None:
    assert sample(LABELS, 7, 5, 1).tolist() == []
