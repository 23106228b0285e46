"""Table 1 of He et al. 2015 as printed, beside what is counted here, as a section of the map's page."""

from __future__ import annotations

import html

import streamlit as st

from resnet_core.network.table1 import SOURCE, Row, rows
from resnet_core.ui.figure import draw_html
from resnet_core.ui.method import how_measured
from resnet_core.ui.page import source_line

_HEADS = ("Network", "Blocks, conv2 to conv5", "Printed", "Counted here", "Difference", "Why")


def show_table1() -> None:
    """Draws the table with its reasons."""
    st.header("The paper's own table, counted again", anchor=False)
    head = "".join(f'<th scope="col">{name}</th>' for name in _HEADS)
    body = "".join(_row(row) for row in rows())
    draw_html(
        f'<div style="overflow-x:auto"><table class="rx-table"><thead><tr>{head}</tr></thead><tbody>{body}'
        "</tbody></table></div>"
        '<p class="rx-caption">Multiply-adds of one picture of 224×224 pixels and 1,000 classes. Blocks and '
        "the sides of the maps (56, 28, 14, 7) are those of the table.</p>"
    )
    source_line(f"{SOURCE}.", key="table1")
    how_measured(
        "Each network is built as the paper describes it, with the stride of a bottleneck on its first 1×1 "
        "convolution, and its multiply-adds are counted layer by layer; batch norm, activations, pooling and "
        "additions are left out. The reason for a difference is chosen by the numbers themselves.",
        code=rows,
        key="table1",
    )


def _row(row: Row) -> str:
    difference = (row.counted - row.printed) / row.printed
    cells = (
        " · ".join(map(str, row.blocks)),
        f"{row.printed / 1e9:g} billion",
        f"{row.counted / 1e9:.3f} billion",
        f"{100 * difference:+.1f} %".replace("-", "\u2212"),
        row.reason.replace("3x3", "3×3"),
    )
    written = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
    return f'<tr><th scope="row" style="white-space:nowrap">ResNet-{row.depth}</th>{written}</tr>'
