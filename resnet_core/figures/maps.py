"""Feature maps as small pictures: cividis for what cannot be negative, a scale around zero for the rest."""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from plotly.colors import get_colorscale

from resnet_core.figures.palette import SEQUENTIAL, Theme, channels, diverging
from resnet_core.figures.text import significant

Values = NDArray[np.float64]
_STEPS = 256


@dataclass(frozen=True)
class Range:
    """What the colours of maps stand for.

    Attributes:
        signed: from `-most` over zero to `most`; else from 0 to `most`.
        most: the value at the end of the scale, 0 where all values are.
    """

    signed: bool
    most: float

    @property
    def words(self) -> str:
        """The ends of the scale: `−1.2 to 1.2`."""
        low = f"\u2212{significant(self.most)}" if self.signed and self.most else "0"
        return f"{low} to {significant(self.most)}"


def range_of(values: Iterable[Values], signed: bool) -> Range:
    """The scale on which the largest of all values, by size, stands at the end."""
    most = max((float(np.abs(one).max()) for one in values if one.size), default=0.0)
    return Range(signed, most if np.isfinite(most) else float(np.finfo(np.float64).max))


def map_address(values: Values, scale: Range, theme: Theme) -> str:
    """Returns a map as a data: address of a PNG of 256 colours, one pixel a value.

    Args:
        values: (height, width).
        scale: what the colours stand for; what lies beyond is drawn as its end.
        theme: whose ground zero is on the signed scale.
    """
    share = np.nan_to_num(values / (scale.most or 1.0), nan=0.0, posinf=1.0, neginf=-1.0)
    share = (share + 1) / 2 if scale.signed else share
    picture = Image.fromarray(np.rint(share.clip(0, 1) * (_STEPS - 1)).astype(np.uint8))
    picture.putpalette(colours(scale.signed, theme).tobytes())
    written = io.BytesIO()
    picture.save(written, format="PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(written.getvalue()).decode("ascii")


def bar_html(scale: Range, theme: Theme, *, numbers: bool = True) -> str:
    """Returns the colour bar, with numbers at its ends and, where values are signed, at zero.

    Args:
        scale: what it stands for.
        theme: as for the maps.
        numbers: without them the ends are those of each map.
    """
    stops = ", ".join("#{:02X}{:02X}{:02X}".format(*colour) for colour in colours(scale.signed, theme)[::17])
    end = significant(scale.most) if numbers else "its largest"
    low = f"\u2212{end}" if scale.signed else "0"
    marks = [low, "0", end] if scale.signed else [low, end]
    if scale.signed and not numbers:
        marks = ["\u2212 its largest", "0", "its largest"]
    labels = "".join(f"<span>{html.escape(mark)}</span>" for mark in marks)
    return (
        f'<div class="rx-bar" role="img" aria-label="Colours from {html.escape(marks[0])} to '
        f'{html.escape(marks[-1])}"><div style="background: linear-gradient(to right, {stops})"></div>'
        f"<p>{labels}</p></div>"
    )


@cache
def colours(signed: bool, theme: Theme) -> NDArray[np.uint8]:
    """The colours of a scale, (256, 3)."""
    stops = diverging(theme) if signed else get_colorscale(SEQUENTIAL)
    places = [float(place) for place, _ in stops]
    colours = np.array([_channels(str(colour)) for _, colour in stops], np.float64)
    at = np.linspace(0, 1, _STEPS)
    return np.stack([np.interp(at, places, column) for column in colours.T], axis=1).round().astype(np.uint8)


def _channels(colour: str) -> tuple[int, ...]:
    if colour.startswith("#"):
        return channels(colour.upper())
    return tuple(int(part) for part in re.findall(r"\d+", colour)[:3])
