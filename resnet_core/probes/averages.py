"""Batch norm's two sets of numbers: the mean and variance of a batch, and the moving averages of them.

In training a batch norm takes the mean and variance of the pictures at hand, when the network is asked its
moving averages (Ioffe and Szegedy 2015, arXiv:1502.03167, section 3.1). Here a network with the weights of
one checkpoint is asked with either, on the same pictures, and with averages that have been moved on by hand.

What a batch norm of Keras keeps after each batch is ``m * average + (1 - m) * batch``. Needs no TensorFlow
but where a network is run.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.hands.dataset import HandSigns
from resnet_core.network.graph import walk
from resnet_core.network.spec import BatchNorm, NetworkSpec
from resnet_core.network.weights import Weights
from resnet_core.probes.opened import Which
from resnet_core.training.beginning import beginning_of
from resnet_core.training.order import Plan
from resnet_core.training.settings import RunSettings
from resnet_core.training.split import validation_split

Floats = NDArray[np.float64]

#: Batches that are looked at, at most, and pictures of all of them together.
MOST_BATCHES, MOST_PICTURES = 40, 1280
#: Pictures of the batches that are looked at in one measurement.
PART_PICTURES = 256
SAVED, FRESH = "saved", "fresh"


@dataclass(frozen=True, eq=False)
class Averages:
    """One mean and one variance of every channel of every batch norm that learns.

    Attributes:
        layers: names of the batch norms, from the input to the output.
        channels: of each.
        means, variances: float32 (all channels together,), layer after layer; or (batches, all channels).
    """

    layers: tuple[str, ...]
    channels: tuple[int, ...]
    means: NDArray[np.float32]
    variances: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        """What it takes in memory."""
        return self.means.nbytes + self.variances.nbytes

    def of_layers(self) -> list[tuple[str, NDArray[np.float32], NDArray[np.float32]]]:
        """Name, means (..., channels) and variances of each layer."""
        ends = np.cumsum(self.channels)[:-1]
        split = (np.split(values, ends, axis=-1) for values in (self.means, self.variances))
        return list(zip(self.layers, *split, strict=True))


def norms_of(which: Which) -> tuple[str, ...]:
    """The batch norms of a run's network that take the batch's own statistics in training, input first.

    A layer that is frozen keeps its moving averages and uses them in training too.
    """
    found = beginning_of(which.settings, which.spec, read=False)
    frozen = found.frozen if found else frozenset()
    return tuple(name for name in norm_names(which.spec) if name not in frozen)


def norm_names(spec: NetworkSpec) -> tuple[str, ...]:
    """All batch norms of a network, from the input to the output."""
    return tuple(node.name for node in walk(spec) if isinstance(node.layer, BatchNorm))


def momentum_of(spec: NetworkSpec) -> float | None:
    """The momentum of a network's batch norms, of which the first is asked; None where it has none."""
    found = [node.layer.momentum for node in walk(spec) if isinstance(node.layer, BatchNorm)]
    return found[0] if found else None


def averages_in(weights: Weights, layers: Sequence[str]) -> Averages:
    """The moving averages that stand in weights.

    Args:
        weights: by `layer/variable`.
        layers: names of batch norms, at least one.
    """
    means = [weights[f"{layer}/moving_mean"] for layer in layers]
    variances = [weights[f"{layer}/moving_variance"] for layer in layers]
    channels = tuple(len(one) for one in means)
    return Averages(tuple(layers), channels, np.concatenate(means), np.concatenate(variances))


def fresh(like: Averages) -> Averages:
    """The averages with which every batch norm begins: mean 0, variance 1."""
    total = sum(like.channels)
    return replace(like, means=np.zeros(total, np.float32), variances=np.ones(total, np.float32))


def together(parts: Sequence[Averages]) -> Averages:
    """The batches of several parts, at least one, in their order."""
    return replace(
        parts[0],
        means=np.concatenate([one.means for one in parts]),
        variances=np.concatenate([one.variances for one in parts]),
    )


def mean_of(batches: Averages) -> Averages:
    """The mean over batches of their means and of their variances: what the averages tend to."""
    means, variances = (
        values.mean(axis=0, dtype=np.float64).astype(np.float32)
        for values in (batches.means, batches.variances)
    )
    return replace(batches, means=means, variances=variances)


