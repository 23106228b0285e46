"""What every chart has in common: fonts, margins, axes, hover, and labels at the ends of lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go

from resnet_core.figures.palette import GROUNDS, Ground, Theme
from resnet_core.figures.text import THIN, percent

FONT = '"Source Sans", "Source Sans Pro", Arial, sans-serif'
FONT_SIZE = 15.0


@dataclass(frozen=True)
class Look:
    """How large and on which ground a figure is drawn.

    Attributes:
        theme: "light" or "dark".
        scale: 1.0 for reading, 1.4 for the presenter size.
    """

    theme: Theme = "light"
    scale: float = 1.0

    @property
    def ground(self) -> Ground:
        """The neutral colours of the theme."""
        return GROUNDS[self.theme]

    def pixels(self, length: float) -> float:
        """Scales a length given for the reading size."""
        return length * self.scale


@dataclass(frozen=True)
class Axis:
    """What one axis says.

    Attributes:
        title: With the unit, in sentence case: "loss (cross-entropy, nats)".
        low: Lower end, or None to let the data decide.
        high: Upper end, or None to let the data decide.
        percent: Whether the values are shares of one, to be written as percentages.
        logarithmic: Whether ticks stand at powers of ten; the title then says so.
    """

    title: str
    low: float | None = None
    high: float | None = None
    percent: bool = False
    logarithmic: bool = False


@dataclass
class Chart:
    """A chart being put together from plain dictionaries, which plotly checks once, at the end.

    Adding to a `go.Figure` piece by piece checks everything again at each step, ten times as slow.

    Attributes:
        look: Theme and size.
        layout: As plotly's `layout`.
        data: As plotly's `data`.
    """

    look: Look
    layout: dict[str, Any]
    data: list[dict[str, Any]] = field(default_factory=list)

    def add(self, kind: str, **trace: Any) -> None:
        """Adds a trace of plotly's type `kind`."""
        self.data.append({"type": kind, **trace})

    def note(self, **annotation: Any) -> None:
        """Adds a text without an arrow."""
        self.layout["annotations"].append({"showarrow": False, **annotation})

    def figure(self) -> go.Figure:
        """Returns the finished chart; a ValueError names what plotly does not know."""
        return go.Figure({"data": self.data, "layout": self.layout})


def frame(look: Look, x: Axis, y: Axis, height: float = 360) -> Chart:
    """Returns an empty chart with our fonts, margins and axes.

    Args:
        look: Theme and size.
        x: The horizontal axis.
        y: The vertical axis; its title stands horizontally over the chart, where it is read without turning
            the head, and costs no width on a narrow screen.
        height: In pixels at the reading size.
    """
    layout = _layout(look, height)
    layout["xaxis"] = {"title": {"text": _title(x), **_title_style(look)}, **_axis(look, x)}
    layout["yaxis"] = _axis(look, y)
    chart = Chart(look, layout)
    chart.note(
        name="y title", text=_title(y), xref="paper", yref="paper", x=0, y=1,
        xanchor="left", yanchor="bottom", xshift=-look.pixels(40), yshift=look.pixels(10),
        font={"color": look.ground.quiet},
    )  # fmt: skip
    return chart


def _layout(look: Look, height: float) -> dict[str, Any]:
    ground = look.ground
    font = {"family": FONT, "size": look.pixels(FONT_SIZE), "color": ground.text}
    return {
        "height": look.pixels(height),
        "margin": {"l": look.pixels(52), "r": look.pixels(16), "t": look.pixels(40), "b": look.pixels(52)},
        "font": font,
        "paper_bgcolor": ground.background,
        "plot_bgcolor": ground.background,
        "showlegend": False,
        "separators": "." + THIN,
        "hoverlabel": {"bgcolor": ground.surface, "bordercolor": ground.edge, "font": font, "align": "left"},
        "legend": {"orientation": "h", "y": -0.28, "x": 0, "yanchor": "top", "bgcolor": "rgba(0,0,0,0)"},
        "annotations": [],
        "dragmode": False,
        "uirevision": "keep",
    }


