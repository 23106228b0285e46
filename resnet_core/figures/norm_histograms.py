"""The moving averages of every batch norm as histograms by layer, at a first and at a newest checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from resnet_core.figures.base import FONT_SIZE, Axis, Look, frame
from resnet_core.figures.palette import SEQUENTIAL
from resnet_core.figures.table import Columns
from resnet_core.figures.text import percent, significant
from resnet_core.training.norm_statistics import NormStatistics

What = Literal["mean", "variance"]
BINS = 40
PANEL, BETWEEN, BAR = 190, 44, 84
"""Pixels, at the reading size, of one checkpoint, between two, and of the bar of colours."""


def edges(statistics: Sequence[NormStatistics], what: What) -> NDArray[np.float64]:
    """The ends of the bins, which all panels share: of means, or of the logarithms to 10 of variances.

    99 of 100 values lie between the outer ends; the few beyond are counted in the outer bins.
    """
    values = np.concatenate(
        [np.empty(0), *(measure(layer, what) for one in statistics for layer in _of(one, what))]
    )
    values = values[np.isfinite(values)]
    if not values.size:
        return np.linspace(-1.0, 1.0, BINS + 1)
    low, high = (float(end) for end in np.quantile(values, (0.005, 0.995)))
    if high - low < 1e-6 * max(1.0, abs(high)):
        low, high = low - 0.5, high + 0.5
    return np.linspace(low, high, BINS + 1)


def measure(values: NDArray[np.float32], what: What) -> NDArray[np.float64]:
    """What is counted of the values of one layer; a variance of 0 is minus infinity."""
    exact = values.astype(np.float64)
    if what == "mean":
        return exact
    with np.errstate(divide="ignore"):
        return np.log10(exact)


def histograms(one: NormStatistics, what: What, ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of the channels of each layer in each bin, (layers, bins); every row sums to one."""
    rows = [
        np.histogram(np.clip(measure(layer, what), ends[0], ends[-1]), ends)[0] / max(1, layer.size)
        for layer in _of(one, what)
    ]
    return np.stack(rows) if rows else np.empty((0, len(ends) - 1))


def _of(one: NormStatistics, what: What) -> tuple[NDArray[np.float32], ...]:
    return one.mean if what == "mean" else one.variance


