"""A run taken away: its model, metrics, card and notebook as downloads on the Runs page."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import streamlit as st

from resnet_core.engine.engine import EngineError, Measurement
from resnet_core.figures.text import size
from resnet_core.training.checkpoint import checkpoints
from resnet_core.training.export import (
    FORMS,
    Form,
    expected_bytes,
    export_file,
    export_kept,
    export_name,
    light_export,
)
from resnet_core.training.records import Run
from resnet_core.ui import services
from resnet_core.ui.notices import problem
from resnet_core.ui.options import Choice, labels
from resnet_core.ui.plain import plain
from resnet_core.ui.state import adopt, choose

_ASKED = "exports asked for"
_WIDTH = 760
_WORDS = (
    "A model takes red, green and blue from 0 to 1 (bytes over 255) and gives probabilities. What holds "
    "weights, and the events, is made by the engine when you ask for it; the page does not wait for that."
)


def show_exports(runs: Sequence[Run]) -> None:
    """Draws a choice of run and, for each form, what it is, how large it is, and its button.

    Args:
        runs: at least one.
    """
    with st.container(width=_WIDTH, key="rx-exports"):  # so that buttons stand beside what they are for
        _show(runs)


def _show(runs: Sequence[Run]) -> None:
    st.subheader("Take a run away", anchor=False)
    st.markdown(_WORDS)
    option = Choice("take", "Run to take away", labels({run.id: run.title for run in runs}), runs[0].id)
    adopt(option)
    chosen = choose(option, "select")
    run = next(run for run in runs if run.id == chosen)
    looks_again = _waiting(run)

    @st.fragment(run_every=1.0 if looks_again else None)
    def rows() -> None:
        for form in FORMS.values():
            _row(run, form)
        if _waiting(run) != looks_again:
            st.rerun()  # a fragment keeps the pace it was made with

    rows()


@dataclass
class _Asked:
    """What one person has asked the engine to make, and what came of it; changed while pages are drawn."""

    wished: set[tuple[str, str]] = field(default_factory=set)
    under_way: dict[tuple[str, str], Measurement[str]] = field(default_factory=dict)
    refused: dict[tuple[str, str], str] = field(default_factory=dict)


def _asked() -> _Asked:
    found: _Asked = st.session_state.setdefault(_ASKED, _Asked())
    return found


def _waiting(run: Run) -> bool:
    asked = _asked()
    return any(run_id == run.id for run_id, _ in (*asked.wished, *asked.under_way))


@dataclass(frozen=True)
class _Offer:
    """How large a file is, in words, its content where it is there, and whether it can be made."""

    amount: str
    content: Callable[[], bytes] | None = None
    can_be_made: bool = False
    refused: str = ""
    instead: str = ""


def _row(run: Run, form: Form) -> None:
    offer = _heavy(run, form) if form.heavy else _light(run, form)
    words, button = st.columns([5, 2], vertical_alignment="center")
    with words:
        st.markdown(f"**{form.title}**, {offer.amount}. {plain(offer.instead) or form.why}")
        if offer.refused:
            problem(plain(offer.refused))
    with button:
        if offer.content is not None:
            st.download_button(
                f"Download {form.ending}", offer.content, file_name=export_name(run, form), mime=form.mime,
                key=f"download {form.name} {run.id}", on_click="ignore", width="stretch", help=form.title,
            )  # fmt: skip
        elif offer.can_be_made:
            st.button(
                f"Make {form.ending}", key=f"make {form.name} {run.id}", on_click=_ask,
                args=(run, form), width="stretch", help=form.title,
            )  # fmt: skip


def _light(run: Run, form: Form) -> _Offer:
    try:
        content = _text(run.id, run.step, run.title, run.status, form.name)
    except ValueError as refusal:
        return _Offer("not of this run", instead=str(refusal))
    return _Offer(size(len(content)), lambda: content)


@st.cache_data(show_spinner=False, max_entries=64)
def _text(run_id: str, step: int, title: str, status: str, form: str) -> bytes:
    """The content of a light form; what else is given tells whether the run is still the same."""
    del step, title, status
    return light_export(services.store(), services.store().run(run_id), FORMS[form]).encode()


def _heavy(run: Run, form: Form) -> _Offer:
    if form.weights and not checkpoints(services.store().checkpoints(run.id)):
        return _Offer(f"of which no weights are kept{'' if run.recorded else ' yet'}")
    try:
        about = f"about {size(expected_bytes(run, form))}"
    except ValueError as refusal:  # a network that this version no longer knows
        return _Offer("not of this run", refused=str(refusal))
    asked, here = _asked(), (run.id, form.name)
    if here in asked.wished:
        _begin(run, form)
    if here in asked.wished:
        return _Offer(f"{about}, which will be made as soon as the engine has started")
    if here in asked.under_way:
        if not asked.under_way[here].done():
            return _Offer(f"{about}, being made")
        try:
            asked.under_way.pop(here).result()
        except (EngineError, ValueError, OSError) as refusal:
            asked.refused[here] = str(refusal)
    path = export_file(services.store(), run, form)
    if path.is_file():
        return _Offer(size(path.stat().st_size), path.read_bytes)
    return _Offer(about, can_be_made=True, refused=asked.refused.get(here, ""))


def _ask(run: Run, form: Form) -> None:
    _asked().refused.pop((run.id, form.name), None)
    _asked().wished.add((run.id, form.name))
    services.engine().wake()


def _begin(run: Run, form: Form) -> None:
    """Hand a wish to the engine once that is ready: to wait for it would hold the page."""
    asked, here, engine = _asked(), (run.id, form.name), services.engine()
    state = engine.state()
    if not state.ready and not state.failed:
        return
    asked.wished.discard(here)
    if state.failed:
        asked.refused[here] = state.sentence
        return
    try:
        asked.under_way[here] = engine.measure(
            export_kept, str(services.store().folder), run.id, form.name, time.time_ns(),
            page=services.session_page(f"runs/{run.id}/{form.name}"),
        )  # fmt: skip
    except EngineError as refusal:
        asked.refused[here] = str(refusal)
