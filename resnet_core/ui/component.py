"""Components of our own: a piece of HTML with a script of `assets`, in the page itself and not in a frame."""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st

from resnet_core.ui.navigation import ROOT


@cache
def asset(name: str) -> str:
    """Reads a style sheet, script or piece of HTML of `assets`."""
    return (ROOT / "assets" / name).read_text(encoding="utf-8")


def component(name: str, html: str, *styles: str, variant: str = "") -> Any:
    """Declares a component, once for each name and variant; who draws it keeps what comes back.

    Args:
        name: of its script in `assets`, without `.js`.
        html: what it begins with.
        *styles: style sheets in `assets` that it needs.
        variant: tells components of one script apart that begin with different HTML.
    """
    sheets = "".join(map(asset, styles))
    return st.components.v2.component(
        f"resnet_explainer_{name}{variant}",
        html=f"<style>{sheets}</style>{html}" if styles else html,
        js=asset(f"{name}.js"),
        isolate_styles=False,
    )
