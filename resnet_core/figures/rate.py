"""The learning rate as a panel under a chart of curves, on the same horizontal axis."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resnet_core.figures.base import Chart
from resnet_core.figures.text import significant

PANEL, BETWEEN = 64, 40
"""Pixels, at the reading size, of the panel, and between it and the curves."""
MOST_POINTS = 400
"""A schedule is smooth: more points could not be told apart in a panel of this height."""


def add_rate(chart: Chart, x: ArrayLike, rate: ArrayLike) -> None:
    """Adds the panel below everything that is drawn already, which keeps its size in pixels.

    Args:
        chart: from `frame`, with its height and margins as they will be; changed in place.
        x: progress of each step, in the units of the chart's horizontal axis, increasing.
        rate: learning rate of each step, of the same length.

    Raises:
        ValueError: when the lengths differ.
    """
    at, values = np.asarray(x, np.float64), np.asarray(rate, np.float64)
    if at.ndim != 1 or at.shape != values.shape:
        raise ValueError(
            f"x and rate are two columns of one length. Received shapes {at.shape} and {values.shape}."
        )
    look, layout = chart.look, chart.layout
    more, between = look.pixels(PANEL + BETWEEN), look.pixels(BETWEEN)
    inner = layout["height"] - layout["margin"]["t"] - layout["margin"]["b"] + more
    layout["height"] += more
    top = (more - between) / inner
    highest = float(values.max()) if values.size else 0.0
    layout["yaxis"] = {**layout["yaxis"], "domain": [more / inner, 1.0]}
    plain = {key: value for key, value in layout["yaxis"].items() if key not in ("tickvals", "ticktext")}
    ticks = [0.0, highest] if highest else [0.0]
    layout["yaxis2"] = {
        **plain, "domain": [0.0, top], "anchor": "x", "range": [0.0, highest * 1.12 or 1.0],
        "tickvals": ticks, "ticktext": [significant(tick, 2) for tick in ticks],
    }  # fmt: skip
    layout["xaxis"] |= {"anchor": "y2"}
    chart.note(
        text="learning rate", xref="paper", yref="paper", x=0, y=top, xanchor="left", yanchor="bottom",
        xshift=-look.pixels(40), yshift=look.pixels(8), font={"color": look.ground.quiet}, name="rate title",
    )  # fmt: skip
    few = _few(at.size)
    chart.add(
        "scatter", x=at[few], y=values[few], yaxis="y2", mode="lines", name="learning rate", showlegend=False,
        line={"color": look.ground.text, "width": look.pixels(1.5)},
        hovertemplate="learning rate %{y:.3~g}<extra></extra>",
    )  # fmt: skip


def _few(count: int) -> np.ndarray:
    """Places of at most `MOST_POINTS` values, the first and the last with them."""
    every = max(1, -(-count // MOST_POINTS))
    return np.unique(np.r_[0:count:every, count - 1]) if count else np.empty(0, int)


def describe_rate(rate: ArrayLike) -> str:
    """Writes what the panel adds to the alt text of its chart; nothing where there is no step yet."""
    values = np.asarray(rate, np.float64)
    if not values.size:
        return ""
    first, highest, last = (significant(float(value)) for value in (values[0], values.max(), values[-1]))
    return f" Below, the learning rate: {first} at first, {highest} at most, {last} at last."
