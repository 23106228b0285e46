"""Looking for a learning rate on the page: short runs that are started, watched, shared and read."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from resnet_core.engine.engine import EngineError
from resnet_core.figures.palette import kind_of
from resnet_core.figures.rate_range import Ranged, describe_ranges, range_figure, ranges_table
from resnet_core.figures.rate_words import compared, suggestion
from resnet_core.figures.rate_words import reading as sentence
from resnet_core.figures.text import duration, plural, significant
from resnet_core.hands.dataset import HandSigns
from resnet_core.hands.sets import title_of
from resnet_core.network.accounting import account
from resnet_core.training.estimate import expected
from resnet_core.training.race import found
from resnet_core.training.rate_range import of_steps
from resnet_core.training.records import FAILED, INTERRUPTED, STOPPED, Run, RunError, Steps
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import default_title
from resnet_core.ui import services
from resnet_core.ui.figure import show_figure
from resnet_core.ui.navigation import link
from resnet_core.ui.notices import problem
from resnet_core.ui.page import Page, reading
from resnet_core.ui.plain import plain
from resnet_core.ui.range_records import recorded_range
from resnet_core.ui.rate_choice import Asked, train_address
from resnet_core.ui.run_view import run_tags, working


def runs_of(asked: Asked) -> list[Run | None]:
    """The runs that have looked, or are looking, for what is asked; or recorded ones."""
    everything = services.store().runs()
    return [found(everything, settings) or _recorded(settings) for settings in asked.ranges]


def _recorded(settings: RunSettings) -> Run | None:
    shipped = recorded_range(settings)
    return shipped.run if shipped else None


def _steps(run: Run) -> Steps:
    shipped = recorded_range(run.settings) if run.recorded else None
    return shipped.steps if shipped else services.store().steps(run.id)


def offer(asked: Asked, hands: HandSigns, runs: Sequence[Run | None]) -> bool:
    """Draws the button that starts what has not been measured, with what it will take.

    Returns:
        Whether it has just been started.
    """
    pairs = list(zip(asked.ranges, runs, strict=True))
    wanted = [settings for settings, run in pairs if not _usable(run) or (run is not None and run.recorded)]
    if not wanted:
        return False
    for run in runs:
        if run is not None and run.status in (FAILED, INTERRUPTED) and not _usable(run):
            problem(plain(run.reason))
    try:
        takes = sum(_expected(settings, hands) for settings in wanted)
    except ValueError as refusal:
        problem(plain(str(refusal)))
        return False
    whom = "" if len(wanted) == len(asked.ranges) else f" for {asked.labels[-1]}"
    words, button = st.columns([4, 1], vertical_alignment="center")
    words.markdown(
        f"About a hundred steps{whom}, each with a larger learning rate: **{duration(takes)}** or so. They "
        "go on when you leave the page, and who opens the same address sees them."
    )
    if button.button("Look for it", type="primary", key="rate start", width="stretch"):
        return _start(wanted)
    return False


def _usable(run: Run | None) -> bool:
    """Whether a run tells something: one that ended without a number has found where the loss explodes."""
    if run is None or run.status in (STOPPED, INTERRUPTED):
        return False
    return run.status != FAILED or run.step > 0


def _expected(settings: RunSettings, hands: HandSigns) -> float:
    cost = account(settings.spec(classes=len(hands.classes))).multiply_adds
    past = [run for run in services.store().runs() if not run.settings.is_range]
    return expected(settings, cost, len(hands.train_y), past).seconds


def _start(wanted: Sequence[RunSettings]) -> bool:
    try:
        with st.spinner("Waiting for the engine, which starts with the app."):
            for settings in wanted:
                run_id = services.store().create(settings, f"Rate: {default_title(settings)}")
                services.engine().train(run_id, services.store())
    except (EngineError, RunError) as refusal:
        problem(plain(str(refusal)))
        return False
    return True


def watch(drawn: Page, asked: Asked, runs: Sequence[Run | None]) -> None:
    """Draws the ranges as far as they are; again every second while one of them goes on."""
    going_on = any(run is not None and not run.ended for run in runs)

    @st.fragment(run_every=1.0 if going_on else None)
    def live() -> None:
        try:
            now = [_now(run) for run in runs]
        except RunError:  # deleted in another tab
            st.rerun()
        for run in now:
            if run is not None and not run.ended:
                working(run)
        show_ranges(drawn, asked, ranged(asked, now), now)
        if going_on and all(run is None or run.ended for run in now):
            st.rerun()

    live()


def _now(run: Run | None) -> Run | None:
    return run if run is None or run.recorded else services.store().run(run.id)


def ranged(asked: Asked, runs: Sequence[Run | None]) -> list[Ranged]:
    """The ranges that have at least three steps."""
    drawn: list[Ranged] = []
    for label, run in zip(asked.labels, runs, strict=True):
        if run is None:
            continue
        rates, losses = of_steps(_steps(run))
        kind = kind_of(run.settings.network)
        if len(rates) > 2:
            rank = sum(one.kind == kind for one in drawn)
            drawn.append(Ranged(label, kind, rates, losses, rank, run.status == FAILED))
    return drawn


def show_ranges(drawn: Page, asked: Asked, ranges: Sequence[Ranged], runs: Sequence[Run | None]) -> None:
    """Draws chart, reading and the way on.

    Args:
        drawn: the page.
        asked: what it is set to.
        ranges: as far as they are; nothing is drawn of none.
        runs: of them.
    """
    if not ranges:
        st.markdown("The curve stands here as soon as there are a few steps of it.")
        return
    there = [run for run in runs if run is not None]
    steps = [len(one.rates) for one in ranges]
    sets_of = {title_of(run.settings.data) for run in there if run.recorded}
    recorded = f" Recorded on {' and '.join(sorted(sets_of))}." if sets_of else ""
    show_figure(
        range_figure(ranges, drawn.look, asked.last),
        key="rate-range",
        alt=describe_ranges(ranges),
        data=ranges_table(ranges),
        caption=f"{plural(max(steps), 'step')}, seed {asked.longer.seed}. Points: the loss of each step; "
        f"lines: averaged over neighbouring steps. What leaves the chart above is cut.{recorded}",
        tags=run_tags(*there),
    )
    if any(not run.ended for run in there):
        return
    for number, one in enumerate(ranges):
        reading(sentence(one), f"rate-{number}")
    if len(ranges) > 1:
        reading(compared(*ranges), "rate-compared")
    rate = suggestion(ranges[0])
    if rate is not None:
        words = f"Train {ranges[0].label} with a learning rate of {significant(rate, 1)}"
        link("train", words, train_address(asked, rate), ":material/arrow_forward:")
