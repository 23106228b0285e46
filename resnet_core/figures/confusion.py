"""The confusion matrix: how often each sign was taken for which."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from resnet_core.figures.base import Axis, Chart, Look, frame
from resnet_core.figures.palette import SEQUENTIAL
from resnet_core.figures.text import plural, whole

# Where cividis passes middle grey: below it white figures can be read, above it black ones.
_MIDDLE = 0.5


def confusion_figure(counts: ArrayLike, classes: Sequence[str], look: Look, height: float = 420) -> go.Figure:
    """Draws counts of true (rows) against predicted (columns) signs, with every count as a figure.

    Args:
        counts: (classes, classes) whole numbers, the true class first.
        classes: What to call each class.
        look: Theme and size.
        height: In pixels at the reading size.

    Raises:
        ValueError: If the counts are not square or do not fit the classes.
    """
    table = _checked(counts, classes)
    chart = frame(look, Axis("predicted sign"), Axis("true sign"), height)
    quiet = {"color": look.ground.quiet}
    chart.add(
        "heatmap", z=table, x=list(classes), y=list(classes), colorscale=SEQUENTIAL,
        zmin=0, zmax=max(1, int(table.max())), xgap=2, ygap=2,
        hovertemplate="true %{y}, predicted %{x}: %{z}<extra></extra>",
        colorbar={
            "title": {"text": "pictures", "side": "right", "font": quiet}, "tickfont": quiet,
            "thickness": look.pixels(14), "outlinewidth": 0, "x": 1.02, "xpad": 0,
        },
    )  # fmt: skip
    _write_counts(chart, table)
    for axis in ("xaxis", "yaxis"):
        chart.layout[axis] |= {"type": "category", "showgrid": False, "showline": False, "ticks": ""}
    chart.layout["yaxis"]["autorange"] = "reversed"
    chart.layout["margin"]["r"] = look.pixels(84)
    return chart.figure()


def _checked(counts: ArrayLike, classes: Sequence[str]) -> NDArray[np.int64]:
    table = np.asarray(counts, dtype=np.int64)
    if table.shape != (len(classes), len(classes)):
        raise ValueError(
            f"Expected counts of shape {(len(classes), len(classes))} for {len(classes)} classes. "
            f"Received shape {table.shape}."
        )
    return table


def _write_counts(chart: Chart, table: NDArray[np.int64]) -> None:
    """Writes each count into its cell, dark on bright cells and bright on dark ones."""
    highest = max(1, int(table.max()))
    for (row, column), count in np.ndenumerate(table):
        colour = "#000000" if count / highest > _MIDDLE else "#FFFFFF"
        chart.note(x=column, y=row, text=whole(int(count)), font={"color": colour})


def describe(counts: ArrayLike, classes: Sequence[str]) -> str:
    """Writes the alt text of a confusion matrix: how many are right, and the most frequent mistakes."""
    table = _checked(counts, classes)
    right, total = int(np.trace(table)), int(table.sum())
    wrong = [
        (int(table[i, j]), f"{classes[i]} taken for {classes[j]} {plural(int(table[i, j]), 'time')}")
        for i in range(len(classes))
        for j in range(len(classes))
        if i != j and table[i, j]
    ]
    worst = "; ".join(sentence for _, sentence in sorted(wrong, key=lambda pair: -pair[0])[:3])
    start = f"Confusion matrix: {whole(right)} of {plural(total, 'picture')} right."
    return f"{start} Most frequent mistakes: {worst}." if worst else f"{start} No mistakes."
