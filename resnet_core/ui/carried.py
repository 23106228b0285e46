"""The picture that a person takes along from one page to another, in this session and until it is taken away.

A field for files is empty on the next page, whatever was in it here: Streamlit keeps it with its own page.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from resnet_core.ui.plain import plain

if TYPE_CHECKING:
    from resnet_core.ui.given import File

_CARRIED = "carried picture"


def carry(file: File) -> None:
    """Takes a picture along: the next field for files that is empty has it."""
    data = file.read()
    st.session_state[_CARRIED] = replace(file, read=lambda: data)


def carried() -> File | None:
    """The picture that was taken along, if there is one."""
    found: File | None = st.session_state.get(_CARRIED)
    return found


def put_down() -> None:
    """Forgets it."""
    st.session_state.pop(_CARRIED, None)


def show_carried(file: File) -> None:
    """Says that a picture was taken along, with the button that takes it away."""
    with st.container(horizontal=True, vertical_alignment="center", key="rx-carried"):
        st.caption(f"{plain(file.name)}, brought along from the page before.")
        st.button("Take it away", key="take carried away", on_click=put_down, type="tertiary")
