"""What arrived at x as maps: the push v, and dL/dx with the shortcut and without, on one scale."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resnet_core.figures.maps import Range, bar_html, map_address, range_of
from resnet_core.figures.palette import Theme
from resnet_core.figures.text import shape, significant


@dataclass(frozen=True, eq=False)
class Arrived:
    """One row of maps.

    Attributes:
        symbol: `dL/dx`.
        words: what it is.
        path: `x`, `sum` (with the shortcut) or `alone` (without), which give the line beside it.
        values: (height, width, channels).
    """

    symbol: str
    words: str
    path: str
    values: NDArray[np.float64]

    @property
    def length(self) -> float:
        """The root of the sum of squares."""
        return float(np.linalg.norm(self.values))


def arrived_html(rows: Sequence[Arrived], most: int, theme: Theme) -> str:
    """Returns rows of maps with one colour bar for all of them.

    Args:
        rows: what to draw.
        most: maps of each row.
        theme: of the page.
    """
    scale = range_of([row.values for row in rows], True)
    drawn = "".join(_row(row, most, scale, theme) for row in rows)
    across = 8 if most <= 8 else 12
    bar = f'<div class="rx-bars">{bar_html(scale, theme)}</div>'
    return f'<div class="rx-flow" style="--rx-across: {across}">{bar}{drawn}</div>'


def _row(row: Arrived, most: int, scale: Range, theme: Theme) -> str:
    count = min(most, row.values.shape[2])
    name = (
        f'<div class="rx-flow-name"><strong>{html.escape(row.symbol)}</strong>'
        f"<span>{html.escape(row.words)}</span><span>{shape(row.values.shape)}, length "
        f"{significant(row.length)}</span></div>"
    )
    maps = "".join(_map(row, channel, scale, theme) for channel in range(count))
    return (
        f'<section class="rx-flow-{row.path}"><div class="rx-flow-row">{name}'
        f'<div class="rx-flow-maps">{maps}</div></div></section>'
    )


def _map(row: Arrived, channel: int, scale: Range, theme: Theme) -> str:
    values = row.values[:, :, channel]
    said = html.escape(
        f"{row.symbol}, {row.words}, channel {channel}: {significant(float(values.min()))} to "
        f"{significant(float(values.max()))}"
    )
    return f'<div title="{said}"><img src="{map_address(values, scale, theme)}" alt="{said}"></div>'
