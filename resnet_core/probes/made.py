"""One number of a map and everything that it was made of: windows, summands, and the numbers of a formula."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Window:
    """The pixels of one map that a number was made of.

    Attributes:
        channel: the map, from 0.
        values: (rows, columns); 0 outside the map.
        inside: of each pixel, whether it lies in the map.
        kernel: what each pixel is multiplied by; `None` in poolings.
    """

    channel: int
    values: NDArray[np.float64]
    inside: NDArray[np.bool_]
    kernel: NDArray[np.float64] | None = None

    @property
    def products(self) -> NDArray[np.float64]:
        """Pixel times kernel, or the pixels where there is no kernel."""
        return self.values if self.kernel is None else self.values * self.kernel


@dataclass(frozen=True)
class Term:
    """One summand.

    Attributes:
        name: what it comes from: `channel 5`, `bias`.
        value: of it.
    """

    name: str
    value: float


@dataclass(frozen=True)
class Fact:
    """One number of a formula: its symbol, what it is in words, and its value."""

    symbol: str
    words: str
    value: float


@dataclass(frozen=True, eq=False)
class Made:
    """How a number was made.

    Attributes:
        value: what follows from everything below.
        formula: in symbols, each of which is among the facts; `sum` is that of the terms.
        facts: the numbers of the formula.
        terms: summands, in the order of the layer.
        windows: the pixels that were looked at, one window for each map.
    """

    value: float
    formula: str
    facts: tuple[Fact, ...] = ()
    terms: tuple[Term, ...] = ()
    windows: tuple[Window, ...] = ()

    @property
    def sum(self) -> float:
        """The sum of the terms."""
        return math.fsum(term.value for term in self.terms)


def shortened(terms: Sequence[Term], most: int) -> tuple[Term, ...]:
    """The largest terms by size, and one for all the others, so that the sum is still the whole sum.

    Args:
        terms: any; the bias always stays, at the end.
        most: terms that are kept besides the bias.
    """
    bias = [term for term in terms if term.name == "bias"]
    rest = sorted((term for term in terms if term.name != "bias"), key=lambda term: -abs(term.value))
    if len(rest) <= most + 1:
        return (*rest, *bias)
    others = rest[most:]
    together = Term(f"the other {len(others)}", math.fsum(term.value for term in others))
    return (*rest[:most], together, *bias)
