"""The values of one map as a histogram."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from resnet_core.figures.base import Axis, Look, frame
from resnet_core.figures.text import plural, significant

BARS = 30


def counted(values: NDArray[np.floating]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """How many values lie between which ends: counts, and one end more than there are counts.

    Fewer values than bars make fewer bars; values that are all the same make one.
    """
    flat = np.asarray(values, np.float64).ravel()
    low, high = float(flat.min()), float(flat.max())
    if high - low <= abs(high) * 1e-9:
        room = abs(high) * 1e-3 or 1e-3
        return np.array([flat.size]), np.array([low - room, high + room])
    counts, ends = np.histogram(flat, bins=min(BARS, max(4, flat.size // 4)), range=(low, high))
    return counts.astype(np.int64), ends


def histogram_figure(values: NDArray[np.floating], look: Look, height: float = 200) -> go.Figure:
    """Draws the histogram.

    Args:
        values: of any shape, at least one, all finite.
        look: theme and size.
        height: in pixels at the reading size.
    """
    counts, ends = counted(values)
    chart = frame(
        look, Axis("value", float(ends[0]), float(ends[-1])), Axis("pixels", 0, counts.max() * 1.05), height
    )
    chart.layout["bargap"] = 0.04
    chart.add(
        "bar",
        x=((ends[:-1] + ends[1:]) / 2).tolist(),
        y=counts.tolist(),
        width=np.diff(ends).tolist(),
        marker={"color": look.ground.edge, "line": {"width": 0}},
        customdata=np.stack([ends[:-1], ends[1:]], axis=1).tolist(),
        hovertemplate="%{y} values from %{customdata[0]:.3g} to %{customdata[1]:.3g}<extra></extra>",
        name="values",
    )
    return chart.figure()


def describe_histogram(values: NDArray[np.floating], name: str) -> str:
    """Writes the alt text.

    Args:
        values: as drawn.
        name: whose they are.
    """
    flat = np.asarray(values, np.float64).ravel()
    zero = int((flat == 0).sum())
    return (
        f"Histogram of {plural(flat.size, 'value')} of {name}: from {significant(float(flat.min()))} to "
        f"{significant(float(flat.max()))}, mean {significant(float(flat.mean()))}, {zero} of them exactly 0."
    )


def histogram_table(values: NDArray[np.floating]) -> dict[str, list[float]]:
    """The bars as columns."""
    counts, ends = counted(values)
    return {"from": ends[:-1].tolist(), "to": ends[1:].tolist(), "values": counts.tolist()}
