"""What the address says under a name, and whether that is news or only late."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

LATE = 5.0
"""Seconds in which a browser may still send an address from before it heard of the last one."""
_OUTDATED = "values outdated by this run"


@dataclass(frozen=True)
class Memory:
    """What was last written for a name in the address, and until when older values are only late."""

    raw: str | None
    late: dict[str | None, float] = field(default_factory=dict)


def is_news(key: str) -> bool:
    """Tells whether the address brings something of its own under a name: a link, the browser's way back.

    Clicks that follow each other faster than they are answered still bring the address from before the first
    of them; it must not undo what they did.
    """
    raw, memory = st.query_params.get(key), st.session_state.get(_memory(key))
    if memory is None:
        return True
    return bool(raw != memory.raw and memory.late.get(raw, 0.0) < time.monotonic())


def take(key: str) -> str | None:
    """Returns what the address says under a name, which is then no news any more."""
    raw = st.query_params.get(key)
    st.session_state[_memory(key)] = Memory(raw)
    return raw


def write(key: str, raw: str | None) -> None:
    """Writes a value to the address, or clears it there where it is None."""
    if st.query_params.get(key) != raw:
        if raw is None:
            del st.query_params[key]
        else:
            st.query_params[key] = raw
    memory = st.session_state.get(_memory(key), Memory(raw))
    if memory.raw != raw:
        outdate(memory.late, memory.raw)
    st.session_state[_memory(key)] = Memory(raw, memory.late)


def outdate(late: dict[Any, float], value: Any) -> None:
    """Notes that a value is another one now, and until when a browser may still send it.

    Args:
        late: that time, by value; kept by whoever asks.
        value: that was.
    """
    late[value] = time.monotonic() + LATE
    st.session_state.get(_OUTDATED, []).append((late, value))


@contextmanager
def answering() -> Iterator[None]:
    """Within it a page is drawn: the browser counts as knowing what changes there only when it is over.

    On a slow machine a page may take longer than `LATE`, and clicks that come meanwhile wait for it.
    """
    outdated: list[tuple[dict[Any, float], Any]] = []
    st.session_state[_OUTDATED] = outdated
    try:
        yield
    finally:
        for late, value in outdated:
            late[value] = time.monotonic() + LATE


def forget(key: str) -> None:
    """Lets whatever the address says under a name be news."""
    st.session_state.pop(_memory(key), None)


def _memory(key: str) -> str:
    return f"address of {key}"
