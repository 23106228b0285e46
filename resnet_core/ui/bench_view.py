"""The bench as people see it: buttons for layers and acts, the diagram, what is pointed at, the formula."""

from __future__ import annotations

import html
import json
from functools import cache
from typing import Any

import streamlit as st

from resnet_core.figures.base import Look
from resnet_core.figures.bench_words import at_of, formula_html, said, symbols
from resnet_core.figures.block_diagram import block_svg
from resnet_core.network.formula import formula
from resnet_core.network.inspection import inspect
from resnet_core.network.palette_layers import PALETTE
from resnet_core.network.workbench import Workbench
from resnet_core.ui.bench import acted, acts_seen
from resnet_core.ui.component import component

KEY = "workbench"
HINT = (
    "Choose a layer to change it, or an edge to set a layer in there. Layers can be dragged, from the "
    "buttons too."
)
_ACTS = (
    ("Remove", {"act": "remove"}, "Delete"),
    ("Duplicate", {"act": "duplicate"}, "d"),
    ("Earlier", {"act": "shift", "by": -1}, ","),
    ("Later", {"act": "shift", "by": 1}, "."),
    ("Other path", {"act": "across"}, "x"),
    ("Shortcut", {"act": "shortcut"}, "k"),
    ("Undo", {"act": "undo"}, "Control+Z"),
    ("Redo", {"act": "redo"}, "Control+Y"),
)


def show_bench(now: Workbench, look: Look) -> None:
    """Draws the bench; what is done on it changes the block before the page runs again.

    Args:
        now: what is on it.
        look: theme and size.
    """
    _component()(
        key=KEY, data=drawn(now, look.scale, acts_seen()), default={"acts": None}, on_acts_change=_heard
    )


def _heard() -> None:
    acted(st.session_state[KEY].get("acts"))


def drawn(now: Workbench, scale: float, acts: int) -> dict[str, Any]:
    """All that the browser is told of the bench.

    Args:
        now: what is on it.
        scale: 1.4 for the presenter size.
        acts: the number of the last act that was done.
    """
    seen = inspect(now.block, now.shape)
    terms = formula(now.block, now.shape)
    called = {layer.node.name: at_of(layer) for layer in seen.layers}
    return {
        "wide": block_svg(now.block, now.shape, scale=scale, working=True),
        "narrow": block_svg(now.block, now.shape, direction="down", scale=scale, working=True),
        "formula": formula_html(terms) + f'<span class="rx-hidden">. {html.escape(symbols(terms))}</span>',
        "terms": [{"ats": [called[name] for name in term.nodes], "meaning": term.meaning} for term in terms],
        "said": said(now.block, seen),
        "hint": HINT,
        "chosen": now.chosen,
        "seen": acts,
        "can": {"undo": bool(now.past), "redo": bool(now.future), "shortcut": True},
        "shortcut": "Draw a shortcut" if now.block.shortcut is None else "Take the shortcut away",
        "keys": {offered.key: name for name, offered in PALETTE.items() if offered.key},
    }


@cache
def _component() -> Any:
    return component("builder", _html(), "builder.css")


def _html() -> str:
    layers = "".join(
        f'<button type="button" data-layer="{name}"{_shortcut(offered.key)}>{html.escape(offered.title)}'
        "</button>"
        for name, offered in PALETTE.items()
    )
    acts = "".join(
        f'<button type="button" data-act="{html.escape(json.dumps(asked))}"{_shortcut(key)}>{title}</button>'
        for title, asked, key in _ACTS
    )
    keys = [(offered.key, offered.title) for offered in PALETTE.values() if offered.key]
    keys += [(key, title.lower()) for title, _, key in _ACTS]
    listed = ", ".join(f"<kbd>{key}</kbd> {html.escape(title)}" for key, title in keys)
    return (
        '<div class="rx-bench"><div class="rx-bench-bars">'
        f'<div class="rx-bench-bar" role="group" aria-label="Layers to set in">{layers}</div>'
        f'<div class="rx-bench-bar rx-acts" role="group" aria-label="Change the block">{acts}</div>'
        "<details><summary>Keys</summary>With the focus in the diagram: arrows go from part to part, "
        f"{listed}.</details></div>"
        '<div class="rx-bench-room rx-picture rx-has-narrow"></div>'
        '<div class="rx-bench-formula" role="group" aria-label="The block as a formula"></div>'
        '<output class="rx-bench-said"></output></div>'
    )


def _shortcut(key: str) -> str:
    return f' aria-keyshortcuts="{key}" title="Key: {key}"' if key else ""
