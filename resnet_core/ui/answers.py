"""What a trained run answers about the pictures it was given: one in full, several as cards."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from resnet_core.figures.asked import SURE, Card, cards_html, framed_html, how_sure, seen_html, sign_html
from resnet_core.figures.probabilities import describe, probability_figure, written
from resnet_core.figures.text import duration, percent, plural, whole
from resnet_core.hands.prepared import Prepared
from resnet_core.training.predict import Answer
from resnet_core.ui.asking import ask
from resnet_core.ui.figure import csv_text, show_figure
from resnet_core.ui.given import Given
from resnet_core.ui.page import Page, reading
from resnet_core.ui.plain import plain
from resnet_core.ui.run_choice import TrainedRun

CHART = 280
ANSWER = 470
CARDS = 640
STRANGERS = (
    "A network trained on SIGNS alone has seen few people's hands, all before one light wall. On other hands "
    "and other walls it may be wrong however sure it is."
)


def show_answers(drawn: Page, trained: TrainedRun, given: Given, classes: Sequence[str]) -> bool:
    """Draws what was given and what the run answers, or what its answer waits for.

    Args:
        drawn: The page, whose answering sentence is written too.
        trained: The run that is asked.
        given: At least one picture.
        classes: What to call each of the run's classes.

    Returns:
        Whether there is an answer.
    """
    if len(given.pictures) == 1:
        return _one(drawn, trained, given, classes)
    pixels = np.stack([picture.pixels for picture in given.pictures])
    answer = ask(trained, pixels, len(classes), CARDS)
    if answer is not None:
        _several(drawn, trained, given.pictures, answer, classes)
    return answer is not None


def _one(drawn: Page, trained: TrainedRun, given: Given, classes: Sequence[str]) -> bool:
    (picture,) = given.pictures
    *left, seen, answers = st.columns([2, 3] if given.note else [3, 3, 4], gap="medium")
    for column in left:
        with column:
            _picture(picture)
    with seen:
        st.html(seen_html(picture.pixels, f"What the network sees of {picture.name}, 64 by 64 pixels"))
        st.caption(given.note or "What the network sees: the square, shrunk to 64×64 pixels.")
    with answers:
        answer = ask(trained, picture.pixels[None], len(classes), ANSWER)
        if answer is not None:
            _answer(drawn, trained, given, answer, classes)
    return answer is not None


def _picture(picture: Prepared) -> None:
    width, height = picture.size
    st.html(_framed(picture))
    st.caption(f"{plain(picture.name)}, {whole(width)}×{whole(height)} pixels. {' '.join(picture.notes)}")


def _framed(picture: Prepared) -> str:
    return framed_html(picture.jpeg, picture.size, picture.box, picture.name)


def _answer(drawn: Page, trained: TrainedRun, given: Given, answer: Answer, classes: Sequence[str]) -> None:
    shares = answer.probabilities[0]
    best = int(shares.argmax())
    share, took = written(float(shares[best])), duration(answer.seconds)
    verdict, note = "", f"in {took}"
    if given.label is not None:
        right = best == given.label
        verdict = f", and is {'right' if right else 'wrong'}"
        note = f"{'right' if right else 'wrong'}: its label is {classes[given.label]}"
    drawn.answer(f"{plain(trained.run.title)} says **{classes[best]}** with {share}, in {took}{verdict}.")
    st.html(sign_html(classes[best], float(shares[best]), note))
    show_figure(
        probability_figure(shares, classes, drawn.look, CHART),
        "probabilities",
        describe(shares, classes),
        {"sign": classes, "probability": shares},
        caption=f"Probability of each sign; the forward pass took {took}.",
    )
    reading(how_sure(shares, classes))
    st.caption(STRANGERS)


def _several(
    drawn: Page, trained: TrainedRun, pictures: tuple[Prepared, ...], answer: Answer, classes: Sequence[str]
) -> None:
    sure = int((answer.probabilities.max(axis=1) >= SURE).sum())
    drawn.answer(
        f"{plain(trained.run.title)} looked at {plural(len(pictures), 'picture')} in one forward pass of "
        f"{duration(answer.seconds)}, and is sure of {whole(sure) if sure else 'none'} of them, with "
        f"{percent(SURE, 2)} or more."
    )
    cards = [
        Card(picture.name, _framed(picture), picture.pixels, shares, " ".join(picture.notes))
        for picture, shares in zip(pictures, answer.probabilities, strict=True)
    ]
    st.html(cards_html(cards, classes))
    st.download_button(
        "CSV of all answers",
        lambda: csv_text(answer_table(pictures, answer, classes)),
        file_name="answers.csv",
        mime="text/csv",
        on_click="ignore",
    )
    st.caption(STRANGERS)


def answer_table(
    pictures: Sequence[Prepared], answer: Answer, classes: Sequence[str]
) -> dict[str, list[object]]:
    """Puts answers into columns: file, answer, and the probability of each class, one row a picture."""
    columns: dict[str, list[object]] = {
        "file": [picture.name for picture in pictures],
        "answer": [classes[label] for label in answer.probabilities.argmax(axis=1)],
    }
    for label, name in enumerate(classes):
        columns[f"probability of {name}"] = answer.probabilities[:, label].tolist()
    return columns
