"""What flows back: the gradient of a loss at the output of a block with respect to its input.

The loss is L = <v, y>: every value of y times the same value of a fixed direction v, summed. So dL/dy = v
whatever y is, with the shortcut and without, and what arrives at x differs only by what the block does to it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.network.alone import STAGE, alone
from resnet_core.network.graph import INPUT, block_nodes, output_of, walk
from resnet_core.network.inspection import inspect
from resnet_core.network.spec import BlockSpec, Shape
from resnet_core.network.stacking import StagePlan, stack
from resnet_core.probes.flow import Maps, as_maps, prepared
from resnet_core.probes.passing import Layers, array, tensor
from resnet_core.probes.question import MOST_MULTIPLY_ADDS, Start, Weighing, twins

MOST_BLOCKS = 20
MOST_STACKED = 40 * MOST_MULTIPLY_ADDS
"""Multiply-adds, forward and back, of all stacks of a chart together."""


@dataclass(frozen=True, eq=False)
class Back:
    """What arrived at x.

    Attributes:
        direction: v, of length 1 and the shape of y.
        residual: dL/dx with the shortcut; `None` where x does not fit to F(x).
        plain: dL/dx without it.
        losses: L with the shortcut and without, in this order; `None` where there is none.
        batch: whether batch norm took mean and variance of what entered it.
        added: whether the block has no shortcut of its own, and x was added to compare.
        seconds: that the passes there and back took.
    """

    direction: Maps
    residual: Maps | None
    plain: Maps
    losses: tuple[float | None, float]
    batch: bool
    added: bool
    seconds: float


@dataclass(frozen=True)
class Stacks:
    """Stacks of a block.

    Attributes:
        direction: seed of v, which pushes what leaves the last block.
        depths: how many blocks each has, from 1 on.
    """

    direction: int
    depths: tuple[int, ...]


@dataclass(frozen=True)
class Norms:
    """The length of dL/dx for stacks of a block.

    Attributes:
        depths: how many blocks each stack has.
        residual: the length with the shortcuts, one for each depth; empty where there are none.
        plain: without them.
    """

    depths: tuple[int, ...]
    residual: tuple[float, ...]
    plain: tuple[float, ...]


def back(
    block: BlockSpec, shape: Shape, weighing: Weighing, picture: NDArray[np.uint8], direction: int
) -> Back:
    """Push y in a fixed direction and see what arrives at x, with the shortcut and without.

    Args:
        block: of any layers whose shapes fit.
        shape: (height, width, channels) of x.
        weighing: random weights, or those of a trained run for a block that equals this one.
        picture: (64, 64, 3) of unsigned bytes.
        direction: seed of v.

    Raises:
        ValueError: as for `flow.flow`.
    """
    layers, x, _ = prepared(block, shape, weighing, picture)
    pair = twins(block, shape)
    began = time.perf_counter()
    loss, plain, v = _pushed(pair.plain, shape, layers, x, direction)
    first, residual = None, None
    if pair.residual is not None:
        first, residual, v = _pushed(pair.residual, shape, layers, x, direction)
    seconds = time.perf_counter() - began
    return Back(v, residual, plain, (first, loss), isinstance(weighing, Start), pair.added, seconds)


def _pushed(
    block: BlockSpec, shape: Shape, layers: Layers, x: Maps, direction: int
) -> tuple[float, Maps, Maps]:
    """L, dL/dx and v for one block."""
    import tensorflow as tf

    start = tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(start)
        end = layers.run(walk(alone(block, shape)), {INPUT: start})
        y = start if end is None else end
        v = pushed_direction(tuple(y.shape[1:]), direction)
        loss = tf.reduce_sum(y * v[None])
    gradient = tape.gradient(loss, start)
    return float(loss), np.zeros(shape) if gradient is None else array(gradient), as_maps(v)


def pushed_direction(shape: Shape, seed: int) -> Maps:
    """v: random, every direction as likely as any other, of length 1."""
    drawn = np.random.default_rng(seed).normal(size=shape)
    return drawn / np.linalg.norm(drawn)


def adds_exactly(block: BlockSpec) -> bool:
    """Whether dL/dx with the shortcut is dL/dx without it plus v: y = F(x) + x, and nothing else."""
    return block.shortcut == () and not block.entry and not block.exit


def chain(block: BlockSpec, shape: Shape, count: int) -> tuple[BlockSpec, ...]:
    """A block stacked: itself, then itself with all strides 1 where it changes the shape.

    Args:
        block: whose shapes fit.
        shape: of x.
        count: blocks in the stack.

    Raises:
        ValueError: one sentence on why it cannot be stacked.
    """
    after = inspect(block, shape).output
    if after == shape or count == 1:
        return (block,) * count
    if after is None or len(after) != 3:
        raise ValueError("A block is stacked on maps, and what leaves this one is none.")
    (kept,) = {stack(block, shape, StagePlan((2,), (1.0,), (1,))).stages[0].blocks[1]}
    if inspect(kept, after).output != after:
        raise ValueError(
            f"This block turns {_written(shape)} into {_written(after)}, and even with strides of 1 a second "
            "one would change the shape again; only blocks that keep a shape can be stacked."
        )
    return (block, *[kept] * (count - 1))


def most_blocks(block: BlockSpec, shape: Shape) -> int:
    """How many blocks the tallest stack of a chart may have, from what all its stacks cost together."""
    cost = max(1, inspect(block, shape).totals.multiply_adds)
    fitting = [n for n in range(1, MOST_BLOCKS + 1) if 3 * cost * n * (n + 1) <= MOST_STACKED]
    return max(fitting, default=1)


def stacked(
    block: BlockSpec,
    shape: Shape,
    weighing: Start,
    picture: NDArray[np.uint8],
    stacks: Stacks,
) -> Norms:
    """The length of dL/dx at the input of stacks of a block, each block with random weights of its own.

    Args:
        block: whose shapes fit.
        shape: of x.
        weighing: random weights; the first block has those that it has alone.
        picture: (64, 64, 3) of unsigned bytes.
        stacks: which.

    Raises:
        ValueError: as for `flow.flow`, or the block cannot be stacked.
    """
    _, x, _ = prepared(block, shape, weighing, picture)
    pair = twins(block, shape)
    rows: list[tuple[float, ...]] = []
    for twin in (pair.residual, pair.plain):
        blocks = () if twin is None else chain(twin, shape, max(stacks.depths))
        rows.append(_norms(blocks, weighing, x, stacks) if blocks else ())
    return Norms(stacks.depths, *rows)


def _norms(blocks: Sequence[BlockSpec], weighing: Start, x: Maps, stacks: Stacks) -> tuple[float, ...]:
    import tensorflow as tf

    start = tensor(x)
    tensors: dict[str, Any] = {INPUT: start}
    ends: list[Any] = []
    source = INPUT
    # Persistent: the stacks share their first blocks, which need to be passed only once.
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(start)
        layers = Layers(weighing, batch=True)
        for number, block in enumerate(blocks, start=1):
            nodes = block_nodes(block, source, STAGE, number)
            layers.run(nodes, tensors)
            source = output_of(nodes, source)
            ends.append(tensors[source])
    found = []
    for depth in stacks.depths:
        y = ends[depth - 1]
        v = tensor(pushed_direction(tuple(y.shape[1:]), stacks.direction))
        gradient = tape.gradient(y, start, output_gradients=v)
        found.append(0.0 if gradient is None else float(np.linalg.norm(gradient.numpy())))
    del tape
    return tuple(found)


def _written(shape: Shape) -> str:
    return "\u00d7".join(map(str, shape))
