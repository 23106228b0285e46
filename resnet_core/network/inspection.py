"""A block looked at layer by layer as far as its shapes fit; what does not fit is told, never raised.

Units as in `accounting`: counts for one picture, receptive field in pixels of the block's input `x`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from resnet_core.network.accounting import Tensor, picture, seen, work
from resnet_core.network.alone import alone
from resnet_core.network.editing import Part, Place, layers_of
from resnet_core.network.graph import INPUT, Node, walk
from resnet_core.network.shapes import ShapeError
from resnet_core.network.spec import BlockSpec, Shape

BYTES_OF_A_VALUE = 4
"""Activations are 32-bit floats."""


@dataclass(frozen=True)
class LayerView:
    """One layer of a block and what can be said of it.

    Attributes:
        place: where it is; `None` for the addition.
        node: its name, layer and what it reads, as in `graph.walk(alone(block, shape))`.
        inputs: the shapes that reach it, branch and shortcut for the addition; `None` behind a layer
            that cannot work.
        output: the shape that leaves it, `None` where it cannot be told.
        parameters: trained or not; 0 where they cannot be told, as are the counts that follow.
        trainable: parameters that training changes.
        multiply_adds: of convolutions and dense layers.
        activations: the values that leave it.
        receptive_field: side of the square of pixels of `x` that one output value can depend on.
        problem: why it cannot work on what reaches it, else empty.
    """

    place: Place | None
    node: Node
    inputs: tuple[Shape | None, ...]
    output: Shape | None = None
    parameters: int = 0
    trainable: int = 0
    multiply_adds: int = 0
    activations: int = 0
    receptive_field: int = 0
    problem: str = ""


@dataclass(frozen=True)
class Totals:
    """What a block costs and sees, or the difference of two: then any figure can be negative.

    Attributes:
        parameters: trained or not.
        trainable: those that training changes.
        multiply_adds: of convolutions and dense layers, for one picture.
        activations: the values that leave all layers, for one picture.
        receptive_field: of the output, in pixels of `x`; `None` where the output cannot be told.
    """

    parameters: int
    trainable: int
    multiply_adds: int
    activations: int
    receptive_field: int | None

    @property
    def bytes(self) -> int:
        """The memory of the activations as 32-bit floats."""
        return BYTES_OF_A_VALUE * self.activations


@dataclass(frozen=True)
class Inspection:
    """A block and everything that can be told of it.

    Attributes:
        shape: what enters, (height, width, channels).
        layers: in the order of `graph.walk(alone(block, shape))`.
        output: the shape that leaves the block, `None` where it cannot be told.
        problem: the first that does not fit, without the layer's name and full stop; empty where all does.
        place: of the layer with the problem; `None` for the addition, and where there is no problem.
        totals: over all layers that can work.
    """

    shape: Shape
    layers: tuple[LayerView, ...]
    output: Shape | None
    problem: str
    place: Place | None
    totals: Totals

    @property
    def fits(self) -> bool:
        """Whether every layer can work, so that the block can be built."""
        return not self.problem

    @property
    def addition(self) -> LayerView | None:
        """The addition, `None` in a plain block."""
        return next((layer for layer in self.layers if layer.place is None), None)

    def at(self, place: Place) -> LayerView:
        """The layer at a place.

        Raises:
            ValueError: no layer is there.
        """
        for layer in self.layers:
            if layer.place == place:
                return layer
        raise ValueError(f"The block has no layer {place.index + 1} in its {place.part}.")


@lru_cache(maxsize=256)
def inspect(block: BlockSpec, shape: Shape) -> Inspection:
    """Look at a block that `shape` enters.

    Args:
        block: any; shapes that do not fit are a `problem`, not an error.
        shape: (height, width, channels).

    Raises:
        ValueError: `shape` is not three whole numbers from 1 to 4096.
    """
    nodes = walk(alone(block, shape))
    tensors: dict[str, Tensor | None] = {INPUT: picture(shape)}
    layers = tuple(_view(node, place, tensors) for node, place in zip(nodes, _places(nodes), strict=True))
    first = next((layer for layer in layers if layer.problem), None)
    last = tensors[nodes[-1].name if nodes else INPUT]
    return Inspection(
        shape=shape,
        layers=layers,
        output=last.shape if last else None,
        problem=first.problem if first else "",
        place=first.place if first else None,
        totals=totals(layers, last.receptive_field if last else None),
    )


def shape_at(block: BlockSpec, seen: Inspection, place: Place) -> Shape | None:
    """The shape on the edge before a place; None where it cannot be told."""
    if place.index:
        return seen.at(Place(place.part, place.index - 1)).output
    if place.part == "exit":
        return _end(block, seen)
    if place.part != "entry" and block.entry:
        return seen.at(Place("entry", len(block.entry) - 1)).output
    return seen.shape


def _end(block: BlockSpec, seen: Inspection) -> Shape | None:
    """What reaches the layers behind the addition."""
    if seen.addition is not None:
        return seen.addition.output
    before: tuple[Part, ...] = ("branch", "entry")
    for part in before:
        layers = layers_of(block, part)
        if layers:
            return seen.at(Place(part, len(layers) - 1)).output
    return seen.shape


def totals(layers: Sequence[LayerView], receptive_field: int | None) -> Totals:
    """The sum over some layers of a block; the receptive field is not a sum and is handed on."""
    return Totals(
        parameters=sum(layer.parameters for layer in layers),
        trainable=sum(layer.trainable for layer in layers),
        multiply_adds=sum(layer.multiply_adds for layer in layers),
        activations=sum(layer.activations for layer in layers),
        receptive_field=receptive_field,
    )


def difference(one: Totals, other: Totals) -> Totals:
    """What `other` has more than `one`; no receptive field where one of the two is unknown."""
    before, after = one.receptive_field, other.receptive_field
    return Totals(
        parameters=other.parameters - one.parameters,
        trainable=other.trainable - one.trainable,
        multiply_adds=other.multiply_adds - one.multiply_adds,
        activations=other.activations - one.activations,
        receptive_field=None if before is None or after is None else after - before,
    )


def _places(nodes: Sequence[Node]) -> Iterator[Place | None]:
    """The place of each node in its block."""
    passed: Counter[str] = Counter()
    for node in nodes:
        yield None if node.part == "add" else Place(cast(Part, node.part), passed[node.part])
        passed[node.part] += 1


def _view(node: Node, place: Place | None, tensors: dict[str, Tensor | None]) -> LayerView:
    """One layer; what leaves it is written down in `tensors` for those behind it."""
    inputs = tuple(tensors[name] for name in node.inputs)
    shapes = tuple(tensor.shape if tensor else None for tensor in inputs)
    known = tuple(tensor for tensor in inputs if tensor)
    tensors[node.name] = None
    if len(known) < len(inputs):
        return LayerView(place, node, shapes)
    try:
        output, total, trainable, cost = work(node.layer, tuple(tensor.shape for tensor in known))
    except ShapeError as error:
        return LayerView(place, node, shapes, problem=str(error))
    tensor = seen(node, output, known)
    tensors[node.name] = tensor
    size = math.prod(output)
    return LayerView(place, node, shapes, output, total, trainable, cost, size, tensor.receptive_field)
