"""Which networks the map shows: by name or by block, with picture, classes and width; all in the address."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from resnet_core.network.architecture import OWN, Architecture
from resnet_core.network.catalogue import NAMES, network
from resnet_core.network.spec import NetworkSpec
from resnet_core.ui.notices import problem
from resnet_core.ui.options import Choice, Number
from resnet_core.ui.own_block import OWN_OPTIONS, adopt_own, choose_own, own_architecture
from resnet_core.ui.plain import plain
from resnet_core.ui.state import adopt, choose, enter, in_popover, reset

NOTHING, OWN_PLAIN = "nothing", "own_plain"
_TITLES = {
    **{name: network(name).title for name in NAMES},
    OWN: "Own block, stacked",
    OWN_PLAIN: "Own block without shortcuts",
}
NETWORK = Choice("network", "Network", _TITLES, "resnet50")
BESIDE = Choice("beside", "Beside it", {NOTHING: "Nothing", **_TITLES}, NOTHING)
PIXELS = Choice("pixels", "Pictures, pixels a side", {"32": "32", "64": "64", "224": "224"}, "64")
WIDTH = Choice(
    "width",
    "Width, share of the filters",
    {"0.25": "Quarter", "0.5": "Half", "1": "Full", "2": "Double"},
    "1",
)
CLASSES = Number("classes", "Classes", 6, 2, 10_000)


@dataclass(frozen=True)
class Shown:
    """A network that the map shows: what is meant, and its description."""

    architecture: Architecture
    spec: NetworkSpec


def choose_networks() -> tuple[Shown, ...]:
    """Draws the controls; returns one network, two, or none where they cannot be built as asked."""
    adopt(NETWORK, BESIDE, PIXELS, WIDTH, CLASSES)
    adopt_own()
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-map-choice"):
        names = [choose(NETWORK, "select"), choose(BESIDE, "select")]
        if {OWN, OWN_PLAIN} & set(names):
            with in_popover("Block and stages", *OWN_OPTIONS):
                choose_own()
        with in_popover("More", PIXELS, WIDTH, CLASSES):
            pixels, width, classes = int(choose(PIXELS)), float(choose(WIDTH)), int(enter(CLASSES))
            reset(NETWORK, BESIDE, PIXELS, WIDTH, CLASSES)
    wanted = dict.fromkeys(name for name in names if name != NOTHING)
    try:
        meant = [_meant(name, width) for name in wanted]
        return tuple(Shown(one, one.spec(size=pixels, classes=classes)) for one in meant)
    except ValueError as refusal:
        problem(plain(str(refusal)))
        return ()


def _meant(name: str, width: float) -> Architecture:
    if name in (OWN, OWN_PLAIN):
        return own_architecture(width, shortcuts=name == OWN)
    return Architecture(name, width)
