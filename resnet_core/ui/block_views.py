"""What a built block is looked at for: its cost, its code, and its text."""

from __future__ import annotations

import streamlit as st

from resnet_core.figures.block_cost import cost_columns, cost_html, what_it_costs
from resnet_core.figures.block_words import in_signs
from resnet_core.figures.table import csv_text
from resnet_core.figures.text import large, whole
from resnet_core.network.alone import alone
from resnet_core.network.blocktext import read, spaced, write
from resnet_core.network.inspection import inspect
from resnet_core.network.presets import Preset
from resnet_core.network.repairs import repairs
from resnet_core.network.source import source
from resnet_core.network.workbench import Workbench
from resnet_core.ui.bench import put, refuse
from resnet_core.ui.figure import draw_html
from resnet_core.ui.mirror import mirror, when_moved
from resnet_core.ui.page import reading
from resnet_core.ui.plain import plain

_TEXT = "block as text"


def show_repairs(now: Workbench) -> None:
    """Says what does not fit, and offers each way to mend it with what it would cost."""
    seen = inspect(now.block, now.shape)
    if seen.fits:
        return
    st.warning(f"It does not fit: {plain(in_signs(seen.problem))}. Nothing has been changed.")
    offered = repairs(now.block, now.shape)
    for column, repair in zip(st.columns(max(3, len(offered))), offered, strict=False):
        with column:
            st.button(
                repair.title,
                key=f"repair {repair.title}",
                on_click=put,
                args=(repair.block, now.shape),
            )
            st.caption(
                f"{repair.sentence} It costs {_more(repair.parameters, 'parameters')} and "
                f"{_more(repair.multiply_adds, 'multiply-adds')}."
            )


def show_cost(now: Workbench, preset: Preset) -> None:
    """Draws the table of costs with its reading."""
    seen = inspect(now.block, now.shape)
    draw_html(cost_html(seen, inspect(preset.block, preset.shape), preset.title))
    st.download_button(
        "CSV",
        lambda: csv_text(cost_columns(seen)),
        file_name="block.csv",
        mime="text/csv",
        key="block csv",
        type="tertiary",
        on_click="ignore",
    )
    reading(what_it_costs(seen), key="cost")
    st.caption(
        "Parameters with those that batch norm keeps but does not train; multiply-adds of convolutions, "
        "gates and dense layers for one picture; activations as 32-bit floats for one picture; the receptive "
        "field is the side of the square of pixels of x that one value can depend on."
    )


def show_code(now: Workbench) -> None:
    """Shows the block as a Keras function, or why there is none yet."""
    seen = inspect(now.block, now.shape)
    if not seen.fits:
        st.info("There is no code yet: the shapes of this block do not fit. Mend that first.")
        return
    program = source(alone(now.block, now.shape, name="my_block"))
    st.download_button(
        "Download my_block.py", program, file_name="my_block.py", mime="text/x-python", on_click="ignore"
    )
    st.caption(
        "It runs as it stands, with Keras alone, and prints the layers that the table of costs counts."
    )
    st.code(program, language="python")


def show_text(now: Workbench) -> None:
    """Draws the block as a line of text, which can be changed and pasted."""
    mirror(_TEXT, spaced(write(now.block, now.shape)))

    def changed(text: str) -> None:
        try:
            put(*read(text))
        except ValueError as wrong:
            refuse(str(wrong))

    st.text_input(
        "The block as text: x | branch | shortcut | after the addition",
        key=_TEXT,
        on_change=when_moved(_TEXT, changed),
        help="Shape of x, then the layers of each path with spaces between them: 16x16x64 | 1x1,16 bn relu "
        "3x3,16 bn relu 1x1,64 bn | id | relu. `id` is a path without layers, `plain` no shortcut at all. "
        "A stride is `s2`, no biases `nobias`.",
    )


def _more(count: int, what: str) -> str:
    if not count:
        return f"no {what}"
    amount = whole(abs(count)) if abs(count) < 1e6 else large(abs(count))
    return f"{amount} {'more' if count > 0 else 'fewer'} {what}"
