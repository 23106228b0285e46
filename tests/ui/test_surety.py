"""The words about how sure a run is: made from what was measured."""

from __future__ import annotations

import dataclasses

from resnet_core.figures.text import THIN
from resnet_core.training.evaluation import Accuracy
from resnet_core.ui.surety import abstention_sentence, abstention_table, sentence
from tests.recordings import a_reliance


def test_the_sentences_tell_temperature_rule_and_threshold() -> None:
    measured = dataclasses.replace(a_reliance(), right=Accuracy(19, 20), chosen_on="*these*")
    words = f"{sentence(measured)} {abstention_sentence(measured)}"
    assert f"temperature of 1.60, it was {100 * measured.error_before:.3g}"[:30] in words
    assert f"**{100 * measured.error:.3g}"[:5] in words
    assert "probability of **0.7** on" in words
    assert f"at most 5{THIN}% of the pictures without a sign" in words
    assert "Of the 20 signs" in words
    assert "95.0" in words
    assert "\\*these\\*" in words, "what was recorded is text, not Markdown"


def test_nothing_is_said_of_answers_where_there_are_none() -> None:
    assert "signs below" not in abstention_sentence(dataclasses.replace(a_reliance(), right=None))


def test_the_table_has_a_row_a_kind() -> None:
    measured = a_reliance()
    table = abstention_table(measured)
    assert table["pictures of"] == ["rendered signs", "Sign Language Digits", "rooms", "noise"]
    assert table["show a sign"] == ["yes", "yes", "no", "no"]
    assert table["pictures"] == ["400", "200", "200", "40"]
    assert table["no answer"][3] == f"100{THIN}%"


def test_it_says_where_mirror_images_are_asked_about_too() -> None:
    measured = a_reliance()
    assert "mirror image" not in sentence(measured)
    twice = dataclasses.replace(measured.calibration, mirrored=True)
    assert "its mirror image" in sentence(dataclasses.replace(measured, calibration=twice))
