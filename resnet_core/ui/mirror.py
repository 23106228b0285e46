"""Controls that show what is kept elsewhere, such as a value of the block on the bench.

Streamlit's browser sends the values of all controls with every click. A click that was made before the
browser heard of a change brings the old values once more, which look as if somebody had set them. A control
that mirrors something must not undo the change so.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import streamlit as st

from resnet_core.ui.address import outdate


def mirror(key: str, value: Any) -> None:
    """Has the control `key`, which is drawn next, show a value; to be called in every run.

    Args:
        key: of the control.
        value: what it shows; hashable.
    """
    shown = st.session_state.get(_shown(key), value)
    if shown != value:
        outdate(st.session_state.setdefault(_late(key), {}), shown)
    st.session_state[_shown(key)] = value
    st.session_state[key] = value


def when_moved(key: str, act: Callable[[Any], None]) -> Callable[[], None]:
    """Returns the callback of a mirroring control: `act` with the value that a person has set.

    Args:
        key: of the control.
        act: what happens then.
    """

    def moved() -> None:
        value, now = st.session_state[key], time.monotonic()
        is_late = st.session_state.get(_late(key), {}).get(value, 0.0) >= now
        if not is_late and value != st.session_state.get(_shown(key)):
            act(value)

    return moved


def mirror_if_changed(key: str, value: Any) -> None:
    """The same as `mirror`, in a part of a page that draws itself again and again.

    A control whose value is set is drawn anew, and whoever is just moving it would lose hold of it.
    """
    if st.session_state.get(key) != value:
        mirror(key, value)
    st.session_state[_shown(key)] = value


def _shown(key: str) -> str:
    return f"shown by {key}"


def _late(key: str) -> str:
    return f"late values of {key}"
