"""Which networks the map shows: names, picture, classes and width, each in the address."""

from __future__ import annotations

import streamlit as st

from resnet_core.network.catalogue import NAMES, network
from resnet_core.network.spec import NetworkSpec
from resnet_core.ui.notices import problem
from resnet_core.ui.options import Choice, Number
from resnet_core.ui.plain import plain
from resnet_core.ui.state import adopt, choose, enter

NOTHING = "nothing"
_TITLES = {name: network(name).title for name in NAMES}
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


def choose_networks() -> tuple[NetworkSpec, ...]:
    """Draws the controls; returns one network, two, or none where they cannot be built as asked."""
    adopt(NETWORK, BESIDE, PIXELS, WIDTH, CLASSES)
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-map-choice"):
        names = [choose(NETWORK, "select"), choose(BESIDE, "select")]
        pixels, width, classes = int(choose(PIXELS)), float(choose(WIDTH)), int(enter(CLASSES))
    wanted = dict.fromkeys(name for name in names if name != NOTHING)
    try:
        return tuple(network(name, size=pixels, classes=classes, width=width) for name in wanted)
    except ValueError as refusal:
        problem(plain(str(refusal)))
        return ()
