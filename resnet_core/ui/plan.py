"""The controls of a training run, and what is known of it before it starts."""

from __future__ import annotations

import dataclasses
from functools import cache

import streamlit as st

from resnet_core.figures.recipe_words import settings_of
from resnet_core.figures.text import duration, large, whole
from resnet_core.network.accounting import account
from resnet_core.network.architecture import OWN, Architecture
from resnet_core.network.catalogue import NAMES, network
from resnet_core.training.estimate import expected
from resnet_core.training.precision import fast_bfloat16, usual_precision
from resnet_core.training.recipes import RECIPES, Recipe
from resnet_core.training.records import Run
from resnet_core.training.settings import MAX_BATCH, MAX_EPOCHS, RunSettings
from resnet_core.ui.hand_set import adopt_hands, hands_option
from resnet_core.ui.navigation import link
from resnet_core.ui.options import Choice, Number, Option
from resnet_core.ui.own_block import adopt_own, choose_own, own_address, own_architecture
from resnet_core.ui.plain import plain
from resnet_core.ui.state import adopt, choose, enter, reset

_WIDTHS = {"0.25": "Quarter", "0.5": "Half", "1": "Full"}
_PRECISIONS = {"float32": "float32, 32 bits", "bfloat16": "bfloat16, 16 bits"}
_BEFORE, _NETWORK_BEFORE = "recipe before", "network before"
#: Training these would take hours on two cores; they are for the pages that only describe networks.
_TOO_DEEP = ("1202",)


@cache
def trainable_networks() -> dict[str, str]:
    """Names and titles of the networks that a person may train."""
    names = [name for name in NAMES if not name.endswith(_TOO_DEEP)]
    return {name: network(name).title for name in names} | {OWN: "Own block, stacked"}


NETWORK = Choice("network", "Network", trainable_networks(), RunSettings.network)
RECIPE = Choice("recipe", "Recipe", {name: recipe.title for name, recipe in RECIPES.items()}, "lecture")
SEED = Number("seed", "Seed", RunSettings.seed, 0, 9999, help="Of weights, order and augmentation.")
BATCH = Number("batch", "Pictures a step", RunSettings.batch_size, 2, MAX_BATCH, help="The batch size.")
SHARE = Number("validation", "Held back for validation, share", RunSettings.validation_share, 0.0, 0.5, 0.05)

KEEP = Number(
    "keep", "Gradients kept, one step in", 4, 0, 1000,
    help="The norm of the gradient of each kernel is kept at every so many steps, from the first on; 0 keeps "
    "none.",
)  # fmt: skip


def width_of(name: str) -> Choice:
    """The option of the width: a block of one's own is trained as it was built, others at a quarter."""
    return Choice(
        "width", "Width, share of the filters", _WIDTHS, "1" if name == OWN else f"{RunSettings.width:g}"
    )


def _epochs(recipe: str) -> Number:
    return Number("epochs", "Epochs", RECIPES[recipe].epochs, 1, MAX_EPOCHS, help="Passes over the pictures.")


def _rate(recipe: str) -> Number:
    return Number(
        "rate", "Learning rate, peak", RECIPES[recipe].learning_rate, 1e-6, 10.0, 1e-4,
        help="A loss that grows asks for a smaller one.",
    )  # fmt: skip


def _precision(recipe: str) -> Choice:
    fast = "has" if fast_bfloat16() else "has no"
    return Choice(
        "precision", "Numbers between the layers", _PRECISIONS, usual_precision(RECIPES[recipe]),
        help="bfloat16 has the range of float32 and 8 significant bits in place of 24, so that half as much "
        f"is moved. This machine {fast} instructions for it. Weights, statistics of the batch norm, loss and "
        "optimiser are float32 with either, and so are all answers of the trained network.",
    )  # fmt: skip


def adopt_plan() -> None:
    """Takes the plan from the address; the recipe first, since others have their defaults from it."""
    adopt(RECIPE)
    adopt_hands(hands_option())
    adopt(NETWORK)
    adopt_own()
    recipe = st.session_state[RECIPE.key]
    if st.query_params.get(RECIPE.key, RECIPE.default) == recipe:
        st.session_state[_BEFORE] = recipe  # nobody has just chosen it: epochs in the address are meant
    name = st.session_state[NETWORK.key]
    if st.query_params.get(NETWORK.key, NETWORK.default) == name:
        st.session_state[_NETWORK_BEFORE] = name  # likewise with the width
    adopt(*_options(recipe))


