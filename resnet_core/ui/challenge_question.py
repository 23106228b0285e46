"""A challenge that asks which of some blocks it is, and why: diagrams side by side and two choices."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from resnet_core.challenges.challenge import Challenge, Verdict, judge
from resnet_core.figures.block_diagram import block_svg
from resnet_core.network.spec import BlockSpec, Shape
from resnet_core.ui.challenge_record import BEGUN, add
from resnet_core.ui.figure import draw_html
from resnet_core.ui.plain import plain

_ANSWER = "challenge answer"


def show_blocks(challenge: Challenge, put: Callable[[BlockSpec, Shape], None]) -> None:
    """Draws the blocks side by side.

    Args:
        challenge: with blocks and reasons.
        put: sets one of the blocks on the bench, to be looked at there.
    """
    letters = _letters(challenge)
    columns = st.columns(len(letters), gap="medium")
    for letter, column, answer in zip(letters, columns, challenge.blocks, strict=True):
        with column:
            st.markdown(f"**Block {letter}**")
            svg = block_svg(
                answer.block,
                answer.shape,
                direction="down",
                title=f"Block {letter}",
                name=f"rx-choice-{letter.lower()}",
            )
            draw_html(f'<div class="rx-picture" style="max-width:21rem">{svg}</div>')
            st.button(
                f"Set {letter} on the bench",
                key=f"challenge look {letter}",
                type="tertiary",
                on_click=put,
                args=(answer.block, answer.shape),
            )


def show_choices(challenge: Challenge) -> None:
    """Draws the choice of a block, the choice of a reason, and the button that checks them."""
    letters = _letters(challenge)
    which, why = _keys(challenge)
    st.radio(
        "Which block?",
        range(len(letters)),
        index=None,
        key=which,
        horizontal=True,
        format_func=lambda number: f"Block {letters[number]}",
    )
    st.radio(
        "Why?",
        range(len(challenge.reasons)),
        index=None,
        key=why,
        format_func=lambda number: plain(challenge.reasons[number].text),
    )
    st.button(
        "Check the answer",
        key="challenge answer check",
        type="primary",
        disabled=_chosen(challenge) is None,
        on_click=_keep,
        args=(challenge,),
    )


def verdict_of(challenge: Challenge) -> Verdict | None:
    """The verdict on the answer that was checked last; None where none was, or another is chosen since."""
    chosen = _chosen(challenge)
    kept = st.session_state.get(_ANSWER) == (challenge.name, chosen)
    return judge(challenge, *chosen) if chosen and kept else None


def _letters(challenge: Challenge) -> list[str]:
    return [chr(ord("A") + number) for number in range(len(challenge.blocks))]


def _keys(challenge: Challenge) -> tuple[str, str]:
    return f"challenge {challenge.name} block", f"challenge {challenge.name} reason"


def _chosen(challenge: Challenge) -> tuple[int, int] | None:
    block, reason = (st.session_state.get(key) for key in _keys(challenge))
    return None if block is None or reason is None else (block, reason)


def _keep(challenge: Challenge) -> None:
    add(BEGUN, challenge)
    st.session_state[_ANSWER] = (challenge.name, _chosen(challenge))
