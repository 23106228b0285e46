"""Photographs in an order that says something: one row a sign, and sets that belong together."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resnet_core.figures.contact_sheet import data_address

Photographs = NDArray[np.uint8]

COLUMNS = 12
"""Photographs side by side in a row of a wide screen; on a narrow one as many as stay 44 pixels wide."""


@dataclass(frozen=True)
class Row:
    """The photographs of one sign.

    Attributes:
        title: The sign, in large type.
        note: What is said under it, such as how many there are.
        photographs: (count, height, width, 3) of unsigned bytes.
        descriptions: What each shows, for who cannot see it.
    """

    title: str
    note: str
    photographs: Photographs
    descriptions: Sequence[str]


def rows_html(rows: Sequence[Row]) -> str:
    """Returns one row of photographs a sign, to be drawn by `st.html` with the app's style sheet.

    Raises:
        ValueError: If a row has not one description a photograph.
    """
    return f'<div style="display: grid; row-gap: 0.5rem">{"".join(_row(row) for row in rows)}</div>'


def _row(row: Row) -> str:
    side = f"max(2.75rem, calc((100% - {COLUMNS - 1} * 0.5rem) / {COLUMNS} - 0.1px))"
    cells = "".join(
        f"<figure>{_image(photograph, description)}</figure>"
        for photograph, description in zip(row.photographs, row.descriptions, strict=True)
    )
    label = (
        f'<div style="line-height: 1.2"><strong style="font-size: 1.5rem">{html.escape(row.title)}</strong>'
        f'<div class="rx-caption">{html.escape(row.note)}</div></div>'
    )
    return (
        '<section style="display: grid; grid-template-columns: 2.75rem minmax(0, 1fr); column-gap: 0.5rem">'
        f'{label}<div class="rx-sheet" style="--rx-side: {side}">{cells}</div></section>'
    )


@dataclass(frozen=True)
class Group:
    """Photographs that belong together.

    Attributes:
        photographs: (count, height, width, 3) of unsigned bytes.
        captions: One for each, shown under it.
    """

    photographs: Photographs
    captions: Sequence[str]


def groups_html(groups: Sequence[Group], side: int = 84) -> str:
    """Returns sets of photographs, the members of each close together, for `st.html`.

    Args:
        groups: The sets, in the order in which they are to be seen.
        side: Of a photograph in pixels at the reading size.

    Raises:
        ValueError: If a set has not one caption a photograph.
    """
    whole = "".join(_group(group, side / 16) for group in groups)
    return f'<div style="display: flex; flex-wrap: wrap; gap: 1rem 1.5rem">{whole}</div>'


def _group(group: Group, side: float) -> str:
    cells = "".join(
        f'<figure style="width: {side:g}rem">{_image(photograph, caption)}'
        f"<figcaption>{html.escape(caption)}</figcaption></figure>"
        for photograph, caption in zip(group.photographs, group.captions, strict=True)
    )
    return f'<div class="rx-sheet" style="display: flex; gap: 0.25rem">{cells}</div>'


def _image(photograph: Photographs, description: str) -> str:
    return f'<img src="{data_address(photograph)}" alt="{html.escape(description)}">'
