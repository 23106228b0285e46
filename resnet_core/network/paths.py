"""How many ways lead through a residual network, and how long they are (Veit et al. 2016, section 3.1).

Multiplied out, n blocks `y = F(x) + s(x)` are a sum over 2^n paths: each takes one side of every fork.
Stem and head lie on all of them and are not counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import product
from typing import Literal

from resnet_core.network.spec import BlockSpec, Conv, Layer, NetworkSpec

Unit = Literal["blocks", "layers"]


def forks(spec: NetworkSpec) -> int:
    """The number of blocks with a shortcut, n; there are 2^n paths."""
    return sum(block.shortcut is not None for block in spec.blocks())


@lru_cache(maxsize=64)
def path_lengths(spec: NetworkSpec, unit: Unit = "blocks") -> tuple[int, ...]:
    """How many paths have each length from 0 on.

    Args:
        spec: the network.
        unit: what a length counts: `blocks` whose branch the path takes, which makes the lengths of a network
            whose blocks all have shortcuts binomial; or `layers`, the convolutions on the way, with those
            of projections.

    Returns:
        At place k the number of paths of length k; their sum is 2^n. The numbers are exact.

    Raises:
        ValueError: an unknown unit.
    """
    if unit not in ("blocks", "layers"):
        raise ValueError(f"unit must be blocks or layers, got {unit!r}")
    counts = [1]
    for block in spec.blocks():
        counts = _times(counts, _ways(block, unit))
    return tuple(counts)


def paths_of(spec: NetworkSpec, most: int = 5) -> tuple[tuple[bool, ...], ...]:
    """Every path of a small network, the longest first: for each fork, whether it takes the branch.

    Args:
        spec: the network.
        most: forks at most; 5 make 32 paths.

    Raises:
        ValueError: the network has more forks.
    """
    count = forks(spec)
    if count > most:
        raise ValueError(f"paths are listed for at most {most} blocks with a shortcut, got {count}")
    return tuple(sorted(product((True, False), repeat=count), key=lambda path: -sum(path)))


def mean_length(counts: tuple[int, ...]) -> float:
    """The mean length of paths counted by `path_lengths`."""
    return sum(length * count for length, count in enumerate(counts)) / sum(counts)


def middle(counts: tuple[int, ...], share: float = 0.95) -> tuple[int, int]:
    """The shortest and the longest path when the same small share is left out on both sides.

    Args:
        counts: from `path_lengths`.
        share: of the paths that shall lie between them at least, between 0 and 1.
    """
    total, outside = sum(counts), (1 - share) / 2
    return _quantile(enumerate(counts), total, outside), _quantile(
        reversed(list(enumerate(counts))), total, outside
    )


def share_between(counts: tuple[int, ...], low: int, high: int) -> float:
    """The share of the paths whose length is from `low` to `high`."""
    return sum(counts[low : high + 1]) / sum(counts)


def _quantile(ordered: Iterable[tuple[int, int]], total: int, outside: float) -> int:
    passed = 0
    for length, count in ordered:
        passed += count
        if passed / total > outside:
            return length
    raise ValueError(f"a share must leave out less than everything, got {outside} on each side")


def _ways(block: BlockSpec, unit: Unit) -> list[int]:
    """The ways through one block as the coefficients of a polynomial: at place k those of length k."""
    both = 0 if unit == "blocks" else _convolutions((*block.entry, *block.exit))
    through = 1 if unit == "blocks" else _convolutions(block.branch)
    if block.shortcut is None:
        return [0] * (both + through) + [1]
    past = 0 if unit == "blocks" else _convolutions(block.shortcut)
    ways = [0] * (both + max(through, past) + 1)
    ways[both + through] += 1
    ways[both + past] += 1
    return ways


def _convolutions(layers: Iterable[Layer]) -> int:
    return sum(isinstance(layer, Conv) for layer in layers)


def _times(one: list[int], other: list[int]) -> list[int]:
    """The product of two polynomials; the second is short and mostly zeros."""
    result = [0] * (len(one) + len(other) - 1)
    for shift, factor in enumerate(other):
        if factor:
            for place, value in enumerate(one):
                result[place + shift] += factor * value
    return result
