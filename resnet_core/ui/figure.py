"""Pictures on a page, each with a description for who cannot see it, and with CSV, PNG and SVG to keep."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from resnet_core.figures.table import Columns, csv_text
from resnet_core.ui.component import component

_CHART_SETTINGS = {"displayModeBar": False, "responsive": True, "doubleClick": "reset", "showTips": False}


def show_figure(
    figure: go.Figure, key: str, alt: str, data: Columns, *, caption: str = "", tags: Sequence[str] = ()
) -> None:
    """Draws a chart with its description, caption and downloads.

    Args:
        figure: From `resnet_core.figures`.
        key: Names the chart on its page and its files: letters, digits and hyphens.
        alt: What the chart shows, for a screen reader: what is drawn, over what, and the main numbers.
        data: The numbers in it, as columns of equal length; shorter ones are filled with empty cells.
        caption: Sentence under the chart; seeds and counts belong here.
        tags: From `recorded_tag` and `rendered_tag`.
    """
    with st.container(key=f"rx-figure-{key}", gap=None):
        # The chart's script arrives later than the page: its place is kept, so that nothing jumps.
        draw_html(f"<style>.st-key-{key} {{ min-height: {figure.layout.height:g}px }}</style>")
        st.plotly_chart(figure, key=key, theme=None, config=_CHART_SETTINGS, alt=alt)
        foot(key, alt, data, caption, tags)


def show_svg(
    svg: str,
    key: str,
    alt: str,
    data: Columns,
    *,
    narrow: str = "",
    caption: str = "",
    tags: Sequence[str] = (),
) -> None:
    """Draws a diagram with its caption and downloads.

    Args:
        svg: One svg element with its own title and description, from `resnet_core.figures`; names and
            numbers of strangers in it must have been escaped there.
        key: Names the diagram on its page and its files: letters, digits and hyphens.
        alt: Goes into the downloaded files as their description.
        data: The numbers in it, as columns.
        narrow: The same diagram for screens below 640 pixels; without it `svg` serves there too.
        caption: Sentence under the diagram.
        tags: From `recorded_tag` and `rendered_tag`.
    """
    with st.container(key=f"rx-figure-{key}", gap=None):
        small = f'<div class="rx-narrow">{narrow}</div>' if narrow else ""
        both = " rx-has-narrow" if narrow else ""
        draw_html(f'<div class="rx-picture{both}"><div class="rx-wide">{svg}</div>{small}</div>')
        foot(key, alt, data, caption, tags)


def draw_html(text: str) -> None:
    """Draws HTML or SVG of our own making, in which all that comes from elsewhere has been escaped.

    Markdown is there as soon as the page is; `st.html` would take SVG out and come a moment later.
    """
    st.markdown(text, unsafe_allow_html=True)


def foot(
    key: str, alt: str, data: Columns | Callable[[], Columns], caption: str, tags: Sequence[str] = ()
) -> None:
    """Draws caption and downloads of a picture that stands before it in the container `rx-figure-` + key.

    Args:
        key: Names the picture on its page and its files: letters, digits and hyphens.
        alt: Goes into the downloaded files as their description.
        data: The numbers in it, as columns, or what makes them when they are asked for.
        caption: Sentence under the picture.
        tags: From `recorded_tag` and `rendered_tag`.
    """
    with st.container(key=f"rx-foot-{key}", horizontal=True, vertical_alignment="center"):
        with st.container():
            draw_html(f'<p class="rx-caption">{" ".join(tags)} {html.escape(caption)}</p>')
        st.download_button(
            "CSV",
            lambda: csv_text(data() if callable(data) else data),
            file_name=f"{key}.csv",
            mime="text/csv",
            key=f"{key}-csv",
            type="tertiary",
            on_click="ignore",
        )
        _downloads()(
            key=f"{key}-downloads",
            data={"figure": f"st-key-rx-figure-{key}", "name": key, "alt": alt},
            width="content",
        )


@cache
def _downloads() -> Any:
    buttons = "".join(f'<button type="button">{kind}</button>' for kind in ("PNG", "SVG"))
    return component("downloads", f'<span class="rx-downloads">{buttons}</span>')
