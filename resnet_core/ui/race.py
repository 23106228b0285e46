"""The race as a section of a page: two networks trained on the same batches, recorded or live, and played."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from resnet_core.engine.engine import EngineError
from resnet_core.figures.race import describe_race, race_figure
from resnet_core.figures.race_words import HE_2015, capital, finish, race_reading, race_words
from resnet_core.figures.table import Columns
from resnet_core.figures.text import duration, plural, whole
from resnet_core.hands import sets
from resnet_core.hands.dataset import HandSigns
from resnet_core.network.accounting import account
from resnet_core.training import race as racing
from resnet_core.training.estimate import expected
from resnet_core.training.race import Race, Side, side_of
from resnet_core.training.race_recording import RecordedRace, recorded_races
from resnet_core.training.recipes import RACE
from resnet_core.training.recording import RecordingError
from resnet_core.training.records import FAILED, INTERRUPTED, PAUSED, Run, RunError
from resnet_core.training.settings import RunSettings
from resnet_core.training.trainer import Trainer
from resnet_core.ui import services
from resnet_core.ui.figure import show_figure
from resnet_core.ui.hand_set import read_hands
from resnet_core.ui.method import how_measured
from resnet_core.ui.notices import problem
from resnet_core.ui.page import Page, reading, scaled, source_line
from resnet_core.ui.person import limits, person
from resnet_core.ui.plain import plain
from resnet_core.ui.race_choice import LIVE_OPTIONS, choose_race, race_choice
from resnet_core.ui.race_player import show_player
from resnet_core.ui.run_view import run_tags, working
from resnet_core.ui.state import adopt, choose

KEY = "race-curves"
_ASKED = (
    "All of this was before the first step of training, and the gradient changes with every step. So let two "
    "nets run a race: the same seed, so that layers of the same name start with the same kernels, and at "
    "every step the same pictures. **Lines** are the loss on the pictures of each step, faint, and its "
    "running mean; **marks** are the loss on test pictures after each epoch, which is one pass over all "
    "training pictures. Below, every column of colours is one step and every row one layer: how long the "
    "gradient |dL/dW| at its kernel was in that very step."
)


def show_race(drawn: Page) -> None:
    """Draws the race that the address names: one of those that ship, or a live one.

    Args:
        drawn: the page; it need not have adopted the options before.
    """
    try:
        shipped = recorded_races()
    except RecordingError as refusal:
        problem(plain(str(refusal)))
        shipped = ()
    which = race_choice(shipped)
    adopt(which, *LIVE_OPTIONS)
    st.markdown(_ASKED)
    with st.container(width=scaled(420), key="rx-controls-race"):
        name = choose(which, "select")
    recorded = next((one for one in shipped if one.name == name), None)
    if recorded is not None:
        _recorded(drawn, recorded)
    else:
        _live(drawn)
    st.markdown("**What the paper says about this race.**")
    source_line(HE_2015, "race")


def _recorded(drawn: Page, recorded: RecordedRace) -> None:
    _show(drawn, recorded.name, recorded.race, recorded.sides)


def _live(drawn: Page) -> None:
    hands = read_hands(sets.default_name())
    if hands is None:
        return
    race = choose_race(hands)
    pair = race.settings(len(hands.train_y))
    runs = _runs(pair)
    if not all(runs) or any(
        run.status in (FAILED, INTERRUPTED, PAUSED, racing.STOPPED) for run in runs if run
    ):
        place = st.empty()
        with place.container():
            started = _offer(race, pair, hands, runs)
        if started:
            place.empty()
            runs = _runs(pair)
    if all(runs):
        _watch(drawn, race, [run for run in runs if run])


def _runs(pair: Sequence[RunSettings]) -> list[Run | None]:
    everything = services.store().runs()
    return [racing.found(everything, settings) for settings in pair]


def _offer(race: Race, pair: Sequence[RunSettings], hands: HandSigns, runs: Sequence[Run | None]) -> bool:
    """The button that starts both runs, with what they will take; and why the last ones ended.

    Returns:
        Whether they have just been started.
    """
    for run in runs:
        if run is not None and run.status == FAILED:
            problem(plain(f"{run.title}: {run.reason}"))
    past = services.store().runs()
    takes = sum(
        expected(
            one, account(one.spec(size=one.side)).multiply_adds, len(hands.train_y), past, race.depth
        ).seconds
        for one in pair
    )  # fmt: skip
    st.markdown(
        f"{capital(race_words(race))}, {plural(race.epochs, 'epoch')} over "
        f"{plural(len(hands.train_y), 'training ' + hands.noun)} of {race.side}×{race.side}: about "
        f"**{duration(takes)}** for both runs, one after the other. They go on when you leave the page."
    )
    if st.button("Start it again" if any(runs) else "Start the race", type="primary", key="race start"):
        return _start(pair)
    return False


def _start(pair: Sequence[RunSettings]) -> bool:
    """Queues both runs, like any others; whoever opens the same address finds them."""
    try:
        with st.spinner("Waiting for the engine, which starts with the app."):
            for settings in pair:
                run_id = services.store().create(
                    settings, racing.title(settings), person=person(), limits=limits()
                )
                services.engine().train(run_id, services.store())
    except (EngineError, RunError) as refusal:
        problem(plain(str(refusal)))
        return False
    return True


def _watch(drawn: Page, race: Race, runs: Sequence[Run]) -> None:
    """Draws both runs; again every other second while one of them may go on."""
    going_on = any(not run.ended for run in runs)

    @st.fragment(run_every=2.0 if going_on else None)
    def live() -> None:
        store = services.store()
        try:
            now = [store.run(run.id) for run in runs]
        except RunError:  # deleted in another tab
            st.rerun()
        for run in now:
            if not run.ended:
                working(run)
        one, other = (side_of(store, kind, run) for kind, run in zip(race.pair, now, strict=True))
        if any(len(side.steps) for side in (one, other)):
            _show(drawn, f"live {runs[0].id}", race, (one, other))
        if going_on and all(run.ended for run in now):
            st.rerun()

    live()


def _show(drawn: Page, name: str, race: Race, sides: tuple[Side, Side]) -> None:
    """Draws player, chart, reading and method of a race, however far it is."""
    end = max([1, *(side.run.steps for side in sides)])
    show_player(drawn, name, sides, end, KEY)
    every = sides[0].run.settings.gradients_every
    kept = "every step" if every == 1 else f"one step in {every}, from the first on"
    show_figure(
        race_figure(sides, drawn.look, end),
        key=KEY,
        alt=describe_race(sides),
        data=columns_of(sides),
        caption=(
            f"{capital(race_words(race))}; seed {race.seed}, "
            f"{sides[0].run.settings.batch_size} pictures a step, learning rate {race.learning_rate:g}. "
            f"Gradients of {kept}. Lines that leave the axis are cut, open marks on its edge are test losses "
            "beyond it, and an empty cell is a gradient of exactly 0."
        ),
        tags=run_tags(*(side.run for side in sides)),
    )
    reached = finish(sides)
    if reached is None:
        st.markdown("What it says stands here as soon as both have completed an epoch.")
    else:
        reading(" ".join(race_reading(*reached)), "race")
    _method(race, sides)


def columns_of(sides: Sequence[Side]) -> Columns:
    """Every number of the chart, as columns for a CSV file."""
    columns: dict[str, Any] = {}
    for side in sides:
        tests = [record for record in side.epochs if record.test_loss is not None]
        norms = side.norms.on_the_main_path()
        columns[f"{side.kind} step"] = side.steps.step
        columns[f"{side.kind} training loss"] = side.steps.loss
        columns[f"{side.kind} test step"] = [record.step for record in tests]
        columns[f"{side.kind} test loss"] = [record.test_loss for record in tests]
        columns[f"{side.kind} gradient step"] = norms.step
        for place, layer in enumerate(norms.layers):
            columns[f"{side.kind} |dL/dW| layer {layer.number}"] = norms.norms[:, place]
    return columns


def _method(race: Race, sides: Sequence[Side]) -> None:
    run = sides[0].run
    data, versions = run.card.get("data", {}), run.card.get("versions", {})
    when = f"Recorded on {run.recorded}" if run.recorded else "Measured here"
    with_what = ", ".join(f"{name} {version}" for name, version in versions.items())
    pictures = (
        f"the {whole(data['training'])} training pictures of {sets.title_of(str(data['name']))}, reduced to "
        f"{race.side}×{race.side} pixels, values from 0 to 1"
        if data
        else "its pictures"
    )
    how_measured(
        f"{when}: two ordinary runs, one after the other, on {pictures}; test losses on its "
        f"{data.get('test', 0)} test pictures, with the moving averages of batch norm. {RACE.why} The "
        "networks are those of He et al. 2015, section 4.2, with three stages of 16, 32 and 64 filters. The "
        "norms are those of the gradients that the steps themselves took, so no further backward pass was "
        "needed; layers on shortcuts are not counted. Medians are over the kept steps of an epoch. A run is "
        f"said to be ahead where the other's training loss is at least a tenth larger.\n\n{with_what}.",
        code=Trainer._step,
        seed=race.seed,
        key="race",
    )
