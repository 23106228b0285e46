"""The four corners, batch norm or none with Glorot or He kernels, side by side, and the cures."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from resnet_core.figures.corner_words import corner_caption, corners_reading, cure_words, ill
from resnet_core.figures.depth_strip import reach
from resnet_core.figures.gradient_flow import corner_figure, course, describe_flow, span
from resnet_core.figures.gradient_words import Facts, facts
from resnet_core.hands.dataset import HandSigns
from resnet_core.probes.gradients import Profile
from resnet_core.ui.figure import show_figure
from resnet_core.ui.gradient_asking import Step, known
from resnet_core.ui.gradient_choice import CORNERS, CURE, INIT, NORM, Asked, put
from resnet_core.ui.page import Page, reading
from resnet_core.ui.prediction import arrive, hides

_NORMS = {"on": "batch norm", "off": "no batch norm"}


def corner_steps(asked: Asked) -> list[Step]:
    """What the corners need, the first seed of all before the others."""
    rows = [asked.corner(*corner) for corner in CORNERS]
    many = len(asked.pair)
    first = tuple(setting for row in rows for setting in row[:many])
    rest = tuple(setting for row in rows for setting in row[many:])
    return [Step("The four corners, first seed", first), Step("The four corners, two more seeds", rest)]


def show_corners(drawn: Page, asked: Asked, hands: HandSigns) -> None:
    """Draws the corners as far as they have been measured, each with a button that goes there."""
    found = [_measured(asked, hands, corner) for corner in CORNERS]
    if any(one is None for one in found):
        st.markdown("The four corners are being measured.")
        return
    rows = [one for one in found if one is not None]
    hidden = [hides(asked, *corner) for corner in CORNERS]
    courses = [
        [course(profiles, "gradients") for profiles in row]
        for row, wait in zip(rows, hidden, strict=True)
        if not wait
    ]
    ends = span([one for row in courses for one in row])
    for top in (0, 2):
        for place, column in zip((top, top + 1), st.columns(2), strict=True):
            with column:
                if hidden[place]:
                    _waiting(asked, place)
                else:
                    _corner(drawn, asked, place, rows[place], ends)
    if any(hidden):
        st.markdown("What all four have in common is said when all of them have been shown.")
        return
    seeds = len(rows[0][0])
    reading(
        f"{'Three seeds' if seeds == 3 else 'One seed so far'}, 8 test pictures of 32×32, measured here; all "
        f"four share one axis. {corners_reading([[facts(profiles) for profiles in row] for row in rows])}",
        "corners",
    )


def _waiting(asked: Asked, place: int) -> None:
    """A corner whose result waits for what the learner expects."""
    norm, init = CORNERS[place]
    name = _name(norm, init)
    st.markdown(f"**{name}**")
    if _is_here(asked, place):
        st.markdown("Asked above: what do you expect?")
        return
    st.markdown("Not shown yet.")
    st.button(f"Predict: {name}", key=f"go {norm} {init}", on_click=_go_and_ask, args=(norm, init))


def _name(norm: str, init: str) -> str:
    return f"{_NORMS[norm].capitalize()}, {INIT.names[init]}"


def _is_here(asked: Asked, place: int) -> bool:
    """Whether the page shows this corner already."""
    norm, init = asked.corner(*CORNERS[place])[0].batch_norm, asked.corner(*CORNERS[place])[0].initializer
    return (asked.pair[0].batch_norm, asked.pair[0].initializer) == (norm, init)


def _measured(asked: Asked, hands: HandSigns, corner: tuple[str, str]) -> list[list[Profile]] | None:
    """The profiles of each network in one corner: three seeds, else the first, else nothing."""
    settings, many = asked.corner(*corner), len(asked.pair)
    found = known(settings, hands) or known(settings[:many], hands)
    return [found[place::many] for place in range(many)] if found else None


def _corner(
    drawn: Page, asked: Asked, place: int, row: list[list[Profile]], ends: tuple[float, float]
) -> None:
    norm, init = CORNERS[place]
    name, here = _name(norm, init), _is_here(asked, place)
    courses = [course(profiles, "gradients") for profiles in row]
    st.markdown(f"**{name}**{' (shown above)' if here else ''}")
    show_figure(
        corner_figure(courses, drawn.look, ends, reach(row)),
        key=f"corner-{norm}-{init}",
        alt=describe_flow(courses, f"{name}: norm of dL/dx"),
        data={"layer": courses[0].layers, **{one.kind: one.line.middle for one in courses}},
        caption=f"{corner_caption([facts(profiles) for profiles in row])}.",
    )
    if not here:
        st.button(f"Go to: {name}", key=f"go {norm} {init}", on_click=_go, args=(norm, init))


def _go_and_ask(norm: str, init: str) -> None:
    _go(norm, init)
    arrive()


def _go(norm: str, init: str) -> None:
    put(NORM, norm)
    put(INIT, init)


def show_cures(pair: Sequence[Facts], batch_norm: bool) -> None:
    """Draws the cures, each one click away, where a net with shortcuts and no batch norm explodes."""
    found = ill(pair, batch_norm)
    if found is None or st.session_state[CURE.key] != "none":
        return
    st.markdown(cure_words(found))
    with st.container(horizontal=True, key="rx-cures"):
        for name, words in CURE.names.items():
            if name != "none":
                st.button(words, key=f"cure {name}", on_click=put, args=(CURE, name))
