"""The reliability diagram: how often a network is right, for each degree of sureness."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from resnet_core.figures.base import Axis, Chart, Look, frame
from resnet_core.figures.palette import Kind, sign
from resnet_core.figures.text import percent, plural, whole
from resnet_core.training.calibration import Bin, error_of
from resnet_core.training.evaluation import wilson


def reliability_figure(
    before: Sequence[Bin],
    after: Sequence[Bin],
    look: Look,
    *,
    kind: Kind = "residual",
    threshold: float = 0.0,
    height: float = 380,
) -> go.Figure:
    """Draws accuracy over probability, with a temperature of 1 and with the fitted one.

    On the dotted diagonal a network is as often right as it is sure. Each point stands at the mean
    probability of its answers; its bar is the 95 % Wilson interval of their accuracy. Left of the vertical
    line no answer is given.

    Args:
        before: With a temperature of 1.
        after: With the fitted temperature.
        look: Theme and size.
        kind: Of the network; gives hue and marker.
        threshold: The least probability with which the network answers.
        height: In pixels at the reading size.
    """
    x = Axis("probability of the answer, mean of its group", 0.0, 1.0, percent=True)
    chart = frame(look, x, Axis("share of right answers", 0.0, 1.0, percent=True), height)
    chart.add(
        "scatter", x=[0, 1], y=[0, 1], mode="lines", hoverinfo="skip", showlegend=False,
        line={"color": look.ground.edge, "width": look.pixels(1.5), "dash": "dot"},
    )  # fmt: skip
    if threshold > 0:
        chart.add(
            "scatter", x=[threshold, threshold], y=[0, 1], mode="lines", hoverinfo="skip", showlegend=False,
            line={"color": look.ground.text, "width": look.pixels(1.5), "dash": "dash"},
        )  # fmt: skip
        chart.note(
            x=threshold, y=0.02, text="no answer ◂", xanchor="right", yanchor="bottom",
            font={"color": look.ground.quiet},
        )  # fmt: skip
    _points(chart, before, kind, "temperature 1", faint=True)
    _points(chart, after, kind, "fitted temperature", faint=False)
    chart.layout["showlegend"] = True
    chart.layout["margin"]["r"] = look.pixels(32)  # a tick without room for its words would have none
    return chart.figure()


def _points(chart: Chart, bins: Sequence[Bin], kind: Kind, name: str, *, faint: bool) -> None:
    look, shown = chart.look, sign(kind, chart.look.theme)
    used = [each for each in bins if each.count]
    bounds = [wilson(round(each.accuracy * each.count), each.count) for each in used]
    colour = look.ground.quiet if faint else shown.colour
    chart.add(
        "scatter", name=name, mode="lines+markers",
        x=[each.confidence for each in used], y=[each.accuracy for each in used],
        customdata=[each.count for each in used],
        hovertemplate=f"{name}<br>sure %{{x:.1%}}, right %{{y:.1%}} of %{{customdata}}<extra></extra>",
        cliponaxis=False,
        line={"color": colour, "width": look.pixels(1.5 if faint else 2.5)},
        marker={
            "color": colour, "size": look.pixels(8), "symbol": f"{shown.marker}{'-open' if faint else ''}"
        },
        error_y={
            "type": "data", "symmetric": False, "color": colour, "thickness": look.pixels(1.2), "width": 0,
            "visible": not faint,
            "array": [high - each.accuracy for each, (_, high) in zip(used, bounds, strict=True)],
            "arrayminus": [each.accuracy - low for each, (low, _) in zip(used, bounds, strict=True)],
        },
    )  # fmt: skip


def columns(before: Sequence[Bin], after: Sequence[Bin]) -> dict[str, list[float]]:
    """The numbers of the diagram as columns for a CSV file, one row a group."""
    table: dict[str, list[float]] = {
        "above": [each.low for each in after],
        "up to": [each.high for each in after],
    }
    for name, bins in (("temperature 1", before), ("fitted", after)):
        table[f"answers, {name}"] = [each.count for each in bins]
        table[f"mean probability, {name}"] = [each.confidence for each in bins]
        table[f"share right, {name}"] = [each.accuracy for each in bins]
    return table


def describe(before: Sequence[Bin], after: Sequence[Bin]) -> str:
    """Writes the alt text: how many answers, the two errors, and the group furthest from the diagonal."""
    count = sum(each.count for each in after)
    worst = max(
        (each for each in after if each.count),
        key=lambda each: each.count * abs(each.confidence - each.accuracy),
    )
    return (
        f"Share of right answers over their probability, for {plural(count, 'answer')}: the mean distance "
        f"from as often right as sure is {percent(error_of(tuple(before)))} with a temperature of 1 and "
        f"{percent(error_of(tuple(after)))} with the fitted one. What weighs most: {whole(worst.count)} "
        f"answers with {percent(worst.confidence)} on average, {percent(worst.accuracy)} of them right."
    )
