"""What flows back through a block: y is pushed in a fixed direction, and this is what arrives at x."""

from __future__ import annotations

import io

import numpy as np
import streamlit as st

from resnet_core.figures.back_maps import Arrived, arrived_html
from resnet_core.figures.palette import Kind
from resnet_core.figures.stacked_gradients import describe_stacks, stacked_figure
from resnet_core.figures.text import duration, plural, significant
from resnet_core.network.spec import BlockSpec, Shape
from resnet_core.probes.back import (
    MOST_BLOCKS,
    Back,
    Norms,
    Stacks,
    adds_exactly,
    back,
    chain,
    most_blocks,
    stacked,
)
from resnet_core.probes.question import MOST_SEED, Start, twins
from resnet_core.ui.asking import measured, measured_in_parts
from resnet_core.ui.component import asset
from resnet_core.ui.figure import draw_html, show_figure
from resnet_core.ui.flow_maps import MANY
from resnet_core.ui.flow_source import SOURCE_OPTIONS, Asked, ask_with
from resnet_core.ui.method import how_measured
from resnet_core.ui.options import Number, Option
from resnet_core.ui.page import Page, reading, scaled, source_line
from resnet_core.ui.state import adopt, choose, enter, slide

PUSH = Number("backseed", "Seed of the push v", 1, 0, MOST_SEED)
DEPTH = Number("backblocks", "Blocks in the tallest stack, N", 10, 2, MOST_BLOCKS)
BACK_OPTIONS: tuple[Option, ...] = (*SOURCE_OPTIONS, MANY, PUSH, DEPTH)
"""What the page adopts from the address; runs and samples are adopted where they are known."""
_PART = 5
_MEANING = (
    "y, what leaves the block, is pushed in a fixed random direction v of length 1: the loss is "
    "L = \u27e8v, y\u27e9, every value of y times the same value of v, summed. So dL/dy = v with the "
    "shortcut and without, and dL/dx, the gradient at x, differs only by what the block does to the push. x "
    "is what enters, F what the layers of the branch do. Length is the root of the sum of squares; all rows "
    "share one colour scale."
)
_WITH, _WITHOUT = "with the shortcut", "without"


def show_back(drawn: Page, block: BlockSpec, shape: Shape) -> None:
    """Draws what flows back through a block, and through stacks of it.

    Args:
        drawn: the page.
        block: at hand; where its shapes do not fit, one sentence says so.
        shape: (height, width, channels) of x.
    """
    asked = ask_with(block, shape)
    if asked is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-back"):
        with st.container(width=scaled(170)):
            push = int(enter(PUSH))
        with st.container(width=scaled(150)):
            most = int(choose(MANY, "select"))
    sentence = "Pushing y, and following the push back to x."
    result = measured("back", sentence, 420, back, block, shape, asked.weighing, asked.picture, push)
    if result is None:
        return
    _one_block(drawn, block, result, most)
    st.subheader("The same block, stacked", anchor=False)
    _stacks(drawn, block, shape, asked, push)
    _method(asked, result, push)


def _one_block(drawn: Page, block: BlockSpec, result: Back, most: int) -> None:
    rows = [Arrived("v", "the push at y", "x", result.direction)]
    if result.residual is not None:
        rows.append(Arrived("dL/dx", _WITH, "sum", result.residual))
    rows.append(Arrived("dL/dx", "without the shortcut", "alone", result.plain))
    reading(_reading(result), "back")
    draw_html(f"<style>{asset('flow.css')}</style>{arrived_html(rows, most, drawn.look.theme)}")
    draw_html(f'<p class="rx-caption">{_MEANING}</p>')
    st.markdown(_algebra(block, result))


def _reading(result: Back) -> str:
    without = float(np.linalg.norm(result.plain))
    if result.residual is None:
        return (
            f"A push of length 1 on y **arrives at x with length {significant(without)}**. x does not fit to "
            "F(x), so there is nothing to compare with."
        )
    with_it = float(np.linalg.norm(result.residual))
    added = " This block has no shortcut of its own; x is added here to compare." if result.added else ""
    said = f"{significant(without)} without it" if without else "exactly 0 without it: nothing comes back"
    return (
        f"A push of length 1 on y **arrives at x with length {significant(with_it)} through the block with "
        f"its shortcut, and {said}**.{added}"
    )


