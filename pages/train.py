"""The Train page: choose, start, and watch a run."""

from __future__ import annotations

import streamlit as st

from resnet_core.figures.contact_sheet import sheet_html
from resnet_core.figures.text import duration, percent, plural
from resnet_core.hands.dataset import HandSigns
from resnet_core.hands.signs import find_signs
from resnet_core.training.checkpoint import checkpoints
from resnet_core.training.loop import train
from resnet_core.training.records import FAILED, INTERRUPTED, RUNNING, Run, RunError
from resnet_core.training.settings import RunSettings
from resnet_core.training.split import validation_split
from resnet_core.ui.beginning import choose_beginning
from resnet_core.ui.hand_set import KEY, caption, read_hands
from resnet_core.ui.method import how_measured
from resnet_core.ui.navigation import link
from resnet_core.ui.notices import empty, problem
from resnet_core.ui.options import Choice
from resnet_core.ui.page import Page, footer, page, reading, source_line, way_on
from resnet_core.ui.person import limits, person
from resnet_core.ui.plain import plain
from resnet_core.ui.plan import adopt_plan, choose_plan, recipe_now, what_it_takes, with_gradients
from resnet_core.ui.run_choice import shown_first
from resnet_core.ui.run_closer import VIEW, show_closer
from resnet_core.ui.run_controls import (
    handed_over,
    offer_going_on,
    show_controls,
    show_what_was_done,
)
from resnet_core.ui.run_player import show_replay
from resnet_core.ui.run_view import (
    accuracy_sentence,
    show_curves,
    working,
)
from resnet_core.ui.services import engine, store
from resnet_core.ui.state import adopt, choose

QUESTION = "How fast can fifty layers learn six hand signs?"
NEWEST = "newest"
_WATCHED = "run watched"
PROGRESS = Choice("over", "Drawn over", {"step": "Steps", "epoch": "Epochs", "seconds": "Seconds"}, "step")


def show() -> None:
    """Draws the page."""
    drawn = page(QUESTION)
    runs = [run for run in store().runs() if not (run.settings.base or run.settings.is_range)]
    # Lessons, and runs that look for a learning rate, are watched where they begin.
    which = Choice(
        "run", "Run shown", {NEWEST: "Yours, or the newest", **{run.id: run.title for run in runs}}, NEWEST
    )
    adopt_plan()
    adopt(which, PROGRESS, VIEW)
    data = read_hands(st.session_state[KEY])
    left, right = st.columns([1, 3], gap="large")
    with left:
        _controls(data, runs)
    with right:
        shown = _chosen(which, runs)
        if shown is None:
            empty("No run yet. Press Train, and its curves grow here; you can leave the page meanwhile.")
        else:
            with st.container(horizontal=True, vertical_alignment="bottom"):
                progress = choose(PROGRESS)
                if len(runs) > 1:
                    choose(which, "select")
            _watch(shown, progress, drawn)
    _answer(drawn, shown)
    if shown is not None:
        _afterwards(shown, drawn)
    _method()
    footer()


def _chosen(which: Choice, runs: list[Run]) -> Run | None:
    if not runs:
        return None
    name, mine = st.session_state[which.key], person()
    going_on = [run for run in runs if run.person == mine and not run.ended]
    running = [run for run in going_on if run.status == RUNNING]
    # Who comes back finds what they left going on, though somebody else may have begun a run since; and what
    # has been watched here stays when it ends, though the next one begins.
    named = next((run for run in runs if run.id == name), None)
    watched = next((run for run in runs if run.id == st.session_state.get(_WATCHED)), None)
    begun = next(iter([*running, *going_on]), None)
    found = named or watched or begun or shown_first(runs, recipe_now())
    st.session_state[_WATCHED] = found.id if found in (watched, begun) and found is not None else None
    return found


def _controls(data: HandSigns | None, runs: list[Run]) -> None:
    try:
        settings = choose_plan()
    except ValueError as refusal:
        problem(plain(str(refusal)))
        return
    if data is None:
        empty("The pictures of hands cannot be had here.", "See what can be done", "data")
        return
    begun = choose_beginning(settings, len(data.classes))
    if begun is None:  # the file is being compared with the network, or does not fit; that stands there
        return
    settings = with_gradients(begun)
    train_on, held = validation_split(data.train_x, data.train_y, settings.validation_share)
    try:
        takes = what_it_takes(settings, len(data.classes), len(train_on), runs)
    except ValueError as refusal:  # a block of one's own that cannot be stacked so
        problem(plain(str(refusal)))
        return
    st.markdown(takes)
    if not settings.weights:
        engine().stand_by(settings, len(data.classes))
    if st.button("Train", type="primary", width="stretch"):
        _start(settings)
    _preview(data, len(train_on), len(held))


