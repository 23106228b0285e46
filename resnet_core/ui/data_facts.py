"""What the Data page tells of a set in words and numbers: what is in it, where it is from, what it is for."""

from __future__ import annotations

import re

import numpy as np
import streamlit as st

from resnet_core import places
from resnet_core.figures.text import whole
from resnet_core.hands import rendered
from resnet_core.hands.dataset import HandsError, HandSigns
from resnet_core.ui.fairness import measure_fairness
from resnet_core.ui.method import how_measured
from resnet_core.ui.notices import problem
from resnet_core.ui.page import source_line
from resnet_core.ui.plain import plain


def contents(hands: HandSigns) -> None:
    """Draws how many pictures of each sign there are, and the digest; of the rendered set its card too."""
    st.subheader("What is in it", anchor=False)
    training, test = hands.counts("train"), hands.counts("test")
    clean = np.bincount(hands.test_y[hands.clean_test], minlength=len(hands.classes)).tolist()
    lines = ["| sign | training | test | clean test |", "| --- | ---: | ---: | ---: |"]
    lines += [
        f"| {name} | {whole(training[label])} | {whole(test[label])} | {whole(clean[label])} |"
        for label, name in enumerate(hands.classes)
    ]
    lines.append(f"| **all** | {whole(sum(training))} | {whole(sum(test))} | {whole(sum(clean))} |")
    st.markdown("\n".join(lines))
    origin = (
        "ship with the app" if hands.rendered else f"come from {hands.source} in `{places.data_folder()}`"
    )
    st.markdown(
        f"Every {hands.noun} has 64×64 pixels in red, green and blue. They {origin}. Digest over classes, "
        f"pixels and labels (SHA-256), which every run remembers: `{hands.digest}`."
    )
    if hands.rendered:
        _card()


def _card() -> None:
    with st.expander("The data card: how they were made, what they are good for, and what not"):
        try:
            text = rendered.card()
        except HandsError as refusal:
            problem(plain(str(refusal)))
            return
        # Its headings are smaller than those of the page, in which it lies folded.
        st.markdown(re.sub(r"^#+ +(.*)$", r"**\1**", text, flags=re.MULTILINE))


def how_it_was_measured() -> None:
    """Draws, folded, how duplicates and the most similar pictures were found."""
    how_measured(
        "Two pictures are the same when all their bytes are the same; a test picture is also the same "
        "as a training picture when only the noise of a JPEG encoding lies between them. The most similar "
        f"training picture is the one at the smallest Euclidean distance over all {whole(64 * 64 * 3)} "
        "values of a picture. Intervals are those of Wilson (1927). The pictures shown are drawn with "
        "the seed in the address; their numbers count from 0, in the order of the files.",
        code=measure_fairness,
    )


def where_it_is_from(hands: HandSigns) -> None:
    """Draws the line that names the source of a set."""
    if hands.rendered:
        source_line(
            "Rendered for this project by path tracing with Mitsuba 3, from the mesh *generic-hand* of the "
            "npm package @webxr-input-profiles/assets 1.0.20 (MIT licence); name the digest above."
        )
        return
    source_line(
        "SIGNS belongs to the assignment on residual networks in *Convolutional Neural Networks*, a course "
        "of DeepLearning.AI. It has no stated licence, so it is not part of this project; cite the course, "
        "and name the digest above."
    )
