"""Direct labels at the ends of lines, moved apart where they would collide."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from resnet_core.figures.base import FONT_SIZE, Chart, Look

BREAK = "<br>"
LONGEST = 20
"""Characters of a line: on a telephone a longer label would leave no room for the lines themselves."""


def wrapped(words: str) -> str:
    """Breaks a label into lines and escapes what comes from elsewhere."""
    return BREAK.join(map(html.escape, textwrap.wrap(words, LONGEST, break_on_hyphens=False)))


@dataclass(frozen=True)
class EndLabel:
    """A direct label at the end of a line.

    Attributes:
        text: What it says, from `wrapped`.
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
    lines = max(label.text.count(BREAK) + 1 for label in labels)
    line = look.pixels(FONT_SIZE * 1.3)
    beyond = line * (lines - 1) / 2  # the upper half of a high label stays below what is over the chart
    placed = spread(wanted, line * lines, beyond, pixels - beyond)
    for label, ideal, height in zip(labels, wanted, placed, strict=True):
        chart.note(
            text=label.text, x=label.x, y=label.y, xanchor="left", yanchor="middle", align="left",
            xshift=look.pixels(8), yshift=height - ideal, name="end label",
            font={"color": label.colour, "size": look.pixels(FONT_SIZE)},
        )  # fmt: skip
    margin["r"] = max(_width(label.text, look) for label in labels) + look.pixels(16)


def _width(text: str, look: Look) -> float:
    """Estimates the width of a text in pixels; 0.5 em a character is on the safe side for our font."""
    longest = max(len(line) for line in text.split(BREAK))
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
