"""Set-up of a page: its question, the sentence that answers it, style, presenter size, and the way on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.pages_manager import PagesManager

from resnet_core.figures.base import Look
from resnet_core.figures.palette import Theme, css_variables
from resnet_core.ui.component import asset
from resnet_core.ui.navigation import link
from resnet_core.ui.person import know_person

PRESENTER_SCALE = 1.4
_SIZE = "size"
_KEPT_SIZE = "kept size"
_DRAWN, _ENTERED = "page drawn", "page entered"


@dataclass(frozen=True)
class Page:
    """A page being drawn.

    Attributes:
        look: Theme and size, to be handed to every figure.
        slot: Where the answering sentence stands.
    """

    look: Look
    slot: DeltaGenerator

    def answer(self, sentence: str) -> None:
        """Writes the sentence that answers the question, once the numbers in it are known.

        Args:
            sentence: In Markdown, with a number measured on this very page.
        """
        with self.slot.container(key="rx-answer"):
            st.markdown(sentence)


def page(question: str, answer: str | None = None) -> Page:
    """Sets up a page: style, title, and the place of its answer. To be called first.

    Args:
        question: The title, a question in plain words.
        answer: One sentence with a number; or leave it out and call `Page.answer` when the number is known.
    """
    _go_through_the_app()
    look = current_look()
    st.session_state[_ENTERED] = st.session_state.get(_DRAWN) != question
    st.session_state[_DRAWN] = question
    with st.container(key="rx-style"):
        # Markdown is drawn with the first words of a page; st.html would restyle them a moment later.
        st.markdown(f"<style>{_style_sheet(look.scale)}</style>", unsafe_allow_html=True)
        _theme_watch()(key="rx-theme", data={"theme": look.theme}, on_changed_change=_draw_again)
        know_person()
    st.title(question, anchor=False)
    drawn = Page(look, st.empty())
    if answer is not None:
        drawn.answer(answer)
    return drawn


def _go_through_the_app() -> None:
    """Runs `app.py` first where Streamlit has passed it by.

    Until `st.navigation` has been called once, Streamlit takes the folder `pages` for its older kind of
    pages: a deep link that is the first visit to a fresh server would run the page alone, without the app
    around it.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()


def just_entered() -> bool:
    """Tells whether this person saw another page before this run of this one."""
    return bool(st.session_state[_ENTERED])


def current_look() -> Look:
    """Reads the theme of the browser and the size of the address."""
    theme: Theme = "dark" if st.context.theme.type == "dark" else "light"
    return Look(theme=theme, scale=PRESENTER_SCALE if presenter() else 1.0)


def scaled(length: float) -> int:
    """Scales the width of a control, given in pixels at the reading size, to the size of the address."""
    return round(current_look().pixels(length))


def presenter() -> bool:
    """Tells whether the presenter size is on: `?size=presenter`, kept from page to page.

    Moving to another page empties the address, so the size is remembered for the session and written back:
    an address that is copied then always shows what its owner saw.
    """
    asked = st.query_params.get(_SIZE)
    if asked is not None:
        st.session_state[_KEPT_SIZE] = asked == "presenter"
    kept = bool(st.session_state.get(_KEPT_SIZE, False))
    if kept and asked is None:
        st.query_params[_SIZE] = "presenter"
    if not kept and asked is not None:
        del st.query_params[_SIZE]
    return kept


def footer() -> None:
    """Draws the foot of every page: the presenter size, and where the app's statements come from."""
    with st.container(key="rx-footer", horizontal=True, vertical_alignment="center"):
        st.markdown(
            "What is measured here says so; what is from a paper names its table or figure. "
            "Everything runs on this machine."
        )
        st.session_state["presenter size"] = presenter()
        st.toggle(
            "Presenter size",
            key="presenter size",
            on_change=_change_size,
            help="Shows everything 1.4 times as large, for a lecture hall. The address keeps it.",
        )


def _change_size() -> None:
    wanted = bool(st.session_state["presenter size"])
    st.session_state[_KEPT_SIZE] = wanted
    if wanted:
        st.query_params[_SIZE] = "presenter"
    elif _SIZE in st.query_params:
        del st.query_params[_SIZE]


def reading(sentence: str, key: str = "reading") -> None:
    """Writes what the picture says now, made from its numbers, directly under the picture.

    Args:
        sentence: In Markdown.
        key: Of its own where a page has several readings.
    """
    with st.container(key=f"rx-reading-{key}"):
        st.markdown(sentence)


def source_line(text: str, key: str = "source") -> None:
    """Writes where a statement comes from: paper, and table, figure or section.

    Args:
        text: In Markdown, without the word "Source".
        key: Of its own where a page has several source lines.
    """
    with st.container(key=f"rx-source-{key}"):
        st.markdown(f"Source: {text}")


def way_on(name: str, label: str, options: Mapping[str, str] | None = None) -> None:
    """Draws the way to the next question.

    Args:
        name: Of the page, as in `resnet_core.ui.navigation.PLACES`.
        label: The next question in plain words.
        options: Names and values for the address of that page.
    """
    link(name, label, options, icon=":material/arrow_forward:")


@cache
def _style_sheet(scale: float) -> str:
    sheet = css_variables() + asset("style.css")
    return sheet if scale == 1.0 else sheet + f"html {{ font-size: {16 * scale:g}px !important; }}\n"


@cache
def _theme_watch() -> Any:
    """A component without anything to see; a change of theme makes Streamlit run the page again."""
    return st.components.v2.component("resnet_explainer_theme", js=asset("theme.js"))


def _draw_again() -> None:
    """Nothing more to do: the page runs after this anyway, and reads the new theme."""
