"""The receptive field: how many input pixels one value of a map can depend on.

Followed along one side of the picture as rays. A ray says that the value at position i of a map reaches
the input pixels `i * jump + low` to `i * jump + high`, not cut at the border. One ray is enough while all
paths have the same jump; paths of different jumps that meet at an addition are kept apart.
"""

from __future__ import annotations

from typing import NamedTuple

from resnet_core.network.shapes import window
from resnet_core.network.spec import Layer


class Ray(NamedTuple):
    """What one position of a map reaches: `i * jump + low` to `i * jump + high`, in input pixels."""

    jump: int
    low: int
    high: int


Rays = tuple[Ray, ...]

START: Rays = (Ray(1, 0, 0),)
"""An input pixel reaches itself."""


def through(layer: Layer, rays: Rays, size: int) -> Rays:
    """The rays behind a layer that reads maps of `size` pixels a side.

    With window k, stride s and p zeros before: jump' = jump s, low' = low - p jump,
    high' = high + (k - 1 - p) jump.
    """
    covered, stride, before = window(layer, size)
    if covered == stride == 1 and before == 0:
        return rays
    return tuple(
        Ray(ray.jump * stride, ray.low - before * ray.jump, ray.high + (covered - 1 - before) * ray.jump)
        for ray in rays
    )


def merged(first: Rays, second: Rays) -> Rays:
    """The rays of a sum: rays of the same jump become one that reaches as far as both."""
    if first == second:
        return first
    by_jump: dict[int, Ray] = {}
    for ray in (*first, *second):
        known = by_jump.get(ray.jump, ray)
        by_jump[ray.jump] = Ray(ray.jump, min(known.low, ray.low), max(known.high, ray.high))
    return tuple(by_jump.values())


def extent(rays: Rays, size: int) -> int:
    """The side of the receptive field in input pixels, the largest over a map of `size` positions.

    What several rays span is a convex function of the position, so its largest value is at an end.
    """
    return max(
        max(i * ray.jump + ray.high for ray in rays) - min(i * ray.jump + ray.low for ray in rays) + 1
        for i in ((0, size - 1) if len(rays) > 1 else (0,))
    )