def _axis(look: Look, axis: Axis) -> dict[str, Any]:
    ground = look.ground
    settings: dict[str, Any] = {
        "gridcolor": ground.rule,
        "linecolor": ground.edge,
        "zeroline": False,
        "ticks": "outside",
        "ticklen": look.pixels(4),
        "tickcolor": ground.edge,
        "tickfont": {"color": ground.quiet, "size": look.pixels(FONT_SIZE - 1)},
        "showline": True,
    }
    if axis.percent:
        ticks = [tick / 5 for tick in range(6)]
        settings |= {"tickvals": ticks, "ticktext": [percent(tick, 2) for tick in ticks]}
    if axis.logarithmic:
        settings |= {"type": "log", "dtick": 1, "exponentformat": "power"}
    if axis.low is not None or axis.high is not None:
        settings |= {"range": [axis.low, axis.high]}
    return settings


def _title(axis: Axis) -> str:
    return f"{axis.title}, logarithmic" if axis.logarithmic else axis.title


def _title_style(look: Look) -> dict[str, Any]:
    return {
        "font": {"color": look.ground.quiet, "size": look.pixels(FONT_SIZE)},
        "standoff": look.pixels(8),
    }


@dataclass(frozen=True)
class EndLabel:
    """A direct label at the end of a line.

    Attributes:
        text: What it says.
        x: End of the line, in the units of the horizontal axis.
        y: End of the line, in the units of the vertical axis.
        colour: Of the text, at least 4.5:1.
    """

    text: str
    x: float
    y: float
    colour: str


def label_ends(chart: Chart, labels: Sequence[EndLabel], span: tuple[float, float]) -> None:
    """Writes labels to the right of line ends, moved apart where they would collide.

    Args:
        chart: From `frame`; changed in place, its right margin too.
        labels: One for each line.
        span: Values at the lower and the upper end of the vertical axis (linear).
    """
    if not labels:
        return
    look, margin = chart.look, chart.layout["margin"]
    pixels = chart.layout["height"] - margin["t"] - margin["b"]
    per_unit = pixels / ((span[1] - span[0]) or 1.0)
    wanted = [(label.y - span[0]) * per_unit for label in labels]
    placed = spread(wanted, look.pixels(FONT_SIZE * 1.3), 0.0, pixels)
    for label, ideal, height in zip(labels, wanted, placed, strict=True):
        chart.note(
            text=label.text, x=label.x, y=label.y, xanchor="left", yanchor="middle", align="left",
            xshift=look.pixels(8), yshift=height - ideal, name="end label",
            font={"color": label.colour, "size": look.pixels(FONT_SIZE)},
        )  # fmt: skip
    margin["r"] = max(_width(label.text, look) for label in labels) + look.pixels(16)


def _width(text: str, look: Look) -> float:
    """Estimates the width of a text in pixels; 0.5 em a character is on the safe side for our font."""
    longest = max(len(line) for line in text.split("<br>"))
    return longest * look.pixels(FONT_SIZE) * 0.5


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Moves positions apart until neighbours are at least `gap` from each other, changing them little.

    The order of the positions is kept. Where the range from `low` to `high` is too short for all of them,
    they are spaced evenly over it.

    Args:
        wanted: Where each label would like to stand.
        gap: Smallest distance of neighbours, in the same unit.
        low: No label stands below it.
        high: No label stands above it.

    Returns:
        The places in the order of `wanted`.
    """
    count = len(wanted)
    order = sorted(range(count), key=lambda index: wanted[index])
    gap = min(gap, (high - low) / max(1, count - 1))
    places = [min(max(wanted[index], low), high) for index in order]
    # Blocks of touching labels, each at the mean of what its members wanted: the least squares answer.
    blocks: list[tuple[float, int]] = []
    for place in places:
        blocks.append((place, 1))
        while len(blocks) > 1 and blocks[-1][0] - blocks[-2][0] < gap * (blocks[-1][1] + blocks[-2][1]) / 2:
            (upper, many), (lower, few) = blocks.pop(), blocks.pop()
            blocks.append(((upper * many + lower * few) / (many + few), many + few))
    settled = _settle(blocks, gap, low, high)
    answer = [0.0] * count
    for index, place in zip(order, settled, strict=True):
        answer[index] = place
    return answer


def _settle(blocks: list[tuple[float, int]], gap: float, low: float, high: float) -> list[float]:
    """Unfolds blocks into places and pushes what stands over an end back inside."""
    places = [centre + gap * (i - (size - 1) / 2) for centre, size in blocks for i in range(size)]
    floor = low
    for index, place in enumerate(places):
        places[index] = max(place, floor)
        floor = places[index] + gap
    ceiling = high
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], ceiling)
        ceiling = places[index] - gap
    return places
