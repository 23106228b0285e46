"""The table of answers, and what names that begin with the label tell of them."""

from __future__ import annotations

import numpy as np
import pytest

from resnet_core.figures.asked import NO_ANSWER
from resnet_core.hands.prepared import Prepared
from resnet_core.training.calibration import Calibration
from resnet_core.training.evaluation import wilson
from resnet_core.training.predict import Answer
from resnet_core.ui.answer_table import examined, table

CLASSES = ("0", "1", "2")


def picture(name: str, *notes: str) -> Prepared:
    return Prepared(name, b"", (80, 60), (10, 0, 70, 60), np.zeros((64, 64, 3), np.uint8), notes)


PICTURES = (picture("0_a.png"), picture("2.jpg", "A note."), picture("mine.jpg"), picture("1-b.png"))
ANSWER = Answer(
    np.array([[0.8, 0.1, 0.1], [0.1, 0.7, 0.2], [0.0, 0.0, 1.0], [0.3, 0.4, 0.3]], np.float32),
    0.01,
    Calibration(1.0, 0.5),
)


def test_every_picture_has_a_row_with_its_answer_or_none() -> None:
    columns = table(PICTURES, ANSWER, CLASSES)
    assert columns["file"] == ["0_a.png", "2.jpg", "mine.jpg", "1-b.png"]
    assert columns["answer"] == ["0", "1", "2", NO_ANSWER]
    assert columns["probability"] == pytest.approx([0.8, 0.7, 1.0, 0.4])
    assert columns["label in the name"] == ["0", "2", "", "1"]
    assert columns["part"] == ["10, 0, 70, 60"] * 4
    assert columns["notes"] == ["", "A note.", "", ""]


def test_accuracy_counts_those_with_a_label_and_no_answer_as_not_right() -> None:
    sentence = examined(PICTURES, ANSWER, CLASSES)
    low, high = (f"{100 * bound:.3g}" for bound in wilson(1, 3))
    assert sentence.startswith(" It is right on 1 of the 3 with a label in their name (33.3\u202f%")
    assert f"{low[:3]}" in sentence
    assert f"{high}" in sentence
    assert sentence.endswith("and gives no answer to 1.")


def test_without_labels_there_is_nothing_to_say() -> None:
    assert examined(PICTURES[2:3], Answer(ANSWER.probabilities[2:3], 0.01), CLASSES) == ""
