"""What a race can be set to: one of those that ship, or a live one of few layers; all in the address."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from resnet_core.figures.race import NAMES
from resnet_core.figures.race_words import race_words
from resnet_core.hands.dataset import HandSigns
from resnet_core.training.race import PAIRS, Race
from resnet_core.training.race_recording import RecordedRace
from resnet_core.training.recipes import RACE
from resnet_core.ui.gradient_choice import INIT as PAGE_INIT
from resnet_core.ui.gradient_choice import NORM as PAGE_NORM
from resnet_core.ui.options import Choice, Number, Option
from resnet_core.ui.state import choose, enter, in_popover, reset

LIVE = "live"
"""The race that is no recording, in addresses."""
PAIR = Choice(
    "racepair",
    "Networks",
    {"-".join(pair): f"{NAMES[pair[0]].capitalize()} and {NAMES[pair[1]]}" for pair in PAIRS},
    "plain-residual",
)
DEPTH = Choice("racedepth", "Depth, layers", {"8": "8", "14": "14", "20": "20"}, "8")
NORM = Choice("racenorm", "Batch norm", {"on": "On", "off": "Off"}, "on")
INIT = Choice("raceinit", "Kernels start as", dict(PAGE_INIT.names), "he")
EPOCHS = Number("raceepochs", "Epochs", RACE.epochs, 1, 60, help="Passes over the pictures.")
SEED = Number("raceseed", "Seed", 1, 0, 9999, help="Of the kernels and of the order of the pictures.")
RATE = Number(
    "racerate", "Learning rate", RACE.learning_rate, 1e-6, 1.0, 1e-4,
    help="A loss that grows asks for a smaller one.",
)  # fmt: skip
LIVE_OPTIONS: tuple[Option, ...] = (PAIR, DEPTH, NORM, INIT, EPOCHS, SEED, RATE)
"""What a live race can be set to."""
_INITIALISERS = {"glorot": "glorot_uniform", "he": "he_normal", "orthogonal": "orthogonal"}


def race_choice(shipped: Sequence[RecordedRace]) -> Choice:
    """The choice of a race: those that ship, the deepest first, and the live one."""
    deepest = sorted(shipped, key=lambda one: (-one.race.depth, one.name))
    names = {one.name: f"Recorded: {race_words(one.race)}" for one in deepest}
    return Choice("race", "Race", {**names, LIVE: "Live, on this machine"}, next(iter(names), LIVE))


def choose_race(hands: HandSigns) -> Race:
    """Draws the controls of a live race, three in sight, and returns what they say."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-race-live"):
        depth, norm, init = int(choose(DEPTH)), choose(NORM), choose(INIT)
        with in_popover("More", PAIR, EPOCHS, SEED, RATE):
            kinds = choose(PAIR, "select").split("-")
            epochs, seed, rate = int(enter(EPOCHS)), int(enter(SEED)), float(enter(RATE))
            reset(*LIVE_OPTIONS)
        _as_above(norm, init)
    one, other = kinds
    return Race(
        (one, other), depth, norm == "on", _INITIALISERS[init], hands.name, seed, epochs, rate,
    )  # fmt: skip


def _as_above(norm: str, init: str) -> None:
    """One click to the batch norm and the kernels that the top of the page is set to."""
    above = {key: st.session_state.get(option.key) for key, option in ((NORM, PAGE_NORM), (INIT, PAGE_INIT))}
    if all(above.values()) and (norm, init) != tuple(above.values()):
        st.button(
            "Batch norm and kernels as above", key="race as above", on_click=_put, args=tuple(above.values())
        )


def _put(norm: str, init: str) -> None:
    st.session_state[NORM.key], st.session_state[INIT.key] = norm, init
