"""A race drawn: the losses of two runs over each other, and below them how large their gradients were."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from resnet_core.figures.base import FONT_SIZE, Axis, Chart, Look, frame
from resnet_core.figures.curves import smoothed, thinned
from resnet_core.figures.gradient_map import BAR, add_map, add_scale, decades, describe_map, layer_axis
from resnet_core.figures.labels import spread
from resnet_core.figures.palette import Sign, see_through, sign
from resnet_core.figures.text import significant
from resnet_core.probes.gradient_setting import CLASSES
from resnet_core.training.race import Side

NAMES = {"plain": "plain", "residual": "residual", "preactivation": "pre-activation"}
LOSS, MAP, BETWEEN = 240, 150, 52
"""Pixels, at the reading size, of the losses, of each heat map, and between two of them."""
_TITLE = "loss (cross-entropy, nats)"


def race_figure(sides: Sequence[Side], look: Look, end: int) -> go.Figure:
    """Draws both runs on one axis of steps, which stands still while they go on.

    Training losses are lines, each step faint and the running mean over it; test losses are marks at the ends
    of epochs, those above the axis open ones on its edge. Lines are cut there. Both heat maps share one scale
    of colours.

    Args:
        sides: the two runs.
        look: theme and size.
        end: steps that each run will have taken.
    """
    top = loss_top(sides)
    chart = frame(look, Axis("step", 0.5, end + 0.5), Axis(_TITLE, 0.0, top), 92 + LOSS + 2 * (MAP + BETWEEN))
    maps = [side.norms.on_the_main_path() for side in sides]
    ends = decades([one.norms for one in maps])
    _place_axes(chart)
    for number, (side, drawn) in enumerate(zip(sides, maps, strict=True), start=2):
        chart.layout[f"yaxis{number}"] |= layer_axis(look, drawn)
        add_map(chart, drawn, NAMES[side.kind], ends, f"y{number}")
        _name_map(chart, side, number)
    labels = [label for side in sides for label in _losses(chart, side, top)]
    _label_ends(chart, labels, top, end)
    add_scale(chart, ends)
    return chart.figure()


def chart_height(look: Look) -> float:
    """Pixels that the chart of a race takes."""
    return look.pixels(92 + LOSS + 2 * (MAP + BETWEEN) + BAR)


def loss_top(sides: Sequence[Side]) -> float:
    """The upper end of the axis of losses: above guessing, and above 19 of 20 values of each running mean.

    A residual net often begins far above; an axis that held its first steps would hide all others.
    """
    means = [smoothed(side.steps.loss) for side in sides if len(side.steps)]
    highest = max([math.log(CLASSES), *(float(np.nanquantile(mean, 0.95)) for mean in means)])
    return 0.5 * math.ceil(min(highest, 20.0) * 1.1 / 0.5)


def _place_axes(chart: Chart) -> None:
    whole = LOSS + 2 * (MAP + BETWEEN)
    below = [0.0, MAP / whole, (MAP + BETWEEN) / whole, (2 * MAP + BETWEEN) / whole]
    domains = {"yaxis": [1 - LOSS / whole, 1.0], "yaxis2": below[2:], "yaxis3": below[:2]}
    for name, domain in domains.items():
        axis = chart.layout["yaxis"] if name == "yaxis" else {**chart.layout["yaxis"]}
        chart.layout[name] = {**axis, "domain": domain, "anchor": "x"}
    chart.layout["xaxis"] |= {"anchor": "y3", "showgrid": False}


def _name_map(chart: Chart, side: Side, number: int) -> None:
    """The words over a heat map and at its right: what it shows, and which end is the input."""
    look, ground = chart.look, chart.look.ground
    (low, high), ink = chart.layout[f"yaxis{number}"]["domain"], sign(side.kind, look.theme).ink
    paper: dict[str, Any] = {"xref": "paper", "yref": "paper"}
    chart.note(
        **paper, text=f"<b>{NAMES[side.kind]}</b>: gradient by layer", x=0, y=high, xanchor="left",
        yanchor="bottom", xshift=-look.pixels(40), yshift=look.pixels(8), font={"color": ink},
        name="map title",
    )  # fmt: skip
    for text, y, anchor in (("input", high, "top"), ("output", low, "bottom")):
        chart.note(
            **paper, text=text, x=1, y=y, xanchor="left", yanchor=anchor, xshift=look.pixels(8),
            font={"color": ground.quiet, "size": look.pixels(FONT_SIZE - 1)}, name="map end",
        )  # fmt: skip


def _losses(chart: Chart, side: Side, top: float) -> list[tuple[str, float, str]]:
    """Adds the losses of one run; returns the labels of their ends: words, loss, colour."""
    look, shown, name = chart.look, sign(side.kind, chart.look.theme), NAMES[side.kind]
    labels = []
    if len(side.steps):
        steps, losses = side.steps.step.astype(float), side.steps.loss
        x, y = thinned(steps, losses)
        chart.add(
            "scatter", x=x, y=y, mode="lines", hoverinfo="skip", name=f"{name}, training, each step",
            line={"color": see_through(shown.colour, 0.3), "width": look.pixels(1)},
        )  # fmt: skip
        x, y = thinned(steps, smoothed(losses))
        chart.add(
            "scatter", x=x, y=y, mode="lines", name=f"{name}, training",
            line={"color": shown.colour, "width": look.pixels(2), "dash": shown.dash},
            hovertemplate=f"{name}, training, step %{{x:,.4~g}}: %{{y:.3f}}<extra></extra>",
        )  # fmt: skip
        labels.append((f"{name},<br>training", min(float(y[-1]), top), shown.ink))
    tests = [(record.step, record.test_loss) for record in side.epochs if record.test_loss is not None]
    if tests:
        _tests(chart, name, shown, tests, top)
        labels.append((f"{name},<br>test", min(tests[-1][1], top), shown.ink))
    return labels


def _tests(chart: Chart, name: str, shown: Sign, tests: list[tuple[int, float]], top: float) -> None:
    beyond = [loss > top for _, loss in tests]
    chart.add(
        "scatter", x=[step for step, _ in tests], y=[min(loss, top) for _, loss in tests],
        customdata=[loss for _, loss in tests], mode="markers", name=f"{name}, test", cliponaxis=False,
        marker={
            "color": shown.colour, "size": chart.look.pixels(8),
            "symbol": [f"{shown.marker}-open" if over else shown.marker for over in beyond],
        },
        hovertemplate=f"{name}, test, step %{{x}}: %{{customdata:.3f}}<extra></extra>",
    )  # fmt: skip


def _label_ends(chart: Chart, labels: list[tuple[str, float, str]], top: float, end: int) -> None:
    """Labels at the heights where the losses end, moved apart where they would collide.

    They stand at the right end of the axis also while a run grows: the other run's lines go on there.
    """
    look = chart.look
    line = look.pixels(FONT_SIZE * 1.3)
    tall = look.pixels(LOSS)
    wanted = [y / top * tall for _, y, _ in labels]
    places = spread(wanted, 2 * line, line, tall - line / 2)
    for (text, y, colour), ideal, place in zip(labels, wanted, places, strict=True):
        chart.note(
            text=text, x=end + 0.5, y=y, xanchor="left", yanchor="middle", align="left", name="end label",
            xshift=look.pixels(10), yshift=place - ideal,
            font={"color": colour, "size": look.pixels(FONT_SIZE)},
        )  # fmt: skip
    chart.layout["margin"]["r"] = look.pixels(14 * FONT_SIZE * 0.5 + 16)


def describe_race(sides: Sequence[Side]) -> str:
    """Writes the alt text: what is drawn over what, where the losses end, and the ends of the gradients."""
    said = ["Two runs over their steps: training and test loss, and the gradient of every layer as colours."]
    for side in sides:
        name = NAMES[side.kind]
        if len(side.steps):
            loss = float(smoothed(side.steps.loss)[-1])
            said.append(f"{name}: training loss {significant(loss)} at step {side.steps.step[-1]}.")
        tests = [record for record in side.epochs if record.test_loss is not None]
        if tests:
            said.append(f"{name}: test loss {significant(tests[-1].test_loss or 0.0)} at its last epoch.")
        said.append(f"Gradient, {describe_map(side.norms, name)}")
    return " ".join(said)