def _algebra(block: BlockSpec, result: Back) -> str:
    """What the shortcut adds, as far as the algebra goes for this block."""
    if result.residual is None:
        return ""
    own = BlockSpec(
        block.branch, block.shortcut if block.shortcut is not None else (), block.exit, block.entry
    )
    if adds_exactly(own):
        apart = float(np.abs(result.residual - result.plain - result.direction).max())
        return (
            "Nothing stands behind the sum and x itself is added, so y = F(x) + x, and **dL/dx with the "
            "shortcut is dL/dx without it, plus v**: the push arrives once through F and once untouched. The "
            f"largest difference between the two sides here is {significant(apart)}."
        )
    reasons = []
    if own.shortcut:
        reasons.append("the layers of the shortcut change the push on their way")
    if own.entry:
        reasons.append("the layers before the fork change what both paths bring back")
    if own.exit:
        reasons.append(
            "what stands behind the sum sees other values without x, and lets another part of v pass"
        )
    return (
        "Were x itself added and nothing behind the sum, dL/dx with the shortcut would be dL/dx without it, "
        f"plus v. Here it is not exactly so: {'; '.join(reasons)}."
    )


def _stacks(drawn: Page, block: BlockSpec, shape: Shape, asked: Asked, push: int) -> None:
    pair = twins(block, shape)
    try:
        for twin in filter(None, (pair.residual, pair.plain)):
            chain(twin, shape, 2)
    except ValueError as impossible:
        st.markdown(str(impossible))
        return
    limit = most_blocks(block, shape)
    adopt(DEPTH)
    if limit < 2:
        st.markdown("This block takes too many multiply-adds for stacks of it; make x smaller.")
        return
    with st.container(width=scaled(420)):
        depth = min(int(slide(DEPTH)), limit)
    weighing = asked.weighing if isinstance(asked.weighing, Start) else Start()
    depths = tuple(range(1, depth + 1))
    parts = [
        (block, shape, weighing, asked.picture, Stacks(push, depths[first : first + _PART]))
        for first in range(0, depth, _PART)
    ]
    found = measured_in_parts("back/stacks", f"Stacks of 1 to {depth} blocks", stacked, parts)
    if found is None:
        return
    notes = []
    if limit < int(st.session_state[DEPTH.key]):
        notes.append(f"More than {plural(limit, 'block')} of this size would take too long.")
    if not isinstance(asked.weighing, Start):
        notes.append(
            "A run learned this block once, so the stacks begin with random weights, He normal, seed 1."
        )
    if block.shortcut is not None and chain(block, shape, 2)[1] != block:
        notes.append("The first block changes the shape; those behind it have strides of 1.")
    _chart(drawn, found, " ".join(notes))


def _chart(drawn: Page, found: list[Norms], notes: str) -> None:
    depths = [depth for one in found for depth in one.depths]
    with_it = [value for one in found for value in one.residual]
    without = [value for one in found for value in one.plain]
    rows: list[tuple[Kind, str, list[float]]] = [("plain", _WITHOUT, without)]
    if with_it:
        rows.append(("residual", _WITH, with_it))
    alt = describe_stacks(depths, rows)
    show_figure(
        stacked_figure(depths, rows, drawn.look),
        key="back-stacks",
        alt=alt,
        data={"blocks": depths, "length_with_shortcut": with_it, "length_without": without},
        caption="Length of dL/dx at the input of the stack; v, of length 1, pushes what leaves its last "
        f"block. Each block has random weights of its own. At initialisation, one seed. {notes}",
    )
    reading(_stack_reading(depths, with_it, without), "stacks")


def _stack_reading(depths: list[int], with_it: list[float], without: list[float]) -> str:
    last = depths[-1]
    if not with_it:
        return f"Behind {last} blocks the push arrives with length {significant(without[-1])}."
    said = "exactly 0" if without[-1] == 0 else significant(without[-1])
    return (
        f"Through {last} blocks the push arrives with length **{significant(with_it[-1])} with shortcuts and "
        f"{said} without**."
    )


def _method(asked: Asked, result: Back, push: int) -> None:
    how_measured(
        f"{asked.weight_words} Dropout lets everything pass. The block was run by Keras in 64-bit floats and "
        "its gradient taken by TensorFlow's automatic differentiation, through the mean and variance of "
        f"batch norm too where they are taken of the maps; there and back, with the shortcut and without, in "
        f"{duration(result.seconds)}. v is drawn from a normal distribution and divided by its length. The "
        "block without its shortcut has the same layers, weights and picture. In a stack block number k "
        "draws its weights from seeds made of the seed, its number and the names of its layers, with and "
        "without shortcuts the same.",
        code=back,
        seed=push,
        downloads={"back.npz": lambda: _arrays(result)},
        key="back",
    )
    source_line(
        "with y = F(x) + x the gradient is that of F plus the identity: He et al. 2016, *Identity mappings "
        "in deep residual networks*, section 2.",
        key="back",
    )


def _arrays(result: Back) -> bytes:
    written = io.BytesIO()
    kept = {"v": result.direction, "dL_dx_without": result.plain}
    if result.residual is not None:
        kept["dL_dx_with"] = result.residual
    np.savez_compressed(written, **kept)  # type: ignore[arg-type]
    return written.getvalue()
