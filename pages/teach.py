"""The Teach page: a trained network learns one person's hand from a few snapshots."""

from __future__ import annotations

import time

import streamlit as st

from resnet_core.figures.text import duration, interval, percent, plural, whole
from resnet_core.training.lesson import SHARE, LessonError
from resnet_core.training.records import DONE, Run
from resnet_core.training.teaching import outcome_of, teach
from resnet_core.ui.method import how_measured
from resnet_core.ui.notices import empty
from resnet_core.ui.options import Choice, labels
from resnet_core.ui.page import Page, footer, page, source_line, way_on
from resnet_core.ui.plain import plain
from resnet_core.ui.run_choice import TrainedRun, run_choice, trained_runs
from resnet_core.ui.run_view import hands_of
from resnet_core.ui.services import store
from resnet_core.ui.snapshots import (
    SEVERAL,
    SIGN,
    SOURCE,
    collected,
    lesson,
    show_snapshots,
    take_back,
    take_snapshots,
)
from resnet_core.ui.state import adopt, choose
from resnet_core.ui.teach import (
    LESSON,
    answer_of,
    begin,
    deletion,
    keep,
    say_deleted,
    show_outcome,
    watch,
)

QUESTION = "Can it learn my hand?"
NEW = "new"


def show() -> None:
    """Draws the page."""
    drawn = page(QUESTION)
    runs = sorted(trained_runs(store()), key=lambda one: not one.run.recorded)
    taught = [run for run in store().runs() if run.settings.base]
    if runs:
        _teacher(drawn, runs, taught)
        _method()
        way_on("classify", "Which sign does it see in any other picture?")
    else:
        drawn.answer("A trained network can learn one person's hand from ten snapshots of each sign.")
        empty(
            "No network has been trained on this machine yet, so there is none to teach.",
            "Train one",
            "train",
        )
    footer()


def _teacher(drawn: Page, runs: list[TrainedRun], taught: list[Run]) -> None:
    which = run_choice(runs)
    begun = {run.id: time.strftime("%H:%M", time.localtime(run.created)) for run in taught}
    names = {NEW: "A new one", **labels({run.id: f"{begun[run.id]}, {run.title}" for run in taught})}
    shown = Choice(LESSON, "Lesson", names, NEW)
    adopt(which, shown, SIGN, SOURCE)
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-teach"):
        with st.container(width=round(drawn.look.pixels(460))):
            chosen = choose(which, "select")
        if taught:
            with st.container(width=round(drawn.look.pixels(340))):
                choose(shown, "select")
    base = next(one.run for one in runs if one.run.id == chosen)
    run = next((one for one in taught if one.id == st.session_state[LESSON]), None)
    say_deleted()
    if run is None:
        drawn.answer(_about(base))
        _collect(base, taught, alone=True)
    else:
        _lesson(drawn, run)
        with st.expander("The snapshots, and another lesson"):
            _collect(base, taught, alone=False)


def _about(base: Run) -> str:
    found = base.evaluation
    good = "" if found is None else (
        f" is right on {percent(found.all.value)} of {whole(found.all.count)} {hands_of(base)} "
        f"(95\u202f% interval {interval(*found.all.interval)}), which are other people's hands. It"
    )  # fmt: skip
    return f"{plain(base.title)}{good} can learn yours from {SEVERAL} snapshots of each sign."


def _collect(base: Run, taught: list[Run], *, alone: bool) -> None:
    """Draws the camera beside what it has taken, and the button that begins the lesson."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        take_snapshots()
    with right:
        show_snapshots()
        with st.container(horizontal=True, vertical_alignment="center"):
            _teach_button(base, taught)
            take_back()
            if alone:
                deletion(None)
        st.caption(
            "Snapshots go to the machine that runs this app and no further. The network is given 64×64 "
            "pixels of each: the square around the hand where one is found, else the one in the middle. "
            "These are kept in memory, for this browser session only; they become files when you save "
            "them, and then lie in the folder of the taught network. That network stays among the runs of "
            "this machine until it is deleted."
        )


def _teach_button(base: Run, taught: list[Run]) -> None:
    try:
        given = lesson()
    except LessonError as refusal:
        st.button("Teach", type="primary", disabled=True)
        if collected():
            st.markdown(plain(str(refusal)))
        return
    if st.button(f"Teach it {plural(len(given.labels), 'snapshot')}", type="primary"):
        begin(base, given)
    past = [run.seconds for run in taught if run.status == DONE and run.settings.width == base.settings.width]
    took = f"The last lesson took {duration(past[0])}." if past else "It usually takes less than a minute."
    st.caption(f"{percent(SHARE, 2)} of each sign are held back to examine it. {took}")


def _lesson(drawn: Page, run: Run) -> None:
    outcome = outcome_of(store(), run.id) if run.ended else None
    if outcome is None:
        drawn.answer(f"{plain(run.title)}: what it has learned is measured when the lesson ends.")
        watch(run, drawn.look)
        deletion(run)
        return
    drawn.answer(answer_of(outcome))
    show_outcome(run, outcome, drawn.look)
    with st.container(horizontal=True, vertical_alignment="center"):
        way_on("classify", "Try it on Classify", {"run": run.id})
        keep(run)
        deletion(run)
    with st.expander("How it learned"):
        watch(run, drawn.look)


def _method() -> None:
    how_measured(
        "About three of ten snapshots of each sign, drawn with a seed, are held back; the network never "
        "learns from them. The others teach it in 80 steps of 32 pictures: all layers, a small learning "
        "rate, the moving averages of the batch norm left as they are. Half of each step are your "
        "snapshots, every sign alike, half are pictures of the set it had learned, so that it does not "
        "forget other hands; both are turned, scaled, shifted, mirrored and relit at random. Answers "
        "before and after are of the same pictures. Snapshots taken in a row are alike: on another day, "
        "in another room, expect less.",
        code=teach,
    )
    source_line(
        "measured here, on this machine and on your own pictures. Repeating what was known, so that it is "
        "not forgotten, is called rehearsal."
    )


show()
