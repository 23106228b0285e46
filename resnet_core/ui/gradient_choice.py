"""What the gradient page can be set to: two networks, their depth, and how they start; all in the address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import streamlit as st

from resnet_core.figures.gradient_flow import TITLES
from resnet_core.network.architecture import USUAL_BLOCK
from resnet_core.probes.gradient_setting import (
    FUNCTIONS,
    KINDS,
    MOST_DEPTH,
    MOST_PICTURES,
    MOST_SEED,
    Setting,
)
from resnet_core.ui.options import Choice, Number, Option, Switch, Text
from resnet_core.ui.own_block import BLOCK as OWN_BLOCK
from resnet_core.ui.page import just_entered, scaled
from resnet_core.ui.state import (
    adopt,
    adopt_afresh,
    choose,
    enter,
    in_popover,
    reset,
    slide,
    switch,
    text_of,
    type_in,
)

PREVIEW = {"pictures": 8, "side": 32}
SIDE = 64
_PAIRS = {
    f"{one}-{other}": f"{TITLES[one].capitalize()} and {TITLES[other]}"
    for one, other in combinations(KINDS, 2)
}
DEPTH = Number("depth", "Depth, 6n+2 layers", 56, 8, MOST_DEPTH, 6)
NORM = Choice(
    "norm",
    "Batch norm",
    {"on": "On", "off": "Off"},
    "off",
    "Brings each channel to mean 0 and variance 1 over the pictures at hand.",
)
INIT = Choice(
    "init",
    "Kernels start as",
    {"glorot": "Glorot", "he": "He", "orthogonal": "Orthogonal"},
    "glorot",
    "The kernels, the weights of the layers, begin as random numbers of mean 0. Their variance after He: 2 "
    "over what enters a value; after Glorot: 2 over what enters it plus what it enters. Orthogonal kernels "
    "keep lengths.",
)
PAIR = Choice("pair", "Networks", _PAIRS, "plain-residual")
CURE = Choice(
    "cure",
    "Branches start",
    {
        "none": "As drawn",
        "zero": "Last layer at 0",
        "rezero": "Times 0 (ReZero, SkipInit)",
        "sqrt": "Times 1/√N",
    },
    "none",
    "What the branches F of nets with shortcuts start with; N is the number of blocks. Plain nets have no "
    "branches.",
)
SHORTCUT = Choice(
    "shortcut",
    "On every shortcut",
    {"identity": "Nothing", "scaled": "A number", "gated": "A gate, 1 − g"},
    "identity",
    "g is the sigmoid of a 1×1 convolution of x plus a bias (He et al. 2016, section 3.1).",
)
VALUE = Number("value", "That number, or the bias of the gate", 0.5, -10.0, 10.0, 0.1)
OPTION = Choice(
    "option",
    "Where the shape changes",
    {"A": "Zeros (option A)", "B": "1×1 convolution (option B)"},
    "A",
)
FUNCTION = Choice("activation", "Activation", {name: name for name in FUNCTIONS}, "relu")
WIDTH = Choice(
    "width", "Width, times 16, 32 and 64 filters", {"0.5": "Half", "1": "Full", "2": "Double"}, "1"
)
SEED = Number("seed", "First seed", 1, 0, MOST_SEED - 4)
SEEDS = Number("seeds", "Seeds", 3, 1, 5)
PICTURES = Number("pictures", "Pictures", MOST_PICTURES, 8, MOST_PICTURES, 8)
CENTRED = Switch(
    "centred",
    "Mean colour subtracted",
    help="The networks that this app trains see values from 0 to 1; with the mean subtracted, around 0.",
)
PREDICT = Switch(
    "predict",
    "Predict first",
    help="Before the result of a corner or a cure is shown, say what you expect of it.",
)
BLOCK = Text(OWN_BLOCK.key, OWN_BLOCK.label, USUAL_BLOCK, OWN_BLOCK.tidy, OWN_BLOCK.most, OWN_BLOCK.help)
OPTIONS: tuple[Option, ...] = (
    DEPTH, NORM, INIT, PAIR, CURE, SHORTCUT, VALUE, OPTION, FUNCTION, WIDTH, SEED, SEEDS, PICTURES,
    CENTRED, PREDICT,
)  # fmt: skip
_NAMES = {"glorot": "glorot_uniform", "he": "he_normal", "orthogonal": "orthogonal"}
AGAIN, _TOLD = "gradients drawn again", "gradients told"
"""Set before the page is drawn again by itself: what was told of the address must not vanish then."""
CORNERS = tuple((norm, init) for norm in ("off", "on") for init in ("glorot", "he"))


_MORE: tuple[Option, ...] = (SHORTCUT, VALUE, OPTION, FUNCTION, WIDTH, SEED, SEEDS, PICTURES, CENTRED)


@dataclass(frozen=True)
class Asked:
    """What the page is set to.

    Attributes:
        pair: a setting for each of the two networks, of the first seed and the full size.
        seeds: how many.
    """

    pair: tuple[Setting, ...]
    seeds: int

    def preview(self) -> list[Setting]:
        """One seed, few and small pictures."""
        return [replace(one, **PREVIEW) for one in self.pair]  # type: ignore[arg-type]

    def full(self) -> list[Setting]:
        """Every seed of both networks, seed by seed."""
        return [replace(one, seed=one.seed + number) for number in range(self.seeds) for one in self.pair]

    def corner(self, norm: str, init: str) -> list[Setting]:
        """The two networks in another corner, three seeds at preview size, seed by seed."""
        changed = {"batch_norm": norm == "on", "initializer": _NAMES[init]}
        return [
            replace(one, seed=one.seed + number, **changed)  # type: ignore[arg-type]
            for number in range(3)
            for one in self.preview()
        ]


def ask() -> Asked:
    """Draws the controls, six in sight, and returns what they say.

    Raises:
        ValueError: An own block that cannot be stacked.
    """
    told = adopt(*OPTIONS)
    told += (adopt_afresh if just_entered() else adopt)(BLOCK)  # other pages call their block the same
    if st.session_state.pop(AGAIN, False):
        for wrong in st.session_state.get(_TOLD, []):
            st.info(wrong)
    else:
        st.session_state[_TOLD] = told
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-gradients"):
        with st.container(width=scaled(230)):
            kinds = choose(PAIR, "select").split("-")
        with st.container(width=scaled(220)):
            depth = int(slide(DEPTH))
        norm, init = choose(NORM), choose(INIT)
        with st.container(width=scaled(230)):
            cure = choose(CURE, "select")
        with in_popover("More", *_MORE, *([BLOCK] if "own" in kinds else [])):
            more = _more("own" in kinds)
    shared: dict[str, Any] = {
        "depth": depth,
        "batch_norm": norm == "on",
        "initializer": _NAMES[init],
        "zero_init": cure == "zero",
        "branch": {"rezero": "zero", "sqrt": "sqrt"}.get(cure, "one"),
        "side": SIDE,
        **more,
    }
    block = text_of(BLOCK)
    pair = tuple(Setting(kind, block=block if kind == "own" else "", **shared) for kind in kinds)
    return Asked(pair, int(st.session_state[SEEDS.key]))


def _more(own: bool) -> dict[str, Any]:
    if own:
        type_in(BLOCK)
    shortcut = choose(SHORTCUT)
    value = float(enter(VALUE)) if shortcut != "identity" else 1.0
    option, function = choose(OPTION), choose(FUNCTION, "select")
    width = float(choose(WIDTH))
    one, two, three = st.columns(3)
    with one:
        seed = int(enter(SEED))
    with two:
        enter(SEEDS)
    with three:
        pictures = int(enter(PICTURES))
    centred = switch(CENTRED)
    reset(*OPTIONS)
    return {
        "shortcut": shortcut,
        "value": value,
        "option": option,
        "activation": function,
        "width": width,
        "seed": seed,
        "pictures": pictures,
        "centred": centred,
    }


def put(option: Option, value: str) -> None:
    """Sets an option from a button's callback, as if its control had been moved."""
    st.session_state[option.key] = value
