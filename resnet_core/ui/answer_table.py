"""All answers about several pictures: a table, a file to keep, and a confusion matrix where names tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from resnet_core.figures.asked import NO_ANSWER
from resnet_core.figures.confusion import confusion_figure, describe
from resnet_core.figures.contact_sheet import data_address
from resnet_core.figures.given_numbers import in_short
from resnet_core.figures.table import csv_text
from resnet_core.figures.text import THIN, interval, percent, plural, whole
from resnet_core.hands.likeness import Likeness
from resnet_core.hands.naming import label_in_name
from resnet_core.hands.prepared import Prepared
from resnet_core.training.evaluation import Accuracy
from resnet_core.training.predict import Answer
from resnet_core.ui.figure import show_figure
from resnet_core.ui.page import Page, reading

ROW = 56
"""Height of a row in pixels, so that a picture can be made out."""

MATRIX = 400
_HOW = (
    "A picture's label is what its name begins with, when no letter or digit follows at once: 3_anything.jpg "
    "is labelled 3."
)


def table(
    pictures: Sequence[Prepared], answer: Answer, classes: Sequence[str], found: Likeness | None = None
) -> dict[str, list[Any]]:
    """Puts answers into columns, one row a picture: file, answer, probability, label, part (left, top, right,
    bottom) and notes.

    Args:
        pictures: As they were given.
        answer: About them.
        classes: What to call each class.
        found: How they stand to the training pictures; without it nothing is noted of that.
    """
    labels = [label_in_name(one.name, classes) for one in pictures]
    return {
        "file": [one.name for one in pictures],
        "answer": [NO_ANSWER if label is None else classes[label] for label in answer.labels],
        "probability": [float(share) for share in answer.probabilities.max(axis=1)],
        "label in the name": ["" if label is None else classes[label] for label in labels],
        "part": [", ".join(str(end) for end in one.box) for one in pictures],
        "notes": [_notes(one, i, found) for i, one in enumerate(pictures)],
    }


def _notes(one: Prepared, number: int, found: Likeness | None) -> str:
    unusual = in_short(found.unusual(number)) if found else ""
    return " ".join([*one.notes, f"Unusual: {unusual}." if unusual else ""]).strip()


def answer_table(
    pictures: Sequence[Prepared],
    answer: Answer,
    classes: Sequence[str],
    found: Likeness | None,
    on_open: Callable[[int], None],
) -> None:
    """Draws the table, which sorts by a click on a head and opens a picture by one on its row.

    Args:
        pictures: As they were given.
        answer: About them.
        classes: What to call each class.
        found: How they stand to the training pictures, if that is known.
        on_open: Called with the number of a picture that is to be opened.
    """
    columns = table(pictures, answer, classes, found)

    def opened() -> None:
        rows = st.session_state["answers"]["selection"]["rows"]
        if rows:
            on_open(rows[0])

    st.dataframe(
        {"picture": [data_address(one.pixels) for one in pictures], **columns},
        key="answers",
        hide_index=True,
        row_height=ROW,
        on_select=opened,
        selection_mode="single-row",
        column_config={
            "picture": st.column_config.ImageColumn("picture", width="small"),
            "probability": st.column_config.NumberColumn("probability", format="percent"),
        },
    )
    shares = {f"probability of {name}": answer.probabilities[:, i].tolist() for i, name in enumerate(classes)}
    st.download_button(
        "CSV of all answers",
        lambda: csv_text({**columns, **shares}),
        file_name="answers.csv",
        mime="text/csv",
        on_click="ignore",
    )


def examined(pictures: Sequence[Prepared], answer: Answer, classes: Sequence[str]) -> str:
    """Says how many of the pictures with a label in their name are right; "" where none has one."""
    labels, given = _labelled(pictures, answer, classes)
    if not labels:
        return ""
    right = Accuracy(sum(a == b for a, b in zip(labels, given, strict=True)), len(labels))
    low, high = right.interval
    silent = sum(one is None for one in given)
    none = f", and gives no answer to {whole(silent)}" if silent else ""
    return (
        f" It is right on {whole(right.correct)} of the {whole(right.count)} with a label in their name "
        f"({percent(right.value)}, 95{THIN}% interval {interval(low, high)}){none}."
    )


def matrix(drawn: Page, pictures: Sequence[Prepared], answer: Answer, classes: Sequence[str]) -> None:
    """Draws the confusion matrix of the pictures with a label in their name, and says which were left out."""
    labels, given = _labelled(pictures, answer, classes)
    unlabelled = len(pictures) - len(labels)
    if not labels:
        st.caption(f"{_HOW} None of these names does, so there is no confusion matrix.")
        return
    counts = np.zeros((len(classes), len(classes)), dtype=np.int64)
    for label, one in zip(labels, given, strict=True):
        if one is not None:
            counts[label, one] += 1
    silent = len(labels) - int(counts.sum())
    left_out = [f"{plural(unlabelled, 'picture')} without a label"] if unlabelled else []
    left_out += [f"{plural(silent, 'picture')} without an answer"] if silent else []
    words = f" Left out: {' and '.join(left_out)}." if left_out else ""
    chart, beside = st.columns([3, 2], gap="medium")
    with chart:
        show_figure(
            confusion_figure(counts, classes, drawn.look, MATRIX),
            "confusion",
            describe(counts, classes),
            {"true sign": classes}
            | {f"taken for {name}": counts[:, i].tolist() for i, name in enumerate(classes)},
            caption=_HOW + words,
        )
    with beside:
        reading(examined(pictures, answer, classes).strip(), "examined")


def _labelled(
    pictures: Sequence[Prepared], answer: Answer, classes: Sequence[str]
) -> tuple[list[int], list[int | None]]:
    """Labels of the pictures that have one, and what was answered about them."""
    read = [label_in_name(one.name, classes) for one in pictures]
    pairs = [(label, one) for label, one in zip(read, answer.labels, strict=True) if label is not None]
    return [label for label, _ in pairs], [one for _, one in pairs]
