from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from resnet_core.hands.dataset import HandsError, HandSigns
from resnet_core.hands.duplicates import ENCODING_NOISE, find_duplicates, near_pairs

LEAKED = (2, 36, 40, 42, 48, 55, 70, 81, 91, 92, 102, 106)


def test_the_digest_is_of_what_is_in_the_set_and_not_of_its_name(tiny_signs: HandSigns) -> None:
    assert replace(tiny_signs, name="other", source="elsewhere").digest == tiny_signs.digest
    other = tiny_signs.train_x.copy()
    other[0, 0, 0, 0] ^= 1
    assert replace(tiny_signs, train_x=other).digest != tiny_signs.digest
    assert replace(tiny_signs, train_y=np.roll(tiny_signs.train_y, 1)).digest != tiny_signs.digest
    assert replace(tiny_signs, classes=tuple("abcdef")).digest != tiny_signs.digest


def test_nobody_can_write_into_a_set_and_the_arrays_of_the_caller_stay_writable() -> None:
    x, y = np.zeros((2, 64, 64, 3), np.uint8), np.array([0, 1], np.int64)
    data = HandSigns("n", "N", x, y, x.copy(), y.copy(), ("a", "b"), True, "made up")
    with pytest.raises(ValueError, match="read-only"):
        data.train_x[0] = 1
    x[0] = 1
    assert data.counts("train") == (1, 1)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("train_x", np.zeros((2, 32, 32, 3), np.uint8), r"uint8 of shape \(N, 64, 64, 3\).*\(2, 32, 32, 3\)"),
        ("train_x", np.zeros((2, 64, 64, 3), np.float32), "float32"),
        ("test_x", np.zeros((0, 64, 64, 3), np.uint8), "N at least 1"),
        ("train_y", np.zeros((3,), np.int64), r"shape \(96,\).*shape \(3,\)"),
        ("train_y", np.zeros((96,), np.int32), "int32"),
        ("train_y", np.full((96,), 6, np.int64), "between 0 and 5.*from 6 to 6"),
        ("test_y", np.full((24,), -1, np.int64), "between 0 and 5.*from -1 to -1"),
    ],
)
def test_arrays_of_another_kind_are_refused(
    tiny_signs: HandSigns, field: str, value: Any, sentence: str
) -> None:
    with pytest.raises(HandsError, match=sentence):
        replace(tiny_signs, **{field: value})


def test_duplicates_within_and_between_splits() -> None:
    generator = np.random.default_rng(3)
    train = generator.integers(0, 256, (6, 64, 64, 3), dtype=np.uint8)
    test = generator.integers(0, 256, (4, 64, 64, 3), dtype=np.uint8)
    train[4] = train[1]
    test[3] = train[1]
    test[2] = test[0]
    report = find_duplicates(train, np.array([0, 1, 2, 3, 5, 0]), test, np.array([4, 3, 4, 1]))
    assert (report.photographs, report.distinct, report.leaked, report.reencoded) == (10, 7, (3,), ())
    places = [[(member.split, member.index) for member in group] for group in report.groups]
    assert places == [[("train", 1), ("train", 4), ("test", 3)], [("test", 0), ("test", 2)]]
    assert len(report.contradictions) == 1
    assert report.sentence == (
        "10 photographs, 7 of them distinct; 1 of the 4 test photographs is also in the training set."
    )


def test_a_set_without_duplicates_is_clean(tiny_signs: HandSigns) -> None:
    assert tiny_signs.duplicates.groups == ()
    assert tiny_signs.clean_test.all()


def test_encoding_noise_is_the_same_photograph_and_a_moved_finger_is_not() -> None:
    generator = np.random.default_rng(5)
    first = generator.integers(60, 190, (3, 64, 64, 3), dtype=np.uint8)
    noisy = (
        first[1].astype(int) + generator.integers(-ENCODING_NOISE, ENCODING_NOISE + 1, (64, 64, 3))
    ).astype(np.uint8)
    moved = first[2].copy()
    moved[10:12, 10:12] += np.uint8(ENCODING_NOISE + 1)
    assert near_pairs(first, np.stack([moved, noisy])) == [(1, 1)]


@pytest.mark.photographs
def test_signs_has_1144_distinct_photographs_and_twelve_leaks(signs: HandSigns) -> None:
    report = signs.duplicates
    assert (report.photographs, report.distinct, report.leaked) == (1200, 1144, LEAKED)
    assert len(report.groups) == 56
    assert report.contradictions == ()
    assert np.flatnonzero(~signs.clean_test).tolist() == list(LEAKED)
    assert set(signs.test_y[list(LEAKED)].tolist()) == {0}
    assert signs.counts("train") == (180,) * 6
    assert signs.counts("test") == (20,) * 6
