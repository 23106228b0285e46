"""The Runs page: every run, compared on one chart, renamed and deleted."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from resnet_core.figures.text import duration, interval, percent, plural, size
from resnet_core.hands.sets import title_of
from resnet_core.training.checkpoint import checkpoints
from resnet_core.training.records import Run, RunError
from resnet_core.training.repeats import digest_of
from resnet_core.ui.exports import show_exports
from resnet_core.ui.method import how_measured
from resnet_core.ui.notices import empty, problem
from resnet_core.ui.options import Choice, Several, labels
from resnet_core.ui.page import footer, page, way_on
from resnet_core.ui.plain import plain
from resnet_core.ui.run_compare import Asked, show_compared, show_differences
from resnet_core.ui.run_repeat import show_repeat
from resnet_core.ui.run_view import hands_of, network_words, run_curves
from resnet_core.ui.services import store
from resnet_core.ui.state import adopt, choose, choose_several
from resnet_core.ui.surety import show_surety

QUESTION = "Which run learned better, and what was different?"
QUANTITY = Choice("show", "Quantity", {"accuracy": "Accuracy", "loss": "Loss"}, "accuracy")
SPLIT = Choice(
    "split", "Pictures", {"training": "Training", "validation": "Validation", "test": "Test"}, "test"
)
PROGRESS = Choice("over", "Drawn over", {"epoch": "Epochs", "seconds": "Seconds", "step": "Steps"}, "epoch")


def show() -> None:
    """Draws the page."""
    drawn = page(QUESTION)
    runs = store().runs()
    if not runs:
        drawn.answer("No run has been trained on this machine yet.")
        empty("Train two networks and compare them here.", "Train a network", "train")
        footer()
        return
    names = {run.id: run.title for run in runs}
    begun = tuple(run.id for run in runs if run.epoch)[:3]
    chosen = Several("runs", "Runs on the chart", names, begun)
    adopt(chosen, QUANTITY, SPLIT, PROGRESS)
    picked = _controls(chosen)
    compared = [run for run in runs if run.id in picked]
    show_compared(
        compared, drawn, Asked(*(st.session_state[option.key] for option in (QUANTITY, SPLIT, PROGRESS)))
    )
    drawn.answer(_answer(runs))
    show_differences(compared)
    show_repeat(compared, runs, chosen)
    for run in compared:
        show_surety(run, drawn.look)
    _list(runs)
    show_exports(runs)
    own = [run for run in runs if not run.recorded]
    if own:
        _manage(own)
    else:
        empty(
            "None of these was trained here; a run of your own can be compared.", "Train a network", "train"
        )
    _method()
    way_on("classify", "Which sign does a run see in my own picture?")
    footer()


def _controls(chosen: Several) -> list[str]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choose(QUANTITY)
        choose(SPLIT)
        choose(PROGRESS)
    return choose_several(chosen)


def _answer(runs: list[Run]) -> str:
    tested = [run for run in runs if run.evaluation is not None]
    if not tested:
        return "None of the runs has reached the end of an epoch yet."
    # Right answers on one set say nothing about another: the newest tested run's set is spoken of.
    tested = [run for run in tested if digest_of(run) == digest_of(tested[0])]
    best = max(tested, key=lambda run: (run.evaluation.clean.value, -run.seconds))  # type: ignore[union-attr]
    found = best.evaluation.clean  # type: ignore[union-attr]
    when = f", recorded {best.recorded}," if best.recorded else ""
    sentence = (
        f"{plain(best.title)}{when} is right on **{percent(found.value)}** of {found.count} {hands_of(best)} "
        f"after {duration(best.seconds)} (95 % interval {interval(*found.interval)})"
    )
    others = [run for run in tested if run is not best]
    ties = sum(run.evaluation.clean.interval[1] >= found.interval[0] for run in others)  # type: ignore[union-attr]
    if not others:
        return f"{sentence}."
    overlap = f"; the intervals of {plural(ties, 'other')} overlap with it" if ties else ""
    return f"The best of {len(tested)}: {sentence}{overlap}."


def _list(runs: list[Run]) -> None:
    st.subheader("All runs", anchor=False)
    st.dataframe(
        {
            "Run": [run.title for run in runs],
            "State": [f"recorded {run.recorded}" if run.recorded else run.status for run in runs],
            "Network": [network_words(run) for run in runs],
            "Recipe": [run.settings.recipe for run in runs],
            "Hands": [title_of(run.settings.data) for run in runs],
            "Epochs": [f"{run.epoch} of {run.settings.epochs}" for run in runs],
            "Took": [duration(run.seconds) if run.seconds else "" for run in runs],
            "Test accuracy": [percent(run.evaluation.all.value) if run.evaluation else "" for run in runs],
            "Clean": [percent(run.evaluation.clean.value) if run.evaluation else "" for run in runs],
            "Seed": [run.settings.seed for run in runs],
            "Began": [time.strftime("%Y-%m-%d %H:%M", time.localtime(run.created)) for run in runs],
        },
        hide_index=True,
    )


def _manage(runs: list[Run]) -> None:
    st.subheader("Rename or delete", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        titles = labels({run.id: run.title for run in runs})
        run_id = st.selectbox("Run", list(titles), format_func=titles.__getitem__, key="managed")
        run = next(run for run in runs if run.id == run_id)
        title = st.text_input("Name", run.title, key=f"title of {run_id}", max_chars=80)
        if st.button("Rename", disabled=title == run.title, key=f"rename {run_id}"):
            _try(lambda: store().rename(run_id, title))
        with st.popover("Delete"):
            st.markdown(
                f"Delete “{plain(titles[run_id])}” with its curves and checkpoints "
                f"({size(_bytes(run_id))})? This cannot be undone."
            )
            if st.button("Delete this run", type="primary", key=f"delete {run_id}"):
                _try(lambda: store().delete(run_id))


def _bytes(run_id: str) -> int:
    return sum(one.path.stat().st_size for one in checkpoints(store().checkpoints(run_id)))


def _try(change: Callable[[], None]) -> None:
    try:
        change()
    except RunError as refusal:
        problem(plain(str(refusal)))
    else:
        st.rerun()


def _method() -> None:
    how_measured(
        "Every run is trained by the same program; its settings, seed, versions, machine and the digest of "
        "its pictures are kept with it. Test accuracies are of the weights at the end of each epoch; "
        "*clean* leaves out test pictures that are also training pictures. Two runs whose intervals "
        "overlap may differ by chance alone.",
        code=run_curves,
    )


show()
