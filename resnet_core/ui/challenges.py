"""Challenges on the builder page: a choice of task, what it asks, hints on demand, and what it teaches."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping

import streamlit as st

from resnet_core.challenges.challenge import Challenge, Verdict, check
from resnet_core.challenges.text import offered
from resnet_core.figures.text import plural
from resnet_core.network.spec import BlockSpec, Shape
from resnet_core.ui.challenge_question import show_blocks, show_choices, verdict_of
from resnet_core.ui.challenge_record import BEGUN, SHOWN, SOLVED, add, drop, has, hinted, next_hint
from resnet_core.ui.figure import draw_html
from resnet_core.ui.notices import problem
from resnet_core.ui.options import Choice, Option
from resnet_core.ui.page import source_line
from resnet_core.ui.plain import plain
from resnet_core.ui.state import choose

Put = Callable[[BlockSpec, Shape], None]
"""Sets a block on the bench; it is called before the page is drawn again."""


class _Titles(Mapping[str, str]):
    """The challenges by name, numbered; a lecturer's file is read anew when it has changed."""

    def __getitem__(self, name: str) -> str:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    @staticmethod
    def _all() -> dict[str, str]:
        return {one.name: f"{number}. {one.title}" for number, one in enumerate(offered()[0], start=1)}


CHALLENGE = Choice("challenge", "Challenge", _Titles(), offered()[0][0].name)
CHALLENGE_OPTIONS: tuple[Option, ...] = (CHALLENGE,)
"""What this part of a page keeps in the address; to be handed to `state.adopt` with the page's own."""


def show_challenges(block: BlockSpec, shape: Shape, put: Put) -> None:
    """Draws the choice of a challenge and the chosen one, checked against what is on the bench.

    Args:
        block: what is on the bench.
        shape: (height, width, channels) that enters it.
        put: sets another block and shape on the bench.
    """
    challenges, trouble = offered()
    if trouble:
        problem(plain(trouble))
    name = choose(CHALLENGE, "select")
    index = next((i for i, one in enumerate(challenges) if one.name == name), 0)
    challenge = challenges[index]
    verdict = verdict_of(challenge) if challenge.blocks else _checked(challenge, block, shape)
    if verdict and verdict.solved and not has(SHOWN, challenge):
        add(SOLVED, challenge)
    _standing(challenges, challenge)
    if challenge.blocks:
        st.markdown(plain(challenge.task))
        show_blocks(challenge, put)
    left, right = st.columns(2, gap="large")
    with left:
        if challenge.blocks:
            show_choices(challenge)
        else:
            st.markdown(plain(challenge.task))
    with right:
        if verdict:
            _findings(verdict)
        elif not challenge.blocks:
            _demands(challenge, block, shape)
        with st.container(horizontal=True, key="rx-challenge-buttons"):
            if not challenge.blocks:
                _begin(challenge, put)
            if verdict and not verdict.solved:
                _help(challenge, verdict, put)
        if verdict and not verdict.solved:
            _hint(challenge, verdict)
    if verdict and verdict.solved:
        _after(challenge, challenges[index + 1 :][:1])


def _checked(challenge: Challenge, block: BlockSpec, shape: Shape) -> Verdict | None:
    """The verdict on the bench; None until the learner has begun, so that no preset solves a challenge."""
    return check(challenge, block, shape) if has(BEGUN, challenge) else None


def _standing(challenges: tuple[Challenge, ...], challenge: Challenge) -> None:
    """Writes how far the learner is, in all and with this challenge."""
    done = [str(number) for number, one in enumerate(challenges, start=1) if has(SOLVED, one)]
    state = "begun" if has(BEGUN, challenge) else "not begun"
    if has(SHOWN, challenge):
        state = "solution shown"
    if has(SOLVED, challenge):
        state = "✓ solved"
    which = f" (number {', '.join(done)})" if done else ""
    draw_html(
        f'<p class="rx-caption" role="status">This challenge: <strong>{state}</strong>. '
        f"Solved in this session: {len(done)} of {len(challenges)}{which}.</p>"
    )


