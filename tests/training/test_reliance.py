"""What is measured about a calibration: counted by hand, kept in JSON, and refused where it is nonsense."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.training.calibration import (
    Calibration,
    choose_threshold,
    error_of,
    expected_calibration_error,
    fit_temperature,
    softmax,
)
from resnet_core.training.evaluation import wilson
from resnet_core.training.reliance import Abstention, Reliance, calibrate, rely
from resnet_core.training.strict import read_as
from tests.recordings import CALIBRATION, a_reliance


def made_up(seed: int, count: int = 90) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Logits of signs, their labels, and logits of something else."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 6, count)
    return generator.normal(0, 2, (count, 6)) + 4 * np.eye(6)[labels], labels, generator.normal(0, 2, (70, 6))


@given(st.integers(0, 500))
def test_what_is_measured_is_what_one_counts(seed: int) -> None:
    logits, labels, others = made_up(seed)
    calibration = calibrate(logits, labels, others)
    half = len(labels) // 2
    found = rely(
        calibration,
        {"a": (logits[:half], labels[:half]), "b": (logits[half:], labels[half:])},
        {"c": others},
        chosen_on="these",
        measured_on="these",
    )
    shares = softmax(logits, calibration.temperature)
    kept = shares.max(axis=1) >= calibration.threshold
    assert found.error == pytest.approx(expected_calibration_error(shares, labels))
    assert found.error_before == pytest.approx(expected_calibration_error(softmax(logits), labels))
    assert [(kind.name, kind.signs, kind.count) for kind in found.abstentions] == [
        ("a", True, half), ("b", True, len(labels) - half), ("c", False, 70)
    ]  # fmt: skip
    assert sum(kind.refused for kind in found.abstentions[:2]) == (~kept).sum()
    assert found.abstentions[2].refused >= 0.95 * 70, "the rule of the threshold, on what it was chosen on"
    if kept.any():
        assert found.right is not None
        assert found.right.correct == (shares.argmax(axis=1) == labels)[kept].sum()
        assert found.right.count == kept.sum()
    else:
        assert found.right is None


def test_calibrating_fits_signs_first_and_chooses_the_threshold_then() -> None:
    logits, labels, others = made_up(3)
    temperature = fit_temperature(logits, labels)
    threshold = choose_threshold(softmax(others, temperature), 0.1)
    assert calibrate(logits, labels, others, 0.1) == Calibration(temperature, threshold)


def test_it_survives_json() -> None:
    found = a_reliance()
    said = json.loads(json.dumps(found.to_dict()))
    assert read_as(Reliance, said, "card") == found
    assert found.calibration == CALIBRATION
    assert found.error == error_of(found.after)
    never = dataclasses.replace(found, right=None)
    assert read_as(Reliance, json.loads(json.dumps(never.to_dict())), "card") == never


def test_intervals_are_those_of_wilson() -> None:
    kind = Abstention("rooms", False, 19, 20)
    assert (kind.value, kind.interval) == (0.95, wilson(19, 20))


@pytest.mark.parametrize(("refused", "count"), [(1, 0), (3, 2), (-1, 4)])
def test_what_is_no_share_is_refused(refused: int, count: int) -> None:
    with pytest.raises(ValueError, match="expected 0 <= correct <= count"):
        Abstention("rooms", False, refused, count)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"after": []}, "at least one answer"),
        ({"mistaken": 2.0}, "share from 0 to 1"),
        ({"right": {"correct": 2, "count": 1}}, "2 of 1"),
        ({"calibration": {"temperature": 1.0, "threshold": 7}}, "threshold must be"),
        ({"abstentions": [5]}, r"abstentions\[0\] should be an object"),
        ({"chosen_on": 3}, "chosen_on should be a text"),
    ],
)
def test_what_a_stranger_wrote_is_checked(change: dict[str, object], expected: str) -> None:
    said = json.loads(json.dumps(a_reliance().to_dict())) | change
    with pytest.raises(ValueError, match=expected):
        read_as(Reliance, said, "card")
