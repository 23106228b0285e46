"""What flows: one picture through a block, and every value on every edge of it."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from resnet_core.network.alone import alone
from resnet_core.network.graph import INPUT, walk
from resnet_core.network.spec import BlockSpec, Shape
from resnet_core.network.weights import Weights
from resnet_core.probes.arithmetic import At, made
from resnet_core.probes.edges import Edge, edges
from resnet_core.probes.made import Made
from resnet_core.probes.passing import Layers, array, tensor
from resnet_core.probes.question import Start, Weighing, refusal, stem, twins
from resnet_core.probes.trunk import block_of, entering, learned

Maps = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Flow:
    """What was on the edges of a block.

    Attributes:
        edges: all edges, with the shortcut and, behind the sum, without.
        maps: (height, width, channels) by the key of the edge; (1, 1, values) where a vector flows.
        weights: of the block's layers by `layer/variable`.
        picture: (height, width, 3) of unsigned bytes: what the first layer before the block was given.
        batch: whether batch norm took mean and variance of what entered it, and not its moving averages.
        added: whether the block has no shortcut of its own, and x was added to compare.
        seconds: that the pass through the block took.
    """

    edges: tuple[Edge, ...]
    maps: dict[str, Maps]
    weights: Weights
    picture: NDArray[np.uint8]
    batch: bool
    added: bool
    seconds: float


def flow(block: BlockSpec, shape: Shape, weighing: Weighing, picture: NDArray[np.uint8]) -> Flow:
    """Run one picture through a block, once with its shortcut and once without.

    Args:
        block: of any layers whose shapes fit.
        shape: (height, width, channels) of x.
        weighing: random weights, or those of a trained run for a block that equals this one.
        picture: (64, 64, 3) of unsigned bytes.

    Raises:
        ValueError: the block is too large, does not fit, or is not that of the run.
    """
    layers, x, seen = prepared(block, shape, weighing, picture)
    pair = twins(block, shape)
    began = time.perf_counter()
    tensors = {INPUT: tensor(x)}
    nodes = walk(alone(pair.residual or pair.plain, shape))
    layers.run(nodes, tensors)
    shared = (INPUT, *(node.name for node in nodes if node.part in ("entry", "branch")))
    alone_tensors = {name: tensors[name] for name in shared}
    layers.run(walk(alone(pair.plain, shape)), alone_tensors)
    seconds = time.perf_counter() - began
    found = edges(pair.residual or pair.plain, shape)
    maps: dict[str, Maps] = {"x": as_maps(array(tensors[INPUT]))}
    for edge in found[1:]:
        known = alone_tensors if edge.path == "alone" else tensors
        maps[edge.key] = as_maps(array(known[edge.node.name])) if edge.node else maps[edge.inputs[0]]
    return Flow(found, maps, layers.weights(), seen, isinstance(weighing, Start), pair.added, seconds)


def made_at(result: Flow, edge: Edge, at: At) -> Made | None:
    """How the number at one pixel was made; `None` on an edge that nothing has changed, such as x.

    Args:
        result: of `flow`.
        edge: one of its edges.
        at: row, column and channel.
    """
    if edge.node is None:
        return None
    prefix = f"{edge.node.name}/"
    own = {
        name.removeprefix(prefix): value for name, value in result.weights.items() if name.startswith(prefix)
    }
    return made(edge.node.layer, [result.maps[key] for key in edge.inputs], own, at, result.batch)


def prepared(
    block: BlockSpec, shape: Shape, weighing: Weighing, picture: NDArray[np.uint8]
) -> tuple[Layers, Maps, NDArray[np.uint8]]:
    """What a pass through a block begins with: its layers, x, and the picture that x was made of.

    Raises:
        ValueError: as for `flow`.
    """
    reason = refusal(block, shape)
    if reason:
        raise ValueError(reason)
    if isinstance(weighing, Start):
        height, width, _ = shape
        seen = np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.LANCZOS))
        # Without its mean colour zero padding draws no bright frame around every map.
        start = {INPUT: tensor(seen / 255 - (seen / 255).mean((0, 1)))}
        x = array(Layers(weighing, batch=True).run(walk(stem(shape)), start))
        return Layers(weighing, batch=True), x, seen
    if block_of(weighing) != (block, shape):
        raise ValueError("The block at hand is not the block of this run, so its weights do not belong here.")
    return Layers(learned(weighing), batch=False), entering(weighing, picture).astype(np.float64), picture


def as_maps(values: Maps) -> Maps:
    """Maps as they are; a vector as maps of one pixel each."""
    return values if values.ndim == 3 else values.reshape(1, 1, -1)
