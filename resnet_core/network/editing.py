"""A block changed layer by layer: every function leaves the block that it is given and returns a new one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from resnet_core.network.layers import Layer, choice, whole
from resnet_core.network.spec import MOST_LAYERS, BlockSpec, Layers

Part = Literal["entry", "branch", "shortcut", "exit"]
PARTS: tuple[Part, ...] = get_args(Part)
"""The parts of a block that hold layers, in the order in which `graph.walk` passes them."""


@dataclass(frozen=True)
class Place:
    """Where a layer is, or goes: the part of the block, and its number there from 0.

    As a place to insert at, `index` is that of the layer that then follows, or one past the last.
    """

    part: Part
    index: int

    def __post_init__(self) -> None:
        choice("the part of a block", self.part, PARTS)
        whole("the number of a layer in its part", self.index, 0, MOST_LAYERS)


def layers_of(block: BlockSpec, part: Part) -> Layers:
    """The layers of one part; none where a plain block has no shortcut."""
    layers: Layers | None = getattr(block, part)
    return layers or ()


def places(block: BlockSpec) -> tuple[Place, ...]:
    """The place of every layer, in the order of `graph.walk`; the addition has none."""
    return tuple(Place(part, index) for part in PARTS for index in range(len(layers_of(block, part))))


def gaps(block: BlockSpec) -> tuple[Place, ...]:
    """Every place at which `insert` can set a layer, those of a shortcut that is not there yet included."""
    return tuple(
        Place(part, index)
        for part in PARTS
        if len(layers_of(block, part)) < MOST_LAYERS
        for index in range(len(layers_of(block, part)) + 1)
    )


def layer_at(block: BlockSpec, place: Place) -> Layer:
    """The layer at a place.

    Raises:
        ValueError: the part has no layer of this number.
    """
    layers = layers_of(block, place.part)
    if place.index >= len(layers):
        raise ValueError(
            f"The {place.part} has {_count(layers)}, so layer {place.index + 1} is not in it; "
            f"a number from 1 to {len(layers)} is expected."
            if layers
            else f"The {place.part} has no layers, so layer {place.index + 1} is not in it."
        )
    return layers[place.index]


def insert(block: BlockSpec, place: Place, layer: Layer) -> BlockSpec:
    """The block with one more layer, which stands at `place`; a plain block gets a shortcut by it.

    Raises:
        ValueError: the place lies behind the end of its part, the part is full, or `layer` is no layer.
    """
    layers = layers_of(block, place.part)
    if place.index > len(layers):
        raise ValueError(
            f"The {place.part} has {_count(layers)}, so a layer can become number 1 to {len(layers) + 1} "
            f"there, not number {place.index + 1}."
        )
    if len(layers) == MOST_LAYERS:
        raise ValueError(f"The {place.part} can hold {MOST_LAYERS} layers at most, and it has as many.")
    return _with(block, place.part, (*layers[: place.index], layer, *layers[place.index :]))


def remove(block: BlockSpec, place: Place) -> BlockSpec:
    """The block without the layer at `place`; a shortcut without layers remains, as the identity.

    Raises:
        ValueError: no layer is there.
    """
    layer_at(block, place)
    layers = layers_of(block, place.part)
    return _with(block, place.part, (*layers[: place.index], *layers[place.index + 1 :]))


def change(block: BlockSpec, place: Place, layer: Layer) -> BlockSpec:
    """The block with another layer instead of the one at `place`.

    Raises:
        ValueError: no layer is there, or `layer` is no layer.
    """
    layer_at(block, place)
    layers = layers_of(block, place.part)
    return _with(block, place.part, (*layers[: place.index], layer, *layers[place.index + 1 :]))


def move(block: BlockSpec, place: Place, to: Place) -> BlockSpec:
    """The block with the layer of `place` at `to`, within its part or in another.

    `to` is where the layer stands afterwards, so `move(moved, to, place)` moves it back. Moved to a shortcut
    that is not there, it makes one.

    Raises:
        ValueError: no layer is at `place`, or `to` lies behind the end of its part, or that part is full.
    """
    layer = layer_at(block, place)
    return insert(remove(block, place), to, layer)


def duplicate(block: BlockSpec, place: Place) -> BlockSpec:
    """The block with the layer at `place` a second time, right behind the first.

    Raises:
        ValueError: no layer is there, or the part is full.
    """
    return insert(block, Place(place.part, place.index + 1), layer_at(block, place))


def with_shortcut(block: BlockSpec, layers: Layers | None) -> BlockSpec:
    """The block with another shortcut: `None` for none, `()` for the identity, or layers.

    Raises:
        ValueError: something else is given.
    """
    return replace(block, shortcut=layers)


def _with(block: BlockSpec, part: Part, layers: Layers) -> BlockSpec:
    match part:
        case "entry":
            return replace(block, entry=layers)
        case "branch":
            return replace(block, branch=layers)
        case "shortcut":
            return replace(block, shortcut=layers)
    return replace(block, exit=layers)


def _count(layers: Layers) -> str:
    return f"{len(layers)} layer{'' if len(layers) == 1 else 's'}"
