"""The button that repeats a run with other seeds: ordinary runs in the queue, drawn as one band when done."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from resnet_core.engine.engine import EngineError
from resnet_core.figures.text import plural
from resnet_core.hands import sets
from resnet_core.training.records import Run, RunError
from resnet_core.training.repeats import more_seeds
from resnet_core.ui import services
from resnet_core.ui.notices import problem
from resnet_core.ui.options import Choice, Number, Several, labels
from resnet_core.ui.page import scaled
from resnet_core.ui.plain import plain
from resnet_core.ui.state import adopt, choose, enter

MORE = Number("more", "Further seeds", 2, 1, 9, help="Runs of the same settings, one for each seed.")
_TOLD = "told of repeats"


def repeatable(run: Run) -> bool:
    """Whether a run can be trained again from its settings alone."""
    return not run.settings.base and run.settings.data in sets.NAMES


def show_repeat(compared: Sequence[Run], runs: Sequence[Run], chosen: Several) -> None:
    """Draws which run is repeated with how many seeds, the button, and what came of it.

    Args:
        compared: the runs on the chart, which the new ones join.
        runs: all runs.
        chosen: the option of the runs on the chart.
    """
    offered = [run for run in compared if repeatable(run)]
    if offered:
        names = labels({run.id: run.title for run in offered})
        which = Choice("again", "Repeat", names, offered[0].id, expected="a run on the chart")
        adopt(which, MORE)
        with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-repeat"):
            with st.container(width=scaled(420)):
                run_id = choose(which, "select")
            with st.container(width=scaled(160)):
                count = int(enter(MORE))
            run = next(run for run in offered if run.id == run_id)
            st.button(
                f"Repeat with {plural(count, 'more seed')}", key="repeat", on_click=_repeat,
                args=(run, list(runs), count, chosen),
            )  # fmt: skip
    told = st.session_state.pop(_TOLD, None)
    if told is not None:
        wrong, sentence = told
        (problem if wrong else st.info)(plain(sentence))


def _repeat(run: Run, runs: list[Run], count: int, chosen: Several) -> None:
    """Queues the runs and puts them on the chart, as far as there is room."""
    store, begun = services.store(), []
    try:
        settings = more_seeds(run, runs, count)
        for one in settings:
            run_id = store.create(one)
            services.engine().train(run_id, store)
            begun.append((run_id, one.seed))
    except (EngineError, RunError, ValueError) as refusal:
        st.session_state[_TOLD] = (True, str(refusal))
        return
    seeds = ", ".join(str(seed) for _, seed in begun)
    st.session_state[_TOLD] = (
        False,
        f"{plural(len(begun), 'run')} queued, with the seeds {seeds}. Once two seeds are done, their "
        "median and band stand on the chart.",
    )
    shown = list(st.session_state.get(chosen.key, chosen.default))
    st.session_state[chosen.key] = (shown + [run_id for run_id, _ in begun])[: chosen.most]
