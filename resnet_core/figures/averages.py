"""Batch statistics against moving averages: accuracies by epoch, how averages arrive, where they are off."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from resnet_core.figures.base import Axis, Chart, Look, frame
from resnet_core.figures.curves import Curve, curve_figure
from resnet_core.figures.labels import EndLabel, label_ends, wrapped
from resnet_core.figures.palette import SPLIT_WIDTHS, Kind, Sign, sign, variant
from resnet_core.figures.text import percent, significant, whole
from resnet_core.probes.averages import Distance, arrived, half

LINES = {
    ("training", "batch"): "training, batch statistics",
    ("training", "moving"): "training, moving averages",
    ("test", "moving"): "test, moving averages",
    ("test", "batch"): "test, batch statistics",
}


@dataclass(frozen=True)
class Point:
    """What the weights of one checkpoint get right, as shares.

    Attributes:
        epoch: of the checkpoint.
        shares: by split and way, as in `LINES`.
    """

    epoch: float
    shares: dict[tuple[str, str], float]


def ways_figure(
    points: Sequence[Point], kind: Kind, look: Look, *, chosen: float, chance: float, height: float = 420
) -> go.Figure:
    """Draws the four accuracies over the epochs: thin of training pictures, thick of test pictures.

    Args:
        points: at least one, in the order of their epochs.
        kind: of the network.
        look: theme and size.
        chosen: the epoch that the rest of the page is about.
        chance: share that guessing gets right.
        height: in pixels at the reading size.
    """
    lines = ways_curves(points, kind)
    level = (chance, f"chance, {percent(chance)}")
    figure = curve_figure(lines, look, quantity="accuracy", height=height, level=level)
    if len(points) > 1:
        figure.add_vline(x=chosen, line={"color": look.ground.edge, "width": look.pixels(1)})
    return figure


def ways_curves(points: Sequence[Point], kind: Kind) -> list[Curve]:
    """The four lines; with batch statistics the marks are open."""
    return [
        Curve(
            words,
            kind,
            split,  # type: ignore[arg-type]
            [point.epoch for point in points],
            [point.shares[split, way] for point in points],
            rank=int(way == "batch"),
        )
        for (split, way), words in LINES.items()
    ]


def ways_table(points: Sequence[Point]) -> dict[str, list[float]]:
    """The numbers of the chart as columns."""
    columns = {words.replace(", ", "_").replace(" ", "_"): key for key, words in LINES.items()}
    return {
        "epoch": [point.epoch for point in points],
        **{name: [point.shares[key] for point in points] for name, key in columns.items()},
    }


@dataclass(frozen=True)
class Arrival:
    """How averages that are moved on arrive.

    Attributes:
        momentum: share of the average that a batch leaves, as Keras counts it.
        steps: batches, increasing, from 1 on.
        come: share of the way that the averages have gone after each, as measured.
        training, test: accuracy after each, as shares; as many as have been measured so far.
        limits: accuracy with batch statistics, of training and test pictures.
        per_epoch: batches of an epoch.
    """

    momentum: float
    steps: tuple[int, ...]
    come: tuple[float, ...]
    training: tuple[float, ...]
    test: tuple[float, ...]
    limits: tuple[float, float]
    per_epoch: int


def arrival_figure(found: Arrival, kind: Kind, look: Look, height: float = 420) -> go.Figure:
    """Draws over the batches: the closed form, how far the averages have come, and the accuracies.

    Args:
        found: what was measured.
        kind: of the network.
        look: theme and size.
        height: in pixels at the reading size.
    """
    last = math.log10(found.steps[-1])
    chart = frame(
        look, Axis("batches n", 0.0, last, logarithmic=True), Axis("share", 0.0, 1.0, percent=True), height
    )
    chart.layout["xaxis"]["tickformat"] = ",d"
    ground, shown = look.ground, sign(kind, look.theme)
    fine = np.logspace(0, last, 120)
    form = arrived(found.momentum, fine)
    chart.add(
        "scatter", x=fine, y=form, mode="lines", name="1 − mⁿ", hovertemplate="1 − mⁿ: %{y:.1%}",
        line={"color": ground.quiet, "dash": "dot", "width": look.pixels(2)},
    )  # fmt: skip
    chart.add(
        "scatter", x=found.steps, y=found.come, mode="markers", name="of the way, measured",
        hovertemplate="of the way, measured: %{y:.1%}", cliponaxis=False,
        marker={"color": ground.quiet, "symbol": "x", "size": look.pixels(8)},
    )  # fmt: skip
    labels = [EndLabel(wrapped("arrived, 1 − mⁿ"), last, float(form[-1]), ground.quiet)]
    for split in ("training", "test"):
        labels += _accuracy(chart, found, shown, split)
    label_ends(chart, labels, (0.0, 1.0))
    _landmarks(chart, found, last)
    chart.layout["hovermode"] = "x unified"
    return chart.figure()


def _accuracy(chart: Chart, found: Arrival, shown: Sign, split: str) -> list[EndLabel]:
    values: tuple[float, ...] = getattr(found, split)
    limit = found.limits[split == "test"]
    look, width = chart.look, SPLIT_WIDTHS[split]
    last = math.log10(found.steps[-1])
    faint = variant(shown.colour, 1, look.theme)
    chart.add(
        "scatter", x=[1, found.steps[-1]], y=[limit, limit], mode="lines", hoverinfo="skip",
        line={"color": faint, "dash": "longdash", "width": look.pixels(width / 2)},
    )  # fmt: skip
    if not values:
        return []
    chart.add(
        "scatter", x=found.steps[: len(values)], y=values, mode="lines+markers", cliponaxis=False,
        name=f"right, {split}", hovertemplate=f"right, {split}: %{{y:.1%}}",
        line={"color": shown.colour, "width": look.pixels(width), "dash": shown.dash},
        marker={"color": shown.colour, "symbol": shown.marker, "size": look.pixels(4) + 1.5 * width},
    )  # fmt: skip
    reached = math.log10(found.steps[len(values) - 1])
    return [EndLabel(wrapped(f"right, {split}"), max(reached, last), float(values[-1]), shown.ink)]


def _landmarks(chart: Chart, found: Arrival, last: float) -> None:
    """Where half has arrived, and where an epoch and ten end."""
    look, ground = chart.look, chart.look.ground
    marks = [(half(found.momentum), "half", ground.text), (found.per_epoch, "1 epoch", ground.quiet)]
    marks.append((10 * found.per_epoch, "10 epochs", ground.quiet))
    shapes = []
    for place, words, colour in marks:
        if not 1 <= place <= 10**last:
            continue
        middle = words == "half"
        shapes.append(
            {
                "type": "line", "x0": place, "x1": place, "y0": 0, "y1": 0.5 if middle else 1,
                "line": {"color": colour, "width": look.pixels(2 if middle else 1), "dash": "solid"},
                "layer": "below",
            }
        )  # fmt: skip
        shown = f"half: {significant(place, 2)}" if middle else words
        chart.note(
            text=shown, x=math.log10(place), y=0.5 if middle else 1, yanchor="bottom",
            # The labels of the ends stand to the right; on a telephone ten epochs begin where one ends.
            xanchor="right", xshift=-look.pixels(0 if place > found.per_epoch else 4),
            font={"color": colour, "size": look.pixels(14)},
        )  # fmt: skip
    chart.layout["shapes"] = shapes


def distance_figure(
    found: Sequence[Distance], kind: Kind, look: Look, quantity: str, height: float = 300
) -> go.Figure:
    """Draws how far every batch norm is off, from the input to the output.

    Args:
        found: of every layer.
        kind: of the network.
        look: theme and size.
        quantity: "shift" or "factor".
        height: in pixels at the reading size.
    """
    values = [getattr(one, quantity) for one in found]
    low = 0.0 if quantity == "shift" else 1.0
    top = max(low + (max(values) - low) * 1.1, low + 0.01)
    title = {
        "shift": "mean off by (standard deviations)",
        "factor": "standard deviation off by (factor)",
    }[quantity]
    chart = frame(look, Axis("batch norm, by depth", 0.5, len(found) + 0.5), Axis(title, low, top), height)
    shown = sign(kind, look.theme)
    middles = _stages(found)
    # The stem has one batch norm, so that on a telephone its name would touch the next one's.
    names = [f"<br>{stage}" if stage == "stem" else stage for stage in middles]
    chart.layout["xaxis"] |= {"tickvals": list(middles.values()), "ticktext": names, "tickangle": 0}
    chart.layout["xaxis"] |= {"showgrid": False}
    chart.add(
        "bar", x=list(range(1, len(found) + 1)), y=[value - low for value in values], base=low,
        marker={"color": shown.colour}, customdata=values, text=[one.layer for one in found],
        textposition="none", hovertemplate="%{text}: %{customdata:.3g}<extra></extra>",
    )  # fmt: skip
    return chart.figure()


def _stages(found: Sequence[Distance]) -> dict[str, float]:
    """The middle of each stage, its batch norms counted from 1."""
    numbers: dict[str, list[int]] = {}
    for number, one in enumerate(found, start=1):
        numbers.setdefault(one.layer.split("_")[0], []).append(number)
    return {stage: sum(each) / len(each) for stage, each in numbers.items()}


def describe_distances(found: Sequence[Distance], quantity: str) -> str:
    """Writes the alt text of one of the two charts."""
    worst = max(found, key=lambda one: getattr(one, quantity))
    what = {
        "shift": ("by how many standard deviations the means are off", "standard deviations"),
        "factor": ("by which factor the standard deviations are off", "times"),
    }[quantity]
    return (
        f"Bar chart over {whole(len(found))} batch norms from the input to the output: {what[0]}. Farthest "
        f"off is {worst.layer} with {significant(getattr(worst, quantity))} {what[1]}; the first has "
        f"{significant(getattr(found[0], quantity))}, the last {significant(getattr(found[-1], quantity))}."
    )


def describe_arrival(found: Arrival) -> str:
    """Writes the alt text of the chart of arrival."""
    ends = ""
    if found.test:
        place = len(found.test) - 1
        ends = (
            f" After {whole(found.steps[place])} batches {percent(found.training[place])} of the training "
            f"pictures and {percent(found.test[place])} of the test pictures are right; with batch "
            f"statistics {percent(found.limits[0])} and {percent(found.limits[1])}."
        )
    return (
        f"Line chart over the number of batches, logarithmic, momentum {found.momentum:g}: half of the "
        f"statistics has arrived after {significant(half(found.momentum))} batches.{ends}"
    )
