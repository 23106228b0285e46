"""How far a network's probabilities can be believed, and when it had better say nothing. NumPy only.

A network that was trained to be right is usually surer than it is right. One number, the temperature,
divides its logits so that its probabilities fit pictures it was not trained on (Guo, Pleiss, Sun and
Weinberger 2017, *On Calibration of Modern Neural Networks*, arXiv 1706.04599); a threshold on the largest
probability then tells when there is no hand, or the network is not sure.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.training.strict import ADDED_LATER

Floats = NDArray[np.floating[Any]]

#: Temperatures that are looked at; outside of them something else is wrong with the network.
LOWEST, HIGHEST = 0.05, 20.0
#: Groups of equal width into which probabilities fall, as in the paper.
BINS = 15
#: Share of pictures without a sign that may be given one.
MISTAKEN = 0.05
#: Thresholds are chosen in steps of this, so that the one shown is the one used.
STEP = 1e-4


@dataclasses.dataclass(frozen=True)
class Calibration:
    """What turns a network's logits into probabilities that can be believed, and into an answer or none.

    Attributes:
        temperature: by which logits are divided; 1 leaves them, more makes the network less sure.
        threshold: the least probability with which it answers, 0 to 1; 0 answers always.
        mirrored: whether the network is asked about a picture and about its mirror image, and the mean of the
            two rows of logits is taken; temperature and threshold are then those of the means. For networks
            that learned from mirrored views, to which the two are the same sign.

    Raises:
        ValueError: for a number outside its range.
    """

    temperature: float = 1.0
    threshold: float = 0.0
    mirrored: bool = dataclasses.field(default=False, metadata=ADDED_LATER)

    def __post_init__(self) -> None:
        """Check both numbers."""
        if not LOWEST <= self.temperature <= HIGHEST:
            raise ValueError(
                f"temperature must be a number from {LOWEST} to {HIGHEST:g}, but {self.temperature!r} came."
            )
        if not 0 <= self.threshold <= 1:
            raise ValueError(f"threshold must be a number from 0 to 1, but {self.threshold!r} came.")


def softmax(logits: Floats, temperature: float = 1.0) -> NDArray[np.float64]:
    """Probabilities (N, classes) of logits, or of log-probabilities, divided by a temperature."""
    scaled = np.asarray(logits, np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def answered(probabilities: Floats, threshold: float) -> tuple[int | None, ...]:
    """The likeliest class of each row, or None where its probability is below the threshold."""
    return tuple(
        int(best) if row[best] >= threshold else None
        for row, best in zip(probabilities, probabilities.argmax(axis=1), strict=True)
    )


def fit_temperature(logits: Floats, labels: NDArray[np.integer[Any]]) -> float:
    """The temperature at which the labels are likeliest.

    The mean cross-entropy is convex in one over the temperature, so that a golden-section search between
    the two bounds finds the one minimum.

    Args:
        logits: (N, classes), or log-probabilities, which differ by a constant a row only.
        labels: (N,) of pictures that the network was not trained on.

    Returns:
        A temperature from 0.05 to 20.

    Raises:
        ValueError: when there is nothing to fit, or the two do not belong together.
    """
    table, chosen = np.asarray(logits, np.float64), np.asarray(labels)
    _check(table, chosen)
    rows = np.arange(len(chosen))
    table = table - table.max(axis=1, keepdims=True)

    def cross_entropy(log_temperature: float) -> float:
        scaled = table / math.exp(log_temperature)
        return float((np.log(np.exp(scaled).sum(axis=1)) - scaled[rows, chosen]).mean())

    return math.exp(_lowest(cross_entropy, math.log(LOWEST), math.log(HIGHEST)))


def _lowest(function: Callable[[float], float], low: float, high: float, width: float = 1e-7) -> float:
    """Where a function of one valley is lowest: golden-section search (Kiefer 1953)."""
    golden = (math.sqrt(5) - 1) / 2
    left, right = high - golden * (high - low), low + golden * (high - low)
    at_left, at_right = function(left), function(right)
    while high - low > width:
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - golden * (high - low)
            at_left = function(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + golden * (high - low)
            at_right = function(right)
    return (low + high) / 2


@dataclasses.dataclass(frozen=True)
class Bin:
    """Answers of about the same probability.

    Attributes:
        low, high: bounds; the lower one is left out, but for 0.
        count: answers in it.
        confidence: their mean probability; 0 where there are none.
        accuracy: share of them that are right; 0 where there are none.
    """

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float

    def __post_init__(self) -> None:
        """Check that bounds and shares lie between 0 and 1.

        Raises:
            ValueError: when one does not.
        """
        if not (0 <= self.low < self.high <= 1 and 0 <= self.confidence <= 1 and 0 <= self.accuracy <= 1):
            raise ValueError(f"expected bounds and shares between 0 and 1, but {self} came.")


def reliability(probabilities: Floats, labels: NDArray[np.integer[Any]], bins: int = BINS) -> tuple[Bin, ...]:
    """How often answers of each probability are right.

    Args:
        probabilities: (N, classes), rows sum to one.
        labels: (N,).
        bins: of equal width between 0 and 1.

    Raises:
        ValueError: when there is nothing to compare or the lengths differ.
    """
    table, chosen = np.asarray(probabilities, np.float64), np.asarray(labels)
    _check(table, chosen)
    sure = np.minimum(table.max(axis=1), 1.0)
    right = table.argmax(axis=1) == chosen
    place = np.maximum(np.ceil(sure * bins).astype(int) - 1, 0)
    counts = np.bincount(place, minlength=bins)
    some = np.maximum(counts, 1)
    confidence = np.minimum(np.bincount(place, sure, bins) / some, 1.0)
    accuracy = np.bincount(place, right, bins) / some
    return tuple(
        Bin(i / bins, (i + 1) / bins, int(counts[i]), float(confidence[i]), float(accuracy[i]))
        for i in range(bins)
    )


def expected_calibration_error(
    probabilities: Floats, labels: NDArray[np.integer[Any]], bins: int = BINS
) -> float:
    """The mean distance between how sure answers are and how often they are right, 0 to 1.

    Equation 3 of Guo et al. 2017: over bins, weighted by their answers.
    """
    return error_of(reliability(probabilities, labels, bins))


def error_of(bins: tuple[Bin, ...]) -> float:
    """The expected calibration error of bins."""
    total = sum(each.count for each in bins)
    return sum(each.count * abs(each.confidence - each.accuracy) for each in bins) / total


def choose_threshold(others: Floats, mistaken: float = MISTAKEN) -> float:
    """The smallest threshold at which at most a share of the pictures without a sign are given one.

    Args:
        others: (N, classes) calibrated probabilities of validation pictures that show no sign.
        mistaken: the share, 0 to 1.

    Returns:
        A multiple of 0.0001.

    Raises:
        ValueError: without pictures, or when even a threshold of 1 lets too many through.
    """
    table = np.asarray(others, np.float64)
    if table.ndim != 2 or not len(table):
        raise ValueError(f"expected probabilities of at least one picture, but shape {table.shape} came.")
    sure = np.sort(table.max(axis=1))[::-1]
    allowed = math.floor(mistaken * len(sure) + 1e-9)  # 0.05 of 20 is one, whatever the rounding
    if allowed >= len(sure):
        return 0.0
    too_many = float(sure[allowed])  # with a threshold of this much, one more than allowed gets through
    steps = math.floor(too_many / STEP)
    threshold = next(t for t in (round((steps + i) * STEP, 4) for i in (0, 1, 2)) if t > too_many)
    if threshold > 1:
        raise ValueError(
            f"at most {mistaken:.1%} of pictures without a sign may be given one, but the network is "
            f"entirely sure of more of these {len(sure):,}."
        )
    return threshold


def _check(table: NDArray[np.float64], labels: NDArray[np.integer[Any]]) -> None:
    if table.ndim != 2 or table.shape[0] != labels.size or labels.ndim != 1 or not labels.size:
        raise ValueError(
            f"expected a row of numbers for each label, but shapes {table.shape} and {labels.shape} came."
        )
    if labels.min() < 0 or labels.max() >= table.shape[1]:
        raise ValueError(
            f"labels must be from 0 to {table.shape[1] - 1}, but {labels.min()} to {labels.max()} came."
        )
