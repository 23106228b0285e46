"""What the Data page measures about a set of photographs, once for everybody."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from resnet_core.figures.text import THIN, interval, percent, plural, significant, whole
from resnet_core.hands.dataset import HandSigns
from resnet_core.hands.duplicates import DuplicateReport
from resnet_core.hands.neighbours import nearest
from resnet_core.training.evaluation import Accuracy


@dataclass(frozen=True)
class Fairness:
    """Whether the test photographs test anything.

    Attributes:
        digest: Of the data set.
        duplicates: The photographs that occur more than once.
        all: How often the most similar training photograph has the right label, on every test photograph.
        clean: The same on those that are not also training photographs; None where none is left.
    """

    digest: str
    duplicates: DuplicateReport
    all: Accuracy
    clean: Accuracy | None


def fairness(hands: HandSigns) -> Fairness:
    """Looks for duplicates, and lets the most similar training photograph answer for each test photograph."""
    return _measured(hands.digest, hands)


@st.cache_resource(max_entries=4, show_spinner=False)
def _measured(digest: str, _hands: HandSigns) -> Fairness:
    return measure_fairness(_hands)


def measure_fairness(hands: HandSigns) -> Fairness:
    """Looks for duplicates, and lets the most similar training photograph answer for each test photograph."""
    right = hands.train_y[nearest(hands.train_x, hands.test_x)] == hands.test_y
    clean = right[hands.clean_test]
    return Fairness(
        digest=hands.digest,
        duplicates=hands.duplicates,
        all=Accuracy(int(right.sum()), len(right)),
        clean=Accuracy(int(clean.sum()), len(clean)) if len(clean) else None,
    )


def counting(hands: HandSigns) -> str:
    """Writes what is known of a set before its duplicates have been looked for."""
    return f"{_start(hands)}. Looking for those that occur twice, and for the most similar ones."


def _start(hands: HandSigns) -> str:
    who = "The rendered set" if hands.rendered else hands.title
    return (
        f"{who} has {plural(len(hands.train_y) + len(hands.test_y), hands.noun)} of hands showing "
        f"{hands.classes[0]} to {hands.classes[-1]}"
    )


def summary(hands: HandSigns, found: Fairness) -> str:
    """Writes the sentence that answers what is in the set and whether its test is fair."""
    report = found.duplicates
    start = f"{_start(hands)}, {whole(report.distinct)} of them distinct;"
    if not report.leaked:
        return (
            f"{start} none of the {plural(report.test_photographs, f'test {hands.noun}')} is a training one."
        )
    return (
        f"{start} **{whole(len(report.leaked))} of the {whole(report.test_photographs)} test {hands.noun}s "
        f"are also training {hands.noun}s**."
    )


def verdict(hands: HandSigns, found: Fairness) -> str:
    """Writes what the duplicates mean for an accuracy, from the measurement of the nearest neighbour."""
    every, clean, noun = found.all, found.clean, hands.noun
    words = f"is right on {whole(every.correct)} of all {whole(every.count)} test {noun}s {_share(every)}"
    twice = ""
    if found.duplicates.leaked and clean is not None:
        words += f", and on {whole(clean.correct)} of the {whole(clean.count)} clean ones {_share(clean)}"
        twice = f" Accuracy is given on all {whole(every.count)}, and on the {whole(clean.count)} clean ones."
    points = significant(100 / every.count, 2)
    return (
        f"A program that learns nothing, and answers with the label of the training {noun} whose pixels "
        f"are most similar, {words}. A network has to beat that.{twice} One test {noun} is worth "
        f"{points} percentage points, so two networks whose intervals overlap may well be equally good."
    )


def _share(accuracy: Accuracy) -> str:
    return f"({percent(accuracy.value)}, 95{THIN}% interval {interval(*accuracy.interval)})"
