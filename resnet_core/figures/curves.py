"""Training curves: loss and accuracy over steps, epochs or seconds, of one run or of several."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from resnet_core.figures.base import Axis, Chart, Look, frame
from resnet_core.figures.labels import EndLabel, label_ends, wrapped
from resnet_core.figures.palette import SPLIT_WIDTHS, Kind, Sign, Split, see_through, sign, variant
from resnet_core.figures.rate import add_rate
from resnet_core.figures.spread import Spread
from resnet_core.figures.text import percent, significant, whole
from resnet_core.training.evaluation import wilson

Floats = NDArray[np.float64]
Quantity = Literal["loss", "accuracy"]
Progress = Literal["step", "epoch", "seconds"]

MOST_POINTS = 600
"""More points than this are averaged in groups before they are drawn; a screen shows no more."""

_TITLES = {
    "loss": "loss (cross-entropy, nats)",
    "accuracy": "accuracy (share of pictures)",
    "step": "step",
    "epoch": "epoch",
    "seconds": "seconds of training",
}


@dataclass(frozen=True, eq=False)
class Curve:
    """One line of a chart.

    Attributes:
        label: What stands at its end: "test", or "ResNet-50, test".
        kind: Of the network; gives hue, dash and marker.
        split: Gives the width.
        x: Progress, increasing.
        y: Loss in nats, or accuracy as a share of one.
        count: Pictures behind every accuracy; draws the 95 % Wilson interval as a band.
        rank: 0 for the first run of its kind on the chart, 1 for the second and so on.
        noisy: Whether each value is of one batch: drawn as a faint line under its smoothed course.
        spread: Of repeated runs, of which x and y are then the median: drawn as a band.
        faint: Whether it is one seed of several: a thin line without a label at its end.
    """

    label: str
    kind: Kind
    split: Split
    x: ArrayLike
    y: ArrayLike
    count: int | None = None
    rank: int = 0
    noisy: bool = False
    spread: Spread | None = None
    faint: bool = False
    _points: tuple[Floats, Floats] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        x, y = np.asarray(self.x, dtype=np.float64), np.asarray(self.y, dtype=np.float64)
        if x.ndim != 1 or x.shape != y.shape:
            raise ValueError(
                f"x and y are two columns of one length. Received shapes {x.shape} and {y.shape}."
            )
        drawn = np.isfinite(x) & np.isfinite(y)
        object.__setattr__(self, "_points", (x[drawn], y[drawn]))

    @property
    def points(self) -> tuple[Floats, Floats]:
        """The finite points, x and y."""
        return self._points


def curve_figure(
    curves: Sequence[Curve],
    look: Look,
    *,
    quantity: Quantity,
    progress: Progress = "epoch",
    end: float | None = None,
    height: float = 360,
    rate: tuple[ArrayLike, ArrayLike] | None = None,
    level: tuple[float, str] | None = None,
) -> go.Figure:
    """Draws curves with labels at their ends.

    While a run grows, the chart stands still: accuracy runs from 0 to 1, loss from 0 to the highest value
    so far, and the horizontal axis to `end`.

    Args:
        curves: What to draw, the most important last.
        look: Theme and size.
        quantity: "loss" or "accuracy".
        progress: What the horizontal axis counts.
        end: Where the horizontal axis ends, for instance the planned epochs; without it, the last point.
        height: In pixels at the reading size, without the panel of the learning rate.
        rate: Progress and learning rate of every step, drawn in a panel below; None draws none.
        level: A height to compare with, and its words; None draws none.
    """
    top = top_of(curves, quantity)
    last = axis_end(curves, end)
    chart = frame(
        look,
        Axis(_TITLES[progress], 0.0, last),
        Axis(_TITLES[quantity], 0.0, top, percent=quantity == "accuracy"),
        height,
    )
    levels = [] if level is None else [_draw_level(chart, last, *level)]
    there = [curve for curve in curves if curve.points[0].size]
    for curve in there:
        if curve.faint:
            _draw_faint(chart, curve, quantity, progress)
    labels = levels + [_draw(chart, curve, quantity, progress) for curve in there if not curve.faint]
    if len(labels) <= 8:
        label_ends(chart, labels, (0.0, top))
    else:
        chart.layout["showlegend"] = True
        chart.layout["margin"]["b"] = look.pixels(52 + 24 * (len(labels) // 3 + 1))
    if rate is not None:
        add_rate(chart, *rate)
    return chart.figure()


def axis_end(curves: Sequence[Curve], end: float | None) -> float:
    """Where the horizontal axis ends: where it was said to, or at the last point that lies beyond."""
    return float(max([end or 0.0, *(curve.points[0][-1] for curve in curves if curve.points[0].size)])) or 1.0


def top_of(curves: Sequence[Curve], quantity: Quantity) -> float:
    """The upper end of the vertical axis: steady while values fall, as those of a loss do."""
    if quantity == "accuracy":
        return 1.0
    highest = [
        float(np.max(smoothed(values) if curve.noisy else values))
        for curve in curves
        if (values := curve.points[1]).size
    ]
    step = 0.5
    return step * float(np.ceil(max(highest, default=step) * 1.02 / step)) or step


def _draw_level(chart: Chart, last: float, height: float, words: str) -> EndLabel:
    look, colour = chart.look, chart.look.ground.quiet
    chart.add(
        "scatter", x=[0.0, last], y=[height, height], mode="lines", hoverinfo="skip",
        line={"color": colour, "dash": "dot", "width": look.pixels(1.5)},
    )  # fmt: skip
    return EndLabel(wrapped(words), last, height, colour)


def _draw_faint(chart: Chart, curve: Curve, quantity: Quantity, progress: Progress) -> None:
    """Adds one seed of several, under the median of all."""
    look, shown = chart.look, sign(curve.kind, chart.look.theme)
    x, y = curve.points
    x, y = thinned(x, smoothed(y) if curve.noisy else y)
    colour = see_through(variant(shown.colour, curve.rank, look.theme), 0.45)
    label = html.escape(curve.label)
    chart.add(
        "scatter", x=x, y=y, mode="lines", name=label, showlegend=False,
        line={"color": colour, "width": look.pixels(1)}, hovertemplate=_hover(label, quantity, progress),
    )  # fmt: skip


def _draw(chart: Chart, curve: Curve, quantity: Quantity, progress: Progress) -> EndLabel:
    """Adds the traces of one curve and returns the label of its end."""
    look = chart.look
    shown = sign(curve.kind, look.theme)
    colour = variant(shown.colour, curve.rank, look.theme)
    x, y = curve.points
    if curve.count is not None and quantity == "accuracy":
        bounds = np.array([wilson(round(share * curve.count), curve.count) for share in y])
        _band(chart, x, (bounds[:, 0], bounds[:, 1]), "95 % Wilson interval", colour)
    if curve.spread is not None:
        around = curve.spread
        at, low = thinned(around.x, around.low)
        _, high = thinned(around.x, around.high)
        _band(chart, at, (low, high), f"{around.count} seeds, {around.words}", colour)
    if curve.noisy:
        few_x, few_y = thinned(x, y)
        chart.add(
            "scatter", x=few_x, y=few_y, mode="lines", hoverinfo="skip", showlegend=False,
            line={"color": see_through(colour, 0.3), "width": look.pixels(1)},
        )  # fmt: skip
        y = smoothed(y)
    x, y = thinned(x, y)
    label = html.escape(curve.label)
    stroke = _stroke(curve, shown, colour, look, x.size)
    chart.add("scatter", x=x, y=y, name=label, hovertemplate=_hover(label, quantity, progress), **stroke)
    ink = variant(shown.ink, curve.rank, look.theme)
    return EndLabel(wrapped(curve.label), float(x[-1]), float(y[-1]), ink)


def _stroke(curve: Curve, shown: Sign, colour: str, look: Look, count: int) -> dict[str, Any]:
    width = look.pixels(SPLIT_WIDTHS[curve.split])
    few = count <= 60 and not curve.noisy
    return {
        "mode": "lines+markers" if few else "lines",
        "cliponaxis": False,
        "line": {"color": colour, "width": width, "dash": shown.dash},
        "marker": {
            "color": colour,
            "symbol": shown.marker if curve.rank == 0 else f"{shown.marker}-open",
            "size": look.pixels(4) + 1.5 * width,
        },
    }


def _band(chart: Chart, x: Floats, ends: tuple[Floats, Floats], name: str, colour: str) -> None:
    low, high = ends
    chart.add(
        "scatter", name=name, mode="lines", line={"width": 0}, showlegend=False,
        x=np.concatenate([x, x[::-1]]), y=np.concatenate([high, low[::-1]]),
        fill="toself", fillcolor=see_through(colour, 0.16), hoverinfo="skip",
    )  # fmt: skip


def _hover(label: str, quantity: Quantity, progress: Progress) -> str:
    value = "%{y:.1%}" if quantity == "accuracy" else "%{y:.3f}"
    return f"{label}<br>{progress} %{{x:,.4~g}}: {value}<extra></extra>"


def smoothed(values: ArrayLike, window: int | None = None) -> Floats:
    """Averages each value with those before it (an exponential mean, corrected for its start).

    Values that are already drawn do not move when new ones arrive, so a growing curve stands still.

    Args:
        values: One a step, in order.
        window: Steps over which a value fades to 1/e; by default a tenth of a typical epoch, 12.
    """
    numbers = np.asarray(values, dtype=np.float64)
    keep = 1.0 - 1.0 / (window or 12)
    answer = np.empty_like(numbers)
    total = weight = 0.0
    for index, number in enumerate(numbers):
        total = keep * total + number
        weight = keep * weight + 1.0
        answer[index] = total / weight
    return answer


def thinned(x: Floats, y: Floats, most: int = MOST_POINTS) -> tuple[Floats, Floats]:
    """Averages neighbours in groups of one size until at most `most` points are left; keeps the last point.

    The size of the groups is a power of two, so that a growing curve seldom changes its grouping.
    """
    size = 1
    while x.size > most * size:
        size *= 2
    if size == 1:
        return x, y
    whole_groups = (x.size - 1) // size * size
    groups = (values[:whole_groups].reshape(-1, size).mean(axis=1) for values in (x, y))
    few_x, few_y = (np.append(group, values[-1]) for group, values in zip(groups, (x, y), strict=True))
    return few_x, few_y


def describe(curves: Sequence[Curve], quantity: Quantity, progress: Progress = "epoch") -> str:
    """Writes the alt text of a chart of curves: what is drawn, over what, and where each curve ends."""
    write = percent if quantity == "accuracy" else significant
    ends = []
    for curve in curves:
        x, y = curve.points
        if x.size and not curve.faint:
            ends.append(f"{curve.label} is {write(float(y[-1]))} at {progress} {whole(round(x[-1]))}")
    if not ends:
        return f"A chart of {quantity} over {progress} that has no points yet."
    return f"Line chart of {quantity} over {progress}. " + "; ".join(ends) + "."
