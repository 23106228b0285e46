"""The algebra of the shortcut as a section of a page: the formula step by step, and its terms measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from resnet_core.figures.gradient_algebra import (
    describe_terms,
    expanded,
    lengths_figure,
    name_of,
    product,
    shares_figure,
    sums_up,
    terms_reading,
)
from resnet_core.figures.gradient_words import corner_words
from resnet_core.figures.table import Columns
from resnet_core.figures.text import duration, plural
from resnet_core.hands.dataset import HandSigns
from resnet_core.probes.gradient_setting import Setting
from resnet_core.probes.gradient_terms import Run, Terms, gradient_terms, runs_of
from resnet_core.ui import gradient_choice
from resnet_core.ui.asking import measured
from resnet_core.ui.figure import show_figure
from resnet_core.ui.hand_set import rendered_words
from resnet_core.ui.method import how_measured
from resnet_core.ui.options import Choice
from resnet_core.ui.page import Page, reading, scaled, source_line
from resnet_core.ui.state import adopt, choose

NET = Choice(
    "unrollednet",
    "In the net",
    {"preactivation": "Pre-activation", "residual": "Residual"},
    "preactivation",
    "Pre-activation: nothing stands behind the addition, so the formula holds as it is (He et al. 2016). "
    "Residual: a ReLU stands behind each addition (He et al. 2015) and is a factor of every term.",
)
BLOCKS = "unrolledblocks"
"""The name in the address of the blocks."""
_HEIGHT = 760


def show_unrolled(drawn: Page, setting: Setting, hands: HandSigns) -> None:
    """Draws the controls, the steps of the formula, the measured terms and what they say.

    Args:
        drawn: the page.
        setting: of the page's first network: its depth, start, activation and so on are taken.
        hands: whose first test pictures are taken.
    """
    adopt(NET)
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-unrolled"):
        kind = choose(NET)
        runs = runs_of(replace(setting, **gradient_choice.PREVIEW), kind)  # type: ignore[arg-type]
        run = _chosen(runs) if runs else None
    if run is None:
        st.markdown(
            f"A {NET.names[kind].lower()} net of {setting.depth} layers has no block that adds x itself "
            "untouched; choose more layers."
        )
        return
    steps, bars = st.columns([5, 7], gap="medium")
    with steps:
        _steps(run)
    taken = slice(run.setting.pictures)
    arguments = (run, hands.test_x[taken], hands.test_y[taken])
    sentence = f"Measuring {plural(2**run.count, 'term')} of the gradient."
    with bars:
        found = measured("gradients/terms", sentence, _HEIGHT, gradient_terms, *arguments)
        if found is not None:
            _bars(drawn, found, hands)
    if found is not None:
        for number, one in enumerate(terms_reading(found)):
            reading(one, f"terms-{number}")
        _method(found, hands)


def _chosen(runs: Sequence[Run]) -> Run:
    """The blocks that the address and the control name, of those that there are."""
    by_key = {f"{run.stage}-{run.first}": run for run in runs}
    names = {key: _named(run) for key, run in by_key.items()}
    option = Choice(BLOCKS, "Through", names, next(iter(names)))
    adopt(option)
    with st.container(width=scaled(260)):
        return by_key[choose(option, "select")]


def _named(run: Run) -> str:
    if run.count == 1:
        return f"{run.stage}_x, block {run.first}"
    return f"{run.stage}_x, blocks {run.first} to {run.first + run.count - 1}"


def _steps(run: Run) -> None:
    """Writes the formula step by step, for as many blocks as there are and with what stands behind them."""
    count, masked = run.count, run.setting.kind == "residual"
    end = count + 1
    blocks = ", ".join(f"$F_{number}$ is that of {name}" for number, name in enumerate(run.blocks, start=1))
    st.markdown(
        f"Call $x_1$ what enters {run.blocks[0]} and $x_{end}$ what leaves {run.blocks[-1]}. $F$ is the "
        f"branch of a block, its layers beside the shortcut: {blocks}."
    )
    steps = [_one_block(run) if masked else _ONE_BLOCK]
    if not masked:
        steps += _as_in_the_paper(count)
    later = "Each later $x_i$ depends on $x_1$ too. " if count > 1 and not masked else ""
    steps.append(
        f"**Block after block.** {later}Write $F_i'$ for the derivative of $F_i(x_i)$ by $x_i$. As $x$ has "
        "many values, it is a table of derivatives, a Jacobian matrix, and 1 stands for the table that "
        f"changes nothing.\n\n   $${_slope('L', 'x_1')} = {_slope('L', f'x_{end}')}\\,"
        f"{product(count, masked)}$$"
    )
    places = "its place" if count == 1 else "their places"
    steps.append(
        f"**Multiplied out** there are {plural(2**count, 'term')}, one for each way back through the blocks, "
        f"through a branch or past it: ${expanded(count)}$"
        + (f", each with {_masks(count)} in {places}." if masked else ".")
    )
    st.markdown("\n\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1)))


_ONE_BLOCK = (
    "**One block** adds what its branch makes of its input to that input:\n\n   $$x_{i+1} = x_i + F_i(x_i)$$"
)


def _one_block(run: Run) -> str:
    """One block with something behind its addition, which equation 5 of the paper leaves out."""
    relu = run.setting.activation == "relu"
    what = (
        "the ReLU, which sets to 0 what is negative" if relu else f"the activation, {run.setting.activation}"
    )
    slope = "1 where the sum is positive and 0 elsewhere" if relu else "what it makes of a small change"
    return (
        "**One block** adds what its branch makes of its input to that input, and $\\sigma$ follows, "
        f"{what}:\n\n   $$x_{{i+1}} = \\sigma\\left(x_i + F_i(x_i)\\right)$$\n\n   Its derivative $D_i$ is "
        f"{slope}. Equation 5 of He et al. 2016 leaves it out; with $D_i$ as a factor it is exact."
    )


def _slope(of: str, by: str) -> str:
    return f"\\dfrac{{d{of}}}{{d{by}}}"


def _as_in_the_paper(count: int) -> list[str]:
    end = f"x_{count + 1}"
    whole = " + ".join(["x_1", *(f"F_{number}(x_{number})" for number in range(1, count + 1))])
    rest = f"{_slope('', 'x_1')}\\sum_{{i=1}}^{{{count}}} F_i(x_i)"
    return [
        f"**All of them together** (He et al. 2016, equation 4):\n\n   $${end} = {whole}$$",
        "**The derivative**, by the chain rule (equation 5 there):\n\n   "
        f"$${_slope('L', 'x_1')} = {_slope('L', end)}\\left(1 + {rest}\\right)$$\n\n"
        "   The 1 is the derivative of $x_1$ by itself: this part of the gradient arrives as it was, "
        "whatever the weights are. A plain block, $x_{i+1} = F_i(x_i)$, has no such part.",
    ]


def _masks(count: int) -> str:
    return " and ".join(filter(None, [", ".join(f"$D_{n}$" for n in range(count, 1, -1)), "$D_1$"]))


def _bars(drawn: Page, found: Terms, hands: HandSigns) -> None:
    setting = found.run.setting
    tags = [tag for tag in [rendered_words(hands.rendered)] if tag]
    data: Columns = {
        "term": [name_of(one.through) for one in found.terms],
        "branches": [len(one.through) for one in found.terms],
        "length": [one.length for one in found.terms],
        "share": [one.share for one in found.terms],
    }
    pictures = f"{plural(setting.pictures, 'test ' + hands.noun)} of {setting.side}×{setting.side}"
    how = (
        f"At initialisation, {setting.depth} layers, {corner_words(setting)}; {pictures}; "
        f"seed {setting.seed}."
    )
    show_figure(
        lengths_figure(found, drawn.look),
        key="terms-length",
        alt=describe_terms(found, "length"),
        data=data,
        caption=f"How long each term is. {how}",
        tags=tags,
    )
    show_figure(
        shares_figure(found, drawn.look),
        key="terms-share",
        alt=describe_terms(found, "share"),
        data=data,
        caption="How much of dL/dx₁ each term makes. Lengths do not add up, as the terms point in different "
        "directions; shares do, to 100 %.",
        tags=tags,
    )


def _method(found: Terms, hands: HandSigns) -> None:
    how_measured(
        f"Measured here: {plural(found.run.setting.pictures, 'test picture')} of {hands.title} went forward "
        f"through the whole net and back to the end of the blocks; from there each term was carried back by "
        "itself, through the branch of a block or past it, as a product of the gradient with the table of "
        "derivatives (TensorFlow's vector-Jacobian product), all pictures together, as batch norm ties them. "
        "The net is that of the page, with nothing on its shortcuts. The share of a term is its scalar "
        "product with dL/dx₁, all values multiplied pairwise and summed, over that of dL/dx₁ with itself. "
        f"{sums_up(found)} All passes took {duration(found.seconds)}.",
        code=gradient_terms,
        seed=found.run.setting.seed,
        key="terms",
    )
    source_line(
        "the formula: He et al. 2016, *Identity mappings in deep residual networks*, arXiv 1603.05027, "
        "equations 3 to 5, where the loss is called ℰ; multiplied out as in Veit et al. 2016, *Residual "
        "networks behave like ensembles of relatively shallow networks*, arXiv 1605.06431. The numbers are "
        "measured here.",
        "terms",
    )
