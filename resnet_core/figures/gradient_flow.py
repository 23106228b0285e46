"""The gradient profile drawn: three aligned charts over depth, and the four corners as small multiples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from resnet_core.figures.base import FONT_SIZE, Axis, Chart, Look, frame
from resnet_core.figures.labels import EndLabel, label_ends, wrapped
from resnet_core.figures.palette import Kind, see_through, sign, variant
from resnet_core.figures.text import significant
from resnet_core.probes.gradients import Line, Profile, line

TITLES = {
    "plain": "plain",
    "residual": "residual",
    "preactivation": "pre-activation",
    "scaled": "scaled residual",
    "own": "your block",
}
QUANTITIES = {
    "gradients": "|dL/dx|, gradient at the activations",
    "kernels": "|dL/dW|, gradient at the kernels",
    "spreads": "standard deviation of the activations",
}
"""What is drawn over depth, and the title of its axis."""
SIGNS: dict[str, Kind] = {
    "plain": "plain",
    "residual": "residual",
    "preactivation": "preactivation",
    "scaled": "residual",
    "own": "own",
}
"""How each kind of network is drawn."""


@dataclass(frozen=True)
class Course:
    """One quantity of one network over depth.

    Attributes:
        kind: of the network, as in `gradient_setting.KINDS`.
        layers: numbers of layers from the input on.
        line: median and range of the seeds at each.
    """

    kind: str
    layers: tuple[int, ...]
    line: Line


def course(profiles: Sequence[Profile], quantity: str) -> Course:
    """One of `QUANTITIES` of profiles that differ only in their seed.

    Kernels are those of the main path; layers on shortcuts stand beside it and are in the table only.
    """
    first = profiles[0]
    if quantity == "kernels":
        main = [one for one in first.kernels if not one.shortcut]
        rows = [[one.gradient for one in each.kernels if not one.shortcut] for each in profiles]
        return Course(first.setting.kind, tuple(one.layer for one in main), line(rows))
    rows = [list(getattr(each, quantity)) for each in profiles]
    return Course(first.setting.kind, first.layers, line(rows))


def flow_figure(
    courses: Sequence[Course], title: str, look: Look, depth: int, height: float = 270
) -> go.Figure:
    """Draws one quantity over depth, logarithmic: median, range of the seeds, labels at the ends.

    What is exactly zero has no place on a logarithmic axis: it stands on the lower edge, as an open mark with
    the word "0"; what is not finite stands on the upper edge.

    Args:
        courses: one for each network.
        title: of the vertical axis.
        look: theme and size.
        depth: where the horizontal axis ends, the same in charts that stand below each other.
        height: in pixels at the reading size.
    """
    low, high = span(courses)
    chart = frame(
        look,
        Axis("layer, from the input (1) to the output", 0.0, depth + 0.5),
        Axis(title, low, high, logarithmic=True),
        height,
    )
    chart.layout["yaxis"]["dtick"] = max(1, math.ceil((high - low) / 6))
    chart.layout["hovermode"] = "x unified"
    labels = [_drawn(chart, one, (low, high)) for one in courses]
    label_ends(chart, labels, (low, high))
    # The charts stand below each other, so their margins are one.
    longest = max(len(part) for one in courses for part in wrapped(TITLES[one.kind]).split("<br>"))
    chart.layout["margin"]["r"] = longest * look.pixels(FONT_SIZE) * 0.5 + look.pixels(16)
    chart.layout["margin"]["l"] = look.pixels(58)
    return chart.figure()


def span(courses: Sequence[Course]) -> tuple[float, float]:
    """The ends of the axis as powers of ten that hold all values, at least one decade apart."""
    rows = [row for one in courses for row in (one.line.low, one.line.middle, one.line.high)]
    positive = [value for row in rows for value in row if 0 < value < math.inf]
    low = math.floor(math.log10(min(positive)) - 0.05) if positive else -1
    high = math.ceil(math.log10(max(positive)) + 0.05) if positive else 0
    return float(low), float(max(high, low + 1))


def _drawn(chart: Chart, one: Course, ends: tuple[float, float]) -> EndLabel:
    look, shown = chart.look, sign(SIGNS[one.kind], chart.look.theme)
    rank = int(one.kind == "scaled")
    colour = variant(shown.colour, rank, look.theme)
    name, (low, high) = TITLES[one.kind], ends
    _band(chart, one, colour)
    middle = one.line.middle
    marker: dict[str, Any] = {
        "color": colour,
        "symbol": f"{shown.marker}-open" if rank else shown.marker,
        "size": look.pixels(6),
    }
    chart.add(
        "scatter", x=one.layers, y=[value if 0 < value < math.inf else None for value in middle], name=name,
        mode="lines+markers", line={"color": colour, "width": look.pixels(2), "dash": shown.dash},
        marker=marker, cliponaxis=False, hovertemplate="%{y:.3g}",
    )  # fmt: skip
    for words, edge, hit in (
        ("exactly 0", low, [value == 0 for value in middle]),
        ("not finite", high, [not math.isfinite(value) for value in middle]),
    ):
        places = [layer for layer, yes in zip(one.layers, hit, strict=True) if yes]
        if places:
            chart.add(
                "scatter", x=places, y=[10**edge] * len(places), name=f"{name}, {words}", mode="markers",
                cliponaxis=False, marker={**marker, "symbol": f"{shown.marker}-open"},
                hovertemplate=words,
            )  # fmt: skip
            chart.note(
                text=words.removeprefix("exactly "), x=places[0], y=edge, yanchor="bottom",
                yshift=look.pixels(4), font={"color": shown.ink}, name="edge",
            )  # fmt: skip
    last = middle[-1]
    end = low if last == 0 else math.log10(last) if 0 < last < math.inf else high
    return EndLabel(wrapped(name), float(one.layers[-1]), end, variant(shown.ink, rank, look.theme))


def _band(chart: Chart, one: Course, colour: str) -> None:
    """The range of the seeds, over each run of layers where both its ends can be drawn."""
    run: list[int] = []
    for index in range(len(one.layers) + 1):
        if index < len(one.layers) and one.line.low[index] > 0 and math.isfinite(one.line.high[index]):
            run.append(index)
            continue
        if len(run) > 1 and any(one.line.low[at] != one.line.high[at] for at in run):
            chart.add(
                "scatter", x=[one.layers[at] for at in (*run, *reversed(run))],
                y=[*(one.line.high[at] for at in run), *(one.line.low[at] for at in reversed(run))],
                mode="lines", line={"width": 0}, fill="toself", fillcolor=see_through(colour, 0.18),
                hoverinfo="skip", name="range of the seeds",
            )  # fmt: skip
        run = []


def describe_flow(courses: Sequence[Course], title: str) -> str:
    """Writes the alt text: where each line begins, its ends, and its extremes."""
    said = []
    for one in courses:
        middle = one.line.middle
        said.append(
            f"{TITLES[one.kind]}: {significant(middle[0])} at layer {one.layers[0]}, "
            f"{significant(middle[-1])} at layer {one.layers[-1]}"
        )
    return f"{title} over depth, logarithmic, median of the seeds. {'; '.join(said)}."


def corner_figure(courses: Sequence[Course], look: Look, ends: tuple[float, float], depth: int) -> go.Figure:
    """Draws one corner: the gradient at the activations of two networks, small, on an axis that all share.

    Args:
        courses: one for each network.
        look: theme and size.
        ends: powers of ten where the vertical axis begins and ends.
        depth: where the horizontal axis ends.
    """
    chart = frame(
        look,
        Axis("layer", 0.0, depth + 0.5),
        Axis("|dL/dx|", *ends, logarithmic=True),
        210,
    )
    chart.layout["yaxis"]["dtick"] = max(1, math.ceil((ends[1] - ends[0]) / 4))
    labels = [_drawn(chart, one, ends) for one in courses]
    label_ends(chart, labels, ends)
    chart.layout["margin"]["b"] = look.pixels(44)
    return chart.figure()
