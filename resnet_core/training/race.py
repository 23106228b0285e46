"""A race: two networks that differ in their shortcuts only, trained as two ordinary runs on the same batches.

Both runs have the same seed. Kernels draw from seeds made of it and of the layer's name, so layers of the two
networks that have the same name start with the same kernel; and the order of the pictures is made of the seed
and the epoch alone, so step for step both see the same pictures.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

from resnet_core.network.catalogue import network
from resnet_core.training.gradient_norms import GradientNorms
from resnet_core.training.recipes import RACE
from resnet_core.training.records import FAILED, INTERRUPTED, PAUSED, STOPPED, EpochRecord, Run, Steps
from resnet_core.training.settings import INITIALIZERS, RunSettings
from resnet_core.training.stored import StoredRuns

KINDS = {"plain": "cifar_plain", "residual": "cifar_resnet", "preactivation": "cifar_preact_resnet"}
"""The networks of He et al. 2015 and 2016, section 4.2 and Figure 4 (e), by the name before their depth."""

PAIRS = (("plain", "residual"), ("plain", "preactivation"), ("residual", "preactivation"))
BATCH = 32
MOST_COLUMNS = 250
"""Steps of which the norms of the gradient are kept; more could not be told apart in a picture."""


@dataclass(frozen=True)
class Race:
    """What two networks are trained with.

    Attributes:
        pair: their kinds, in the order in which they are drawn.
        depth: layers of each, 6n+2.
        batch_norm: whether they have batch norm.
        initializer: of their kernels.
        data: name of the set of pictures.
        seed: of the kernels and of the order of the pictures.
        epochs: passes over the pictures.
        learning_rate: of every step.
        width: factor on 16, 32 and 64 filters.
        side: height and width of the pictures in pixels.

    Raises:
        ValueError: for a value out of range; the sentence says what was expected and what came.
    """

    pair: tuple[str, str] = ("plain", "residual")
    depth: int = 20
    batch_norm: bool = True
    initializer: str = "he_normal"
    data: str = "rendered"
    seed: int = 1
    epochs: int = RACE.epochs
    learning_rate: float = RACE.learning_rate
    width: float = 1.0
    side: int = 32

    def __post_init__(self) -> None:
        if self.pair not in PAIRS:
            known = "; ".join(" and ".join(pair) for pair in PAIRS)
            raise ValueError(f"A race is one of {known}, but {' and '.join(self.pair)[:60]} came.")
        if self.initializer not in INITIALIZERS:
            raise ValueError(
                f"initializer must be one of {', '.join(INITIALIZERS)}, but {self.initializer[:60]!r} came."
            )
        for kind in self.pair:
            network(f"{KINDS[kind]}{self.depth}")

    def settings(self, pictures: int) -> tuple[RunSettings, RunSettings]:
        """The settings of the two runs.

        Args:
            pictures: to train on; with more steps than `MOST_COLUMNS` the norms of only every k-th are kept.
        """
        every = math.ceil(self.epochs * max(1, pictures // BATCH) / MOST_COLUMNS)
        one, other = (self._settings(kind, every) for kind in self.pair)
        return one, other

    def _settings(self, kind: str, every: int) -> RunSettings:
        return RunSettings(
            network=f"{KINDS[kind]}{self.depth}", width=self.width, data=self.data, recipe=RACE.name,
            epochs=self.epochs, batch_size=BATCH, learning_rate=self.learning_rate, seed=self.seed,
            validation_share=0.0, batch_norm=self.batch_norm, initializer=self.initializer, side=self.side,
            gradients_every=every,
        )  # fmt: skip


def race_of(one: RunSettings, other: RunSettings) -> Race:
    """The race that two runs are, in the order in which they came.

    Raises:
        ValueError: when they differ in more than their kind, or are no such networks.
    """
    if dataclasses.replace(one, network=other.network) != other:
        raise ValueError("The two runs of a race should differ in their network only, but they do not.")
    kinds = [(kind, each.network[len(name) :]) for each in (one, other) for kind, name in KINDS.items()
             if each.network.startswith(name) and each.network[len(name) :].isdecimal()]  # fmt: skip
    if len(kinds) != 2 or kinds[0][1] != kinds[1][1] or one.recipe != RACE.name or one.learning_rate is None:
        raise ValueError(
            f"The two runs of a race should be two of {', '.join(KINDS.values())} of one depth, trained with "
            f"the recipe {RACE.name}, but {one.network[:40]!r} and {other.network[:40]!r} came."
        )
    return Race(
        (kinds[0][0], kinds[1][0]), int(kinds[0][1]), one.batch_norm, one.initializer, one.data, one.seed,
        one.epochs, one.learning_rate, one.width, one.side,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Side:
    """What is known of one run of a race.

    Attributes:
        kind: of its network, as in `KINDS`.
        run: as it stands.
        steps: the metrics of its steps so far.
        epochs: the metrics of its completed epochs.
        norms: how large its gradient was at every kernel, of the kept steps.
    """

    kind: str
    run: Run
    steps: Steps
    epochs: tuple[EpochRecord, ...]
    norms: GradientNorms


def side_of(store: StoredRuns, kind: str, run: Run) -> Side:
    """What a store knows of one run of a race."""
    return Side(kind, run, store.steps(run.id), store.epochs(run.id), store.gradient_norms(run.id))


def title(settings: RunSettings) -> str:
    """What a run of a race is called: `Race: Plain-20, no batch norm, seed 1`."""
    name = network(settings.network).title.removesuffix(" for CIFAR")
    norm = "" if settings.batch_norm else ", no batch norm"
    return f"Race: {name}{norm}, seed {settings.seed}"


def found(runs: Sequence[Run], settings: RunSettings) -> Run | None:
    """The run that stands for its side of a race: the newest of these settings, one that did not fail first.

    Args:
        runs: of a store, the newest first.
        settings: as from `Race.settings`.
    """
    same = [run for run in runs if run.settings == settings and not run.recorded]
    good = [run for run in same if run.status not in (FAILED, STOPPED, INTERRUPTED, PAUSED)]
    return next(iter((*good, *same)), None)
