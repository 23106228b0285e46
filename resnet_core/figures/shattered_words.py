"""What the gradients along a line say, in sentences made from their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from resnet_core.figures.shattered import NOISES, Floats, middle
from resnet_core.figures.text import plural, significant, whole
from resnet_core.probes.shattered import NETS


@dataclass(frozen=True)
class Found:
    """What was measured of pairs of nets.

    Attributes:
        depths: increasing, at least one.
        correlations: (seeds, 2, depths, lags + 1), plain first, from lag 0 on; not a number where a gradient
            was the same everywhere.
        noises: (2, series, lags + 1), Brownian motion and white noise.
    """

    depths: tuple[int, ...]
    correlations: Floats
    noises: Floats

    def line(self, net: int, depth: int) -> Floats:
        """The medians over lags of a net (0 plain, 1 residual) of a depth."""
        return middle(self.correlations[:, net, self.depths.index(depth)])

    def noise(self, which: int) -> Floats:
        """The medians over lags of Brownian motion (0) or white noise (1)."""
        return np.median(self.noises[which], axis=0)


def shattered_reading(found: Found, depth: int, first: int) -> str:
    """Says how alike neighbouring gradients are at a depth, in both nets, and what that is nearer to.

    Args:
        found: all that was measured.
        depth: one of its depths.
        first: another, not deeper, to compare with.
    """
    plain, residual = (found.line(net, depth) for net in (0, 1))
    seeds = plural(len(found.correlations), "seed")
    if np.isnan(plain).any() or np.isnan(residual).any():
        return (
            f"At depth {depth} a gradient was the same everywhere with each of {seeds}: nothing to compare."
        )
    said = (
        f"At depth {depth} the gradient of the plain net at neighbouring inputs correlates "
        f"**{significant(plain[1])}**, that of the residual net **{significant(residual[1])}** "
        f"(median of {seeds}). {_lower(found, depth)} {_nearer(found, plain, residual)}"
    )
    return f"{said} {_since(found, first, depth)}".strip()


def _lower(found: Found, depth: int) -> str:
    """In how many pairs the plain net's gradient is less like its neighbour."""
    both = found.correlations[:, :, found.depths.index(depth), 1]
    lower = int(np.sum(both[:, 0] < both[:, 1]))
    return f"It is lower in the plain net with {whole(lower)} of {plural(len(both), 'seed')}."


def nearest(found: Found, line: Floats) -> str:
    """The name of the noise whose autocorrelation lies nearer to a line over lags: least mean square."""
    apart = [float(np.mean((line[1:] - found.noise(which)[1:]) ** 2)) for which in (0, 1)]
    return list(NOISES)[int(apart[1] < apart[0])]


def _nearer(found: Found, plain: Floats, residual: Floats) -> str:
    names = nearest(found, plain), nearest(found, residual)
    brownian, white = (significant(found.noise(which)[1]) for which in (0, 1))
    same = f"both lie nearer to {names[0]}" if names[0] == names[1] else (
        f"the plain net lies nearer to {names[0]}, the residual net to {names[1]}"
    )  # fmt: skip
    return f"Brownian motion has {brownian} there, white noise {white}; over all lags {same}."


def _since(found: Found, first: int, depth: int) -> str:
    """How both got there from a less deep pair."""
    if first == depth:
        return ""
    changes = [float(found.line(net, depth)[1] - found.line(net, first)[1]) for net in (0, 1)]
    if not np.isfinite(changes).all():
        return ""
    said = [f"{_moved(change)} in the {name} net" for change, name in zip(changes, NETS, strict=True)]
    return f"From depth {first} to {depth} the correlation of neighbours {said[0]} and {said[1]}."


def _moved(change: float) -> str:
    if change == 0:
        return "stayed the same"
    return f"{'fell' if change < 0 else 'rose'} by {significant(abs(change), 2)}"


def describe_gradients(depths: Sequence[int], gradients: Floats) -> str:
    """Writes the alt text: how often each gradient, (2, depths, points), turns round along the line."""
    steps = np.sign(np.diff(gradients, axis=-1))
    turns = (steps[..., 1:] * steps[..., :-1] < 0).sum(axis=-1)
    said = [
        f"at depth {depth} that of the plain net turns {turns[0, row]} times, "
        f"that of the residual net {turns[1, row]} times"
        for row, depth in enumerate(depths)
    ]
    where = f"at {gradients.shape[-1]} inputs from \u22122 to 2"
    return f"Gradient dy/dx over the input x, {where}: {'; '.join(said)}."


def describe_correlations(x: Sequence[int], what: str, lines: Mapping[str, Floats]) -> str:
    """Writes the alt text of a chart of autocorrelations: where each line begins and ends.

    Args:
        x: lags or depths.
        what: the name of x.
        lines: values over x, by name.
    """
    ends = [
        f"{name}: {significant(float(values[0]))} at {x[0]}, {significant(float(values[-1]))} at {x[-1]}"
        for name, values in lines.items()
    ]
    return f"Autocorrelation of the gradient over the {what}. {'; '.join(ends)}."