def _findings(verdict: Verdict) -> None:
    met = sum(finding.met for finding in verdict.findings)
    rows = "".join(
        f'<tr><td style="white-space:nowrap">{_mark(finding.met)}</td>'
        f"<td>{html.escape(finding.demand)}</td></tr>"
        for finding in verdict.findings
    )
    said = f"{met} of {plural(len(verdict.findings), 'condition')} met."
    _table(said, rows, ("So far", "What is asked"))


def _demands(challenge: Challenge, block: BlockSpec, shape: Shape) -> None:
    """The conditions before the learner has begun, without a verdict."""
    rows = "".join(
        f"<tr><td>{html.escape(finding.demand)}</td></tr>"
        for finding in check(challenge, block, shape).findings
    )
    _table("Nothing is checked until you begin.", rows, ("What is asked",))


def _table(said: str, rows: str, heads: tuple[str, ...]) -> None:
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    draw_html(
        f'<p class="rx-caption" role="status">{said}</p>'
        f'<table class="rx-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _mark(met: bool) -> str:
    sign, word = ("✓", "met") if met else ("○", "not yet")
    return f'<span aria-hidden="true">{sign}</span> {word}'


def _begin(challenge: Challenge, put: Put) -> None:
    begun = has(BEGUN, challenge)
    st.button(
        "Start again from here" if begun else "Start from here",
        key="challenge start",
        type="tertiary" if begun else "primary",
        on_click=_start,
        args=(challenge, put),
        help="Sets the block that this challenge begins with on the bench; undo brings yours back.",
    )
    if not begun:
        st.button(
            "Check the block on the bench",
            key="challenge check",
            type="tertiary",
            on_click=add,
            args=(BEGUN, challenge),
        )


def _start(challenge: Challenge, put: Put) -> None:
    assert challenge.start is not None
    add(BEGUN, challenge)
    drop(SHOWN, challenge)
    put(*challenge.start)


def _help(challenge: Challenge, verdict: Verdict, put: Put) -> None:
    """Draws the buttons for a hint and for a solution."""
    more = hinted(challenge, verdict) is not None
    if not more or len(verdict.hints) > 1:
        st.button(
            "Another hint" if more else "Show a hint",
            key="challenge hint",
            on_click=next_hint,
            args=(challenge, verdict),
        )
    st.button(
        "Show the answer" if challenge.blocks else "Show a solution",
        key="challenge solution",
        type="tertiary",
        on_click=_solve,
        args=(challenge, put),
    )


def _solve(challenge: Challenge, put: Put) -> None:
    add(BEGUN, challenge)
    add(SHOWN, challenge)
    if challenge.solution is not None:
        put(*challenge.solution)


def _hint(challenge: Challenge, verdict: Verdict) -> None:
    number = hinted(challenge, verdict)
    if number is not None:
        st.info(plain(verdict.findings[number].missing))
    if challenge.blocks and has(SHOWN, challenge):
        letter = next(chr(ord("A") + i) for i, one in enumerate(challenge.blocks) if one.right)
        reason = next(one.text for one in challenge.reasons if one.right)
        st.markdown(f"It is block {letter}. {plain(reason)}")


def _after(challenge: Challenge, following: tuple[Challenge, ...]) -> None:
    """Draws what the challenge teaches, and the way to the next."""
    if has(SOLVED, challenge):
        st.markdown("**✓ Solved.**")
    elif challenge.blocks:
        st.markdown("**Right,** though not counted as solved, because the answer had been shown.")
    else:
        st.markdown("**This is one way.** Others may do as well; start again to find one by yourself.")
    st.markdown(plain(challenge.after))
    if challenge.source:
        source_line(plain(challenge.source), key="challenge")
    for other in following:
        st.button(
            f"Next: {plain(other.title)}",
            key="challenge next",
            type="primary",
            icon=":material/arrow_forward:",
            on_click=_choose,
            args=(other.name,),
        )


def _choose(name: str) -> None:
    st.session_state[CHALLENGE.key] = name
