"""What a learner has done with the challenges in this browser session."""

from __future__ import annotations

import streamlit as st

from resnet_core.challenges.challenge import Challenge, Verdict

BEGUN, SOLVED, SHOWN = "challenges begun", "challenges solved", "challenges shown"
"""What can be kept of a challenge: that it was begun, solved, or that its solution was asked for."""
_HINT = "challenge hint shown"


def has(what: str, challenge: Challenge) -> bool:
    """Whether something is kept of a challenge."""
    return challenge.name in st.session_state.get(what, ())


def add(what: str, challenge: Challenge) -> None:
    """Keeps something of a challenge for this session."""
    st.session_state[what] = {*st.session_state.get(what, ()), challenge.name}


def drop(what: str, challenge: Challenge) -> None:
    """Forgets something of a challenge."""
    st.session_state[what] = set(st.session_state.get(what, ())) - {challenge.name}


def hinted(challenge: Challenge, verdict: Verdict) -> int | None:
    """The number of the condition whose hint was asked for; None when it is met, or none was asked for."""
    name, number = st.session_state.get(_HINT, ("", 0))
    there = name == challenge.name and number < len(verdict.findings)
    return number if there and not verdict.findings[number].met else None


def next_hint(challenge: Challenge, verdict: Verdict) -> None:
    """Asks for the hint of the next condition that is not met, the first again after the last."""
    unmet = [number for number, finding in enumerate(verdict.findings) if not finding.met]
    now = hinted(challenge, verdict)
    after = [number for number in unmet if now is not None and number > now]
    st.session_state[_HINT] = (challenge.name, (after or unmet)[0])
