"""Repeated runs: those whose settings differ in their seed alone, and the seeds that come next."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from resnet_core.training.records import DONE, Run
from resnet_core.training.settings import RunSettings


@dataclass(frozen=True)
class Repeated:
    """Runs of one kind of settings.

    Attributes:
        runs: in the order in which they came; one where nothing was repeated.
    """

    runs: tuple[Run, ...]

    @property
    def is_group(self) -> bool:
        """Whether at least two seeds are done: only then is there a spread."""
        return len(self.done) > 1

    @property
    def done(self) -> tuple[Run, ...]:
        """The runs that a spread is made of: those that went to their end."""
        return tuple(run for run in self.runs if run.status == DONE)

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of the runs that are done, from the smallest on."""
        return tuple(sorted(run.settings.seed for run in self.done))


def repeated(runs: Sequence[Run]) -> list[Repeated]:
    """Puts runs of the same settings but for the seed, and of the same pictures, together.

    Args:
        runs: in any order; a group stands where its first run does. Of two runs of one seed only the first
            counts, and the other stands alone: it is no further seed.
    """
    groups: list[list[Run]] = []
    for run in runs:
        for group in groups:
            if _same(run, group[0]) and all(run.settings.seed != one.settings.seed for one in group):
                group.append(run)
                break
        else:
            groups.append([run])
    return [Repeated(tuple(group)) for group in groups]


def _same(run: Run, other: Run) -> bool:
    return (
        alike(run.settings) == alike(other.settings)
        and (not digest_of(run) or not digest_of(other) or digest_of(run) == digest_of(other))
        and run.recorded == other.recorded
    )


def alike(settings: RunSettings) -> RunSettings:
    """The settings without the seed, and without what is only watched: how often gradients are kept."""
    return dataclasses.replace(settings, seed=0, gradients_every=0)


def digest_of(run: Run) -> str:
    """The digest of the pictures of a run; nothing before it has begun."""
    return str(run.card.get("data", {}).get("digest", ""))


def more_seeds(run: Run, runs: Sequence[Run], count: int) -> list[RunSettings]:
    """The settings of repetitions of a run with the next seeds that no run of these settings has had.

    Args:
        run: to repeat.
        runs: all that there are, also those that failed: a seed is not tried again by this.
        count: how many.

    Raises:
        SettingsError: when there are no further seeds.
    """
    meant = run.settings
    taken = {one.settings.seed for one in runs if alike(one.settings) == alike(meant)}
    found: list[RunSettings] = []
    seed = meant.seed
    while len(found) < count:
        seed += 1
        if seed not in taken:
            found.append(dataclasses.replace(meant, seed=seed))
    return found
