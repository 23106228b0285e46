"""The residual meter drawn: how far F(x) and what the shortcut brings spread in each block; their cosine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from resnet_core.figures.base import Axis, Chart, Look, frame
from resnet_core.figures.labels import EndLabel, label_ends, wrapped
from resnet_core.figures.palette import sign
from resnet_core.figures.text import significant
from resnet_core.probes.residuals import Residual

SHORTCUT = "what the shortcut brings"


@dataclass(frozen=True)
class Metered:
    """What was measured of every block, over some pictures.

    Attributes:
        words: which pictures: "this picture".
        rows: one for each block with an addition, from the input to the output.
        many: whether it is the mean over many pictures, drawn broad and pale behind the others.
    """

    words: str
    rows: tuple[Residual, ...]
    many: bool = False


def spread_figure(metered: Sequence[Metered], look: Look, height: float = 300) -> go.Figure:
    """Draws the standard deviations of F(x) and of what the shortcut brings over the blocks.

    Args:
        metered: at least one; all of the same blocks.
        look: theme and size.
        height: in pixels at the reading size.
    """
    top = max(max(row.branch, row.shortcut) for one in metered for row in one.rows) * 1.08 or 1.0
    chart = _frame(metered, look, "standard deviation", (0.0, top), height)
    labels = []
    for one in sorted(metered, key=lambda each: not each.many):
        for name, values, branch in (
            ("F(x)", [row.branch for row in one.rows], True),
            (SHORTCUT, [row.shortcut for row in one.rows], False),
        ):
            _line(chart, one, name, values, branch)
            if one is metered[0]:
                labels.append(_label(chart, name, values, branch))
    label_ends(chart, labels, (0.0, top))
    return chart.figure()


def cosine_figure(metered: Sequence[Metered], look: Look, height: float = 300) -> go.Figure:
    """Draws the cosine of F(x) with what the shortcut brings over the blocks; arguments as above."""
    values = [row.cosine for one in metered for row in one.rows]
    low, high = min(-0.1, *values) * 1.1, max(0.1, *values) * 1.1
    chart = _frame(metered, look, "cosine of F(x) with what the shortcut brings", (low, high), height)
    chart.layout["yaxis"] |= {"zeroline": True, "zerolinecolor": look.ground.edge}
    for one in sorted(metered, key=lambda each: not each.many):
        _line(chart, one, "cosine", [row.cosine for row in one.rows], True)
    return chart.figure()


def block_words(block: str) -> str:
    """`conv3_block2` for people: conv3, block 2."""
    stage, _, number = block.rpartition("_block")
    return f"{stage}, block {number}" if stage else block


def describe_meter(metered: Sequence[Metered], quantity: str) -> str:
    """Writes the alt text of one of the two figures: its values at both ends and where it is largest.

    Args:
        metered: as drawn.
        quantity: "spread" or "cosine".
    """
    said = []
    for one in metered:
        first, last = one.rows[0], one.rows[-1]
        if quantity == "cosine":
            said.append(
                f"{one.words}: {significant(first.cosine, 2)} in {block_words(first.block)}, "
                f"{significant(last.cosine, 2)} in {block_words(last.block)}"
            )
            continue
        largest = max(one.rows, key=lambda row: row.ratio)
        said.append(
            f"{one.words}: F(x) {significant(first.branch)} and {SHORTCUT} {significant(first.shortcut)} in "
            f"{block_words(first.block)}, {significant(last.branch)} and {significant(last.shortcut)} in "
            f"{block_words(last.block)}; F(x) is largest beside the other in {block_words(largest.block)}"
        )
    what = "Cosine of F(x) with" if quantity == "cosine" else "Standard deviation of F(x) and of"
    return f"{what} {SHORTCUT}, block by block. {'; '.join(said)}."


def meter_table(metered: Sequence[Metered]) -> dict[str, list[object]]:
    """Every number of the meter as columns, a row for each block and each set of pictures."""
    rows = [
        (one.words, row.block, row.identity, row.branch, row.shortcut, row.ratio, row.cosine)
        for one in metered
        for row in one.rows
    ]
    names = ("pictures", "block", "identity_shortcut", "std_f", "std_shortcut", "ratio", "cosine")
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def _frame(
    metered: Sequence[Metered], look: Look, title: str, ends: tuple[float, float], height: float
) -> Chart:
    blocks = [row.block for row in metered[0].rows]
    chart = frame(look, Axis("block", 0.5, len(blocks) + 0.5), Axis(title, *ends), height)
    chart.layout["xaxis"] |= {"tickvals": list(range(1, len(blocks) + 1)), "ticktext": _ticks(blocks)}
    chart.layout["xaxis"] |= {"tickangle": 0}
    chart.layout["margin"]["b"] = look.pixels(66)
    chart.layout["hovermode"] = "x unified"
    return chart


def _ticks(blocks: Sequence[str]) -> list[str]:
    """The number of each block, with the stage below the first of each; of many blocks, every few."""
    ticks, before = [], ""
    every = max(1, -(-len(blocks) // 18))
    for place, block in enumerate(blocks):
        stage, _, number = block.rpartition("_block")
        shown = number if place % every == 0 or stage != before else ""
        ticks.append(f"{shown}<br>{stage}" if stage != before else shown)
        before = stage
    return ticks


def _line(chart: Chart, one: Metered, name: str, values: Sequence[float], branch: bool) -> None:
    look, shown = chart.look, sign("residual", chart.look.theme)
    colour = shown.colour if branch else look.ground.quiet
    line: dict[str, Any] = {"color": colour, "dash": "solid" if branch else "dot"}
    line["width"] = look.pixels(7 if one.many else 2)
    marker = {"color": colour, "symbol": "circle" if branch else "square-open", "size": look.pixels(7)}
    chart.add(
        "scatter", x=list(range(1, len(values) + 1)), y=list(values), name=f"{name}, {one.words}",
        mode="lines" if one.many else "lines+markers", line=line, marker=marker,
        opacity=0.35 if one.many else 1.0, hovertemplate="%{y:.3g}", cliponaxis=False,
        text=[block_words(row.block) for row in one.rows],
    )  # fmt: skip


def _label(chart: Chart, name: str, values: Sequence[float], branch: bool) -> EndLabel:
    look = chart.look
    colour = sign("residual", look.theme).ink if branch else look.ground.quiet
    return EndLabel(wrapped(name), float(len(values)), float(values[-1]), colour)
