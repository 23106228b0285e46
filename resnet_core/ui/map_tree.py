"""The foldable map of one or two networks on a page; which parts are open stands in the address."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import streamlit as st

from resnet_core.figures.network_map import LETTERS, LinkOf, NetworkMap, table
from resnet_core.figures.palette import kind_of
from resnet_core.figures.text import large, plural
from resnet_core.network.parts import ROOT, Pair, paired, tree
from resnet_core.network.spec import NetworkSpec
from resnet_core.ui.component import component
from resnet_core.ui.figure import draw_html, foot

OPEN = "open"
"""The name in the address of the parts that are open."""
KEY, FOLD = "map", "map fold"
MOST_OPEN = 120
FOLDS = {"none": "Network", "stages": "Stages", "blocks": "Blocks", "layers": "Layers"}
"""How far everything can be opened at once, as written in the address, and what people read for each."""
_USUAL = "stages"
_NAMES = re.compile(r"[a-z][a-z0-9_]{0,59}(\.[a-z][a-z0-9_]{0,59})*", re.ASCII)

Levels = Mapping[str, tuple[str, ...]]


def levels_of(root: Pair) -> Levels:
    """The parts that are open at each of `FOLDS`."""
    stages = [child for child in root.children if child.part.children and child.part.children[0].block]
    return {
        "none": (),
        "stages": (ROOT,),
        "blocks": (ROOT, *(stage.part.name for stage in stages)),
        "layers": names_of(root),
    }


def read_open(raw: str | None, levels: Levels) -> tuple[str, ...]:
    """Reads from an address which parts are open; without a word there, the whole is.

    Args:
        raw: a name of `FOLDS`, or names of parts with dots between them.
        levels: from `levels_of`.

    Raises:
        ValueError: what was expected.
    """
    raw = _USUAL if raw is None else raw
    names = levels[raw] if raw in levels else tuple(dict.fromkeys(raw.split(".")))
    readable = raw in levels or (len(raw) <= MOST_OPEN * 61 and _NAMES.fullmatch(raw))
    if not readable or len(names) > MOST_OPEN:
        raise ValueError(f"{', '.join(FOLDS)}, or names of at most {MOST_OPEN} parts with dots between them")
    return names


def write_open(names: Iterable[str], levels: Levels) -> str | None:
    """Writes which parts are open for an address; None where it is only the whole."""
    written = tuple(names)
    fold = next((fold for fold, parts in levels.items() if parts == written), None)
    return None if fold == _USUAL else fold or ".".join(written)


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


def adopt_open(levels: Levels) -> tuple[str, ...]:
    """Takes the open parts from the address and tells what was wrong with it."""
    try:
        return read_open(st.query_params.get(OPEN), levels)
    except ValueError as right:
        st.info(f"The address says {OPEN} = something that should be {right}. Shown here: the stages.")
        del st.query_params[OPEN]
        return levels[_USUAL]


def show_map(specs: Sequence[NetworkSpec], link: LinkOf) -> None:
    """Draws the map with its handles; opening and closing runs nothing else of the page.

    Args:
        specs: one network, or two to be compared.
        link: where a block or layer can be looked at from another side.
    """
    root = paired(*(tree(spec) for spec in specs))
    levels, drawing = levels_of(root), NetworkMap(root, specs, link)

    @st.fragment
    def folded() -> None:
        opened = adopt_open(levels)
        with st.container(key=f"rx-figure-{KEY}", gap="small"):
            with st.container(horizontal=True, vertical_alignment="center", key="rx-map-controls"):
                _fold_control(opened, levels)
                draw_html(_legend(specs))
            _grid()(
                key=KEY,
                data={"frame": drawing.frame(), "rows": drawing.rows(opened)},
                on_toggled_change=lambda: _toggle(levels),
            )
            foot(
                KEY,
                " beside ".join(f"{spec.title}: {_facts(spec)}" for spec in specs),
                lambda: table(root, opened, specs),
                "Bars are shares of the whole network."
                if len(specs) == 1
                else "Bars are shares of the larger network; percent and × say what B has beside A.",
            )

    folded()


def _fold_control(opened: tuple[str, ...], levels: Levels) -> None:
    """Everything open down to one fold; none is chosen where parts were opened one by one."""
    st.session_state[FOLD] = next((fold for fold, parts in levels.items() if parts == opened), None)
    st.segmented_control(
        "Open down to",
        list(FOLDS),
        format_func=FOLDS.__getitem__,
        key=FOLD,
        label_visibility="collapsed",
        on_change=lambda: _open(levels[st.session_state[FOLD] or _USUAL], levels),
    )


def _legend(specs: Sequence[NetworkSpec]) -> str:
    if len(specs) == 1:
        return '<p class="rx-caption">A row opens and closes by a click, Enter, or the arrow keys.</p>'
    each = (
        f'<span class="rx-legend rx-legend-{letter.lower()} rx-legend-{kind_of(spec.name)}"><b>{letter}</b> '
        f"{html.escape(spec.title)}</span>"
        for letter, spec in zip(LETTERS, specs, strict=True)
    )
    return f'<p class="rx-caption">{" ".join(each)} <span>≠ marks what differs</span></p>'


def _facts(spec: NetworkSpec) -> str:
    whole = tree(spec)
    return (
        f"{plural(whole.depth, 'layer')}, {large(whole.counts.parameters)} parameters, "
        f"{large(whole.counts.multiply_adds)} multiply-adds"
    )


def names_of(pair: Pair) -> tuple[str, ...]:
    """The names of all parts of either network that can be folded, in order."""
    if not pair.children:
        return ()
    return (pair.part.name, *(name for child in pair.children for name in names_of(child)))


def _toggle(levels: Levels) -> None:
    try:
        opened = toggled(adopt_open(levels), st.session_state[KEY]["toggled"], levels["layers"])
    except ValueError as refusal:
        st.toast(str(refusal))
        return
    _open(opened, levels)


def _open(names: tuple[str, ...], levels: Levels) -> None:
    if len(names) > MOST_OPEN:
        st.toast(f"At most {MOST_OPEN} parts can be open at once, and {len(names)} would be.")
        return
    written = write_open(names, levels)
    if written is not None:
        st.query_params[OPEN] = written
    elif OPEN in st.query_params:
        del st.query_params[OPEN]


@cache
def _grid() -> Any:
    return component("map", '<div class="rx-map-room"></div>', "map.css")
