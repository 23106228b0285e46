"""What the learning-rate page can be set to: a network, a recipe, and what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from resnet_core.hands.dataset import HandSigns
from resnet_core.network.catalogue import network
from resnet_core.training.rate_range import other, range_of
from resnet_core.training.recipes import RECIPES
from resnet_core.training.settings import RunSettings
from resnet_core.ui.options import Choice, Number, Option
from resnet_core.ui.page import scaled
from resnet_core.ui.state import adopt, choose, enter, in_popover, reset

_NAMES = ("resnet18", "resnet50", "plain18", "plain50", "cifar_resnet20", "cifar_resnet56")
NETWORK = Choice("ratenet", "Network", {name: network(name).title for name in _NAMES}, "resnet50")
RECIPE = Choice(
    "raterecipe",
    "Recipe",
    {name: recipe.title for name, recipe in RECIPES.items()},
    RunSettings.recipe,
    "Everything but the learning rate is as in this recipe.",
)
LAST = Choice(
    "last", "Up to a rate of", {"0.01": "0.01", "0.1": "0.1", "1": "1", "10": "10"}, "1",
    "The first is one millionth.",
)  # fmt: skip
WITH = Choice(
    "with",
    "Beside it",
    {
        "none": "Nothing",
        "plain": "Without shortcuts",
        "norm": "Without batch norm",
        "batch": "8 pictures a step",
    },
    "none",
)
WIDTH = Choice(
    "ratewidth", "Width, share of the filters", {"0.25": "Quarter", "0.5": "Half", "1": "Full"}, "0.25"
)
BATCH = Choice("ratebatch", "Pictures a step", {name: name for name in ("16", "32", "64")}, "32")
SEED = Number("rateseed", "Seed", RunSettings.seed, 0, 9999, help="Of weights, order and augmentation.")
OPTIONS: tuple[Option, ...] = (NETWORK, RECIPE, LAST, WITH, WIDTH, BATCH, SEED)
_WORDS = {
    "plain": "without shortcuts", "norm": "without batch norm", "batch": "8 pictures a step"
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the page is set to.

    Attributes:
        longer: the run for which a rate is looked for.
        ranges: the short runs that look for it, one or two.
        labels: of each.
        last: rate at which they end.
    """

    longer: RunSettings
    ranges: tuple[RunSettings, ...]
    labels: tuple[str, ...]
    last: float


def ask(hands: HandSigns) -> Asked:
    """Draws the controls, four in sight, and returns what they say.

    Args:
        hands: to learn from.
    """
    adopt(*OPTIONS)
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-rate"):
        with st.container(width=scaled(230)):
            name = choose(NETWORK, "select")
        with st.container(width=scaled(250)):
            recipe = choose(RECIPE, "select")
        with st.container(width=scaled(210)):
            how = choose(WITH, "select")
        last = float(choose(LAST))
        with in_popover("More", WIDTH, BATCH, SEED):
            width, batch, seed = float(choose(WIDTH)), int(choose(BATCH)), int(enter(SEED))
            reset(*OPTIONS)
    data = "rendered" if hands.rendered else "signs"
    longer = RunSettings(network=name, width=width, data=data, recipe=recipe, batch_size=batch, seed=seed)
    second = other(longer, how)
    both = [longer] if second is None else [longer, second]
    count = len(hands.train_y)
    title = network(name).title
    labels = [title] if second is None else [title, _label(second, how)]
    return Asked(longer, tuple(range_of(one, last, count) for one in both), tuple(labels), last)


def _label(second: RunSettings, how: str) -> str:
    title = network(second.network).title
    return title if how == "plain" else f"{title}, {_WORDS[how]}"


def train_address(asked: Asked, rate: float) -> dict[str, str]:
    """The address of the Train page with these settings and a rate."""
    longer = asked.longer
    return {
        "network": longer.network,
        "width": f"{longer.width:g}",
        "data": longer.data,
        "recipe": longer.recipe,
        "batch": str(longer.batch_size),
        "seed": str(longer.seed),
        "rate": f"{rate:g}",
    }
