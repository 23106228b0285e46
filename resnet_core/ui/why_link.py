"""The way from an answer to why it was given, with the very picture that was answered."""

from __future__ import annotations

import streamlit as st

from resnet_core.ui.carried import carry
from resnet_core.ui.given import Given
from resnet_core.ui.navigation import has, link, places
from resnet_core.ui.run_choice import TrainedRun

_PAGE = "inside"
_WORDS = "Why this answer?"
_ICON = ":material/arrow_forward:"
JUMP = {"why": "first"}
"""In the address: the page is opened at why, which has much above it."""


def why_link(trained: TrainedRun, given: Given, number: int) -> None:
    """Draws the way; a sample goes by its address, a person's own picture is taken along in the session.

    Args:
        trained: the run that answered.
        given: with the picture.
        number: of the picture.
    """
    if not has(_PAGE):
        return
    if not given.files:
        sample = str(st.session_state["sample"])
        link(_PAGE, _WORDS, {"run": trained.run.id, "sample": sample, **JUMP}, _ICON)
    elif st.button(_WORDS, key="why this answer", icon=_ICON, type="tertiary"):
        carry(given.files[number])
        page = next(place.file for place in places() if place.name == _PAGE)
        address = {"run": trained.run.id, "picture": "files", "crop": given.part, **JUMP}
        st.switch_page(page, query_params=address)


def jumps() -> bool:
    """Whether the page was opened to see why."""
    return all(st.query_params.get(name) == value for name, value in JUMP.items())
