"""The network as a strip of buttons: a column for each block, and under it the layers of the one in view."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from resnet_core.figures.block_words import words
from resnet_core.figures.text import shape, significant
from resnet_core.network.accounting import BlockAccount, LayerAccount, account
from resnet_core.network.graph import Node
from resnet_core.network.spec import Add, NetworkSpec

_PATHS = {"entry": "before the fork", "branch": "branch", "shortcut": "shortcut", "exit": "after the sum"}


@dataclass(frozen=True)
class Place:
    """A block, or the stem or head, on the strip.

    Attributes:
        name: `conv3_block2`, `stem` or `head`.
        group: under which it stands: its stage, or its own name.
        title: what is written on it: its number in the stage.
        layers: in it.
    """

    name: str
    group: str
    title: str
    layers: tuple[LayerAccount, ...]

    @property
    def end(self) -> str:
        """The last layer, whose maps are what leaves it."""
        return self.layers[-1].name


def places(spec: NetworkSpec) -> tuple[Place, ...]:
    """The stem, every block and the head, from the input to the output."""
    counted = account(spec)
    blocks = [
        Place(block.name, stage.name, block.name.rpartition("_block")[2], block.layers)
        for stage in counted.stages
        for block in stage.blocks
        if block.layers
    ]
    return (*_end(counted.stem), *blocks, *_end(counted.head))


def strip_html(spec: NetworkSpec, layer: str, ratios: Mapping[str, float]) -> str:
    """Returns the strip as HTML; every button says which layer it leads to.

    Args:
        spec: of the network.
        layer: that is looked at.
        ratios: of blocks: how many times as far F(x) spreads as what the shortcut brings.
    """
    found = places(spec)
    here = next(place for place in found if layer in {one.name for one in place.layers})
    top = max([1e-9, *(one for one in ratios.values() if one < float("inf"))])
    groups = ""
    for name, members in groupby(found, key=lambda one: one.group):
        buttons = "".join(_place(one, here, ratios, top) for one in members)
        groups += f'<div class="rx-inside-stage"><div>{buttons}</div><span>{html.escape(name)}</span></div>'
    layers = "".join(_layer(one, layer) for one in here.layers)
    title = f"{here.group}, block {here.title}" if here.group != here.name else here.name
    return (
        f'<div class="rx-inside-blocks" role="group" aria-label="Blocks of the network">{groups}</div>'
        f'<div class="rx-inside-layers" role="group" aria-label="Layers of {html.escape(title)}">'
        f"<span>{html.escape(title)}</span>{layers}</div>"
    )


def layer_words(node: Node) -> str:
    """A layer in few words, with where it lies: `3×3 conv, 64, branch`."""
    where = _PATHS.get(node.part, "")
    return f"{layer_name(node)}, {where}" if where else layer_name(node)


def layer_name(node: Node) -> str:
    """A layer in few words: `3×3 conv, 64`."""
    if isinstance(node.layer, Add):
        return "addition"
    return ", ".join(part for part in words(node.layer) if part)


def _end(counted: BlockAccount) -> tuple[Place, ...]:
    return (Place(counted.name, counted.name, "", counted.layers),) if counted.layers else ()


def _place(place: Place, here: Place, ratios: Mapping[str, float], top: float) -> str:
    ratio = ratios.get(place.name)
    said = f"{place.group}, block {place.title}" if place.title else place.name
    bar = ""
    if ratio is not None:
        share = min(1.0, ratio / top)
        said += f": F(x) spreads {significant(ratio)} times as far as what the shortcut brings"
        bar = f'<i style="--share: {100 * share:.1f}%"></i>'
    words = html.escape(said)
    return (
        f'<button type="button" data-layer="{html.escape(place.end)}" aria-pressed="'
        f'{str(place is here).lower()}" aria-label="{words}" title="{words}">{bar}'
        f"<b>{html.escape(place.title or place.name)}</b></button>"
    )


def _layer(one: LayerAccount, layer: str) -> str:
    name = html.escape(one.name)
    return (
        f'<button type="button" data-layer="{name}" title="{name}" aria-pressed="'
        f'{str(one.name == layer).lower()}"><b>{html.escape(layer_words(one.node))}</b>'
        f"<small>{shape(one.output_shape)}</small></button>"
    )
