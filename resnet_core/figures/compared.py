"""Two looks at one layer side by side: its maps in one order, and how alike they are."""

from __future__ import annotations

import html

import numpy as np
from numpy.typing import NDArray

from resnet_core.figures.maps import Range, bar_html, map_address, range_of
from resnet_core.figures.mosaic import is_signed, mosaic_address
from resnet_core.figures.palette import Theme
from resnet_core.figures.text import significant

MOST = 64
"""Channels that are drawn of each."""
Maps = NDArray[np.floating]


def maps_html(maps: Maps, order: NDArray[np.int64], channel: int, theme: Theme, *, signed: bool) -> str:
    """Returns the maps of one side: the channel that is looked at enlarged, and the first of an order.

    Args:
        maps: (height, width, channels).
        order: of the channels; those that these maps do not have are left out.
        channel: that is looked at; it may be one that these maps do not have.
        theme: of the page.
        signed: whether zero is in the middle of the colours; the same on both sides.
    """
    shown = [int(number) for number in order if number < maps.shape[2]][:MOST]
    mosaic = mosaic_address(maps[:, :, shown], None, theme, signed=signed)
    parts = []
    if channel < maps.shape[2]:
        values = maps[:, :, channel].astype(np.float64)
        scale = range_of([values], signed)
        said = (
            f"Channel {channel}: {significant(float(values.min()))} to {significant(float(values.max()))}, "
            f"mean {significant(float(values.mean()))}"
        )
        parts.append(_figure(map_address(values, scale, theme), said))
    parts.append(
        _figure(
            mosaic,
            f"{len(shown)} of {maps.shape[2]} channels, in the same order, each on its own scale",
        )
    )
    return (
        '<div style="display: grid; grid-template-columns: 1fr 2fr; gap: 1rem; align-items: start">'
        f"{''.join(parts)}</div>{bar_html(Range(signed, 1.0), theme, numbers=False)}"
    )


def both_signed(one: Maps, other: Maps | None) -> bool:
    """Whether a scale around zero is needed on one of the two sides, and so on both."""
    return any(is_signed(values) for values in (one, other) if values is not None)


def likeness_words(one: Maps, other: Maps | None, layer: str) -> str:
    """How alike the maps of both sides are, in one sentence.

    Args:
        one: (height, width, channels).
        other: of the other side; None where that network has no such layer.
        layer: its name.
    """
    if other is None:
        return f"The other network has no layer called {layer}."
    if one.shape != other.shape:
        return (
            f"The two layers called {layer} have maps of different shapes, so that they cannot be compared."
        )
    a, b = (values.astype(np.float64).ravel() for values in (one, other))
    if np.array_equal(a, b):
        return "Both sides are **the same, number by number**."
    lengths = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    if 0.0 in lengths:
        return "One of the two is 0 everywhere."
    cosine = float(a @ b) / lengths[0] / lengths[1]
    return (
        f"Over all {a.size} values of this layer **the cosine of the two is {significant(cosine, 2)}**, and "
        f"what is right is {significant(lengths[1] / lengths[0])} times as strong as what is left."
    )


def _figure(address: str, words: str) -> str:
    return (
        f'<figure style="margin: 0"><img src="{address}" alt="{html.escape(words)}" style="display: block; '
        'width: 100%; object-fit: fill; image-rendering: pixelated"><figcaption class="rx-caption">'
        f"{html.escape(words)}</figcaption></figure>"
    )