def moved(start: Averages, batches: Averages, momentum: float, steps: int) -> Averages:
    """The averages after some batches; where there are more steps than batches, these come again in order.

    Args:
        start: before the first.
        batches: of each batch.
        momentum: share of the average that a step keeps, as Keras counts it, 0 to 1.
        steps: batches, at least 0.
    """
    weights = weights_of_batches(momentum, steps, len(batches.means))
    left = momentum**steps

    def average(before: NDArray[np.float32], seen: NDArray[np.float32]) -> NDArray[np.float32]:
        return (left * before.astype(np.float64) + weights @ seen.astype(np.float64)).astype(np.float32)

    return replace(
        start,
        means=average(start.means, batches.means),
        variances=average(start.variances, batches.variances),
    )


def weights_of_batches(momentum: float, steps: int, batches: int) -> Floats:
    """How much each of `batches` batches counts in the average after `steps` steps; with what is left of the
    beginning, `momentum ** steps`, they add up to 1.
    """
    ages = np.arange(steps)[::-1].astype(np.float64)
    weights = np.zeros(batches)
    np.add.at(weights, np.arange(steps) % batches, (1 - momentum) * momentum**ages)
    return weights


def arrived(momentum: float, steps: float | NDArray[Any]) -> Any:
    """The share of a steady statistic that is in the average after `steps` batches: 1 - m^n."""
    return 1 - momentum ** np.asarray(steps, np.float64)


def half(momentum: float) -> float:
    """Batches until half of it has arrived: log(1/2) / log(m); 0 for a momentum of 0."""
    return math.log(0.5) / math.log(momentum) if momentum > 0 else 0.0


def come(start: Averages, now: Averages, goal: Averages) -> float:
    """How far averages have come from where they began towards the batches' own, as a share of the way.

    The part of what they have moved that points there, each mean counted in standard deviations of its
    channel and each variance in its own; 1 where they began there already.
    """
    variances = goal.variances.astype(np.float64) + 1e-12
    sizes = np.concatenate([np.sqrt(variances), variances])

    def way(end: Averages) -> Floats:
        moved_by = [end.means - start.means, end.variances - start.variances]
        return np.concatenate(moved_by).astype(np.float64) / sizes

    whole, gone = way(goal), way(now)
    length = float(whole @ whole)
    return float(gone @ whole) / length if length else 1.0


@dataclass(frozen=True)
class Distance:
    """How far the moving averages of one batch norm are from what the batches have.

    Attributes:
        layer: its name.
        shift: by how many standard deviations its means are off, root mean square over the channels.
        factor: how many times too large or too small its standard deviations are, at the geometric mean over
            the channels; 1 where all are right.
    """

    layer: str
    shift: float
    factor: float


def distances(averages: Averages, goal: Averages, epsilon: float = 1.001e-5) -> tuple[Distance, ...]:
    """How far each layer is off.

    Args:
        averages: the moving averages.
        goal: what the batches have, as from `mean_of`.
        epsilon: what batch norm adds to every variance.
    """
    found = []
    for (name, mean, variance), (_, true, spread) in zip(averages.of_layers(), goal.of_layers(), strict=True):
        own, right = (values.astype(np.float64) + epsilon for values in (variance, spread))
        shift = math.sqrt(float(np.mean((mean.astype(np.float64) - true) ** 2 / right)))
        found.append(Distance(name, shift, math.exp(float(np.mean(np.abs(np.log(own / right)))) / 2)))
    return tuple(found)


def batch_count(settings: RunSettings, hands: HandSigns) -> int:
    """How many batches of a run are looked at: those of one epoch, or what is enough."""
    plan = _plan(settings, hands)
    return max(1, min(plan.steps_per_epoch, MOST_BATCHES, max(2, MOST_PICTURES // settings.batch_size)))


def steps_per_epoch(settings: RunSettings, hands: HandSigns) -> int:
    """Batches that a run of these settings sees in an epoch of a set."""
    return _plan(settings, hands).steps_per_epoch


def parts_of(settings: RunSettings, hands: HandSigns) -> list[tuple[int, int]]:
    """Where the parts of these batches begin and end, each of one measurement."""
    count, each = batch_count(settings, hands), max(1, PART_PICTURES // settings.batch_size)
    return [(start, min(start + each, count)) for start in range(0, count, each)]


def batch(settings: RunSettings, hands: HandSigns, step: int) -> NDArray[np.uint8]:
    """The training pictures of a step counted from 0, of a run or of what would have come after it."""
    kept, _ = validation_split(hands.train_x, hands.train_y, settings.validation_share)
    return hands.train_x[kept[_plan(settings, hands).indices(step)]]


def _plan(settings: RunSettings, hands: HandSigns) -> Plan:
    kept, _ = validation_split(hands.train_x, hands.train_y, settings.validation_share)
    recipe = settings.recipe_used
    return Plan(len(kept), settings.batch_size, recipe.drop_last, settings.epochs, settings.seed)