def _start(settings: RunSettings) -> None:
    run_id = handed_over(lambda: store().create(settings, person=person(), limits=limits()))
    if run_id:
        st.query_params["run"] = run_id
        st.rerun()


def _preview(data: HandSigns, train_on: int, held: int) -> None:
    first = [int((data.train_y == label).argmax()) for label in range(len(data.classes))]
    st.html(sheet_html(data.train_x[first], data.classes, side=32))
    caption(
        f"{data.title}: {plural(train_on, data.noun)} to train on, {held} to validate, "
        f"{len(data.test_y)} to test.",
        rendered=data.rendered,
    )
    if data.rendered and find_signs() is None:
        link("data", "Photographs of real hands", {"data": "signs"}, ":material/arrow_forward:")


def _watch(shown: Run, progress: str, drawn: Page) -> None:
    """Draw the run; again every second while it may go on, and the whole page when that has changed.

    An interrupted run is watched, too: its worker may be replaced, and then it goes on.
    """
    going_on = not shown.ended or shown.status == INTERRUPTED

    @st.fragment(run_every=1.0 if going_on else None)
    def live() -> None:
        try:
            run = store().run(shown.id)
        except RunError:  # deleted in another tab
            st.rerun()
        working(run, stop=False)
        show_controls(run)
        _why_it_ended(run)
        show_what_was_done(run)
        show_replay(run, drawn, progress)  # type: ignore[arg-type]
        show_curves(store(), run, progress, drawn.look)  # type: ignore[arg-type]
        if run.ended != shown.ended:
            st.rerun()

    live()


def _why_it_ended(run: Run) -> None:
    """Says what there is to say of a run, and offers to go on, where somebody looks for it: at its head."""
    if run.reason:
        (problem if run.status in (FAILED, INTERRUPTED) else st.info)(plain(run.reason))
    offer_going_on(run)


def _answer(drawn: Page, run: Run | None) -> None:
    if run is None or run.evaluation is None:
        drawn.answer(
            "Not measured on this machine yet: press Train, and the answer will stand here with its interval."
        )
        return
    took = "took" if run.ended else "has taken"
    when = f", recorded {run.recorded}," if run.recorded else ""
    drawn.answer(
        f"{plain(run.title)}{when} {took} {duration(run.seconds)} for {plural(run.epoch, 'epoch')} and then "
        f"answered {accuracy_sentence(run, run.evaluation)}."
    )


def _afterwards(run: Run, drawn: Page) -> None:
    if run.evaluation is not None:
        _read(run)
    show_closer(run, drawn)
    if run.evaluation is not None and checkpoints(store().checkpoints(run.id)):
        way_on("classify", "Which sign does it see in my own picture?", {"run": run.id})
    way_on("runs", "Which run learned better?")


def _read(run: Run) -> None:
    epochs = store().epochs(run.id)
    if not epochs or run.evaluation is None:
        return
    last = epochs[-1]
    gap = last.train_accuracy - run.evaluation.all.value
    words = (
        "about as well on pictures it has not seen as on those it learned from"
        if abs(gap) < 0.05
        else f"{percent(abs(gap), 2)} {'worse' if gap > 0 else 'better'} on pictures it has not seen"
    )
    reading(
        f"After {plural(run.epoch, 'epoch')} the network answers {percent(last.train_accuracy)} of the "
        f"training pictures as they were shown to it, and does {words}."
    )


def _method() -> None:
    how_measured(
        "Every step is one batch of training pictures: forward, cross-entropy, backward, one step of the "
        "optimiser. Loss and accuracy of a step are taken in training mode, on the pictures as they were "
        "shown (augmented, where the recipe does that) and before the step. Validation and test are measured "
        "at the end of each epoch, with the moving averages of the batch norm. The test pictures are "
        "never used to choose anything.",
        code=train,
    )
    source_line(
        "He et al. 2015, *Deep Residual Learning for Image Recognition*, arXiv:1512.03385, Table 1 for the "
        "network; the interval is that of Wilson (1927)."
    )


show()
