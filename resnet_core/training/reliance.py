"""What was measured about a calibration: how well probabilities fit, and when there is no answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.training.calibration import (
    MISTAKEN,
    Bin,
    Calibration,
    Floats,
    answered,
    choose_threshold,
    error_of,
    fit_temperature,
    reliability,
    softmax,
)
from resnet_core.training.evaluation import Accuracy, wilson


@dataclasses.dataclass(frozen=True)
class Abstention:
    """Pictures of one kind, and how many of them get no answer.

    Attributes:
        name: of the kind, for people: "Sign Language Digits", "rooms".
        signs: whether they show a sign, so that an answer is wanted.
        refused: pictures without an answer.
        count: pictures, at least one.
    """

    name: str
    signs: bool
    refused: int
    count: int

    def __post_init__(self) -> None:
        """Check that it is a share; a ValueError says what came."""
        wilson(self.refused, self.count)

    @property
    def value(self) -> float:
        """The share of pictures without an answer."""
        return self.refused / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % Wilson interval."""
        return wilson(self.refused, self.count)


@dataclasses.dataclass(frozen=True)
class Reliance:
    """How far the answers of a run can be relied on, as it was measured.

    Attributes:
        calibration: that was used.
        mistaken: share of pictures without a sign that the threshold was allowed to let through.
        chosen_on: in words, the pictures on which temperature and threshold were chosen.
        measured_on: in words, the signs behind the bins and `right`.
        before: bins of those signs with a temperature of 1.
        after: bins with the temperature of the calibration.
        right: of the signs that are answered; None where none is.
        abstentions: for each kind of picture.
    """

    calibration: Calibration
    mistaken: float
    chosen_on: str
    measured_on: str
    before: tuple[Bin, ...]
    after: tuple[Bin, ...]
    right: Accuracy | None
    abstentions: tuple[Abstention, ...]

    def __post_init__(self) -> None:
        """Check that there is something in it.

        Raises:
            ValueError: for bins without answers, or a share outside 0 to 1.
        """
        for bins in (self.before, self.after):
            if sum(each.count for each in bins) < 1 or min(each.count for each in bins) < 0:
                raise ValueError("expected bins with at least one answer, but they have none.")
        if not 0 <= self.mistaken <= 1:
            raise ValueError(f"expected a share from 0 to 1 as mistaken, but {self.mistaken!r} came.")

    @property
    def error_before(self) -> float:
        """The expected calibration error with a temperature of 1."""
        return error_of(self.before)

    @property
    def error(self) -> float:
        """The expected calibration error with the calibration."""
        return error_of(self.after)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for the card of a run."""
        return dataclasses.asdict(self)


def calibrate(
    logits: Floats,
    labels: NDArray[np.integer[Any]],
    others: Floats,
    mistaken: float = MISTAKEN,
    *,
    mirrored: bool = False,
) -> Calibration:
    """The temperature that fits signs, and the threshold that lets few other pictures through.

    Args:
        logits: (N, classes) of signs that the network was not trained on.
        labels: (N,) of them.
        others: (M, classes) logits of pictures without a sign, not trained on either.
        mistaken: share of those that may be given a sign.
        mirrored: whether all these logits are means over a picture and its mirror image.

    Raises:
        ValueError: when something is missing, or no threshold keeps that share.
    """
    temperature = fit_temperature(logits, labels)
    return Calibration(temperature, choose_threshold(softmax(others, temperature), mistaken), mirrored)


def rely(
    calibration: Calibration,
    signs: Mapping[str, tuple[Floats, NDArray[np.integer[Any]]]],
    others: Mapping[str, Floats],
    *,
    chosen_on: str,
    measured_on: str,
    mistaken: float = MISTAKEN,
) -> Reliance:
    """Measure a calibration on pictures that it was not chosen on.

    Args:
        calibration: to measure.
        signs: by name of the kind, logits (N, classes) and labels (N,); at least one kind.
        others: by name of the kind, logits (M, classes) of pictures without a sign.
        chosen_on: in words, the pictures on which temperature and threshold were chosen.
        measured_on: in words, what all of `signs` are.
        mistaken: the share with which the threshold was chosen.

    Raises:
        ValueError: when a kind has no pictures, or its labels do not fit.
    """
    logits = np.concatenate([table for table, _ in signs.values()])
    labels = np.concatenate([chosen for _, chosen in signs.values()])
    shares = softmax(logits, calibration.temperature)
    given = [
        answer == label
        for answer, label in zip(answered(shares, calibration.threshold), labels, strict=True)
        if answer is not None
    ]
    kinds = [(name, True, table) for name, (table, _) in signs.items()]
    kinds += [(name, False, table) for name, table in others.items()]
    return Reliance(
        calibration,
        mistaken,
        chosen_on,
        measured_on,
        before=reliability(softmax(logits), labels),
        after=reliability(shares, labels),
        right=Accuracy(sum(map(bool, given)), len(given)) if given else None,
        abstentions=tuple(_abstention(name, sign, table, calibration) for name, sign, table in kinds),
    )


def _abstention(name: str, signs: bool, logits: Floats, calibration: Calibration) -> Abstention:
    answers = answered(softmax(logits, calibration.temperature), calibration.threshold)
    return Abstention(name, signs, sum(answer is None for answer in answers), len(answers))
