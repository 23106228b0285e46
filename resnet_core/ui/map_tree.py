"""The foldable map of one or two networks on a page; which parts are open stands in the address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import streamlit as st

from resnet_core.figures.network_map import Link, map_html, table
from resnet_core.network.parts import ROOT, Pair, paired, tree
from resnet_core.network.spec import NetworkSpec
from resnet_core.ui.figure import csv_text
from resnet_core.ui.navigation import ROOT as FOLDER

OPEN = "open"
"""The name in the address of the parts that are open."""
KEY = "map"
MOST_OPEN = 120
_NOTHING = "none"
_NAMES = re.compile(r"[a-z][a-z0-9_]{0,59}(\.[a-z][a-z0-9_]{0,59})*", re.ASCII)


def read_open(raw: str | None) -> tuple[str, ...]:
    """Reads from an address which parts are open; without a word there, the whole is.

    Raises:
        ValueError: what was expected.
    """
    if raw is None:
        return (ROOT,)
    if raw == _NOTHING:
        return ()
    names = tuple(dict.fromkeys(raw.split(".")))
    if len(raw) > MOST_OPEN * 61 or len(names) > MOST_OPEN or not _NAMES.fullmatch(raw):
        raise ValueError(f"names of at most {MOST_OPEN} parts with dots between them, or {_NOTHING}")
    return names


def write_open(names: Iterable[str]) -> str | None:
    """Writes which parts are open for an address; None where it is only the whole."""
    written = tuple(names)
    return None if written == (ROOT,) else ".".join(written) or _NOTHING


def toggled(opened: Sequence[str], name: object, known: Iterable[str]) -> tuple[str, ...]:
    """The open parts after one was opened or closed, in the order of the network.

    Args:
        opened: names of those that were open; what the network does not have is left out.
        name: of the part, as the browser says it.
        known: names of all parts that can be folded, in order.

    Raises:
        ValueError: too many would be open.
    """
    order = tuple(known)
    wanted = set(opened) ^ ({name} & set(order))
    kept = tuple(one for one in order if one in wanted)
    if len(kept) > MOST_OPEN:
        raise ValueError(f"At most {MOST_OPEN} parts can be open at once, and {len(kept)} would be.")
    return kept


def adopt_open() -> tuple[str, ...]:
    """Takes the open parts from the address and tells what was wrong with it."""
    try:
        return read_open(st.query_params.get(OPEN))
    except ValueError as right:
        st.info(f"The address says {OPEN} = something that should be {right}. Shown here: the stages.")
        del st.query_params[OPEN]
        return (ROOT,)


def show_map(specs: Sequence[NetworkSpec], link: Link) -> None:
    """Draws the map with its buttons; opening and closing runs nothing else of the page.

    Args:
        specs: one network, or two to be compared.
        link: the address at which a part can be taken apart, or None.
    """
    root = paired(*(tree(spec) for spec in specs))

    @st.fragment
    def folded() -> None:
        opened = adopt_open()
        with st.container(horizontal=True, key="rx-map-controls"):
            for label, names in _levels(root).items():
                st.button(label, on_click=_open, args=(names,), key=f"map {label}", type="tertiary")
        _grid()(
            key=KEY,
            data={"html": map_html(root, opened, specs, link)},
            on_toggled_change=lambda: _toggle(root),
        )
        st.download_button(
            "CSV of the open rows",
            lambda: csv_text(table(root, opened, specs)),
            file_name="map.csv",
            mime="text/csv",
            key="map csv",
            type="tertiary",
            on_click="ignore",
        )

    folded()


def names_of(pair: Pair) -> tuple[str, ...]:
    """The names of all parts of either network that can be folded, in order."""
    if not pair.children:
        return ()
    return (pair.part.name, *(name for child in pair.children for name in names_of(child)))


def _levels(root: Pair) -> dict[str, tuple[str, ...]]:
    """What the buttons open: nothing, the stages, their blocks, and the layers of each first block."""
    stages = [child for child in root.children if child.part.children and child.part.children[0].block]
    first = [stage.children[0].part.name for stage in stages]
    names = [stage.part.name for stage in stages]
    return {
        "Fold to the network": (),
        "Stages": (ROOT,),
        "Blocks": (ROOT, *names),
        "Layers of each first block": (
            ROOT,
            *(name for pair in zip(names, first, strict=True) for name in pair),
        ),
    }


def _toggle(root: Pair) -> None:
    try:
        opened = toggled(adopt_open(), st.session_state[KEY]["toggled"], names_of(root))
    except ValueError as refusal:
        st.toast(str(refusal))
        return
    _open(opened)


def _open(names: tuple[str, ...]) -> None:
    written = write_open(names)
    if written is not None:
        st.query_params[OPEN] = written
    elif OPEN in st.query_params:
        del st.query_params[OPEN]


@cache
def _grid() -> Any:
    style = (FOLDER / "assets" / "map.css").read_text(encoding="utf-8")
    return st.components.v2.component(
        "resnet_explainer_map",
        html=f'<style>{style}</style><div class="rx-map-room"></div>',
        js=(FOLDER / "assets" / "map.js").read_text(encoding="utf-8"),
        isolate_styles=False,
    )