def norm_figure(panels: Sequence[tuple[str, NormStatistics]], what: What, look: Look) -> go.Figure:
    """Draws one or two checkpoints over each other, on one horizontal axis and one scale of colours.

    Args:
        panels: words and statistics of each, the upper first; of one network.
        what: the moving mean, or the moving variance.
        look: theme and size.
    """
    ends = edges([one for _, one in panels], what)
    tables = [histograms(one, what, ends) for _, one in panels]
    inner = PANEL * len(panels) + BETWEEN * (len(panels) - 1)
    title = "moving mean" if what == "mean" else "moving variance, logarithmic"
    chart = frame(look, Axis(title, float(ends[0]), float(ends[-1])), Axis(""), 92 + inner + BAR)
    chart.layout["margin"]["b"] += look.pixels(BAR)
    chart.layout["annotations"].clear()
    if what == "variance":
        powers = range(int(np.ceil(ends[0])), int(np.floor(ends[-1])) + 1)
        ticks = list(powers)[:: max(1, len(powers) // 6)]
        texts = [f"10<sup>{tick}</sup>".replace("-", "−") for tick in ticks]
        chart.layout["xaxis"] |= {"tickvals": ticks, "ticktext": texts}
    base = chart.layout.pop("yaxis")
    middles = (ends[:-1] + ends[1:]) / 2
    for number, ((words, _), table) in enumerate(zip(panels, tables, strict=True), start=1):
        axis = "" if number == 1 else str(number)
        high = 1 - (number - 1) * (PANEL + BETWEEN) / inner
        layers = len(table)
        chart.layout[f"yaxis{axis}"] = {
            **base, "domain": [max(0.0, high - PANEL / inner), high], "anchor": "x", "showgrid": False,
            "range": [layers + 0.5, 0.5], "tickvals": sorted({1, *range(10, layers - 3, 10), max(1, layers)}),
        }  # fmt: skip
        chart.note(
            text=f"<b>{words}</b>: batch norms, the input at the top",
            xref="paper", yref="paper", x=0, y=high,
            xanchor="left", yanchor="bottom", xshift=-look.pixels(40), yshift=look.pixels(8),
            font={"color": look.ground.quiet}, name="panel title",
        )  # fmt: skip
        chart.add(
            "heatmap", x=middles, y=list(range(1, layers + 1)), z=np.where(table > 0, table, np.nan),
            coloraxis="coloraxis", yaxis=f"y{axis}", name=words,
            hovertemplate="batch norm %{y}: %{z:.1%} of its channels<extra></extra>",
        )  # fmt: skip
    chart.layout["xaxis"] |= {"anchor": f"y{len(panels) if len(panels) > 1 else ''}", "showgrid": False}
    _scale(chart.layout, look, max((float(table.max()) for table in tables if table.size), default=1.0))
    chart.note(
        text="colours: share of the channels of a batch norm", xref="paper", yref="paper", x=0,
        y=-look.pixels(86) / look.pixels(inner), xanchor="left", yanchor="bottom", yshift=look.pixels(2),
        font={"color": look.ground.quiet}, name="colours",
    )  # fmt: skip
    return chart.figure()


def _scale(layout: dict[str, Any], look: Look, most: float) -> None:
    margin = layout["margin"]
    inner = layout["height"] - margin["t"] - margin["b"]
    ticks = [0.0, most / 2, most]
    layout["coloraxis"] = {
        "colorscale": SEQUENTIAL, "cmin": 0.0, "cmax": most,
        "colorbar": {
            "orientation": "h", "x": 0, "xanchor": "left", "len": 1.0, "thickness": look.pixels(12),
            "y": -look.pixels(86) / inner, "yanchor": "top", "ypad": 0, "xpad": 0, "outlinewidth": 0,
            "tickvals": ticks, "ticktext": [percent(tick, 2) for tick in ticks], "ticklen": look.pixels(4),
            "tickfont": {"color": look.ground.quiet, "size": look.pixels(FONT_SIZE - 1)},
        },
    }  # fmt: skip


def norm_reading(panels: Sequence[tuple[str, NormStatistics]]) -> str:
    """Says how far the medians of the moving averages moved between the checkpoints."""
    said = [
        f"{words}: the median moving mean is {significant(_median(one, 'mean'))}, the median moving variance "
        f"{significant(_median(one, 'variance'))}"
        for words, one in panels
    ]
    text = "; ".join(said)
    return f"{text[:1].upper()}{text[1:]}. A batch norm begins with means of 0 and variances of 1."


def _median(one: NormStatistics, what: What) -> float:
    values = np.concatenate([np.empty(0, np.float32), *_of(one, what)])
    return float(np.median(values)) if values.size else 0.0


def describe_norms(panels: Sequence[tuple[str, NormStatistics]], what: What) -> str:
    """Writes the alt text: what is drawn, and the median, least and largest value of each checkpoint."""
    said = [f"Histograms of the moving {what} of every batch norm, as colours by layer."]
    for words, one in panels:
        values = np.concatenate([np.empty(0, np.float32), *_of(one, what)])
        if values.size:
            least, median, most = (significant(float(each)) for each in np.quantile(values, (0, 0.5, 1)))
            said.append(f"{words}: from {least} to {most}, median {median}.")
    return " ".join(said)


def norm_columns(panels: Sequence[tuple[str, NormStatistics]]) -> Columns:
    """Every moving average of every channel, as columns for a CSV file.

    Args:
        panels: at least one, all of one network that has batch norm.
    """
    first = panels[0][1]
    sizes = [values.size for values in first.mean]
    columns: dict[str, Any] = {
        "batch norm": np.repeat(first.layers, sizes),
        "channel": np.concatenate([np.arange(size) for size in sizes]),
    }
    for words, one in panels:
        columns[f"moving mean, {words}"] = np.concatenate(one.mean)
        columns[f"moving variance, {words}"] = np.concatenate(one.variance)
    return columns
