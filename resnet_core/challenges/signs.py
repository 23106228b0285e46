"""Which signs the values of a block can have, whatever its weights become.

The paths are taken as independent: what an addition could cancel for special weights counts as possible.
"""

from __future__ import annotations

from typing import NamedTuple

from resnet_core.network.alone import STAGE
from resnet_core.network.graph import INPUT, block_nodes
from resnet_core.network.spec import Activation, BatchNorm, BlockSpec, Conv, Dense, Layer, Scale


class Signs(NamedTuple):
    """Whether values below and above zero are possible; where neither is, all are zero."""

    negative: bool
    positive: bool


BOTH, NEITHER = Signs(True, True), Signs(False, False)
_POSITIVE = ("sigmoid", "softplus", "softmax")


def signs(block: BlockSpec, x: Signs = BOTH) -> dict[str, Signs]:
    """The signs of what leaves each layer, by its name in `graph.block_nodes`, and of x under `INPUT`.

    Args:
        block: any; shapes play no part.
        x: of what enters.
    """
    found = {INPUT: x}
    for node in block_nodes(block, INPUT, STAGE, 1):
        entering = [found[name] for name in node.inputs]
        together = Signs(any(one.negative for one in entering), any(one.positive for one in entering))
        found[node.name] = _behind(node.layer, together)
    return found


def branch_signs(block: BlockSpec) -> Signs:
    """The signs of F(x), what the branch brings."""
    branch = [node.name for node in block_nodes(block, INPUT, STAGE, 1) if node.part in ("entry", "branch")]
    return signs(block)[branch[-1] if branch else INPUT]


def output_signs(block: BlockSpec) -> Signs:
    """The signs of y, what leaves the block."""
    return list(signs(block).values())[-1]


def _behind(layer: Layer, before: Signs) -> Signs:
    after = before  # pooling, zeros, dropout and gates leave signs as they are
    match layer:
        case Conv(use_bias=False) | Scale(learnable=True):
            after = NEITHER if before == NEITHER else BOTH
        case Conv() | BatchNorm():
            after = BOTH  # a bias, or the shift of batch norm, can have either sign
        case Dense():
            after = _activated(layer.activation, BOTH)
        case Activation():
            after = _activated(layer.function, before)
        case Scale(value=0):
            after = NEITHER
        case Scale() if layer.value < 0:
            after = Signs(before.positive, before.negative)
    return after


def _activated(function: str, before: Signs) -> Signs:
    if function in _POSITIVE:
        return Signs(False, True)
    return Signs(False, before.positive) if function == "relu" else before