def _options(recipe: str) -> tuple[Option, ...]:
    name = st.session_state[NETWORK.key]
    return (
        NETWORK,
        width_of(name),
        hands_option(),
        RECIPE,
        _epochs(recipe),
        SEED,
        BATCH,
        SHARE,
        _rate(recipe),
        _precision(recipe),
        KEEP,
    )


def choose_plan() -> RunSettings:
    """Draws the controls and returns the settings they say.

    Raises:
        ValueError: A setting out of range, or a block of one's own that cannot be stacked so.
    """
    name = choose(NETWORK, "select")
    own = _choose_own() if name == OWN else Architecture(name)
    _follow_network(name)
    width = choose(width_of(name))
    hands = hands_option()
    data = choose(hands) if len(hands.names) > 1 else hands.default
    recipe = choose(RECIPE, "radio")
    _follow(recipe)
    left, right = st.columns(2)
    with left:
        epochs = enter(_epochs(recipe))
    with right:
        seed = enter(SEED)
    with st.expander("More"):
        batch, share, rate = enter(BATCH), enter(SHARE), enter(_rate(recipe))
        precision = choose(_precision(recipe), "radio")
        enter(KEEP)
        reset(*_options(recipe))
    _explain(dataclasses.replace(RECIPES[recipe], precision=precision))
    usual = RECIPES[recipe].learning_rate
    return RunSettings(
        network=name, block=own.block, plan=own.plan, width=float(width), data=data, recipe=recipe,
        epochs=epochs, batch_size=batch, seed=seed, validation_share=share,
        learning_rate=None if rate == usual else rate, precision=precision,
    )  # fmt: skip


def recipe_now() -> str:
    """The name of the recipe that is chosen now."""
    return str(st.session_state[RECIPE.key])


def with_gradients(settings: RunSettings) -> RunSettings:
    """The settings with the gradients that a person wants kept; none where stages are frozen.

    Args:
        settings: of the plan and of what it begins with.
    """
    kept = 0 if settings.frozen_stages else int(st.session_state[KEEP.key])
    return dataclasses.replace(settings, gradients_every=kept)


def _explain(recipe: Recipe) -> None:
    """Draws what a recipe does and why, and each of its settings."""
    st.caption(recipe.why)
    with st.expander("What this recipe sets"):
        for name, value, reason in settings_of(recipe):
            st.markdown(f"**{name}**: {value}. {reason}")
        link("averages", "Why this momentum matters")
        link("rate", "Which learning rate?")


def _choose_own() -> Architecture:
    """Draws the block and its stages, and the ways to where both can be seen and changed.

    Raises:
        ValueError: The stages cannot be read.
    """
    with st.expander("The block and its stages"):
        choose_own()
    own = own_architecture()
    link("map", "See it as a network", own_address(own))
    link("build", "Change the block", {"block": own.block})
    return own


def _follow(recipe: str) -> None:
    """Take the epochs, the learning rate and the precision of a recipe that has just been chosen."""
    before = st.session_state.get(_BEFORE, recipe)
    st.session_state[_BEFORE] = recipe
    if before != recipe:
        for option in (_epochs(recipe), _rate(recipe), _precision(recipe)):
            st.session_state[option.key] = option.default


def _follow_network(name: str) -> None:
    """Take the usual width of a network that has just been chosen, where it is another than before."""
    before = st.session_state.get(_NETWORK_BEFORE, name)
    st.session_state[_NETWORK_BEFORE] = name
    if width_of(before).default != width_of(name).default:
        st.session_state[width_of(name).key] = width_of(name).default


def what_it_takes(settings: RunSettings, classes: int, pictures: int, past: list[Run]) -> str:
    """One sentence: parameters, multiply-adds and the expected time.

    Args:
        settings: of the run.
        classes: of its pictures.
        pictures: trained on in each epoch.
        past: runs that may tell how fast this machine is.

    Raises:
        ValueError: The network cannot be built.
    """
    cost = account(settings.spec(classes=classes))
    time = expected(settings, cost.multiply_adds, pictures, past)
    return (
        f"{whole(cost.parameters)} parameters, {large(cost.multiply_adds)} multiply-adds a picture; "
        f"about **{duration(time.seconds)}** ({plain(time.basis)})."
    )
