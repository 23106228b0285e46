"""What flows through a block: a picture, the maps at every edge, and how each number of them was made."""

from __future__ import annotations

import html

import numpy as np
import streamlit as st

from resnet_core.figures.text import duration, significant
from resnet_core.network.layers import Dropout
from resnet_core.network.spec import BlockSpec, Shape
from resnet_core.probes.flow import Flow, flow
from resnet_core.ui.asking import measured
from resnet_core.ui.figure import draw_html
from resnet_core.ui.flow_maps import STRIP_OPTIONS, arrays, show_strips
from resnet_core.ui.flow_source import SOURCE_OPTIONS, Asked, ask_with
from resnet_core.ui.method import how_measured
from resnet_core.ui.options import Option
from resnet_core.ui.page import Page, reading

FLOW_OPTIONS: tuple[Option, ...] = (*SOURCE_OPTIONS, *STRIP_OPTIONS)
"""What the page adopts from the address; runs, samples and pixels are adopted where they are known."""


def show_flow(drawn: Page, block: BlockSpec, shape: Shape) -> None:
    """Draws what flows through a block.

    Args:
        drawn: the page.
        block: at hand; where its shapes do not fit, one sentence says so.
        shape: (height, width, channels) of x.
    """
    asked = ask_with(block, shape)
    if asked is None:
        return
    sentence = "Running the picture through the block."
    result = measured("flow", sentence, 480, flow, block, shape, asked.weighing, asked.picture)
    if result is None:
        return
    reading(_reading(result), "flow")
    words = html.escape(f"{asked.picture_words}. {_symbols(result)}")
    draw_html(f'<p class="rx-caption">{words}</p>')

    @st.fragment
    def looked_at() -> None:
        show_strips(drawn, result)

    looked_at()
    _method(block, asked, result)


def _reading(result: Flow) -> str:
    """How strong the branch is beside what the shortcut brings."""
    addition = next((edge for edge in result.edges if edge.path == "sum"), None)
    if addition is None:
        return "This block adds nothing: all that leaves it has gone through its layers."
    branch, shortcut = (_strength(result.maps[key]) for key in addition.inputs)
    added = " This block has no shortcut of its own; x is added here to compare." if result.added else ""
    if branch == 0:
        return f"**F(x) is exactly 0 everywhere**, so the sum is what the shortcut brings.{added}"
    if shortcut == 0:
        return f"**The shortcut brings exactly 0**, so the sum is F(x).{added}"
    return (
        f"**F(x) is {significant(branch / shortcut)} times as strong as what the shortcut brings**: the root "
        f"of its mean square is {significant(branch)}, that of the shortcut {significant(shortcut)}.{added}"
    )


def _strength(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(values**2)))


def _symbols(result: Flow) -> str:
    """Every symbol that stands beside the maps, in words."""
    meant = {
        "h": "h is what both paths begin with",
        "F(": "F is what the layers of the branch make of it",
        "s(": "s what the layers of the shortcut make of it",
    }
    symbols = " ".join(edge.symbol for edge in result.edges)
    used = [words for sign, words in meant.items() if sign in symbols or (sign == "h" and "(h)" in symbols)]
    return "; ".join(["x is what enters the block", *used, "y what leaves it"]) + "."


def _method(block: BlockSpec, asked: Asked, result: Flow) -> None:
    parts = (block.entry, block.branch, block.shortcut or (), block.exit)
    drops = any(isinstance(layer, Dropout) for part in parts for layer in part)
    how_measured(
        f"{asked.weight_words} {'Dropout lets everything pass here. ' if drops else ''}"
        f"The block was run by Keras in 64-bit floats, layer by layer, in {duration(result.seconds)}; the "
        "branch is run once, and its F(x) goes on with the shortcut added and without. How a number was made "
        "is computed anew from the maps and weights, without TensorFlow, and set beside what Keras computed. "
        "Of many channels those that count most are written out, and the others are summed. Zero is the "
        "middle of a scale with two colours; maps that cannot be negative go from 0 up.",
        code=flow,
        downloads={"flow.npz": lambda: arrays(result)},
        key="flow",
    )
