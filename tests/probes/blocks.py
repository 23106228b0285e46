"""Random blocks for hypothesis whose shapes fit, of every kind of layer, and pictures to run through them."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from resnet_core.network.inspection import inspect
from resnet_core.network.layers import ACTIVATIONS
from resnet_core.network.shapes import ShapeError, output_shape
from resnet_core.network.spec import Activation, BlockSpec, Conv, Layer, Layers, Shape
from tests.network.strategies import ANY_LAYER, MAP_LAYERS

PICTURE = np.random.default_rng(5).integers(0, 256, (64, 64, 3)).astype(np.uint8)
ACTIVATED: st.SearchStrategy[Layer] = st.builds(Activation, st.sampled_from(ACTIVATIONS))


def fitting(layers: list[Layer], shape: Shape) -> tuple[Layers, Shape]:
    """Those of the layers that can work one after the other, and what leaves the last."""
    kept = []
    for layer in layers:
        try:
            shape = output_shape(layer, (shape,))
        except ShapeError:
            continue
        kept.append(layer)
    return tuple(kept), shape


@st.composite
def fitting_blocks(draw: st.DrawFn) -> tuple[BlockSpec, Shape]:
    """A block and the shape that enters it."""
    shape = (draw(st.integers(1, 8)), draw(st.integers(1, 8)), draw(st.integers(1, 4)))
    entry, fork = fitting(draw(st.lists(MAP_LAYERS | ACTIVATED, max_size=1)), shape)
    branch, after = fitting(draw(st.lists(MAP_LAYERS | ANY_LAYER | ACTIVATED, max_size=4)), fork)
    ways: list[Layers | None] = [None]
    if after == fork:
        ways += [(), tuple(draw(st.lists(ACTIVATED, max_size=1)))]
    ways += [way for stride in (1, 2, 3) if (way := _projection(fork, after, stride))]
    shortcut = draw(st.sampled_from(ways))
    ended, _ = fitting(draw(st.lists(ANY_LAYER | ACTIVATED, max_size=2)), after)
    block = BlockSpec(branch, shortcut, ended, entry)
    assert inspect(block, shape).fits
    return block, shape


def _projection(fork: Shape, after: Shape, stride: int) -> Layers | None:
    if len(fork) != 3 or len(after) != 3:
        return None
    way = (Conv(after[2], 1, stride, "valid"),)
    return way if output_shape(way[0], (fork,)) == after else None
