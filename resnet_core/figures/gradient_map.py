"""How large the gradient was at every layer and step of a run, as a heat map that can grow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from resnet_core.figures.base import FONT_SIZE, Axis, Chart, Look, frame
from resnet_core.figures.palette import SEQUENTIAL
from resnet_core.figures.text import significant
from resnet_core.training.gradient_norms import GradientNorms

BAR = 84
"""Pixels below a chart, at the reading size, that its colour bar takes."""


def decades(tables: Sequence[NDArray[np.float32]]) -> tuple[int, int]:
    """The powers of ten between which 99 of 100 norms lie, of those neither 0 nor infinite; the few beyond,
    such as those of a first step, are drawn as the ends. At least one apart.
    """
    found = np.concatenate([np.empty(0, np.float32), *(table.ravel() for table in tables)])
    found = found[(found > 0) & np.isfinite(found)].astype(np.float64)
    if not found.size:
        return -1, 0
    low, high = np.quantile(np.log10(found), (0.005, 0.995))
    least = math.floor(low)
    return least, max(math.ceil(high), least + 1)


def logarithms(norms: NDArray[np.float32], ends: tuple[int, int]) -> NDArray[np.float32]:
    """What is drawn: the logarithm, also of what lies beyond the ends of the colours; what is not finite as
    the upper end; nothing where a norm is 0.
    """
    values = np.where(np.isfinite(norms), norms, np.inf).astype(np.float64)
    with np.errstate(divide="ignore"):
        found = np.log10(values)
    found = np.where(np.isinf(found), ends[1], found)
    return np.where(values == 0, np.nan, found).astype(np.float32)


def add_map(chart: Chart, norms: GradientNorms, name: str, ends: tuple[int, int], axis: str = "y") -> None:
    """Adds the heat map of one run; columns are its kept steps, rows its layers from the input on.

    Args:
        chart: with `add_scale` called on it.
        norms: of layers that all count (`on_the_main_path`).
        name: of the run.
        ends: powers of ten at the ends of the colours, which maps of one chart share.
        axis: of plotly, on which it is drawn.
    """
    if not len(norms):  # an axis on which nothing is drawn would not be there at all
        chart.add("scatter", x=[None], y=[None], yaxis=axis, name=name, hoverinfo="skip")
    else:
        chart.add(
            "heatmap", x=norms.step, y=[layer.number for layer in norms.layers],
            z=logarithms(norms.norms, ends).T, coloraxis="coloraxis", yaxis=axis, name=name,
            hovertemplate=f"{name}, step %{{x}}, layer %{{y}}: 10^%{{z:.2f}}<extra></extra>",
        )  # fmt: skip


def add_scale(chart: Chart, ends: tuple[int, int]) -> None:
    """Adds the colours that all heat maps of a chart share, with their bar below it."""
    look, (low, high) = chart.look, ends
    step = max(1, math.ceil((high - low) / 6))
    ticks = list(range(low, high + 1, step))
    margin, height = chart.layout["margin"], chart.layout["height"]
    margin["b"] += look.pixels(BAR)
    chart.layout["height"] = height + look.pixels(BAR)
    inner = chart.layout["height"] - margin["t"] - margin["b"]
    font = {"color": look.ground.quiet, "size": look.pixels(FONT_SIZE - 1)}
    chart.layout["coloraxis"] = {
        "colorscale": SEQUENTIAL,
        "cmin": low,
        "cmax": high,
        "colorbar": {
            "orientation": "h", "x": 0, "xanchor": "left", "len": 1.0, "thickness": look.pixels(12),
            "y": -look.pixels(86) / inner, "yanchor": "top", "ypad": 0, "xpad": 0, "outlinewidth": 0,
            "tickvals": ticks, "ticktext": [f"10<sup>{tick}</sup>".replace("-", "−") for tick in ticks],
            "tickfont": font, "ticklen": look.pixels(4),
        },
    }  # fmt: skip
    chart.note(
        text="colours: |dL/dW|, logarithmic", xref="paper", yref="paper", x=0, y=-look.pixels(86) / inner,
        xanchor="left", yanchor="bottom", yshift=look.pixels(2), font={"color": look.ground.quiet},
        name="colours",
    )  # fmt: skip


def layer_axis(look: Look, norms: GradientNorms) -> dict[str, Any]:
    """What is particular of the axis of layers: the input at the top, and few ticks."""
    last = max((layer.number for layer in norms.layers), default=1)
    ticks = sorted({1, *(tick for tick in range(10, last - 4, 10 if last < 60 else 20)), last})
    return {"range": [last + 0.5, 0.5], "tickvals": ticks, "showgrid": False}


def map_figure(norms: GradientNorms, name: str, look: Look, end: int, height: float = 300) -> go.Figure:
    """Draws the heat map of any run that keeps the norms of its gradients.

    Args:
        norms: of a run.
        name: of the run.
        look: theme and size.
        end: steps that the run will have taken, where the horizontal axis ends.
        height: in pixels at the reading size, without the colour bar.
    """
    drawn = norms.on_the_main_path()
    ends = decades([drawn.norms])
    chart = frame(look, Axis("step", 0.5, end + 0.5), Axis("layer, from the input (1) to the output"), height)
    chart.layout["yaxis"] |= layer_axis(look, drawn)
    add_scale(chart, ends)
    add_map(chart, drawn, name, ends)
    return chart.figure()


def describe_map(norms: GradientNorms, name: str) -> str:
    """Writes the alt text: the first and the last layer, at the first and the last kept step."""
    drawn = norms.on_the_main_path()
    if not len(drawn):
        return f"{name}: no gradient has been kept yet."
    first, last = drawn.norms[:, 0], drawn.norms[:, -1]
    return (
        f"{name}: at layer {drawn.layers[0].number} {significant(float(first[0]))} at step {drawn.step[0]} "
        f"and {significant(float(first[-1]))} at step {drawn.step[-1]}; at layer {drawn.layers[-1].number} "
        f"{significant(float(last[0]))} and {significant(float(last[-1]))}."
    )
