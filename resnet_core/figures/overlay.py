"""A map laid over the picture that it was made of, with the part of the picture that one value comes from."""

from __future__ import annotations

import html

import numpy as np
from numpy.typing import NDArray

from resnet_core.figures.contact_sheet import data_address
from resnet_core.figures.maps import Range, map_address
from resnet_core.figures.palette import Theme
from resnet_core.network.reach import Area


def overlay_svg(
    pixels: NDArray[np.uint8],
    values: NDArray[np.floating],
    scale: Range,
    theme: Theme,
    *,
    area: Area | None = None,
    opacity: float = 0.6,
    title: str = "",
) -> str:
    """Returns one svg element: the picture, the map over it, stretched to its size, and a frame.

    Args:
        pixels: (height, width, 3) of unsigned bytes.
        values: (rows, columns) of the map.
        scale: what its colours stand for.
        theme: of the page.
        area: part of the picture that is framed.
        opacity: of the map.
        title: of the element.
    """
    height, width = pixels.shape[:2]
    sides = f'width="{width}" height="{height}" preserveAspectRatio="none"'
    sharp = 'style="image-rendering: pixelated"'
    frame = ""
    if area is not None:
        tall, wide = area.size
        place = f'x="{area.left}" y="{area.top}" width="{wide}" height="{tall}" fill="none"'
        frame = (
            f'<rect {place} stroke="#000000" stroke-width="1.2"/>'
            f'<rect {place} stroke="#FFFFFF" stroke-width="0.6"/>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 {width + 2} {height + 2}" role="img">'
        f"<title>{html.escape(title)}</title>"
        f'<image href="{data_address(pixels)}" {sides} {sharp}/>'
        f'<image href="{map_address(values.astype(np.float64), scale, theme)}" {sides} {sharp} '
        f'opacity="{opacity:g}"/>{frame}</svg>'
    )
