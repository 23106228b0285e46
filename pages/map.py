"""The Network page: where a network has its depth and its cost, and how its shortcuts run."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from resnet_core.figures.text import large, percent, plural, size, whole
from resnet_core.network.accounting import account
from resnet_core.network.architecture import OWN
from resnet_core.network.parts import paired, tree
from resnet_core.network.spec import NetworkSpec
from resnet_core.ui.map_links import elsewhere
from resnet_core.ui.map_networks import Shown, choose_networks
from resnet_core.ui.map_paths import show_paths, show_shortcuts
from resnet_core.ui.map_table1 import show_table1
from resnet_core.ui.map_tree import show_map
from resnet_core.ui.method import how_measured
from resnet_core.ui.own_block import own_address
from resnet_core.ui.page import footer, page, reading, way_on
from resnet_core.ui.plain import plain
from resnet_core.ui.plan import NETWORK, width_of

QUESTION = "Where in a network are its depth and its cost?"
METHOD = (
    "The network is described once and counted from the description without being run. Layers are "
    "convolutions and dense layers on the main path, as He et al. 2015 count them; multiply-adds are those "
    "of convolutions and dense layers for one picture; activations are all values that leave a layer; the "
    "field is the side of the square of input pixels that one value can depend on, not cut at the border. "
    "Bars are shares of the whole network."
)


def show() -> None:
    """Draws the page."""
    drawn = page(QUESTION)
    shown = choose_networks()
    specs = [one.spec for one in shown]
    if not shown:
        footer()
        return
    drawn.answer(answer(specs[0]))
    show_map(specs, elsewhere)
    reading(what_it_shows(specs))
    how_measured(METHOD, code=account)
    _ways(shown[0])
    show_shortcuts(specs, drawn)
    show_paths(specs[0], drawn)
    show_table1()
    footer()


def answer(spec: NetworkSpec) -> str:
    """Returns the sentence that answers the question for a network, with what was counted."""
    root = tree(spec)
    stages = [part for part in root.children if part.block is None and part.name not in ("stem", "head")]
    deepest = max(stages, key=lambda part: part.depth)
    heaviest = max(root.children, key=lambda part: part.counts.parameters)
    busiest = max(root.children, key=lambda part: part.counts.multiply_adds)
    parameters = _share(heaviest.counts.parameters, root.counts.parameters)
    cost = _share(busiest.counts.multiply_adds, root.counts.multiply_adds)
    return (
        f"In {_named(spec)}, **{deepest.name}** holds {deepest.depth} of "
        f"{plural(root.depth, 'layer')}, **{heaviest.name}** {parameters} of the parameters, and "
        f"**{busiest.name}** {cost} of the multiply-adds."
    )


def _named(spec: NetworkSpec) -> str:
    """The title within a sentence, which that of an own block would disturb."""
    return f"“{plain(spec.title)}”" if "own block" in spec.title.lower() else plain(spec.title)


def what_it_shows(specs: Sequence[NetworkSpec]) -> str:
    """Returns the reading of the map, made from its numbers."""
    root = tree(specs[0])
    if len(specs) == 1:
        first = root.children[0]
        return (
            f"One value behind the {first.name} depends on a square of {first.counts.receptive_field} pixels "
            f"a side, one at the end of the network on {whole(root.counts.receptive_field)}. On the way, "
            f"{large(root.activations)} values leave its layers for one picture, "
            f"{size(4 * root.activations)} in single precision."
        )
    other = tree(specs[1])
    stages = [pair.part.name for pair in paired(root, other).children if pair.differs]
    where = f"They differ in {', '.join(stages)}" if stages else "They are the same layers throughout"
    more = other.counts.parameters - root.counts.parameters
    cost = other.counts.multiply_adds - root.counts.multiply_adds
    return (
        f"{where}. {_named(specs[1])} has {_difference(more)} parameters and {_difference(cost)} "
        f"multiply-adds {'than' if more or cost else 'as'} {_named(specs[0])}."
    )


def _ways(shown: Shown) -> None:
    """Draws the ways to training the first network, where that can be done here, and to changing a block."""
    meant, width = shown.architecture, f"{shown.architecture.width:g}"
    with st.container(horizontal=True):
        if meant.name in NETWORK.names and width in width_of(meant.name).names:
            options = own_address(meant) if meant.name == OWN else {"network": meant.name}
            way_on("train", f"Train {shown.spec.title}", {**options, "width": width})
        if meant.name == OWN:
            way_on("build", "Change the block", {"block": meant.block})


def _difference(count: int) -> str:
    return f"{large(abs(count))} {'more' if count > 0 else 'fewer'}" if count else "as many"


def _share(part: int, whole: int) -> str:
    return percent(part / max(1, whole), 2)


show()
