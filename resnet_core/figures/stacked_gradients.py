"""How long the gradient is at the input of stacks of a block, with shortcuts and without."""

from __future__ import annotations

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from resnet_core.figures.base import Axis, Chart, Look, frame
from resnet_core.figures.labels import EndLabel, label_ends, wrapped
from resnet_core.figures.palette import Kind, sign
from resnet_core.figures.text import significant

Rows = Sequence[tuple[Kind, str, Sequence[float]]]
"""Kind, label and one length for each depth; shorter where a stack could not be computed."""


def stacked_figure(depths: Sequence[int], rows: Rows, look: Look, height: float = 320) -> go.Figure:
    """Draws the length of dL/dx over the number of blocks.

    A length of exactly zero has no place on a logarithmic axis: it stands on the lower edge, as an open mark
    with the word "0".

    Args:
        depths: numbers of blocks, increasing.
        rows: one line each.
        look: theme and size.
        height: in pixels at the reading size.
    """
    low, high = _span(rows)
    chart = frame(
        look,
        Axis("blocks in the stack", min(depths) - 0.3, max(depths) + 0.3),
        Axis("length of dL/dx", low, high, logarithmic=True),
        height,
    )
    if max(depths) <= 12:
        chart.layout["xaxis"]["dtick"] = 1
    labels = [_line(chart, depths, row, low) for row in rows if any(map(math.isfinite, row[2]))]
    label_ends(chart, labels, (low, high))
    return chart.figure()


def describe_stacks(depths: Sequence[int], rows: Rows) -> str:
    """Writes the alt text: where each line begins and ends."""
    ends = [
        f"{label}: {significant(values[0])} at {depths[0]}, {significant(values[-1])} at {last}"
        for _, label, values in rows
        if values and (last := depths[len(values) - 1])
    ]
    return f"Length of the gradient at the input over the number of blocks, logarithmic. {'; '.join(ends)}."


def _span(rows: Rows) -> tuple[float, float]:
    """The ends of the axis as powers of ten, at least one decade apart."""
    positive = [value for _, _, values in rows for value in values if 0 < value < math.inf]
    low = math.floor(math.log10(min(positive)) - 0.05) if positive else -1
    high = math.ceil(math.log10(max(positive)) + 0.05) if positive else 0
    return float(low), float(max(high, low + 1))


def _line(
    chart: Chart, depths: Sequence[int], row: tuple[Kind, str, Sequence[float]], low: float
) -> EndLabel:
    kind, label, values = row
    look, shown = chart.look, sign(kind, chart.look.theme)
    points = [(depth, value) for depth, value in zip(depths, values, strict=False) if math.isfinite(value)]
    zeros = [depth for depth, value in points if value == 0]
    marker = {"color": shown.colour, "symbol": shown.marker, "size": look.pixels(8)}
    chart.add(
        "scatter", x=[depth for depth, _ in points], y=[value or None for _, value in points], name=label,
        mode="lines+markers", line={"color": shown.colour, "width": look.pixels(2.5), "dash": shown.dash},
        marker=marker, cliponaxis=False, hovertemplate=f"{label}<br>%{{x}} blocks: %{{y:.3g}}<extra></extra>",
    )  # fmt: skip
    if zeros:
        chart.add(
            "scatter", x=zeros, y=[10**low] * len(zeros), name=f"{label}, exactly 0", mode="markers+text",
            text=["0"] * len(zeros), textposition="top center", cliponaxis=False,
            marker={**marker, "symbol": f"{shown.marker}-open"}, textfont={"color": shown.ink},
            hovertemplate=f"{label}<br>%{{x}} blocks: exactly 0<extra></extra>",
        )  # fmt: skip
    last, value = points[-1]
    end = math.log10(value) if value > 0 else low
    return EndLabel(wrapped(label), float(last), end, shown.ink)
