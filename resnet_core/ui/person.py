"""Who is looking: a random number in a cookie of this app, so that a run stays its starter's.

It tells nothing about anybody, is never shown, and the store keeps only its digest. Where a browser takes no
cookie, a person lasts as long as the session.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from functools import cache
from typing import Any

import streamlit as st

from resnet_core import places
from resnet_core.training.queue import Limits
from resnet_core.training.records import Run
from resnet_core.ui.component import asset

COOKIE = "resnet_explainer_person"
_NUMBER = re.compile(r"[0-9a-f]{32}")
_KEY, _MINE = "rx-person", "number of this person"


def know_person() -> None:
    """Draws what keeps the number in the browser, and learns from another tab that was there first."""
    _component()(key=_KEY, data={"cookie": COOKIE, "person": _number()}, on_known_change=_learn)


def person() -> str:
    """What the store calls who is looking; of no use to who reads it there."""
    return hashlib.sha256(_number().encode()).hexdigest()[:16]


def is_mine(run: Run) -> bool:
    """Whether who is looking may stop and change a run: it is theirs, or everybody's on this machine."""
    return run.person in ("", person())


def limits() -> Limits:
    """How many runs may go on or wait.

    Raises:
        SettingsError: for a setting or variable that is no such number.
    """
    return Limits(places.most_runs("runs_per_person"), places.most_runs("runs_in_all"))


def _number() -> str:
    known = st.session_state.get(_MINE)
    if known is None:
        sent = str(st.context.cookies.get(COOKIE, ""))
        known = sent if _NUMBER.fullmatch(sent) else secrets.token_hex(16)
        st.session_state[_MINE] = known
    return str(known)


def _learn() -> None:
    told = str(st.session_state[_KEY]["known"])
    if _NUMBER.fullmatch(told):
        st.session_state[_MINE] = told


@cache
def _component() -> Any:
    """A component without anything to see."""
    return st.components.v2.component("resnet_explainer_person", js=asset("person.js"))
