"""The answer of a classifier: a bar for every sign, with its probability written out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from resnet_core.figures.base import Axis, Chart, Look, frame
from resnet_core.figures.text import percent


def probability_figure(
    probabilities: ArrayLike,
    classes: Sequence[str],
    look: Look,
    height: float = 300,
    threshold: float | None = None,
) -> go.Figure:
    """Draws one horizontal bar a class; the likeliest is full and bold, the others are quiet.

    Args:
        probabilities: (classes,) shares that add up to one.
        classes: What to call each class.
        look: Theme and size.
        height: In pixels at the reading size.
        threshold: The least probability that is an answer: a dashed line with its label. Where no bar
            reaches it there is no answer, and no bar is full or bold.

    Raises:
        ValueError: If the numbers are not one probability a class.
    """
    shares = _checked(probabilities, classes)
    best: int | None = int(np.argmax(shares))
    if threshold is not None and shares.max() < threshold:
        best = None
    names = [f"<b>{name}</b>" if i == best else name for i, name in enumerate(classes)]
    values = [written(share) for share in shares]
    ground = look.ground
    chart = frame(look, Axis("probability", 0.0, 1.0, percent=True), Axis("sign"), height)
    chart.add(
        "bar", x=shares, y=names, orientation="h", width=0.62, hoverinfo="skip", cliponaxis=False,
        text=[f"<b>{value}</b>" if i == best else value for i, value in enumerate(values)],
        textposition="outside", textfont={"color": ground.text}, textangle=0,
        marker={
            "color": [ground.text if i == best else ground.surface for i in range(len(shares))],
            "line": {"color": ground.edge, "width": [0 if i == best else 1.5 for i in range(len(shares))]},
        },
    )  # fmt: skip
    chart.layout["yaxis"] |= {"type": "category", "autorange": "reversed", "showgrid": False, "ticks": ""}
    ends = (0.0, 0.5, 1.0)  # more would stand upright or overlap where the chart is narrow
    chart.layout["xaxis"] |= {"tickvals": ends, "ticktext": [percent(end, 2) for end in ends], "tickangle": 0}
    chart.layout["margin"]["r"] = look.pixels(72)
    if threshold is not None:
        _draw_threshold(chart, threshold)
    return chart.figure()


def _draw_threshold(chart: Chart, threshold: float) -> None:
    """Draws the line below which there is no answer, with its label over the bars."""
    ground = chart.look.ground
    chart.layout["shapes"] = [
        {
            "type": "line", "x0": threshold, "x1": threshold, "y0": 0, "y1": 1, "yref": "paper",
            "line": {"color": ground.text, "width": chart.look.pixels(1.5), "dash": "dash"},
        }
    ]  # fmt: skip
    # The label ends at its line where it would otherwise leave the chart.
    left = threshold < 0.5
    chart.note(
        x=threshold, y=1, xref="x", yref="paper", xanchor="left" if left else "right", yanchor="bottom",
        text=f"threshold {percent(threshold)}", font={"color": ground.text, "size": chart.look.pixels(14)},
        name="threshold",
    )  # fmt: skip


def written(share: float) -> str:
    """Writes a probability; a tiny one is not called zero, nor one just below one, one."""
    if 0 < share < 0.001:
        return "below " + percent(0.001, 1)
    if 0.999 < share < 1:
        return "above " + percent(0.999)
    return percent(share)


def _checked(probabilities: ArrayLike, classes: Sequence[str]) -> NDArray[np.float64]:
    shares = np.asarray(probabilities, dtype=np.float64)
    if shares.shape != (len(classes),):
        raise ValueError(f"Expected {len(classes)} probabilities. Received an array of shape {shares.shape}.")
    if not np.all(shares >= 0) or not abs(shares.sum() - 1) < 1e-3:
        raise ValueError(f"Expected probabilities that add up to 1. Received a sum of {shares.sum():g}.")
    return shares


def describe(probabilities: ArrayLike, classes: Sequence[str], threshold: float | None = None) -> str:
    """Writes the alt text: every class with its probability, the likeliest first, and the threshold."""
    shares = _checked(probabilities, classes)
    order = np.argsort(-shares, kind="stable")
    line = "" if threshold is None else f" A line marks the threshold, {percent(threshold)}."
    return "Probabilities: " + ", ".join(f"{classes[i]} {written(shares[i])}" for i in order) + "." + line
