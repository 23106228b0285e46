"""The gradient of a net with one number in and one out, along a line of inputs, plain and residual.

After Balduzzi et al. 2017, *The shattered gradients problem*, arXiv:1702.08591: how much does the gradient at
one input say of the gradient at the next? Everything is plain NumPy in 64-bit floats.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Net = Literal["plain", "residual"]

NETS: tuple[Net, Net] = ("plain", "residual")
"""The order of both nets on the first axis of every array here."""
POINTS = 256
REACH = 2.0
SPACING = 2 * REACH / (POINTS - 1)
LAGS = 20
SERIES = 400


@dataclass(frozen=True)
class Setting:
    """What both nets of a pair share.

    Attributes:
        width: numbers in each hidden layer, at least 1.
        beta: what the branch of a residual block is multiplied by.
    """

    width: int = 200
    beta: float = 0.1


class Weights(NamedTuple):
    """The weights of a pair of nets: both have the same.

    Attributes:
        entry: (2, width); the first row multiplies x, the second is added.
        matrices: the layers in order, each (width, width) from input to output.
        last: (width,), from the last layer to y.
    """

    entry: Floats
    matrices: Iterable[Floats]
    last: Floats


def draw(width: int, depth: int, seed: int) -> Weights:
    """Draws weights by He initialisation: normal, mean 0, variance 2 / inputs of the layer.

    The first layer has two inputs, x and a constant 1, so that its units bend at different places of the
    line; the other layers have no biases. A deeper net begins with the layers of a less deep one of the same
    seed.

    Args:
        width: numbers in each hidden layer.
        depth: how many matrices.
        seed: of the random numbers.
    """
    random, spread = np.random.default_rng(seed), np.sqrt(2 / width)
    entry = random.standard_normal((2, width))  # sqrt(2 / 2) = 1
    last = spread * random.standard_normal(width)
    return Weights(entry, (spread * random.standard_normal((width, width)) for _ in range(depth)), last)


def along(inputs: Floats, weights: Weights, beta: float, depths: Sequence[int]) -> tuple[Floats, Floats]:
    """The outputs of both nets at inputs on a line, and their exact derivatives there.

    z₀ = w x + b. The plain net goes on with z ← W relu(z). Two such steps are the branch of a residual block,
    z ← z + β W′ relu(W relu(z)), with the same matrices. After the asked number of matrices y = v · relu(z).
    The derivative goes through each layer beside the value (the chain rule): dz₀/dx = w, and relu lets it
    pass where z > 0.

    Args:
        inputs: (points,), values of x.
        weights: with at least as many matrices as the deepest net.
        beta: the factor of the branch.
        depths: numbers of matrices after which y is read, even, since a block has two.

    Returns:
        y and dy/dx, each (2, depths, points), the plain net first.

    Raises:
        ValueError: a depth is not a positive even number.
    """
    if not depths or any(depth < 2 or depth % 2 for depth in depths):
        raise ValueError(f"Depths are positive even numbers, since a block has two matrices, got {depths}.")
    slope, offset = weights.entry
    start = np.stack([np.outer(inputs, slope) + offset, np.broadcast_to(slope, (len(inputs), len(slope)))])
    now = np.stack([start, start])  # net, value or derivative, point, unit
    spare, stream = np.empty_like(now), start
    outputs, gradients = (np.empty((2, len(depths), len(inputs))) for _ in range(2))
    for layer, matrix in zip(range(1, max(depths) + 1), weights.matrices, strict=False):
        _relu(now)
        np.matmul(now.reshape(-1, len(slope)), matrix, out=spare.reshape(-1, len(slope)))
        now, spare = spare, now
        if layer % 2 == 0:
            stream = stream + beta * now[1]
            now[1] = stream
        for place in (number for number, depth in enumerate(depths) if depth == layer):
            read = _relu(now) @ weights.last  # once more, before the next matrix, changes nothing
            outputs[:, place], gradients[:, place] = read[:, 0], read[:, 1]
    return outputs, gradients


def _relu(now: Floats) -> Floats:
    """Lets values and derivatives pass, in place, where the value is above zero."""
    now *= now[:, :1] > 0
    return now


def line() -> Floats:
    """The inputs: 256 numbers from -2 to 2 at equal distances."""
    return np.linspace(-REACH, REACH, POINTS)


@functools.lru_cache(maxsize=64)
def gradients(setting: Setting, depths: tuple[int, ...], seed: int) -> Floats:
    """dy/dx of a pair of nets along the line, (2, depths, 256), read-only; errors as of `along`."""
    weights = draw(setting.width, max(depths, default=0), seed)
    found = along(line(), weights, setting.beta, depths)[1]
    found.flags.writeable = False
    return found


def autocorrelation(signal: Floats, lags: int = LAGS) -> Floats:
    """How much a series of numbers is like itself some steps on, 1 for alike and 0 for no likeness.

    ρ(k) = Σᵢ (gᵢ - mean)(gᵢ₊ₖ - mean) / Σᵢ (gᵢ - mean)², the sum above over the i that have a partner.

    Args:
        signal: (..., points), more points than lags.
        lags: the largest k.

    Returns:
        (..., lags + 1), from k = 0 on; not a number where all points are the same.
    """
    centred = signal - signal.mean(axis=-1, keepdims=True)
    size = np.abs(centred).max(axis=-1, keepdims=True)
    flat = size <= 1e-12 * np.abs(signal).max(axis=-1, keepdims=True)
    centred = centred / np.where(flat, np.nan, size)  # neither squares too large nor too small
    points = signal.shape[-1]
    sums = [(centred[..., : points - k] * centred[..., k:]).sum(axis=-1) for k in range(lags + 1)]
    return np.stack(sums, axis=-1) / sums[0][..., None]


def correlations(setting: Setting, depths: tuple[int, ...], seeds: tuple[int, ...]) -> Floats:
    """The autocorrelation of the gradients of pairs of nets, (seeds, 2, depths, lags + 1)."""
    return np.stack([autocorrelation(gradients(setting, depths, seed)) for seed in seeds])


@functools.lru_cache(maxsize=1)
def references() -> Floats:
    """The same of 400 simulated series of 256 numbers, (2, 400, lags + 1): Brownian motion, then white noise.

    White noise is 256 independent normal numbers, Brownian motion their running sum.
    """
    white = np.random.default_rng(0).standard_normal((SERIES, POINTS))
    return np.stack([autocorrelation(white.cumsum(axis=-1)), autocorrelation(white)])
