"""Lessons: what is refused, what is held back, and what is said of the network before and after."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from resnet_core.training.evaluation import Accuracy
from resnet_core.training.lesson import MOST, Lesson, LessonError, Outcome, Remembered, hold_back
from tests.hands_factory import pictures

LABELS = arrays.arrays(np.int64, st.integers(0, 60), elements=st.integers(0, 5))


def answers(*labels: int) -> np.ndarray:
    """Probabilities that say these labels."""
    return np.eye(6, dtype=np.float32)[list(labels)] * 0.9 + 0.1 / 6


def test_a_lesson_takes_two_pictures_of_each_of_two_signs() -> None:
    labels = np.array([0, 0, 4, 4])
    assert len(Lesson(pictures(labels, 1), labels).labels) == 4


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([0, 0, 4], "at least 2 pictures of each of 2 signs, .* there are 2 and 1"),
        ([0, 1, 2, 3, 4, 5], "there are 1 and 1"),
        ([], "there are 0 and 0"),
        ([0, 0, 4, 6], "from 0 to 5, but 6 came"),
        ([0, 0, 4, -1], "from 0 to 5, but -1 came"),
        ([0, 1] * (MOST // 2 + 1), f"at most {MOST} pictures, but {MOST + 2} came"),
    ],
)
def test_what_cannot_be_taught_is_refused(labels: list[int], expected: str) -> None:
    with pytest.raises(LessonError, match=expected):
        Lesson(np.zeros((len(labels), 64, 64, 3), np.uint8), np.array(labels, np.int64))


def test_arrays_of_another_kind_are_refused() -> None:
    labels = np.array([0, 0, 1, 1])
    kinds: list[Any] = [np.zeros((4, 32, 32, 3), np.uint8), np.zeros((4, 64, 64, 3)), pictures(labels, 1)[:3]]
    for wrong in kinds:
        with pytest.raises(LessonError, match="uint8 of shape"):
            Lesson(wrong, labels)


def test_a_picture_that_comes_twice_is_refused_since_it_could_examine_what_it_taught() -> None:
    labels = np.array([0, 0, 4, 4])
    twice = pictures(labels, 1)
    twice[3] = twice[0]
    with pytest.raises(LessonError, match="came twice"):
        Lesson(twice, labels)


@given(LABELS, st.integers(0, 1000))
def test_held_back_pictures_are_stratified_and_the_rest_is_learned(labels: np.ndarray, seed: int) -> None:
    learn, held = hold_back(labels, seed)
    assert sorted([*learn, *held]) == list(range(len(labels)))
    for label in range(6):
        count = int((labels == label).sum())
        examined = int((labels[held] == label).sum())
        assert examined == (0 if count < 2 else max(1, round(0.3 * count)))
        assert count == 0 or examined < count


def test_three_of_ten_are_held_back_and_the_seed_says_which() -> None:
    labels = np.repeat(np.arange(6), 10)
    _, held = hold_back(labels, 1)
    assert np.bincount(labels[held]).tolist() == [3] * 6
    assert (hold_back(labels, 1)[1] == held).all()
    assert (hold_back(labels, 2)[1] != held).any()


def test_what_was_forgotten_and_what_was_gained_are_counted_apart() -> None:
    labels = np.array([0, 1, 2, 3])
    known = Remembered.measured("A set", "picture", labels, answers(0, 1, 5, 5), answers(0, 5, 2, 4))
    assert (known.before, known.after) == (Accuracy(2, 4), Accuracy(2, 4))
    assert (known.forgotten, known.gained) == (1, 1)


@pytest.mark.parametrize("known", [True, False])
def test_an_outcome_survives_json(known: bool) -> None:
    labels = np.array([0, 0, 1, 1, 2])
    remembered = None
    if known:
        remembered = Remembered.measured("A set", "picture", np.array([0, 1]), answers(0, 0), answers(0, 1))
    outcome = Outcome.measured(
        "A run",
        held=np.array([1, 2]),
        labels=labels,
        before=answers(4, 1),
        after=answers(0, 1),
        remembered=remembered,
    )
    assert (outcome.before.all, outcome.after.all) == (Accuracy(1, 2), Accuracy(2, 2))
    assert (outcome.learned, outcome.held, outcome.changed) == (3, (1, 2), (0,))
    assert Outcome.from_dict(json.loads(json.dumps(outcome.to_dict()))) == outcome
