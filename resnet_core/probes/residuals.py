"""What each block adds: how large F(x) is beside what the shortcut brings, and whether they agree.

He et al. 2015, Figure 7, show the standard deviations of layer responses; here it is that of F(x), the end
of the branch, against that of what is added to it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.network.graph import Node, walk
from resnet_core.network.spec import NetworkSpec
from resnet_core.probes.opened import Which
from resnet_core.probes.passes import Picture, passed

Moments = NDArray[np.float64]
"""Of one block: how many values, the sums of s, s², F, F² and s·F; those of several pictures add up."""


@dataclass(frozen=True)
class Addition:
    """Where a block adds.

    Attributes:
        block: `conv3_block2`.
        branch: name of the layer whose output is F(x).
        shortcut: name of what brings s(x); `graph.INPUT` where the picture itself is added.
        sum: name of the addition.
        identity: whether the shortcut is x as it is.
    """

    block: str
    branch: str
    shortcut: str
    sum: str
    identity: bool


@dataclass(frozen=True)
class Residual:
    """What a block adds, in numbers.

    Attributes:
        block: `conv3_block2`.
        identity: whether the shortcut brings x as it is; else layers lie on it.
        branch: standard deviation of F(x) over all values.
        shortcut: standard deviation of what the shortcut brings.
        cosine: of F(x) with what the shortcut brings, from -1 to 1; 0 where one of them is 0 everywhere.
    """

    block: str
    identity: bool
    branch: float
    shortcut: float
    cosine: float

    @property
    def ratio(self) -> float:
        """How many times as strongly F(x) spreads as what the shortcut brings."""
        return self.branch / self.shortcut if self.shortcut else math.inf


@lru_cache(maxsize=32)
def additions(spec: NetworkSpec) -> tuple[Addition, ...]:
    """Every addition of a network, from the input to the output; a plain net has none."""
    return tuple(
        Addition(
            f"{node.stage}_block{node.block}",
            node.inputs[0],
            node.inputs[1],
            node.name,
            not _changes_x(spec, node),
        )
        for node in walk(spec)
        if node.part == "add"
    )


def _changes_x(spec: NetworkSpec, addition: Node) -> bool:
    """Whether layers lie before the fork or on the shortcut of a block, which then does not bring x."""
    return any(
        (one.stage, one.block) == (addition.stage, addition.block) and one.part in ("entry", "shortcut")
        for one in walk(spec)
    )


def residuals(which: Which, picture: Picture) -> tuple[Residual, ...]:
    """What each block adds for one picture.

    Args:
        which: the network.
        picture: (height, width, 3) of unsigned bytes.

    Raises:
        ValueError, OSError: as in `opened`.
    """
    maps: Mapping[str, Any] = passed(which, picture).maps
    return tuple(
        residual(one, moments(maps[one.branch], maps[one.shortcut])) for one in additions(which.spec)
    )


def moments(branch: NDArray[Any], shortcut: NDArray[Any]) -> Moments:
    """The moments of one block, of arrays of the same shape."""
    f, s = (np.asarray(values, np.float64).ravel() for values in (branch, shortcut))
    return np.array([f.size, s.sum(), s @ s, f.sum(), f @ f, s @ f])


def residual(addition: Addition, found: Moments) -> Residual:
    """What a block adds, from its moments over any number of pictures.

    Args:
        addition: of the block.
        found: as from `moments`.
    """
    count, s, ss, f, ff, sf = (float(one) for one in found)
    length = math.sqrt(ss) * math.sqrt(ff)
    cosine = max(-1.0, min(1.0, sf / length)) if length else 0.0
    return Residual(addition.block, addition.identity, _std(count, f, ff), _std(count, s, ss), cosine)


def _std(count: float, total: float, squares: float) -> float:
    return math.sqrt(max(0.0, squares / count - (total / count) ** 2)) if count else 0.0
