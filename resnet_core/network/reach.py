"""Where in the picture one value of a map comes from: its receptive field, cut at the border."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from resnet_core.network.accounting import Tensor, picture, seen, work
from resnet_core.network.graph import INPUT, walk
from resnet_core.network.spec import NetworkSpec


class Area(NamedTuple):
    """A part of the picture, in pixels from 0; the last row and column are in it."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.bottom - self.top + 1, self.right - self.left + 1


def area(spec: NetworkSpec, layer: str, row: int, column: int) -> Area | None:
    """The pixels on which a value can depend; None where they all lie outside the picture.

    Args:
        spec: of the network.
        layer: name of the layer that the value leaves, or `graph.INPUT`.
        row: of the value in its map; 0 in a vector.
        column: of it.

    Raises:
        KeyError: there is no such layer.
    """
    tensor = _tensors(spec)[layer]
    sides = tensor.rays * (3 - len(tensor.rays))  # one for both sides where the picture is square
    place = (row, column) if len(tensor.shape) == 3 else (0, 0)
    ends = []
    for rays, at, size in zip(sides, place, spec.input_shape, strict=False):
        low = max(0, min(at * ray.jump + ray.low for ray in rays))
        high = min(size - 1, max(at * ray.jump + ray.high for ray in rays))
        if low > high:  # of zeros around the picture alone
            return None
        ends.append((low, high))
    (top, bottom), (left, right) = ends
    return Area(top, left, bottom, right)


@lru_cache(maxsize=8)
def _tensors(spec: NetworkSpec) -> dict[str, Tensor]:
    """What leaves every layer, with its rays."""
    tensors = {INPUT: picture(spec.input_shape)}
    for node in walk(spec):
        inputs = tuple(tensors[name] for name in node.inputs)
        shape = work(node.layer, tuple(one.shape for one in inputs))[0]
        tensors[node.name] = seen(node, shape, inputs)
    return tensors
