"""Held-back photographs, and the order in which the others are seen."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.training.order import Plan
from resnet_core.training.split import validation_split


@given(st.integers(0, 2**32 - 1), st.floats(0, 0.5), st.integers(1, 12))
def test_the_split_is_a_partition_balanced_and_without_leaks(seed: int, share: float, each: int) -> None:
    random = np.random.default_rng(seed)
    labels = np.repeat(np.arange(6), each)
    images = random.integers(0, 3, (len(labels), 1, 2, 3), np.uint8)  # so few values that some repeat
    train, held = validation_split(images, labels, share)
    assert sorted([*train, *held]) == list(range(len(labels)))
    assert np.bincount(labels[held], minlength=6).max(initial=0) <= round(share * each)
    seen = {image.tobytes() for image in images[train]}
    assert not any(image.tobytes() in seen for image in images[held])


def test_distinct_photographs_give_every_class_the_same_share() -> None:
    labels = np.repeat(np.arange(6), 20)
    images = np.arange(120 * 3, dtype=np.uint16).astype(np.uint8).reshape(120, 1, 1, 3)
    images[:, 0, 0, 1] = np.arange(120)
    _, held = validation_split(images, labels, 0.1)
    assert np.bincount(labels[held]).tolist() == [2] * 6


@given(st.integers(1, 200), st.integers(2, 64), st.booleans(), st.integers(1, 4), st.integers(0, 99))
def test_each_epoch_sees_each_photograph_at_most_once(
    count: int, batch: int, drop_last: bool, epochs: int, seed: int
) -> None:
    plan = Plan(count, batch, drop_last, epochs, seed)
    for epoch in range(epochs):
        first = epoch * plan.steps_per_epoch
        seen = np.concatenate([plan.indices(first + i) for i in range(plan.steps_per_epoch)])
        assert len(set(seen)) == len(seen)
        assert len(seen) == count if not drop_last else len(seen) >= min(count, count - batch + 1)


def test_the_order_depends_on_seed_and_epoch_alone() -> None:
    plan, again, other = (Plan(100, 10, True, 2, seed) for seed in (1, 1, 2))
    assert np.array_equal(plan.indices(13), again.indices(13))
    assert not np.array_equal(plan.indices(13), other.indices(13))
    assert not np.array_equal(plan.indices(3), plan.indices(13))
