"""What every chart has in common: fonts, margins, axes, hover, and labels at the ends of lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from resnet_core.figures.palette import GROUNDS, Ground, Theme

FONT = "Source Sans, Source Sans 3, Source Sans Pro, Arial, sans-serif"
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


def frame(look: Look, x: Axis, y: Axis, height: float = 360) -> go.Figure:
    """Returns an empty chart with our fonts, margins and axes.

    Args:
        look: Theme and size.
        x: The horizontal axis.
        y: The vertical axis; its title stands horizontally over the chart, where it is read without turning
            the head, and costs no width on a narrow screen.
        height: In pixels at the reading size.
    """
    figure = go.Figure(layout=_layout(look, height))
    figure.update_xaxes(title_text=x.title, **_axis(look, x))
    figure.update_yaxes(**_axis(look, y))
    figure.add_annotation(
        name="y title", text=_title(y), showarrow=False, xref="paper", yref="paper", x=0, y=1,
        xanchor="left", yanchor="bottom", xshift=-look.pixels(40), yshift=look.pixels(10),
        font={"color": look.ground.quiet},
    )  # fmt: skip
    return figure


def _layout(look: Look, height: float) -> go.Layout:
    ground = look.ground
    return go.Layout(
        template=None,
        height=look.pixels(height),
        margin={
            "l": look.pixels(52),
            "r": look.pixels(16),
            "t": look.pixels(40),
            "b": look.pixels(52),
            "pad": 0,
        },
        font={"family": FONT, "size": look.pixels(FONT_SIZE), "color": ground.text},
        paper_bgcolor=ground.background,
        plot_bgcolor=ground.background,
        showlegend=False,
        separators=".\u202f",
        hoverlabel={
            "bgcolor": ground.surface,
            "bordercolor": ground.edge,
            "font": {"family": FONT, "size": look.pixels(FONT_SIZE), "color": ground.text},
            "align": "left",
        },
        legend={"orientation": "h", "y": -0.28, "x": 0, "yanchor": "top", "bgcolor": "rgba(0,0,0,0)"},
        dragmode=False,
        uirevision="keep",
        transition={"duration": 0},
    )


def _axis(look: Look, axis: Axis) -> dict[str, object]:
    ground = look.ground
    settings: dict[str, object] = {
        "gridcolor": ground.rule,
        "linecolor": ground.edge,
        "zeroline": False,
        "ticks": "outside",
        "ticklen": look.pixels(4),
        "tickcolor": ground.edge,
        "tickfont": {"color": ground.quiet, "size": look.pixels(FONT_SIZE - 1)},
        "title_font": {"color": ground.quiet, "size": look.pixels(FONT_SIZE)},
        "title_standoff": look.pixels(8),
        "showline": True,
        "automargin": False,
    }
    if axis.percent:
        settings |= {"tickformat": ".0%"}
    if axis.logarithmic:
        settings |= {"type": "log", "dtick": 1, "exponentformat": "power"}
    if axis.low is not None or axis.high is not None:
        settings |= {"range": [axis.low, axis.high]}
    return settings


def _title(axis: Axis) -> str:
    return f"{axis.title}, logarithmic" if axis.logarithmic else axis.title


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


def label_ends(figure: go.Figure, look: Look, labels: Sequence[EndLabel], span: tuple[float, float]) -> None:
    """Writes labels to the right of line ends, moved apart where they would collide.

    Args:
        figure: From `frame`; changed in place, its right margin too.
        look: Theme and size.
        labels: One for each line.
        span: Values at the lower and the upper end of the vertical axis (linear).
    """
    if not labels:
        return
    margin = figure.layout.margin
    pixels = figure.layout.height - margin.t - margin.b
    per_unit = pixels / ((span[1] - span[0]) or 1.0)
    wanted = [(label.y - span[0]) * per_unit for label in labels]
    placed = spread(wanted, look.pixels(FONT_SIZE * 1.3), 0.0, pixels)
    for label, ideal, height in zip(labels, wanted, placed, strict=True):
        figure.add_annotation(
            text=label.text, x=label.x, y=label.y, xanchor="left", yanchor="middle", align="left",
            showarrow=False, xshift=look.pixels(8), yshift=height - ideal,
            font={"color": label.colour, "size": look.pixels(FONT_SIZE)}, name="end label",
        )  # fmt: skip
    longest = max(_width(label.text, look) for label in labels)
    figure.layout.margin.r = longest + look.pixels(16)


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
