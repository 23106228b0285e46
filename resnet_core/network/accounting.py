"""What a network costs and sees, for each layer, block, stage and as a whole, without TensorFlow.

Units: parameters and multiply-adds are counts for one picture; receptive field and jump (the distance in
the picture between neighbours in a map) are in input pixels. Multiply-adds count convolutions and dense
layers only, as He et al. 2015, Table 1, do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from resnet_core.network.field import START, Rays, extent, merged, through
from resnet_core.network.graph import INPUT, Node, walk
from resnet_core.network.shapes import ShapeError, multiply_adds, output_shape, parameters
from resnet_core.network.spec import Layer, NetworkSpec, Shape


@dataclass(frozen=True)
class Counts:
    """The figures that a layer, a block, a stage and a network have in common.

    Attributes:
        name: as in `graph.Node`, or `conv3_block2`, `conv3`, `stem`, `head`, or the network's name.
        input_shape: what enters, without the batch; of an addition, the branch.
        output_shape: what leaves.
        parameters: trained or not.
        trainable: parameters that training changes; the moving averages of batch norm are not.
        multiply_adds: of convolutions and dense layers, for one picture.
        receptive_field: side of the square of input pixels that one output value can depend on, not cut
            at the border of the picture.
        jump: input pixels between neighbouring output values.
    """

    name: str
    input_shape: Shape
    output_shape: Shape
    parameters: int
    trainable: int
    multiply_adds: int
    receptive_field: int
    jump: int


@dataclass(frozen=True)
class LayerAccount(Counts):
    """One layer; `node` is its place and description."""

    node: Node


@dataclass(frozen=True)
class BlockAccount(Counts):
    """One block, or the stem or head, and its layers."""

    layers: tuple[LayerAccount, ...]


@dataclass(frozen=True)
class StageAccount(Counts):
    """One stage and its blocks."""

    blocks: tuple[BlockAccount, ...]


@dataclass(frozen=True)
class Account(Counts):
    """A whole network: its stem, stages and head, and all its layers in the order of `graph.walk`."""

    stem: BlockAccount
    stages: tuple[StageAccount, ...]
    head: BlockAccount
    layers: tuple[LayerAccount, ...]


class Tensor(NamedTuple):
    """What flows along an edge.

    Attributes:
        shape: without the batch.
        rays: down and across the picture, or one item where it is square.
        receptive_field: what the rays span, in input pixels.
        jump: input pixels between neighbouring values.
    """

    shape: Shape
    rays: tuple[Rays, ...]
    receptive_field: int
    jump: int


@lru_cache(maxsize=64)
def account(spec: NetworkSpec) -> Account:
    """Count the whole network.

    Raises:
        ShapeError: shapes do not fit; the message begins with the layer's name and says what met there.
    """
    tensors = {INPUT: picture(spec.input_shape)}
    layers = []
    for node in walk(spec):
        inputs = tuple(tensors[name] for name in node.inputs)
        try:
            shape, total, trainable, cost = work(node.layer, tuple(tensor.shape for tensor in inputs))
        except ShapeError as error:
            raise ShapeError(f"{node.name}: {error}.") from None
        before, after = inputs[0], seen(node, shape, inputs)
        tensors[node.name] = after
        counts = (total, trainable, cost, after.receptive_field, after.jump)
        layers.append(LayerAccount(node.name, before.shape, shape, *counts, node=node))
    return _network(spec, tuple(layers))


def picture(shape: Shape) -> Tensor:
    """What enters a network: maps of `shape` in which every value reaches itself."""
    return Tensor(shape, (START,) * (1 if shape[0] == shape[1] else 2), 1, 1)


@lru_cache(maxsize=4096)
def work(layer: Layer, shapes: tuple[Shape, ...]) -> tuple[Shape, int, int, int]:
    """The output shape, parameters, trainable parameters and multiply-adds of a layer.

    Args:
        layer: any; an addition reads two shapes (branch, shortcut), all others one.
        shapes: of what enters.

    Raises:
        ShapeError: the layer cannot work on these shapes.
    """
    output = output_shape(layer, shapes)
    return (output, *parameters(layer, shapes[0]), multiply_adds(layer, shapes[0], output))


def seen(node: Node, shape: Shape, inputs: tuple[Tensor, ...]) -> Tensor:
    """What leaves a node; of the two sides of the picture, the larger field and jump are told."""
    first = inputs[0]
    if len(inputs) == 2:
        rays = tuple(merged(one, other) for one, other in zip(first.rays, inputs[1].rays, strict=True))
    elif len(first.shape) == 3:
        rays = tuple(
            through(node.layer, side, size) for side, size in zip(first.rays, first.shape, strict=False)
        )
    else:
        rays = first.rays
    if rays == first.rays and shape == first.shape:
        return first
    sizes = shape[:2] if len(shape) == 3 else (1, 1)
    field = max(extent(side, size) for side, size in zip(rays, sizes, strict=False))
    return Tensor(shape, rays, field, max(ray.jump for side in rays for ray in side))


def _network(spec: NetworkSpec, layers: tuple[LayerAccount, ...]) -> Account:
    places: dict[tuple[str, int | None], list[LayerAccount]] = defaultdict(list)
    for layer in layers:
        places[layer.node.stage or layer.node.part, layer.node.block].append(layer)
    image = Counts(INPUT, (), spec.input_shape, 0, 0, 0, 1, 1)
    stem = _block("stem", image, places["stem", None])
    before: Counts = stem
    stages = []
    for stage in spec.stages:
        blocks: list[BlockAccount] = []
        for number in range(1, len(stage.blocks) + 1):
            last = blocks[-1] if blocks else before
            blocks.append(_block(f"{stage.name}_block{number}", last, places[stage.name, number]))
        stages.append(StageAccount(**vars(_total(stage.name, before, blocks)), blocks=tuple(blocks)))
        before = stages[-1]
    head = _block("head", before, places["head", None])
    whole = _total(spec.name, image, (stem, *stages, head))
    return Account(**vars(whole), stem=stem, stages=tuple(stages), head=head, layers=layers)


def _block(name: str, before: Counts, layers: list[LayerAccount]) -> BlockAccount:
    return BlockAccount(**vars(_total(name, before, layers)), layers=tuple(layers))


def _total(name: str, before: Counts, parts: Sequence[Counts]) -> Counts:
    """The sum of parts in a row; without parts, what comes from `before` goes on unchanged."""
    last = parts[-1] if parts else before
    return Counts(
        name=name,
        input_shape=before.output_shape,
        output_shape=last.output_shape,
        parameters=sum(part.parameters for part in parts),
        trainable=sum(part.trainable for part in parts),
        multiply_adds=sum(part.multiply_adds for part in parts),
        receptive_field=last.receptive_field,
        jump=last.jump,
    )
