"""What every chart has in common: fonts, margins, axes, hover."""

from __future__ import annotations

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
