"""The moving averages of every batch norm at a checkpoint, read without TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resnet_core.network.graph import walk
from resnet_core.network.spec import BatchNorm, NetworkSpec
from resnet_core.network.weights import read_some

MEAN, VARIANCE = "moving_mean", "moving_variance"


@dataclass(frozen=True, eq=False)
class NormStatistics:
    """The moving averages with which a network is asked.

    Attributes:
        layers: names of the batch norms, from the input on.
        mean: float32 (channels,) of each: moving mean of what enters it.
        variance: float32 (channels,) of each: moving variance of what enters it.
    """

    layers: tuple[str, ...]
    mean: tuple[NDArray[np.float32], ...]
    variance: tuple[NDArray[np.float32], ...]


def norm_layers(spec: NetworkSpec) -> tuple[str, ...]:
    """The names of all batch norms of a network, from the input on."""
    return tuple(node.name for node in walk(spec) if isinstance(node.layer, BatchNorm))


def norm_statistics(path: str | Path, spec: NetworkSpec) -> NormStatistics:
    """Read the moving averages out of a file of weights, and nothing else of it.

    Args:
        path: of a checkpoint.
        spec: of the network whose weights it holds.

    Raises:
        WeightsError: when it is no such file, or not of this network.
    """
    layers = norm_layers(spec)
    found = read_some(path, spec, [f"{layer}/{name}" for layer in layers for name in (MEAN, VARIANCE)])
    return NormStatistics(
        layers,
        tuple(found[f"{layer}/{MEAN}"] for layer in layers),
        tuple(found[f"{layer}/{VARIANCE}"] for layer in layers),
    )
