"""Contact sheets: many small photographs at once, each with its caption as text."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Photographs = NDArray[np.uint8]


def sheet_html(
    photographs: Photographs, captions: Sequence[str], *, side: int = 96, descriptions: Sequence[str] = ()
) -> str:
    """Returns a grid of photographs with captions, to be drawn by `st.html` with the app's style sheet.

    Args:
        photographs: (count, height, width, 3) of unsigned bytes.
        captions: One for each, shown as text under it.
        side: Smallest width of a photograph in pixels at the reading size; they fill the row.
        descriptions: What each shows for who cannot see it; without them the captions serve.

    Raises:
        ValueError: If the counts differ or the array is not one of photographs.
    """
    _check(photographs, captions)
    if descriptions and len(descriptions) != len(captions):
        raise ValueError(f"Expected {len(captions)} descriptions. Received {len(descriptions)}.")
    cells = [
        f'<figure><img src="{data_address(photograph)}" alt="{html.escape(alt)}">'
        f"<figcaption>{html.escape(caption)}</figcaption></figure>"
        for photograph, caption, alt in zip(photographs, captions, descriptions or captions, strict=True)
    ]
    return f'<div class="rx-sheet" style="--rx-side: {side / 16:g}rem">{"".join(cells)}</div>'


def sheet_png(photographs: Photographs, columns: int = 12, gap: int = 4, zoom: int = 1) -> bytes:
    """Returns one PNG with the photographs in rows, on a transparent ground, to be saved or printed.

    Args:
        photographs: (count, height, width, 3) of unsigned bytes, at least one.
        columns: Photographs in a row.
        gap: Pixels between neighbours.
        zoom: Whole factor of enlargement; pixels stay sharp.
    """
    _check(photographs, None)
    count, height, width = photographs.shape[0], photographs.shape[1] * zoom, photographs.shape[2] * zoom
    columns = min(columns, count)
    rows = -(-count // columns)
    size = (columns * (width + gap) - gap, rows * (height + gap) - gap)
    sheet = Image.new("RGBA", size)
    for index, photograph in enumerate(photographs):
        tile = Image.fromarray(photograph).resize((width, height), Image.Resampling.NEAREST)
        sheet.paste(tile, (index % columns * (width + gap), index // columns * (height + gap)))
    written = io.BytesIO()
    sheet.save(written, format="PNG")
    return written.getvalue()


def data_address(photograph: Photographs) -> str:
    """Returns a photograph as a data: address of a lossless PNG.

    Args:
        photograph: (height, width, 3) of unsigned bytes.
    """
    written = io.BytesIO()
    Image.fromarray(photograph).save(written, format="PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(written.getvalue()).decode("ascii")


def _check(photographs: Photographs, captions: Sequence[str] | None) -> None:
    if (
        photographs.dtype != np.uint8
        or photographs.ndim != 4
        or photographs.shape[3] != 3
        or not len(photographs)
    ):
        raise ValueError(
            "Expected photographs as unsigned bytes of shape (count, height, width, 3). "
            f"Received {photographs.dtype} of shape {photographs.shape}."
        )
    if captions is not None and len(captions) != len(photographs):
        raise ValueError(f"Expected {len(photographs)} captions. Received {len(captions)}.")
