"""The Data page: the hands, whether their test is fair, and how to get the photographs."""

from __future__ import annotations

import numpy as np
import streamlit as st

from resnet_core import places
from resnet_core.figures.base import Look
from resnet_core.figures.contact_sheet import sheet_html
from resnet_core.figures.photographs import Row, rows_html
from resnet_core.figures.text import plural, whole
from resnet_core.hands.dataset import HandSigns
from resnet_core.hands.sample import sample
from resnet_core.hands.signs import find_signs
from resnet_core.ui.data_facts import contents, how_it_was_measured, where_it_is_from
from resnet_core.ui.duplicates import duplicate_sheets
from resnet_core.ui.fairness import Fairness, counting, fairness, summary, verdict
from resnet_core.ui.getting import offer_download, other_photographs
from resnet_core.ui.hand_set import (
    SPLIT_WORDS,
    adopt_hands,
    caption,
    hands_option,
    picture_words,
    read_hands,
)
from resnet_core.ui.notices import problem, waiting
from resnet_core.ui.options import Choice, Number
from resnet_core.ui.page import Page, footer, page, reading, way_on
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

SPLIT = Choice("split", "Pictures for", {"train": "Training", "test": "Test"}, "train")
COUNT = Number("count", "How many of each", 12, 12, 180, 12)
SEED = Number("seed", "Sample, seed", 1, 0, 9999)


def show() -> None:
    """Draws the page."""
    drawn = page(QUESTION)
    try:
        option, there = hands_option(absent=True), find_signs() is not None
    except places.SettingsError as refusal:
        problem(plain(str(refusal)))
        footer()
        return
    adopt_hands(option)
    hands = _read(st.session_state[option.key])
    if hands is None:
        choose(option)
        drawn.answer(
            "First the photographs: with them this page shows every sign, and counts which test photographs "
            "are also training photographs."
        )
    else:
        _shown(hands, option, drawn)
    if hands is None or not there:
        offer_download(MISSING)
    other_photographs(there=there)
    if hands is not None:
        where_it_is_from(hands)
        way_on("train", "How fast does a ResNet learn these signs?")
    footer()


def _read(name: str) -> HandSigns | None:
    with waiting("Reading the pictures.", SHEET):
        return read_hands(name)


def _shown(hands: HandSigns, option: Choice, drawn: Page) -> None:
    sign = Choice("sign", "Sign", {"all": "All", **{name: name for name in hands.classes}}, "all")
    adopt(SPLIT, sign, COUNT, SEED)
    drawn.slot.markdown(counting(hands))  # holds the place of the answer until it is known
    _pictures(hands, option, sign, drawn.look)
    found = fairness(hands)
    drawn.answer(summary(hands, found))
    _duplicates(hands, found)
    contents(hands)
    how_it_was_measured()


def _pictures(hands: HandSigns, option: Choice, sign: Choice, look: Look) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-photographs"):
        choose(option)
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
    if hands.rendered:
        caption(
            "Each is drawn by a program and labelled by construction; the card below tells how.",
            rendered=True,
        )
    _say(hands, split, chosen, drawn)


def _split(hands: HandSigns, split: str) -> tuple[np.ndarray, np.ndarray]:
    return (hands.train_x, hands.train_y) if split == "train" else (hands.test_x, hands.test_y)


def _row(hands: HandSigns, split: str, label: int, indices: np.ndarray) -> Row:
    name = hands.classes[label]
    return Row(
        name,
        whole(hands.counts(split)[label]),
        _split(hands, split)[0][indices],
        [f"Sign {name}, {picture_words(hands, split, int(index))}" for index in indices],
    )


def _one_sign(hands: HandSigns, split: str, indices: np.ndarray, name: str) -> None:
    words = [picture_words(hands, split, int(index)) for index in indices]
    captions = [text.replace(f" {hands.noun}", "", 1) for text in words]
    alts = [f"Sign {name}, {text}" for text in words]
    st.html(sheet_html(_split(hands, split)[0][indices], captions, side=112, descriptions=alts))


def _say(hands: HandSigns, split: str, chosen: str, drawn: list[np.ndarray]) -> None:
    counts, noun = hands.counts(split), f"{SPLIT_WORDS[split]} {hands.noun}"
    if chosen != "all":
        many = plural(counts[hands.classes.index(chosen)], noun)
        reading(f"Shown are {whole(len(drawn[0]))} of the {many} of a {chosen}.")
        return
    even = f"{whole(counts[0])} of each sign" if len(set(counts)) == 1 else "see the table for each sign"
    shown = sum(len(indices) for indices in drawn)
    reading(f"Shown are {whole(shown)} of the {plural(sum(counts), noun)}; there are {even}.")


def _duplicates(hands: HandSigns, found: Fairness) -> None:
    st.subheader("Is the test fair?", anchor=False)
    reading(verdict(hands, found), key="fairness")
    sheets = duplicate_sheets(hands)
    if sheets.across:
        many = plural(sheets.across_count, f"{hands.noun} is", f"{hands.noun}s are")
        reencoded = " Two encodings of one photograph count as the same." if sheets.reencoded else ""
        st.markdown(f"{many} in both splits, where a network may know the answer by heart.{reencoded}")
        st.html(sheets.across)
    for sentence in sheets.contradictions:
        st.warning(sentence)
    if sheets.within:
        many = plural(sheets.within_count, f"{hands.noun} occurs", f"{hands.noun}s occur")
        with st.expander(f"{many} more than once inside one split", key="rx-more-duplicates"):
            st.html(sheets.within)


show()
