"""What a page says when something is missing, wrong, recorded, rendered, or not there yet."""

from __future__ import annotations

import html
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import streamlit as st

from resnet_core.ui.navigation import link


def problem(sentence: str, action: str | None = None, on_click: Callable[[], None] | None = None) -> bool:
    """Says in one sentence what went wrong, with at most one button that helps.

    Args:
        sentence: What was expected and what came.
        action: What the button says.
        on_click: What the button does before the page is drawn again.

    Returns:
        Whether the button was just pressed.
    """
    st.error(sentence)
    return bool(action and st.button(action, key=f"problem {action}", on_click=on_click))


def empty(sentence: str, action: str | None = None, page: str | None = None) -> bool:
    """Says in one sentence what is missing, with one button, or link to a page, that helps.

    Args:
        sentence: What is missing and why it would be good to have.
        action: What the button or link says.
        page: Name of the page to link to; without it `action` is a button.

    Returns:
        Whether the button was just pressed.
    """
    with st.container(key=f"rx-empty-{page or action or 'plain'}"):
        st.markdown(sentence)
        if action and page:
            link(page, action, icon=":material/arrow_forward:")
            return False
        return bool(action and st.button(action, key=f"empty {action}", type="primary"))


def recorded_tag(date: str, detail: str = "") -> str:
    """Returns the tag that every recorded picture carries; hand it to `show_figure`.

    Args:
        date: When it was recorded: "2026-11-03".
        detail: Seed, versions and machine, shown when pointed at and read out.
    """
    return _tag(f"recorded {date}", detail)


def rendered_tag(detail: str = "") -> str:
    """Returns the tag of pictures that were rendered, not photographed; hand it to `show_figure`.

    Args:
        detail: How they were made, shown when pointed at and read out.
    """
    return _tag("rendered", detail)


def _tag(words: str, detail: str) -> str:
    title = f' title="{html.escape(detail)}"' if detail else ""
    hidden = f'<span class="rx-hidden">, {html.escape(detail)}</span>' if detail else ""
    return f'<span class="rx-tag"{title}>{html.escape(words)}{hidden}</span>'


def waiting(sentence: str, height: int) -> AbstractContextManager[Any]:
    """Holds the place of a picture while it is made: `with waiting("Measuring 3 seeds", 360): ...`.

    Args:
        sentence: What is being done.
        height: True height of the picture that will come, in pixels, so that nothing jumps.

    Returns:
        A context manager; what is drawn inside it stays, the skeleton goes when it ends.
    """
    return _Waiting(sentence, height)


class _Waiting(AbstractContextManager[None]):
    def __init__(self, sentence: str, height: int) -> None:
        self._slot = st.empty()
        self._sentence, self._height = sentence, height

    def __enter__(self) -> None:
        with self._slot.container(key=f"rx-waiting-{self._height}"):
            st.markdown(self._sentence)
            st.skeleton(height=self._height)

    def __exit__(self, *unused: object) -> None:
        self._slot.empty()
