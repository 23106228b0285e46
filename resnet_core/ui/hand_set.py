"""Which hands a page shows: SIGNS, or those that a program drew; and what says so wherever they are seen."""

from __future__ import annotations

import streamlit as st

from resnet_core.hands import sets
from resnet_core.hands.dataset import HandsError, HandSigns
from resnet_core.hands.rendered import records
from resnet_core.hands.signs import find_signs
from resnet_core.ui.figure import draw_html
from resnet_core.ui.notices import problem, rendered_tag
from resnet_core.ui.options import Choice
from resnet_core.ui.plain import plain
from resnet_core.ui.state import adopt

KEY = "data"
SPLIT_WORDS = {"train": "training", "test": "test"}
HOW = "drawn by a program, not photographed"
_BEFORE = "data set before"


def hands_option(*, absent: bool = False) -> Choice:
    """Declares which hands a page shows, by default SIGNS where it is found.

    Args:
        absent: Whether SIGNS may be chosen where it is not found, to be fetched there.
    """
    default = sets.default_name()
    names = sets.TITLES if absent or default == "signs" else {default: sets.TITLES[default]}
    return Choice(KEY, "Hands", names, default)


def adopt_hands(option: Choice) -> None:
    """Takes the choice from the address. Who had kept to the default goes over to SIGNS when it comes."""
    before = st.session_state.get(_BEFORE, option.default)
    st.session_state[_BEFORE] = option.default
    if before != option.default and st.session_state.get(option.key) == before:
        st.session_state[option.key] = option.default
    adopt(option)


def read_hands(name: str) -> HandSigns | None:
    """Reads a set; tells in a sentence why it cannot be had. SIGNS that is just not there is no fault.

    Args:
        name: Of the set, as in `resnet_core.hands.sets`.
    """
    if name == "signs" and find_signs() is None:
        return None
    try:
        return sets.load(name)
    except HandsError as refusal:
        problem(plain(str(refusal)))
        return None


def rendered_words(rendered: bool) -> str:
    """The tag of pictures that a program drew; nothing for photographs."""
    return rendered_tag(HOW) if rendered else ""


def caption(words: str, *, rendered: bool) -> None:
    """Writes what stands under pictures of hands, with their tag.

    Args:
        words: Plain text of our own.
        rendered: Whether a program drew the pictures.
    """
    draw_html(f'<p class="rx-caption">{rendered_words(rendered)} {words}</p>')


def picture_words(hands: HandSigns, split: str, index: int) -> str:
    """Names a picture: training photograph 12; of a rendered one also how the hand was posed."""
    words = f"{SPLIT_WORDS[split]} {hands.noun} {index}"
    return f"{words}: {records()[split][index].words}" if hands.rendered else words
