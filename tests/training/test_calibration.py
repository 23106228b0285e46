"""Calibration: a known temperature is found again, errors are those counted by hand, thresholds hold."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from resnet_core.training.calibration import (
    STEP,
    Calibration,
    answered,
    choose_threshold,
    expected_calibration_error,
    fit_temperature,
    reliability,
    softmax,
)

LOGITS = arrays.arrays(np.float64, st.tuples(st.integers(1, 40), st.just(6)), elements=st.floats(-30, 30))


def drawn(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and labels drawn from exactly the probabilities that these logits say."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(0, 2, (count, 6))
    shares = softmax(logits)
    return logits, (shares.cumsum(axis=1) > generator.random((count, 1))).argmax(axis=1)


def cross_entropy(logits: np.ndarray, labels: np.ndarray, temperature: float) -> float:
    return float(-np.log(softmax(logits, temperature)[np.arange(len(labels)), labels]).mean())


@pytest.mark.parametrize("temperature", [0.3, 1.0, 1.7, 4.0])
def test_a_known_temperature_is_found_again(temperature: float) -> None:
    logits, labels = drawn(40_000, seed=3)
    assert fit_temperature(logits * temperature, labels) == pytest.approx(temperature, rel=0.03)


def test_scaling_the_logits_scales_the_temperature_exactly() -> None:
    logits, labels = drawn(500, seed=4)
    assert fit_temperature(3 * logits, labels) == pytest.approx(3 * fit_temperature(logits, labels), rel=1e-5)


@given(st.integers(0, 1000))
def test_no_temperature_of_a_fine_grid_fits_better(seed: int) -> None:
    logits, labels = drawn(60, seed)
    found = cross_entropy(logits, labels, fit_temperature(logits, labels))
    assert found <= min(cross_entropy(logits, labels, t) for t in np.geomspace(0.05, 20, 200)) + 1e-9


def test_log_probabilities_serve_as_well_as_logits() -> None:
    logits, labels = drawn(500, seed=5)
    assert fit_temperature(np.log(softmax(logits)), labels) == pytest.approx(fit_temperature(logits, labels))


def test_a_network_that_is_always_right_is_fitted_at_the_bound_and_not_beyond() -> None:
    assert fit_temperature(np.eye(6) * 5, np.arange(6)) == pytest.approx(0.05, rel=1e-3)


@given(LOGITS, st.floats(0.05, 20))
def test_a_temperature_never_changes_which_class_is_likeliest(logits: np.ndarray, temperature: float) -> None:
    shares = softmax(logits, temperature)
    assert shares.sum(axis=1) == pytest.approx(1)
    likeliest = shares[np.arange(len(logits)), logits.argmax(axis=1)]
    assert (likeliest == shares.max(axis=1)).all()


@given(LOGITS, st.floats(0.05, 10), st.floats(1.0, 2.0))
def test_a_higher_temperature_is_never_surer(logits: np.ndarray, temperature: float, more: float) -> None:
    cooler, hotter = softmax(logits, temperature), softmax(logits, temperature * more)
    assert (hotter.max(axis=1) <= cooler.max(axis=1) + 1e-12).all()


def by_hand(shares: np.ndarray, labels: np.ndarray, bins: int) -> float:
    """Equation 3 of the paper, one answer after the other."""
    total = 0.0
    for i in range(bins):
        inside = [
            (row.max(), row.argmax() == label)
            for row, label in zip(shares, labels, strict=True)
            if i / bins < row.max() <= (i + 1) / bins
        ]
        if inside:
            sure, right = (sum(values) / len(inside) for values in zip(*inside, strict=True))
            total += len(inside) / len(labels) * abs(sure - right)
    return total


@given(st.integers(0, 10_000), st.integers(1, 30))
def test_the_error_is_the_one_counted_by_hand(seed: int, bins: int) -> None:
    logits, labels = drawn(80, seed)
    shares = softmax(logits, 0.7)
    assert expected_calibration_error(shares, labels, bins) == pytest.approx(by_hand(shares, labels, bins))


def test_the_ends_have_a_place() -> None:
    bins = reliability(np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([0, 1]), bins=4)
    assert [each.count for each in bins] == [0, 1, 0, 1]
    assert [each.accuracy for each in bins] == [0, 0, 0, 1]
    assert expected_calibration_error(np.array([[1.0, 0.0]]), np.array([1])) == 1.0


def test_fitting_mends_what_was_too_sure() -> None:
    logits, labels = drawn(4_000, seed=6)
    sharp = logits * 3
    before = expected_calibration_error(softmax(sharp), labels)
    after = expected_calibration_error(softmax(sharp, fit_temperature(sharp, labels)), labels)
    assert after < before / 4


@given(LOGITS, st.floats(0, 1))
def test_the_threshold_is_the_smallest_step_that_keeps_its_word(logits: np.ndarray, mistaken: float) -> None:
    shares = softmax(logits)

    def kept(threshold: float) -> bool:
        given_a_sign = sum(label is not None for label in answered(shares, threshold))
        return given_a_sign <= mistaken * len(shares) + 1e-9

    if not kept(1.0):
        with pytest.raises(ValueError, match="entirely sure"):
            choose_threshold(shares, mistaken)
        return
    threshold = choose_threshold(shares, mistaken)
    assert kept(threshold)
    assert threshold == 0 or not kept(threshold - 1.0001 * STEP)
    assert threshold == round(threshold, 4)


@given(LOGITS, st.floats(0, 0.5), st.floats(0, 0.5))
def test_letting_fewer_through_never_lowers_the_threshold(logits: np.ndarray, a: float, b: float) -> None:
    shares = softmax(np.clip(logits, -3, 3))
    assert choose_threshold(shares, min(a, b)) >= choose_threshold(shares, max(a, b))


def test_one_in_twenty_of_twenty_is_one() -> None:
    sure = np.linspace(0.4, 0.78, 20)
    shares = np.stack([sure, 1 - sure], axis=1)
    assert [row is not None for row in answered(shares, choose_threshold(shares, 0.05))].count(True) == 1


@given(LOGITS, st.floats(0, 1))
def test_an_answer_is_the_likeliest_class_or_none(logits: np.ndarray, threshold: float) -> None:
    shares = softmax(logits)
    for row, label in zip(shares, answered(shares, threshold), strict=True):
        assert label == (row.argmax() if row.max() >= threshold else None)


@pytest.mark.parametrize(
    ("temperature", "threshold", "expected"),
    [(0.0, 0.5, "temperature"), (math.nan, 0.5, "temperature"), (30.0, 0.5, "temperature"),
     (1.0, -0.1, "threshold"), (1.0, 1.1, "threshold"), (1.0, math.nan, "threshold")],
)  # fmt: skip
def test_numbers_outside_their_range_are_refused(temperature: float, threshold: float, expected: str) -> None:
    with pytest.raises(ValueError, match=f"{expected} must be a number from"):
        Calibration(temperature, threshold)


def test_what_does_not_belong_together_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\(3, 6\) and \(2,\)"):
        fit_temperature(np.zeros((3, 6)), np.zeros(2, int))
    with pytest.raises(ValueError, match="labels must be from 0 to 5, but -1 to 2 came"):
        fit_temperature(np.zeros((2, 6)), np.array([-1, 2]))
    with pytest.raises(ValueError, match="at least one picture"):
        choose_threshold(np.zeros((0, 6)))
