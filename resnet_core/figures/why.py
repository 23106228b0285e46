"""Maps of what an answer hangs on, laid over their picture: one row of panels, or several to compare.

A panel is the picture, the map twice over it (its raw cells, and enlarged bilinearly to the pixels of the
picture), and the scale of its colours. How opaque the maps are, and which of the two is seen, is left to
variables and classes of the page, so that moving a slider asks nobody.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from resnet_core.figures.base import Look
from resnet_core.figures.contact_sheet import data_address
from resnet_core.figures.maps import colours, map_address, range_of
from resnet_core.figures.palette import Theme
from resnet_core.figures.svg import document, element, escape
from resnet_core.figures.text import significant

Floats = NDArray[np.float64]

OPACITY = 0.6
"""How opaque a map is until somebody moves the slider."""
_SIDE, _GAP = 208.0, 24.0
_NARROW_SIDE, _NARROW_GAP = 164.0, 16.0
_ROW, _HEAD, _FOOT = 34.0, 44.0, 34.0
_SIZE, _SMALL = 15, 13
ACROSS_NARROW = 2


@dataclass(frozen=True, eq=False)
class Panel:
    """One map over the picture, or the picture alone.

    Attributes:
        title: what it is: `conv4`.
        note: a few words more: `4×4 cells`.
        values: (height, width), fewer cells than the picture has pixels or as many; None for none.
        signed: whether values below zero have a meaning; the scale is then centred on zero.
    """

    title: str
    note: str = ""
    values: Floats | None = None
    signed: bool = False


@dataclass(frozen=True, eq=False)
class Row:
    """Panels that belong together, such as those of one network; an empty title is left out."""

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class _Grid:
    """Measures of a drawing: the side of a picture, the gap between two, and how many stand in a line."""

    side: float
    gap: float
    across: int


def enlarged(values: Floats, shape: tuple[int, int]) -> Floats:
    """A map with as many values as a picture has pixels, bilinear between the centres of its cells.

    Args:
        values: (height, width).
        shape: height and width of the picture in pixels.
    """
    image = Image.fromarray(np.asarray(values, np.float32))
    return np.asarray(image.resize(shape[::-1], Image.Resampling.BILINEAR), np.float64)


def sheet_svg(
    rows: Sequence[Row],
    picture: NDArray[np.uint8],
    look: Look,
    *,
    name: str,
    title: str,
    alt: str,
    narrow: bool = False,
) -> str:
    """Returns the panels as one drawing.

    Args:
        rows: at least one; each map has a scale of its own, from 0 to its largest value.
        picture: (height, width, 3) of unsigned bytes.
        look: theme and size.
        name: makes ids unique on a page: letters, digits, hyphens.
        title: a few words.
        alt: what is to be seen.
        narrow: two panels in a line, for a narrow screen.
    """
    most = max(len(row.panels) for row in rows)
    grid = _Grid(_NARROW_SIDE, _NARROW_GAP, ACROSS_NARROW) if narrow else _Grid(_SIDE, _GAP, most)
    height = round(grid.side * picture.shape[0] / picture.shape[1], 2)
    kind = "narrow" if narrow else "wide"
    drawing = _Drawing(picture, (grid.side, height), look, f"{name}-{kind}")
    parts, top = [_scale(signed, look.theme, drawing.name) for signed in (False, True)], 0.0
    for row in rows:
        if row.title:
            parts.append(text(row.title, 0, top + 20, look.ground.text, size=_SIZE + 1, bold=True))
            top += _ROW
        for at, panel in enumerate(row.panels):
            line, column = divmod(at, grid.across)
            left, down = column * (grid.side + grid.gap), line * (_HEAD + height + _FOOT + grid.gap)
            parts.append(drawing.panel(panel, left, top + down))
        top += -(-len(row.panels) // grid.across) * (_HEAD + height + _FOOT + grid.gap)
    width = grid.across * (grid.side + grid.gap) - grid.gap
    return document("".join(parts), width, top - grid.gap, name=drawing.name, title=title, description=alt)


def overlay_png(
    values: Floats,
    picture: NDArray[np.uint8],
    *,
    signed: bool = False,
    opacity: float = OPACITY,
    zoom: int = 8,
) -> bytes:
    """Returns a map over its picture as a PNG: the colours of the page's drawing, on the light ground.

    Args:
        values: (height, width).
        picture: (height, width, 3) of unsigned bytes.
        signed: as in `Panel`.
        opacity: of the map, 0 to 1.
        zoom: side of a pixel of the picture in pixels of the file.
    """
    shape = (picture.shape[0], picture.shape[1])
    address = map_address(enlarged(values, shape), range_of([values], signed), "light")
    coloured = Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))).convert("RGB")
    mixed = Image.blend(Image.fromarray(picture), coloured, opacity)
    written = io.BytesIO()
    size = (shape[1] * zoom, shape[0] * zoom)
    mixed.resize(size, Image.Resampling.NEAREST).save(written, format="PNG")
    return written.getvalue()


def layers_svg(
    values: Floats,
    picture: NDArray[np.uint8],
    box: tuple[float, float, float, float],
    theme: Theme,
    *,
    signed: bool = False,
) -> str:
    """Returns a map over its picture: the picture, the map enlarged bilinearly, and its raw cells, unseen.

    Args:
        values: (height, width).
        picture: (height, width, 3) of unsigned bytes.
        box: left, top, width and height on the drawing.
        theme: of the page.
        signed: as in `Panel`.
    """
    scale = range_of([values], signed)
    shape = (picture.shape[0], picture.shape[1])
    faint = f"opacity: var(--rx-why-opacity, {OPACITY:g})"
    return (
        _image(data_address(picture), box)
        + _image(map_address(enlarged(values, shape), scale, theme), box, "rx-why-smooth", faint)
        + _image(map_address(values, scale, theme), box, "rx-why-cells", faint, display="none")
    )


@dataclass(frozen=True, eq=False)
class _Drawing:
    """What all panels of a drawing share."""

    picture: NDArray[np.uint8]
    size: tuple[float, float]
    look: Look
    name: str

    def panel(self, panel: Panel, left: float, top: float) -> str:
        ground, (width, height) = self.look.ground, self.size
        box = (left, top + _HEAD, width, height)
        parts = [
            text(panel.title, left, top + 16, ground.text, bold=True),
            text(panel.note, left, top + 35, ground.quiet, size=_SMALL),
        ]
        if panel.values is None:
            return "".join([*parts, _image(data_address(self.picture), box)])
        maps = layers_svg(panel.values, self.picture, box, self.look.theme, signed=panel.signed)
        return "".join([*parts, maps, self.bar(panel.values, panel.signed, (left, top + _HEAD + height + 6))])

    def bar(self, values: Floats, signed: bool, place: tuple[float, float]) -> str:
        """The colours of a map with the numbers at their ends."""
        (left, top), width, ground = place, self.size[0], self.look.ground
        most = range_of([values], signed).most
        bar = element(
            "rect", x=left, y=top, width=width, height=8, rx=1, stroke=ground.edge, stroke_width=1,
            fill=f"url(#{self.name}-{'signed' if signed else 'rising'})",
        )  # fmt: skip
        end = significant(most)
        marks = [("\u2212" + end if signed else "0", 0.0, "start"), (end, width, "end")]
        if signed:
            marks.insert(1, ("0", width / 2, "middle"))
        if not most:
            marks = [("0 everywhere", 0.0, "start")]
        return bar + "".join(
            text(words, left + at, top + 23, ground.quiet, size=_SMALL, anchor=anchor)
            for words, at, anchor in marks
        )


def _scale(signed: bool, theme: Theme, name: str) -> str:
    found = colours(signed, theme)[::17]
    stops = [
        element("stop", offset=number / (len(found) - 1), stop_color="#{:02X}{:02X}{:02X}".format(*colour))
        for number, colour in enumerate(found)
    ]
    return element("linearGradient", *stops, id=f"{name}-{'signed' if signed else 'rising'}")


def _image(
    address: str,
    box: tuple[float, float, float, float],
    class_: str | None = None,
    style: str | None = None,
    **more: str,
) -> str:
    left, top, width, height = box
    return element(
        "image", href=address, x=left, y=top, width=width, height=height, preserveAspectRatio="none",
        image_rendering="pixelated", class_=class_, style=style, **more,
    )  # fmt: skip


def text(
    words: str,
    x: float,
    y: float,
    fill: str,
    *,
    size: float = _SIZE,
    bold: bool = False,
    anchor: str = "start",
    class_: str | None = None,
) -> str:
    """Returns a line of text that looks the same on the page and in a file of its own."""
    return element(
        "text", escape(words), x=x, y=y, fill=fill, font_size=size, text_anchor=anchor, class_=class_,
        font_weight=600 if bold else 400, font_family='"Source Sans", sans-serif',
    )  # fmt: skip
