"""The Block page: a residual block in the hand, its shapes, formula, cost, code, and what flows in it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from resnet_core.figures.bench_words import answer
from resnet_core.network.architecture import own
from resnet_core.network.blocktext import write
from resnet_core.network.inspection import inspect
from resnet_core.network.presets import Preset
from resnet_core.network.workbench import Workbench
from resnet_core.ui.bench import adopt_bench, begin_with, bench, change, keep, put
from resnet_core.ui.bench_view import show_bench
from resnet_core.ui.block_back import BACK_OPTIONS, show_back
from resnet_core.ui.block_flow import FLOW_OPTIONS, show_flow
from resnet_core.ui.block_views import show_code, show_cost, show_repairs, show_text
from resnet_core.ui.challenges import CHALLENGE_OPTIONS, show_challenges
from resnet_core.ui.layer_fields import show_layer
from resnet_core.ui.method import how_measured
from resnet_core.ui.mirror import mirror, when_moved
from resnet_core.ui.options import Choice
from resnet_core.ui.own_block import own_address
from resnet_core.ui.page import Page, footer, page, reading, source_line, way_on
from resnet_core.ui.plain import plain
from resnet_core.ui.state import adopt, choose

QUESTION = "What does a block do with what enters it?"
VIEW = Choice(
    "view",
    "Look at",
    {
        "cost": "Cost",
        "code": "Code",
        "flow": "What flows",
        "back": "What flows back",
        "challenges": "Challenges",
    },
    "cost",
)
METHOD = (
    "The block is described once and followed layer by layer without being run: shapes by the rules of "
    "Keras, parameters and multiply-adds from the shapes, the receptive field from windows and strides. "
    "Tests hold the counts against the layers that Keras builds."
)


def show() -> None:
    """Draws the page."""
    drawn = page(QUESTION)
    adopt_bench()
    adopt(VIEW, *CHALLENGE_OPTIONS, *dict.fromkeys((*FLOW_OPTIONS, *BACK_OPTIONS)))
    preset = _choices(drawn)
    keep()
    now = bench()
    seen = inspect(now.block, now.shape)
    name = plain(preset.title) if (now.block, now.shape) == (preset.block, preset.shape) else "Your block"
    drawn.answer(answer(now.block, seen, name))
    show_bench(now, drawn.look)
    show_layer(now)
    show_repairs(now)
    show_text(now)
    _about(preset)
    _views(drawn, now, preset)
    how_measured(METHOD, code=inspect.__wrapped__)
    source_line(plain(preset.source))
    _ways_on(now)
    footer()


def _choices(drawn: Page) -> Preset:
    """Draws what to begin with and the shape of x."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-build"):
        with st.container(width=round(drawn.look.pixels(420))):
            preset = begin_with()
        for label, axes in (("x: height and width, pixels", (0, 1)), ("x: channels", (2,))):
            with st.container(width=round(drawn.look.pixels(200))):
                _side(label, axes)
    return preset


def _side(label: str, axes: tuple[int, ...]) -> None:
    key = f"x {axes[0]}"
    mirror(key, bench().shape[axes[0]])

    def changed(value: int) -> None:
        def edit(now: Workbench) -> Workbench:
            shape = tuple(value if axis in axes else side for axis, side in enumerate(now.shape))
            return now.edited(now.block, now.chosen, shape)

        change(edit)

    st.number_input(label, 1, 4096, step=1, key=key, on_change=when_moved(key, changed))


def _about(preset: Preset) -> None:
    """Draws why the preset exists, and what the paper measured with it."""
    reading(f"**{plain(preset.title)}.** {plain(f'{preset.why} {preset.error}'.strip())}")


def _ways_on(now: Workbench) -> None:
    """Draws the ways on: the block stacked into a network, and that network trained."""
    if inspect(now.block, now.shape).fits:
        address = own_address(own(write(now.block, now.shape)))
        way_on("map", "Where has a network made of this block its depth and its cost?", address)
        way_on("train", "How fast does a network made of this block learn?", address)


def _views(drawn: Page, now: Workbench, preset: Preset) -> None:
    """Draws the way of looking at the block that was chosen."""
    chosen = choose(VIEW)
    st.header(VIEW.names[chosen], anchor=False)
    views: dict[str, Callable[[], None]] = {
        "cost": lambda: show_cost(now, preset),
        "code": lambda: show_code(now),
        # What is measured draws itself anew without the rest of the page.
        "flow": st.fragment(lambda: show_flow(drawn, now.block, now.shape)),
        "back": st.fragment(lambda: show_back(drawn, now.block, now.shape)),
        "challenges": lambda: show_challenges(now.block, now.shape, put),
    }
    views[chosen]()


show()
