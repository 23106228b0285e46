"""The gradient along a line of inputs, how alike it is to itself some steps on, and that over depth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from resnet_core.figures.base import FONT_SIZE, Axis, Chart, Look, frame
from resnet_core.figures.labels import EndLabel, label_ends, wrapped
from resnet_core.figures.palette import Kind, see_through, sign
from resnet_core.probes.shattered import NETS

Floats = NDArray[np.float64]

NOISES: Mapping[str, str] = {"Brownian motion": "longdash", "white noise": "dot"}
"""The two references, each with the dash of its neutral line."""
_ROW, _GAP, _HEAD = 150.0, 0.08, 30.0


def standardised(gradients: Floats) -> Floats:
    """The gradients, (..., points), without their mean and divided by their standard deviation.

    Where all points are the same they are 0.
    """
    centred = gradients - gradients.mean(axis=-1, keepdims=True)
    size = np.abs(centred).max(axis=-1, keepdims=True)
    centred = centred / np.where(size > 0, size, 1)
    spread = centred.std(axis=-1, keepdims=True)
    return centred / np.where(spread > 0, spread, 1)


def gradient_figure(inputs: Floats, depths: Sequence[int], gradients: Floats, look: Look) -> go.Figure:
    """Draws a row of two panels for each depth, plain and residual, all with the same axes.

    Args:
        inputs: (points,).
        depths: one a row.
        gradients: (2, depths, points); drawn as `standardised`, told as they are when pointed at.
        look: theme and size.
    """
    shown = standardised(gradients)
    reach = max(3.0, float(np.ceil(np.abs(shown).max(initial=0))))
    height = 92 + _ROW * len(depths)
    x, y = (
        Axis("input x", float(inputs[0]), float(inputs[-1])),
        Axis("dy/dx − its mean (standard deviations)", -reach, reach),
    )
    chart = frame(look, x, y, height)
    across, up = chart.layout.pop("xaxis"), chart.layout.pop("yaxis")
    head = _HEAD / (height - 92)
    high = (1 - head * len(depths)) / len(depths)
    for row, depth in enumerate(depths):
        for column, kind in enumerate(NETS):
            number = 2 * row + column + 1
            left, top = column * (0.5 + _GAP / 2), 1 - row * (high + head) - head
            place = (left, left + 0.5 - _GAP / 2), (max(0.0, top - high), top)
            last = row == len(depths) - 1
            _panel(chart, number, place, (across if last else {**across, "title": None}, up), last)
            name = f"{kind.capitalize()}, depth {depth}"
            _title(chart, name, place, kind)
            _line(chart, number, inputs, (shown[column, row], gradients[column, row]), (kind, name))
    return chart.figure()


def _panel(
    chart: Chart, number: int, place: tuple[tuple[float, float], tuple[float, float]],
    axes: tuple[dict, dict], labelled: bool,
) -> None:  # fmt: skip
    own = "" if number == 1 else str(number)
    across, up = axes
    chart.layout[f"xaxis{own}"] = {
        **across, "domain": place[0], "anchor": f"y{own}", "dtick": 1, "showticklabels": labelled,
    }  # fmt: skip
    chart.layout[f"yaxis{own}"] = {
        **up, "domain": place[1], "anchor": f"x{own}", "dtick": 3, "zeroline": True,
        "zerolinecolor": chart.look.ground.edge, "zerolinewidth": 1, "showticklabels": number % 2 == 1,
    }  # fmt: skip


def _title(
    chart: Chart, name: str, place: tuple[tuple[float, float], tuple[float, float]], kind: Kind
) -> None:
    chart.note(
        text=name, x=place[0][0], y=place[1][1], xref="paper", yref="paper", xanchor="left", yanchor="bottom",
        yshift=chart.look.pixels(2), name="panel title",
        font={"color": sign(kind, chart.look.theme).ink, "size": chart.look.pixels(FONT_SIZE)},
    )  # fmt: skip


def _line(
    chart: Chart, number: int, inputs: Floats, values: tuple[Floats, Floats], named: tuple[Kind, str]
) -> None:
    """A thin line through every point, with the marker of its kind on every sixteenth.

    The dash of the plain net would hide what such a line shows.
    """
    look, (kind, name), own = chart.look, named, "" if number == 1 else str(number)
    drawn = sign(kind, look.theme)
    chart.add(
        "scatter", x=inputs, y=values[0], customdata=values[1], name=name, mode="lines",
        xaxis=f"x{own}", yaxis=f"y{own}", line={"color": drawn.colour, "width": look.pixels(1.3)},
        hovertemplate=f"{name}<br>x = %{{x:.3f}}: dy/dx = %{{customdata:.3g}}<extra></extra>",
    )  # fmt: skip
    chart.add(
        "scatter", x=inputs[8::16], y=values[0][8::16], mode="markers", hoverinfo="skip",
        name=f"{name}, sign", xaxis=f"x{own}", yaxis=f"y{own}",
        marker={"color": drawn.colour, "symbol": drawn.marker, "size": look.pixels(5)},
    )  # fmt: skip


def correlation_figure(
    step: str, found: Floats, noises: Floats, look: Look, height: float = 340
) -> go.Figure:
    """Draws the autocorrelation of both nets and of both noises over the lag.

    Args:
        step: the distance of neighbouring inputs, as it is written.
        found: (seeds, 2, lags + 1): median and range are drawn; what is not a number is left out.
        noises: (2, series, lags + 1), Brownian motion and white noise: their medians are drawn.
        look: theme and size.
        height: in pixels at the reading size.
    """
    lags = np.arange(found.shape[-1])
    low = min(-0.25, float(np.floor(np.nanmin(found, initial=0) * 4) / 4))
    chart = frame(
        look, Axis(f"lag k (steps of {step} in x)", 0, float(lags[-1])),
        Axis("autocorrelation ρ(k)", low, 1.0), height,
    )  # fmt: skip
    labels = [
        _noise(chart, lags, np.median(series, axis=0), name, dash)
        for series, (name, dash) in zip(noises, NOISES.items(), strict=True)
    ]
    labels += [
        label
        for net, kind in enumerate(NETS)
        if (label := _net(chart, lags, found[:, net], kind, "lag %{x}")) is not None
    ]
    label_ends(chart, labels, (low, 1.0))
    return chart.figure()


def depth_figure(depths: Sequence[int], neighbours: Floats, look: Look, height: float = 340) -> go.Figure:
    """Draws the autocorrelation at lag 1 over depth, with median and range over the seeds.

    Args:
        depths: increasing.
        neighbours: (seeds, 2, depths).
        look: theme and size.
        height: in pixels at the reading size.
    """
    low = min(0.0, float(np.floor(np.nanmin(neighbours, initial=0) * 4) / 4))
    chart = frame(
        look, Axis("depth (matrices)", 0, max(depths)),
        Axis("autocorrelation of neighbours ρ(1)", low, 1.0), height,
    )  # fmt: skip
    places = np.asarray(depths)
    labels = [_net(chart, places, neighbours[:, net], kind, "depth %{x}") for net, kind in enumerate(NETS)]
    label_ends(chart, [label for label in labels if label is not None], (low, 1.0))
    return chart.figure()


def middle(values: Floats) -> Floats:
    """The median of each column of (seeds, n) over what is a number; not a number where nothing is one."""
    return np.array([np.median(known) if known.size else np.nan for known in _known(values)])


def _known(values: Floats) -> list[Floats]:
    return [column[~np.isnan(column)] for column in values.T]


def _noise(chart: Chart, lags: NDArray[np.int_], values: Floats, name: str, dash: str) -> EndLabel:
    look = chart.look
    chart.add(
        "scatter", x=lags, y=values, name=name, mode="lines",
        line={"color": look.ground.quiet, "width": look.pixels(1.8), "dash": dash},
        hovertemplate=f"{name}<br>lag %{{x}}: %{{y:.3f}}<extra></extra>",
    )  # fmt: skip
    return EndLabel(wrapped(name), float(lags[-1]), float(values[-1]), look.ground.quiet)


def _net(chart: Chart, x: NDArray[np.int_], values: Floats, kind: Kind, where: str) -> EndLabel | None:
    look, drawn = chart.look, sign(kind, chart.look.theme)
    known = _known(values)
    x, known = x[[bool(one.size) for one in known]], [one for one in known if one.size]
    if not known:
        return None
    line = [float(np.median(one)) for one in known]
    lows, highs = [float(one.min()) for one in known], [float(one.max()) for one in known]
    chart.add(
        "scatter", x=np.concatenate([x, x[::-1]]), y=[*highs, *lows[::-1]], fill="toself",
        fillcolor=see_through(drawn.colour, 0.14), mode="lines", line={"width": 0}, hoverinfo="skip",
        name=f"{kind}, range of the seeds",
    )  # fmt: skip
    chart.add(
        "scatter", x=x, y=line, name=kind, mode="lines+markers", cliponaxis=False,
        line={"color": drawn.colour, "width": look.pixels(2.5), "dash": drawn.dash},
        marker={"color": drawn.colour, "symbol": drawn.marker, "size": look.pixels(7)},
        hovertemplate=f"{kind}<br>{where}: %{{y:.3f}}<extra></extra>",
    )  # fmt: skip
    return EndLabel(kind, float(x[-1]), line[-1], drawn.ink)
