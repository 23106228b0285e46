"""Losses over a growing learning rate, where they fall fastest, rise and explode."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from resnet_core.figures.base import Axis, Chart, Look, frame
from resnet_core.figures.labels import EndLabel, label_ends, wrapped
from resnet_core.figures.palette import Kind, see_through, sign, variant
from resnet_core.figures.text import significant
from resnet_core.training.rate_range import Found, before_explosion, found

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ranged:
    """One range, as far as it has come.

    Attributes:
        label: what stands at its end.
        kind: of its network.
        rates: learning rates, growing.
        losses: of each step.
        rank: 0 for the first of its kind on the chart, 1 for the second.
        failed: whether it ended because the loss was no number.
    """

    label: str
    kind: Kind
    rates: Floats
    losses: Floats
    rank: int = 0
    failed: bool = False

    @property
    def found(self) -> Found:
        """What it says."""
        return found(self.rates, self.losses)


def range_figure(ranges: Sequence[Ranged], look: Look, last: float, height: float = 440) -> go.Figure:
    """Draws the losses of every step, faint, and their smoothed course with its three places.

    Args:
        ranges: one or two, each with at least one step.
        look: theme and size.
        last: rate at which the axis ends.
        height: in pixels at the reading size.
    """
    ends = math.log10(min(one.rates[0] for one in ranges)), math.log10(last)
    top = _top(ranges)
    chart = frame(
        look,
        Axis("learning rate", *ends, logarithmic=True),
        Axis("loss on the pictures of a step (nats)", 0.0, top),
        height,
    )
    labels = [_line(chart, one, top) for one in ranges]
    _places(chart, ranges[0], top)
    label_ends(chart, labels, (0.0, top))
    return chart.figure()


def _top(ranges: Sequence[Ranged]) -> float:
    """A little over where the losses begin: what explodes leaves the chart."""
    begins = max(float(one.losses[:5].mean()) for one in ranges if np.isfinite(one.losses[:5]).all())
    return 0.5 * math.ceil(begins * 1.6 / 0.5)


def _line(chart: Chart, one: Ranged, top: float) -> EndLabel:
    look, shown = chart.look, sign(one.kind, chart.look.theme)
    colour, ink = (variant(each, one.rank, look.theme) for each in (shown.colour, shown.ink))
    drawn = np.isfinite(one.losses)
    chart.add(
        "scatter", x=one.rates[drawn], y=one.losses[drawn], mode="markers", hoverinfo="skip",
        marker={"color": see_through(colour, 0.35), "size": look.pixels(5), "symbol": shown.marker},
    )  # fmt: skip
    smooth = before_explosion(one.losses)
    rates = one.rates[: len(smooth)]
    chart.add(
        "scatter", x=rates, y=smooth, mode="lines", name=one.label,
        hovertemplate="rate %{x:.2g}: loss %{y:.3f}<extra></extra>",
        line={"color": colour, "width": look.pixels(3), "dash": "dot" if one.rank else shown.dash},
    )  # fmt: skip
    end = math.log10(rates[-1]) if len(rates) else math.log10(one.rates[-1])
    height = float(min(smooth[-1], top)) if len(smooth) else top
    return EndLabel(wrapped(one.label), end, height, ink)


def _places(chart: Chart, one: Ranged, top: float) -> None:
    """Marks the three places of the first range, each with its name."""
    look, ground, seen = chart.look, chart.look.ground, one.found
    shapes = []
    for name, place, level in (
        ("falls fastest", seen.steepest, 1.0),
        ("begins to rise", seen.rises, 0.93),
        ("as at the beginning", seen.worse, 0.86),
        ("explodes", seen.exploded, 0.79),
    ):
        if place is None:
            continue
        rate = float(one.rates[place])
        shapes.append(
            {
                "type": "line", "x0": rate, "x1": rate, "y0": 0, "y1": top * level, "layer": "below",
                "line": {"color": ground.edge, "width": look.pixels(1.5), "dash": "solid"},
            }
        )  # fmt: skip
        chart.note(
            text=f"{name}: {significant(rate, 2)}", x=math.log10(rate), y=top * level, xanchor="right",
            yanchor="top", xshift=-look.pixels(4), font={"color": ground.text, "size": look.pixels(14)},
            bgcolor=ground.background,
        )  # fmt: skip
    chart.layout["shapes"] = shapes


def describe_ranges(ranges: Sequence[Ranged]) -> str:
    """Writes the alt text of the chart."""
    said = []
    for one in ranges:
        seen = one.found
        parts = [
            f"{words} {significant(float(one.rates[place]), 2)}"
            for words, place in (
                ("falls fastest at", seen.steepest),
                ("begins to rise at", seen.rises),
                ("explodes at", seen.exploded),
            )
            if place is not None
        ]
        said.append(f"{one.label} {', '.join(parts) or 'neither falls nor explodes'}")
    return f"Loss over the learning rate, logarithmic. {'; '.join(said)}."


def ranges_table(ranges: Sequence[Ranged]) -> dict[str, list[float]]:
    """Every number of the chart as columns."""
    columns: dict[str, list[float]] = {}
    for one in ranges:
        columns[f"{one.label} learning rate"] = one.rates.tolist()
        columns[f"{one.label} loss"] = one.losses.tolist()
        columns[f"{one.label} smoothed"] = before_explosion(one.losses).tolist()
    return columns
