"""The Data page: the photographs, whether their test is fair, and how to get them."""

from __future__ import annotations

import numpy as np
import streamlit as st

from resnet_core import places
from resnet_core.figures.base import Look
from resnet_core.figures.contact_sheet import sheet_html
from resnet_core.figures.photographs import Row, rows_html
from resnet_core.figures.text import plural, whole
from resnet_core.hands.dataset import HandsError, HandSigns
from resnet_core.hands.sample import sample
from resnet_core.hands.signs import find_signs, load_signs
from resnet_core.ui.duplicates import SPLIT_WORDS, duplicate_sheets
from resnet_core.ui.fairness import Fairness, counting, fairness, measure_fairness, summary, verdict
from resnet_core.ui.getting import offer_download, other_photographs
from resnet_core.ui.method import how_measured
from resnet_core.ui.notices import problem, waiting
from resnet_core.ui.options import Choice, Number
from resnet_core.ui.page import footer, page, reading, source_line, way_on
from resnet_core.ui.plain import plain
from resnet_core.ui.state import adopt, choose, enter, reset

QUESTION = "What do the hands look like, and is the test fair?"
MISSING = (
    "The photographs are not on this machine yet. SIGNS, the hand signs of the course, has "
    f"{whole(1080)} for training and 120 for the test, each 64×64 pixels."
)
# Pixels: the height of six rows of photographs on a screen 1280 pixels wide.
SHEET = 480
# Pixels: the width of a field for a number, with its two buttons.
FIELD = 136

SPLIT = Choice("split", "Photographs for", {"train": "Training", "test": "Test"}, "train")
COUNT = Number("count", "How many of each", 12, 12, 180, 12)
SEED = Number("seed", "Sample, seed", 1, 0, 9999)


def show() -> None:
    """Draws the page."""
    drawn = page(QUESTION)
    try:
        there = find_signs() is not None
        hands = _load() if there else None
    except (HandsError, places.SettingsError) as refusal:
        problem(plain(str(refusal)))
        there, hands = True, None
    if hands is None:
        drawn.answer(
            "First the photographs: with them this page shows every sign, and counts which test photographs "
            "are also training photographs."
        )
        offer_download(MISSING)
        other_photographs(there=there)
    else:
        sign = Choice("sign", "Sign", {"all": "All", **{name: name for name in hands.classes}}, "all")
        adopt(SPLIT, sign, COUNT, SEED)
        drawn.slot.markdown(counting(hands))  # holds the place of the answer until it is known
        _photographs(hands, sign, drawn.look)
        found = fairness(hands)
        drawn.answer(summary(hands, found))
        _duplicates(hands, found)
        _contents(hands)
        _method()
        other_photographs(there=True)
        _source()
    footer()


def _load() -> HandSigns:
    with waiting("Reading the photographs.", SHEET):
        return load_signs()


def _photographs(hands: HandSigns, sign: Choice, look: Look) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-photographs"):
        split = choose(SPLIT)
        chosen = choose(sign)
        with st.container(width=round(look.pixels(FIELD))):
            count = int(enter(COUNT))
        with st.container(width=round(look.pixels(FIELD))):
            seed = int(enter(SEED))
        reset(SPLIT, sign, COUNT, SEED)
    labels = [hands.classes.index(chosen)] if chosen != "all" else range(len(hands.classes))
    drawn = [sample(_split(hands, split)[1], label, count, seed) for label in labels]
    if chosen == "all":
        st.html(rows_html([_row(hands, split, label, indices) for label, indices in enumerate(drawn)]))
    elif len(drawn[0]):
        _one_sign(hands, split, drawn[0], chosen)
    _read(hands, split, chosen, drawn)


def _split(hands: HandSigns, split: str) -> tuple[np.ndarray, np.ndarray]:
    return (hands.train_x, hands.train_y) if split == "train" else (hands.test_x, hands.test_y)


def _row(hands: HandSigns, split: str, label: int, indices: np.ndarray) -> Row:
    name = hands.classes[label]
    return Row(
        name,
        whole(hands.counts(split)[label]),
        _split(hands, split)[0][indices],
        [f"Sign {name}, {SPLIT_WORDS[split]} photograph {index}" for index in indices],
    )


def _one_sign(hands: HandSigns, split: str, indices: np.ndarray, name: str) -> None:
    photographs = _split(hands, split)[0][indices]
    captions = [f"{SPLIT_WORDS[split]} {index}" for index in indices]
    alts = [f"Sign {name}, {SPLIT_WORDS[split]} photograph {index}" for index in indices]
    st.html(sheet_html(photographs, captions, side=112, descriptions=alts))


def _read(hands: HandSigns, split: str, chosen: str, drawn: list[np.ndarray]) -> None:
    counts = hands.counts(split)
    if chosen != "all":
        many = plural(counts[hands.classes.index(chosen)], f"{SPLIT_WORDS[split]} photograph")
        reading(f"Shown are {whole(len(drawn[0]))} of the {many} of a {chosen}.")
        return
    even = f"{whole(counts[0])} of each sign" if len(set(counts)) == 1 else "see the table for each sign"
    shown = sum(len(indices) for indices in drawn)
    many = plural(sum(counts), f"{SPLIT_WORDS[split]} photograph")
    reading(f"Shown are {whole(shown)} of the {many}; there are {even}.")


def _duplicates(hands: HandSigns, found: Fairness) -> None:
    st.subheader("Is the test fair?", anchor=False)
    reading(verdict(found), key="fairness")
    sheets = duplicate_sheets(hands)
    if sheets.across:
        many = plural(sheets.across_count, "photograph is", "photographs are")
        reencoded = " Two encodings of one photograph count as the same." if sheets.reencoded else ""
        st.markdown(f"{many} in both splits, where a network may know the answer by heart.{reencoded}")
        st.html(sheets.across)
    for sentence in sheets.contradictions:
        st.warning(sentence)
    if sheets.within:
        many = plural(sheets.within_count, "photograph occurs", "photographs occur")
        with st.expander(f"{many} more than once inside one split", key="rx-more-duplicates"):
            st.html(sheets.within)


def _contents(hands: HandSigns) -> None:
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
    st.markdown(
        f"Every photograph has 64×64 pixels in red, green and blue. They come from {hands.source} in "
        f"`{places.data_folder()}`. Digest over classes, pixels and labels (SHA-256), which every run "
        f"remembers: `{hands.digest}`."
    )


def _method() -> None:
    how_measured(
        "Two photographs are the same when all their bytes are the same; a test photograph is also the same "
        "as a training photograph when only the noise of a JPEG encoding lies between them. The most similar "
        f"training photograph is the one at the smallest Euclidean distance over all {whole(64 * 64 * 3)} "
        "values of a photograph. Intervals are those of Wilson (1927). The photographs shown are drawn with "
        "the seed in the address; their numbers count from 0, in the order of the files.",
        code=measure_fairness,
    )


def _source() -> None:
    source_line(
        "SIGNS belongs to the assignment on residual networks in *Convolutional Neural Networks*, a course "
        "of DeepLearning.AI. It has no stated licence, so it is not part of this project; cite the course, "
        "and name the digest above."
    )
    way_on("train", "How fast does a ResNet learn these signs?")


show()
