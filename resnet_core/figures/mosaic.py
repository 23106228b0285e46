"""Many maps in one picture: the channels of a layer side by side, on one scale or each on its own."""

from __future__ import annotations

import base64
import io
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from resnet_core.figures.maps import Range, colours
from resnet_core.figures.palette import Theme

Maps = NDArray[np.floating]
GAP = 1
"""Pixels of the page's ground between maps that stand side by side."""


def is_signed(values: Maps) -> bool:
    """Whether a scale on both sides of zero is needed."""
    return bool(values.size and values.min() < 0)


def scaled(maps: Maps, scale: Range | None, *, signed: bool) -> NDArray[np.uint8]:
    """Maps as places on a scale of 256 colours, (height, width, channels).

    Args:
        maps: (height, width, channels).
        scale: of all of them; None gives each its own.
        signed: whether zero is in the middle of the scale, where each has its own.
    """
    values = maps.astype(np.float64)
    if scale is None:
        most = np.abs(values).max((0, 1)) if values.size else np.ones(values.shape[2])
        most = np.where(np.isfinite(most) & (most > 0), most, 1.0)
    else:
        most, signed = np.float64(scale.most or 1.0), scale.signed
    share = np.nan_to_num(values / most, nan=0.0, posinf=1.0, neginf=-1.0)
    share = (share + 1) / 2 if signed else share
    return np.rint(share.clip(0, 1) * 255).astype(np.uint8)


def sprite_address(maps: Maps, scale: Range | None, theme: Theme, *, signed: bool) -> tuple[str, int]:
    """All maps in one PNG without gaps, and how many stand in a row: the address and the columns.

    Args:
        maps: as for `scaled`, at least one channel.
        scale: as for `scaled`.
        theme: of the page.
        signed: as for `scaled`.
    """
    columns = _columns(maps)
    png = _png(_tiled(scaled(maps, scale, signed=signed), columns, 0, 0), signed, theme)
    return _address(png), columns


def mosaic_address(maps: Maps, scale: Range | None, theme: Theme, *, signed: bool) -> str:
    """Maps in a square with gaps between them, as the data: address of a PNG; arguments as above."""
    return _address(mosaic_png(maps, scale, theme, signed=signed))


def mosaic_png(maps: Maps, scale: Range | None, theme: Theme, *, signed: bool, least: int = 1) -> bytes:
    """The same as the bytes of a PNG, to be saved.

    Args:
        maps: as for `scaled`.
        scale: as for `scaled`.
        theme: as above.
        signed: as for `scaled`.
        least: pixels that the shorter side of a map has at least; values stay sharp squares.
    """
    zoom = max(1, -(-least // min(maps.shape[:2])))
    places = scaled(maps, scale, signed=signed).repeat(zoom, 0).repeat(zoom, 1)
    return _png(_tiled(places, _columns(maps), GAP * zoom, 127 if signed else 0), signed, theme)


def _columns(maps: Maps) -> int:
    """As many side by side as make the picture about square."""
    return max(1, math.isqrt(maps.shape[2] - 1) + 1)


def _tiled(places: NDArray[np.uint8], columns: int, gap: int, ground: int) -> NDArray[np.uint8]:
    height, width, count = places.shape
    rows = -(-count // columns)
    sheet = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap), ground, np.uint8)
    for number in range(count):
        top, left = number // columns * (height + gap), number % columns * (width + gap)
        sheet[top : top + height, left : left + width] = places[:, :, number]
    return sheet


def _png(places: NDArray[np.uint8], signed: bool, theme: Theme) -> bytes:
    picture = Image.fromarray(places)
    picture.putpalette(colours(signed, theme).tobytes())
    written = io.BytesIO()
    picture.save(written, format="PNG", compress_level=1)
    return written.getvalue()


def _address(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")
