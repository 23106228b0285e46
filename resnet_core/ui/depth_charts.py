"""The three charts over depth with a strip of blocks over them; pointing at a layer marks it in all."""

from __future__ import annotations

import html
from collections.abc import Sequence
from functools import cache
from typing import Any

import streamlit as st

from resnet_core.figures.depth_strip import ROOM, parts_of, reach, said_of, sentence, strip_html
from resnet_core.figures.gradient_flow import QUANTITIES, SIGNS, TITLES, course, describe_flow, flow_figure
from resnet_core.figures.table import Columns
from resnet_core.figures.text import plural
from resnet_core.hands.dataset import HandSigns
from resnet_core.probes.gradients import Profile
from resnet_core.ui.component import component
from resnet_core.ui.figure import show_figure
from resnet_core.ui.hand_set import rendered_words
from resnet_core.ui.page import Page

_IDLE = (
    "Point at a layer in the strip or in a chart; with the keyboard, go to the strip and use the arrow keys."
)
_SHORT = ("|dL/dx|", "|dL/dW|", "std(x)")


def show_depth(drawn: Page, pair: Sequence[Sequence[Profile]], hands: HandSigns) -> None:
    """Draws the strip and the charts below each other, on one axis of depth.

    Args:
        drawn: the page.
        pair: for each network its profiles, which differ only in their seed.
        hands: whose pictures were taken.
    """
    seeds, setting = len(pair[0]), pair[0][0].setting
    how = (
        f"Measured here, at initialisation. {plural(setting.pictures, 'test ' + hands.noun)} of "
        f"{setting.side}×{setting.side}; "
        + (f"median and range of {seeds} seeds." if seeds > 1 else "one seed.")
    )
    drawings = {}
    for quantity, title in QUANTITIES.items():
        courses = [course(profiles, quantity) for profiles in pair]
        figure = flow_figure(courses, title, drawn.look, reach(pair))
        drawings[quantity] = figure, describe_flow(courses, title)
    with st.container(key="rx-depth"):
        with st.container(key="rx-depth-strip"):
            _show_strip(pair, drawings["gradients"][0].layout)
        for quantity, (figure, alt) in drawings.items():
            show_figure(
                figure,
                key=f"gradient-{quantity}",
                alt=alt,
                data=_table(pair, quantity),
                caption=how,
                tags=filter(None, [rendered_words(hands.rendered)]),  # type: ignore[arg-type]
            )


def _show_strip(pair: Sequence[Sequence[Profile]], layout: Any) -> None:
    names = [TITLES[profiles[0].setting.kind] for profiles in pair]
    firsts = {part.name.split("_")[0]: part.first for part in reversed(parts_of(pair[0][0]))}
    _strip(tuple(profiles[0].setting.kind for profiles in pair))(
        key="depth strip",
        data={
            "scope": "st-key-rx-depth",
            "html": strip_html(pair),
            "layers": [
                {"name": one.name, "rows": one.rows, "sentence": sentence(one, names)}
                for one in said_of(pair)
            ],
            "stages": sorted(firsts.values()),
            "end": reach(pair) + ROOM,
            "left": layout.margin.l,
            "right": layout.margin.r,
            "top": layout.margin.t,
            "bottom": layout.margin.b,
            "idle": _IDLE,
        },
    )


def _table(pair: Sequence[Sequence[Profile]], quantity: str) -> Columns:
    """Every number of a chart, a row for each network, seed and layer."""
    rows = []
    for one in (each for profiles in pair for each in profiles):
        if quantity == "kernels":
            points = [(kernel.name, kernel.layer, kernel.gradient) for kernel in one.kernels]
        else:
            points = list(zip(one.points, one.layers, getattr(one, quantity), strict=True))
        rows += [(one.setting.kind, one.setting.seed, *point) for point in points]
    return dict(zip(("network", "seed", "at", "layer", quantity), zip(*rows, strict=True), strict=True))


@cache
def _strip(kinds: tuple[str, ...]) -> Any:
    """The component for networks of these kinds; its rows of numbers are theirs."""
    cells = " ".join(f"<span>{short} <b></b></span>" for short in _SHORT)
    rows = "".join(
        f'<p class="rx-depth-{SIGNS[kind]} rx-depth-empty">{html.escape(TITLES[kind])}: {cells}</p>'
        for kind in kinds
    )
    return component(
        "depth",
        '<div class="rx-depth-room"><div class="rx-depth" tabindex="0" role="slider" aria-label="Layer" '
        'aria-valuemin="1" aria-valuemax="1" aria-valuenow="1"></div>'
        f'<div class="rx-depth-said"><p>{_IDLE}</p>{rows}</div></div>',
        "depth.css",
        variant="_" + "_".join(kinds),
    )
