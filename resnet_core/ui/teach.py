"""A lesson on a page: begun, watched, read, saved, and deleted with everything that belongs to it."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Sequence

import numpy as np
import streamlit as st

from resnet_core.engine.engine import EngineError
from resnet_core.figures import confusion, curves
from resnet_core.figures.base import Look
from resnet_core.figures.contact_sheet import sheet_html
from resnet_core.figures.curves import Curve, Quantity
from resnet_core.figures.text import interval, percent, plural, whole
from resnet_core.training.lesson import Lesson, Outcome, Remembered
from resnet_core.training.records import FAILED, INTERRUPTED, STOPPED, Run, RunError
from resnet_core.training.snapshots import NAMES, read_snapshots, save_snapshots, saved_snapshots
from resnet_core.training.teaching import lesson_settings, lesson_title
from resnet_core.ui import services
from resnet_core.ui.figure import show_figure
from resnet_core.ui.notices import problem
from resnet_core.ui.page import reading
from resnet_core.ui.person import limits, person
from resnet_core.ui.plain import plain
from resnet_core.ui.run_view import columns_of, end_of, run_curves, working
from resnet_core.ui.snapshots import add, collected, forget_snapshots

log = logging.getLogger(__name__)

LESSON = "lesson"
_LESSONS, _DELETED = "lessons of this session", "what was deleted"


def lessons() -> dict[str, Lesson]:
    """The lessons that this session has given, by the id of their run."""
    given: dict[str, Lesson] = st.session_state.setdefault(_LESSONS, {})
    return given


def begin(base: Run, lesson: Lesson) -> None:
    """Hands a lesson to the engine and shows it; says so where that cannot be done."""
    store = services.store()
    try:
        run_id = store.create(lesson_settings(base), lesson_title(base), person=person(), limits=limits())
        with st.spinner("Waiting for the engine, which starts with the app."):
            services.engine().train(run_id, store, lesson)
    except (EngineError, RunError) as refusal:
        problem(plain(str(refusal)))
        return
    lessons()[run_id] = lesson
    st.query_params[LESSON] = run_id
    st.rerun()


def watch(shown: Run, look: Look) -> None:
    """Draws how far a lesson is and how it learns; again every second while it may go on."""

    @st.fragment(run_every=None if shown.ended and shown.status != INTERRUPTED else 1.0)
    def live() -> None:
        try:
            run = services.store().run(shown.id)
        except RunError:  # deleted in another tab
            st.rerun()
        working(run)
        _curves(run, look)
        if run.ended != shown.ended:
            st.rerun()

    live()
    if shown.reason:
        (problem if shown.status in (FAILED, INTERRUPTED) else st.info)(plain(shown.reason))


def _curves(run: Run, look: Look) -> None:
    quantities: tuple[Quantity, Quantity] = ("loss", "accuracy")
    captions = (
        "Thin: each step, half your snapshots, half pictures known before. Thick: the snapshots held back.",
        "The band is the 95 % interval (Wilson) on the snapshots held back.",
    )
    for column, quantity, caption in zip(st.columns(2), quantities, captions, strict=True):
        drawn = [_named(curve) for curve in run_curves(services.store(), run, quantity, "step")]
        with column:
            show_figure(
                curves.curve_figure(
                    drawn, look, quantity=quantity, progress="step", end=end_of(run, "step"), height=300
                ),
                key=f"{quantity}-of-lesson",
                alt=curves.describe(drawn, quantity, "step"),
                data=columns_of(drawn, quantity, "step"),
                caption=caption,
            )


def _named(curve: Curve) -> Curve:
    return dataclasses.replace(curve, label="held back" if curve.split == "test" else "learning")


def answer_of(outcome: Outcome) -> str:
    """What the lesson did, in one sentence with its numbers."""
    was, now = outcome.before.all, outcome.after.all
    return (
        f"Of your {plural(now.count, 'snapshot')} held back, {plain(outcome.base)} read "
        f"**{whole(was.correct)}** rightly before the lesson and **{whole(now.correct)}** after it: "
        f"{percent(was.value)} ({interval(*was.interval)}) and {percent(now.value)} "
        f"({interval(*now.interval)}; 95\u202f% intervals)."
    )


def show_outcome(run: Run, outcome: Outcome, look: Look) -> None:
    """Draws before and after: two confusion matrices, and the snapshots that are read differently now."""
    for column, name, found in zip(
        st.columns(2), ("before", "after"), (outcome.before, outcome.after), strict=True
    ):
        with column:
            st.subheader(f"{name.capitalize()} the lesson", anchor=False)
            show_figure(
                confusion.confusion_figure(found.confusion, NAMES, look, height=360),
                key=f"confusion-{name}",
                alt=confusion.describe(found.confusion, NAMES),
                data={
                    "true": NAMES,
                    **{
                        f"answer {sign}": column
                        for sign, column in zip(NAMES, np.array(found.confusion).T, strict=True)
                    },
                },
                caption="Rows: the sign shown. Columns: the answer. The snapshots held back.",
            )
    reading(_remembered(outcome.remembered))
    _changed(outcome, lessons().get(run.id) or _saved(run.id))


def _remembered(known: Remembered | None) -> str:
    if known is None:
        return "What it may have forgotten of other hands was not measured: no other set of hands is here."
    return (
        f"Of the {plural(known.before.count, f'test {known.noun}')} of {plain(known.title)}, other hands, it "
        f"read {whole(known.before.correct)} rightly before and {whole(known.after.correct)} after: "
        f"{whole(known.forgotten)} forgotten, {whole(known.gained)} gained."
    )


def _saved(run_id: str) -> Lesson | None:
    folder = saved_snapshots(services.store(), run_id)
    return None if folder is None else read_snapshots(folder)


def _changed(outcome: Outcome, lesson: Lesson | None) -> None:
    if not outcome.changed:
        st.markdown("Every snapshot held back is read as it was before.")
        return
    st.subheader("Read differently now", anchor=False)
    if lesson is None:
        st.markdown("The snapshots of this lesson were not saved, so they cannot be shown.")
        return
    pictures, captions = [], []
    for position in outcome.changed:
        index = outcome.held[position]
        was, now = outcome.answers_before[position], outcome.answers_after[position]
        pictures.append(lesson.pictures[index])
        captions.append(f"{NAMES[lesson.labels[index]]}: read as {NAMES[was]}, now {NAMES[now]}")
    st.html(sheet_html(np.stack(pictures), captions))


def keep(run: Run) -> None:
    """Draws the button that saves the snapshots of a lesson, or where they are and how to take them up."""
    folder = saved_snapshots(services.store(), run.id)
    given = lessons().get(run.id)
    if folder is None and given is not None:
        if st.button(
            "Save its snapshots", key=f"save {run.id}", help="In the folder of runs on this machine."
        ):
            save_snapshots(services.store(), run.id, given)
            st.rerun()
    elif folder is not None:
        st.caption(f"Its snapshots are saved in {plain(str(folder))}.")
        if not collected() and st.button("Take up its snapshots again", key=f"take up {run.id}"):
            again = read_snapshots(folder)
            add(zip(again.labels.tolist(), again.pictures, strict=True))
            st.rerun()


def deletion(shown: Run | None) -> None:
    """Draws the way to delete everything, and what was deleted last."""
    runs = tuple(dict.fromkeys([*lessons(), *([shown.id] if shown else [])]))
    if not runs and not collected():
        return
    with st.popover("Delete everything"):
        count = len(collected())
        taught = (
            f" and {plural(len(runs), 'taught network')} with what was saved of its snapshots" if runs else ""
        )
        st.markdown(f"Delete {plural(count, 'snapshot')} of this session{taught}? This cannot be undone.")
        st.button("Delete all of it", type="primary", on_click=_delete, args=(runs,))


def _delete(runs: Sequence[str]) -> None:
    count, gone = len(collected()), 0
    store = services.store()
    for run_id in runs:
        try:
            if not store.run(run_id).ended:
                store.end(run_id, STOPPED)  # its worker hears of it at its next step, and leaves nothing
            store.delete(run_id)
            gone += 1
        except RunError:
            log.info("lesson %s had been deleted elsewhere", run_id)
    services.engine().forget(services.session(), runs)
    forget_snapshots()
    st.session_state.pop(_LESSONS, None)
    st.query_params.pop(LESSON, None)
    st.session_state[_DELETED] = (
        f"Deleted: {plural(count, 'snapshot')} and {plural(gone, 'taught network')}, with all that the "
        "engine had kept of this session."
    )


def say_deleted() -> None:
    """Says once what was just deleted."""
    sentence = st.session_state.pop(_DELETED, None)
    if sentence:
        st.success(sentence)
