"""What a trained run answers about the pictures it was given: one large, and all of several in a table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from resnet_core.figures.asked import NO_ANSWER, badge_html, how_sure, seen_html
from resnet_core.figures.given_numbers import to_try
from resnet_core.figures.probabilities import describe, probability_figure, written
from resnet_core.figures.text import duration, plural, whole
from resnet_core.hands.likeness import Likeness
from resnet_core.training.predict import Answer
from resnet_core.ui.answer_table import answer_table, examined, matrix
from resnet_core.ui.asking import ask, compare
from resnet_core.ui.cropper import crop_picture
from resnet_core.ui.figure import draw_html, show_figure
from resnet_core.ui.given import Given
from resnet_core.ui.page import Page, reading
from resnet_core.ui.picker import Offered, pick
from resnet_core.ui.plain import plain
from resnet_core.ui.run_choice import TrainedRun
from resnet_core.ui.seen import numbers, seen, unlike
from resnet_core.ui.why_link import why_link

CHART = 270
ANSWER = 440
COMPARED = 300
_OPEN = "open picture"
_START = "square when opened"


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
    number = _choose(given)
    picture, middle, right = st.columns([5, 4, 3], gap="medium")
    with picture:
        given, badge = _large(given, number)
    pixels = np.stack([one.pixels for one in given.pictures])
    with middle:
        answer = ask(trained, pixels, len(classes), ANSWER)
        if answer is not None:
            _answer(drawn, given, number, answer, classes)
            why_link(trained, given, number)
    if answer is None:
        return False
    with badge:
        draw_html(_badge(given, number, answer, classes))
    drawn.answer(_sentence(trained, given, answer, classes))
    with right:
        found = compare(trained, pixels, COMPARED)
        if found is not None:
            seen(given, number, found)
    if found is not None:
        with middle:
            _unlike(answer, number, found)
        numbers(given.pictures[number], found, number)
    if len(given.pictures) > 1:
        answer_table(given.pictures, answer, classes, found, lambda chosen: _open(given, chosen))
        matrix(drawn, given.pictures, answer, classes)
    return True


def _choose(given: Given) -> int:
    """Draws the strip of several pictures; returns which one is open."""
    ids = [file.id for file in given.files]
    opened = st.session_state.get(_OPEN)
    number = ids.index(opened) if opened in ids else 0
    if len(given.pictures) > 1:
        offered = [Offered(i, one.pixels, f"Open {one.name}") for i, one in enumerate(given.pictures)]
        pick("given", offered, number, lambda chosen: _open(given, chosen))
    return number


def _open(given: Given, number: int) -> None:
    st.session_state[_OPEN] = given.files[number].id


def _large(given: Given, number: int) -> tuple[Given, DeltaGenerator]:
    """Draws one picture large, with its square to be moved; returns the place for the answer on it."""
    one = given.pictures[number]
    with st.container(key="rx-asked", gap="small"):
        if given.files:
            file = given.files[number]
            opened, start = st.session_state.get(_START, (None, one.box))
            # While a picture is open the field keeps the square with which it was opened: what has been moved
            # since then comes from the field itself, and must not be overtaken on its way back to it.
            hands = given.hands[number]
            now = (file.name_of_its_own, given.part, hands)
            if opened != now:
                start = one.box
                st.session_state[_START] = (now, start)
            moved = crop_picture(f"crop-{file.id}", one.jpeg, one.size, start, hands or ())
            given = given.with_part(number, moved)
        else:
            draw_html(seen_html(one.pixels, f"{one.name}, 64 by 64 pixels"))
        badge = st.container(key="rx-badge")
    st.caption(given.note or _about(given, number))
    return given, badge


def _about(given: Given, number: int) -> str:
    one = given.pictures[number]
    none = " No hand was found in it." if given.hands[number] == () else ""
    width, height = one.size
    side = one.box[2] - one.box[0]
    small = (
        f" Its part has {side} pixels across, fewer than the 64 that the network is given."
        if side < len(one.pixels)
        else ""
    )
    notes = " ".join(one.notes)
    return f"{plain(one.name)}, {whole(width)}×{whole(height)} pixels.{none}{small} {notes}".rstrip()


def _badge(given: Given, number: int, answer: Answer, classes: Sequence[str]) -> str:
    label = answer.labels[number]
    note = ""
    if given.label is not None:
        verdict = "" if label is None else "right: " if label == given.label else "wrong: "
        note = f"{verdict}it is labelled {classes[given.label]}"
    share = float(answer.probabilities[number].max())
    return badge_html(None if label is None else classes[label], share, note)


def _answer(drawn: Page, given: Given, number: int, answer: Answer, classes: Sequence[str]) -> None:
    shares = answer.probabilities[number]
    threshold = answer.calibration.threshold if answer.calibration else None
    name = given.pictures[number].name
    show_figure(
        probability_figure(shares, classes, drawn.look, CHART, threshold),
        "probabilities",
        describe(shares, classes, threshold),
        {"sign": classes, "probability": shares},
        caption=f"Probability of each sign for {name}; the forward pass took {duration(answer.seconds)}.",
    )
    reading(how_sure(shares, classes, threshold))


def _unlike(answer: Answer, number: int, found: Likeness) -> None:
    """Says how the picture differs from what was learned, and what to try where there is no answer."""
    unlike(found, number)
    if answer.labels[number] is None:
        reading(to_try(found.unusual(number)), "try")


def _sentence(trained: TrainedRun, given: Given, answer: Answer, classes: Sequence[str]) -> str:
    """Answers the question of the page."""
    title, took = plain(trained.run.title), duration(answer.seconds)
    if len(given.pictures) > 1:
        given_none = sum(label is None for label in answer.labels)
        silent = f", and gives no answer to {whole(given_none)} of them" if given_none else ""
        return (
            f"{title} looked at {plural(len(given.pictures), 'picture')} in one forward pass of {took}"
            f"{silent}.{examined(given.pictures, answer, classes)}"
        )
    (label,), share = answer.labels, written(float(answer.probabilities[0].max()))
    if label is None:
        return f"{title} says **{NO_ANSWER.lower()}**: no sign has more than {share}, in {took}."
    verdict = ""
    if given.label is not None:
        verdict = f", and is {'right' if label == given.label else 'wrong'}"
    return f"{title} says **{classes[label]}** with {share}, in {took}{verdict}."
