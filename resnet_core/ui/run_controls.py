"""The controls of a run: stop, pause, one step at a time, another learning rate, and going on."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from resnet_core.engine.engine import EngineError
from resnet_core.figures.text import percent, plural, significant, whole
from resnet_core.training.controls import RateChange, SingleStep
from resnet_core.training.records import FAILED, INTERRUPTED, PAUSED, RUNNING, STOPPED, Run, RunError
from resnet_core.ui import services
from resnet_core.ui.mirror import mirror_if_changed, when_moved
from resnet_core.ui.notices import problem
from resnet_core.ui.page import scaled
from resnet_core.ui.person import is_mine
from resnet_core.ui.plain import plain

FACTORS = {"1/10": 0.1, "1/5": 0.2, "1/2": 0.5, "1": 1.0, "2": 2.0, "5": 5.0, "10": 10.0}
"""By what the learning rate of the recipe can be multiplied, as it is read."""

MOST_BLOCKS = 5
_OTHERS = "Somebody else started this run; stopping and changing it is left to them."


def stop_button(run: Run) -> None:
    """Draws the button that stops a run that goes on, for who started it."""
    if is_mine(run):
        st.button("Stop", key=f"stop {run.id}", on_click=services.store().request_stop, args=(run.id,))


def show_controls(run: Run) -> None:
    """Draws the controls of a run that goes on or waits; says why there are none where it is another's."""
    if run.ended:
        return
    if not is_mine(run):
        st.caption(_OTHERS)
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-run-controls"):
        if run.status == RUNNING:
            _pausing(run)
        stop_button(run)
        if run.status == RUNNING:
            _rate(run)


def _pausing(run: Run) -> None:
    store = services.store()
    if run.paused:
        st.button("Go on", key=f"unpause {run.id}", on_click=store.unpause, args=(run.id,))
    else:
        st.button(
            "Pause", key=f"pause {run.id}", on_click=store.pause, args=(run.id,), disabled=not run.step,
            help="The network waits in memory for a few minutes, or until another run wants to begin.",
        )  # fmt: skip
    st.button(
        "One step", key=f"step {run.id}", on_click=store.allow_step, args=(run.id,), disabled=not run.paused,
        help="In slow motion: the loss on its pictures before and after, and which blocks changed most.",
    )  # fmt: skip


def _rate(run: Run) -> None:
    """The factor on the learning rate; sent only when it is moved."""
    store, key = services.store(), f"rate {run.id}"
    asked, changes = store.control(run.id).rate, store.rate_changes(run.id)
    if asked is None:  # the last change holds, though its step may not be in the store yet
        asked = changes[-1].factor if changes else 1.0
    names = {factor: name for name, factor in FACTORS.items()}
    options = sorted({*names, asked})
    mirror_if_changed(key, asked)
    with st.container(width=scaled(300)):
        st.select_slider(
            "Learning rate, times the recipe's",
            options,
            format_func=lambda factor: names.get(factor, f"{factor:g}"),
            key=key,
            on_change=when_moved(key, lambda factor: store.ask_rate(run.id, factor)),
        )


def show_what_was_done(run: Run) -> None:
    """Draws the latest step in slow motion, and how people changed the learning rate."""
    store = services.store()
    changes = store.rate_changes(run.id)
    if changes:
        st.markdown(rate_words(changes))
    seen = store.single_step(run.id)
    if seen is not None and seen.step == run.step:
        _single_step(run, seen)


def rate_words(changes: tuple[RateChange, ...]) -> str:
    """How people changed the learning rate, in one sentence."""
    names = {factor: name for name, factor in FACTORS.items()}
    parts = [
        f"× {names.get(change.factor, f'{change.factor:g}')} from step {change.step} on" for change in changes
    ]
    return f"The learning rate was changed while it ran: {', '.join(parts)}."


def _single_step(run: Run, seen: SingleStep) -> None:
    down = seen.loss_after < seen.loss_before
    with st.container(key="rx-single-step"):
        st.markdown(
            f"**Step {seen.step}, in slow motion.** With a learning rate of "
            f"{significant(seen.learning_rate)}, the loss on its "
            f"{plural(run.settings.batch_size, 'picture')} went {'down' if down else 'up'} from "
            f"**{significant(seen.loss_before, 4)}** before the step to "
            f"**{significant(seen.loss_after, 4)}** "
            "after it. The blocks whose weights changed most, as the length of the change over the length of "
            "the weights, |Δw| / |w|:"
        )
        most = sorted(seen.changes.items(), key=lambda each: -each[1])[:MOST_BLOCKS]
        top = most[0][1] or 1.0
        bars = st.column_config.ProgressColumn(format=" ", min_value=0.0, max_value=1.0)
        st.dataframe(
            {
                "Block": [name for name, _ in most],
                "Change": [percent(change, 2) for _, change in most],
                "Beside the largest": [change / top for _, change in most],
            },
            column_config={"Beside the largest": bars},
            hide_index=True,
            width=scaled(460),
        )


def offer_going_on(run: Run) -> None:
    """Draws the way to go on with a run that ended before its last step."""
    if run.status not in (STOPPED, INTERRUPTED, PAUSED, FAILED) or run.recorded or run.settings.base:
        return
    there = services.store().can_go_on(run.id)
    if run.status == FAILED and not there:
        return
    if not is_mine(run):
        st.caption(_OTHERS)
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-going-on"):
        words = "Go on from the last checkpoint" if there else "Go on from the beginning"
        if st.button(words, key=f"go on {run.id}"):
            _go_on(run, one_step=False)
        if run.status == PAUSED and st.button("One step", key=f"step {run.id}"):
            _go_on(run, one_step=True)
        if there:
            _rate(run)


def _go_on(run: Run, *, one_step: bool) -> None:
    def again() -> str:
        services.store().requeue(run.id, one_step=one_step)
        return run.id

    if handed_over(again):
        st.rerun()


def handed_over(queued: Callable[[], str]) -> str:
    """Gives a run to the engine; says so where that cannot be done.

    Args:
        queued: puts the run into the queue and returns its id; may raise `RunError`.

    Returns:
        The id of the run, or "" where it could not be done.
    """
    try:
        run_id = queued()
        with st.spinner("Waiting for the engine, which starts with the app."):
            services.engine().train(run_id, services.store())
    except (EngineError, RunError) as refusal:
        problem(plain(str(refusal)))
        return ""
    return run_id


def paused_words(run: Run) -> str:
    """What is said of a run that waits, because it was paused or others are before it; "" elsewhere."""
    if run.paused:
        return f"Paused after step {whole(run.step)} of {whole(run.steps)}"
    return "Paused, and its worker given to others" if run.status == PAUSED else ""
