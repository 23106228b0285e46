"""Shattered gradients as a section of a page: the gradient along a line of inputs, plain and residual."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from resnet_core.figures.shattered import (
    NOISES,
    correlation_figure,
    depth_figure,
    gradient_figure,
    middle,
)
from resnet_core.figures.shattered_words import (
    Found,
    describe_correlations,
    describe_gradients,
    shattered_reading,
)
from resnet_core.figures.text import plural, significant
from resnet_core.probes.question import MOST_SEED
from resnet_core.probes.shattered import (
    LAGS,
    NETS,
    POINTS,
    SERIES,
    SPACING,
    Setting,
    along,
    correlations,
    gradients,
    line,
    references,
)
from resnet_core.ui.asking import measured, measured_in_parts
from resnet_core.ui.figure import show_figure
from resnet_core.ui.method import how_measured
from resnet_core.ui.options import Choice, Number, Option, Several
from resnet_core.ui.page import Page, reading, source_line
from resnet_core.ui.state import adopt, choose, choose_several, enter, in_popover, reset, slide

ALL_DEPTHS = (2, 10, 24, 50, 100)
DEPTHS = Several(
    "shattereddepths",
    "Depths, matrices",
    {str(depth): str(depth) for depth in ALL_DEPTHS},
    ("2", "10", "50"),
    most=4,
)
SEED = Number("shatteredseed", "First seed", 1, 0, MOST_SEED)
SEEDS = Number("shatteredseeds", "Number of seeds", 20, 5, 40, 5)
WIDTH = Choice("shatteredwidth", "Width, units in a layer", {"50": "50", "100": "100", "200": "200"}, "200")
BETA = Number(
    "shatteredbeta",
    "Factor of the branch, β",
    0.1,
    0.0,
    1.0,
    0.05,
    help="What the branch of each residual block is multiplied by before z is added. There is no batch norm "
    "in these nets; at initialisation it shrinks the branch by about the root of the depth (SkipInit, "
    "arXiv:2002.10444).",
)
SHATTERED_OPTIONS: tuple[Option, ...] = (DEPTHS, SEED, SEEDS, WIDTH, BETA)
"""What the page adopts from the address."""
_PART = 2

_NETS = (
    "Two nets with **one number in, x, and one out, y**. Both begin with z = w x + b, a number for each "
    "unit. A layer multiplies by a matrix W what relu lets through: relu(z) is z where z > 0, else 0. The "
    "**plain** net goes on with z ← W relu(z). In the **residual** net two such layers, with the matrices W "
    "and W′, are the branch of a block, and z itself is added: z ← z + β W′ relu(W relu(z)); the factor β "
    "makes the branch smaller. Both have the same w, b and matrices, drawn at random, and end with "
    "y = v · relu(z), the sum of all units, each times its random weight in v. The depth counts the "
    "matrices. The gradient is **dy/dx**, how fast y changes with x."
)
_ASKED = (
    "How much does the gradient at one input say of the gradient at the next? **White noise** is a row of "
    "independent random numbers: one says nothing of the next. **Brownian motion** (brown noise) is their "
    "running sum: neighbours are much alike. The **autocorrelation** ρ(k) tells how much a row of numbers "
    "is like itself k steps on: 1 is alike, 0 is no likeness. With gᵢ the gradient at input number i and ḡ "
    "the mean of all, ρ(k) = Σᵢ (gᵢ − ḡ)(gᵢ₊ₖ − ḡ) / Σᵢ (gᵢ − ḡ)²; Σᵢ adds over all inputs, above over "
    "those that have a partner k steps on."
)
_METHOD = (
    "Weights are drawn by He initialisation: normal, with mean 0 and variance 2 / inputs of the layer. "
    "The first layer has two inputs, x and a constant 1 (which gives b); the others have no biases. "
    f"Nothing has been trained, and there is no batch norm. The gradient is taken at {POINTS} "
    "inputs from −2 to 2, in 64-bit floats, by the chain rule, carried through the layers beside the "
    "values; tests hold it against TensorFlow's automatic differentiation and against finite differences."
    f" A less deep net is the beginning of the deeper one. Brownian motion and white noise are {SERIES} "
    f"simulated series of {POINTS} numbers each, of which the median is drawn: the autocorrelation of a "
    "short series of Brownian motion falls too, because its mean has been taken off."
)
_SOURCE = (
    "Balduzzi et al. 2017, *The shattered gradients problem: if resnets are the answer, then what is the "
    "question?*, arXiv:1702.08591, abstract: the correlation between gradients “in standard feedforward "
    "networks decays exponentially with depth resulting in gradients that resemble white noise”, while "
    "those with skip-connections are “far more resistant to shattering, decaying sublinearly”. The "
    "numbers here are measured here, on nets and a line of our own choosing."
)


def show_shattered(drawn: Page) -> None:
    """Draws the controls, the gradients along the line, their autocorrelation, and what they say.

    Args:
        drawn: the page; it need not have adopted `SHATTERED_OPTIONS` before.
    """
    adopt(*SHATTERED_OPTIONS)
    st.markdown(_NETS)
    depths, setting, seed, count = _controls()
    if not depths:
        st.info("No depth is chosen: choose at least one to see its gradients.")
        return
    _gradients(drawn, depths, setting, seed)
    st.markdown(_ASKED)
    found = _measured(depths, setting, tuple(range(seed, seed + count)))
    if found is not None:
        _correlations(drawn, found, depths, setting)
    how_measured(_METHOD, code=along, seed=seed, key="shattered")
    source_line(_SOURCE, key="shattered")


def _controls() -> tuple[tuple[int, ...], Setting, int, int]:
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-shattered"):
        depths = tuple(sorted(map(int, choose_several(DEPTHS))))
        seed, count = int(enter(SEED)), int(enter(SEEDS))
        with in_popover("More", WIDTH, BETA):
            setting = Setting(int(choose(WIDTH)), round(float(slide(BETA)), 6))
            reset(*SHATTERED_OPTIONS)
    return depths, setting, seed, count


def _gradients(drawn: Page, depths: tuple[int, ...], setting: Setting, seed: int) -> None:
    """The gradients of one seed, computed here and now: a few matrix products."""
    inputs, found = line(), gradients(setting, depths, seed)
    columns: dict[str, Any] = {"x": inputs}
    for net, name in enumerate(NETS):
        columns |= {f"{name}_{depth}": found[net, row] for row, depth in enumerate(depths)}
    show_figure(
        gradient_figure(inputs, depths, found, drawn.look),
        key="shattered-gradients",
        alt=describe_gradients(depths, found),
        data=columns,
        caption="dy/dx over x, each without its mean and divided by its standard deviation, so that all "
        f"panels have the same axes; point at a line for dy/dx itself. {_shared(setting)} Seed {seed}.",
    )


def _shared(setting: Setting) -> str:
    return f"Measured here at initialisation, width {setting.width}, β = {setting.beta:g}."


def _measured(depths: tuple[int, ...], setting: Setting, seeds: tuple[int, ...]) -> Found | None:
    """All seeds, in the engine: there others who ask the same find it, and no page waits for it."""
    every = tuple(depth for depth in ALL_DEPTHS if depth <= depths[-1])
    parts = [(setting, every, seeds[first : first + _PART]) for first in range(0, len(seeds), _PART)]
    said = f"Gradients of {plural(len(seeds), 'seed')}"
    if measured("shattered/0", f"{said}.", 340, correlations, *parts[0]) is None:
        return None
    done = measured_in_parts("shattered", said, correlations, parts)
    return None if done is None else Found(every, np.concatenate(done), references())


def _correlations(drawn: Page, found: Found, depths: tuple[int, ...], setting: Setting) -> None:
    deepest, first = depths[-1], depths[0]
    told = f"{_shared(setting)} Median and range of {plural(len(found.correlations), 'seed')}."
    left, right = st.columns(2)
    with left:
        _over_lags(drawn, found, deepest, told)
    with right:
        _over_depth(drawn, found, told)
    reading(shattered_reading(found, deepest, first), key="shattered")
    _other_branch(setting)


def _other_branch(setting: Setting) -> None:
    """The counter-example, one click away: the shortcut alone does less than with a small branch."""
    other = BETA.default if setting.beta == BETA.high else BETA.high
    st.button(
        f"Is it the shortcut, or how small the branch is? See it with β = {other:g}",
        key="shattered other beta",
        on_click=_set_beta,
        args=(other,),
    )


def _set_beta(value: float) -> None:
    st.session_state[BETA.key] = value


def _over_lags(drawn: Page, found: Found, depth: int, told: str) -> None:
    row, lags = found.depths.index(depth), range(LAGS + 1)
    lines = {name: found.noise(which) for which, name in enumerate(NOISES)}
    lines |= {f"{name}, depth {depth}": found.line(net, depth) for net, name in enumerate(NETS)}
    columns: dict[str, Any] = {"lag": lags, **{name.replace(" ", "_"): lines[name] for name in NOISES}}
    for at in found.depths:
        columns |= {f"{name}_{at}": found.line(net, at) for net, name in enumerate(NETS)}
    show_figure(
        correlation_figure(significant(SPACING), found.correlations[:, :, row], found.noises, drawn.look),
        key="shattered-autocorrelation",
        alt=describe_correlations(lags, "lag", lines),
        data=columns,
        caption=f"How alike the gradient is to itself k steps on, at depth {depth}. {told}",
    )


def _over_depth(drawn: Page, found: Found, told: str) -> None:
    neighbours = found.correlations[..., 1]
    lines: Mapping[str, Any] = {name: middle(neighbours[:, net]) for net, name in enumerate(NETS)}
    columns: dict[str, Any] = {"depth": found.depths, **lines}
    show_figure(
        depth_figure(found.depths, neighbours, drawn.look),
        key="shattered-depth",
        alt=describe_correlations(found.depths, "depth, between neighbouring inputs", lines),
        data=columns,
        caption=f"How alike it is at neighbouring inputs, over depth. {told}",
    )
