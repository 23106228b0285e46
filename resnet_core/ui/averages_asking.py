"""What the lesson on moving averages measures: piece by piece, shared, and never more than one at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from resnet_core.figures.averages import Arrival
from resnet_core.hands.dataset import HandSigns
from resnet_core.probes.averages import (
    SAVED,
    Averages,
    come,
    fresh,
    mean_of,
    moved,
    parts_of,
    steps_per_epoch,
    together,
)
from resnet_core.probes.two_ways import (
    BothWays,
    batch_statistics,
    both_ways,
    moving_averages,
    right_with,
)
from resnet_core.ui.averages_choice import Looked
from resnet_core.ui.pieces import Piece, Work, all_known, known

STEPS = tuple(2**power for power in range(11))
"""Batches after which the network is asked with the averages that were moved on: 1 to 1 024."""
_EACH = 2


@dataclass(frozen=True, eq=False)
class Material:
    """A checkpoint, and the set whose pictures it is shown.

    Attributes:
        looked: the run.
        step: of the checkpoint.
        hands: the set.
    """

    looked: Looked
    step: int
    hands: HandSigns

    @property
    def key(self) -> tuple[object, ...]:
        """Tells it from all others."""
        return self.looked.at(self.step), self.hands.digest

    @property
    def _where(self) -> tuple[object, ...]:
        name = "rendered" if self.hands.rendered else "signs"
        return self.looked.at(self.step), name, self.hands.digest


def ways(one: Material) -> Piece[BothWays]:
    """The piece that asks a checkpoint in both ways."""
    return Piece(("ways", *one.key), both_ways, lambda: one._where)


def ways_of(looked: Looked, step: int, hands: HandSigns | None) -> BothWays | None:
    """What is known of a checkpoint: as it was recorded, or as it has been measured."""
    if step in looked.ways:
        return looked.ways[step]
    if hands is None or step not in looked.weights:
        return None
    return known(ways(Material(looked, step, hands)))


def works_of_ways(looked: Looked, step: int, hands: HandSigns) -> list[Work]:
    """What the chart by epoch needs, the chosen checkpoint first."""
    missing = [one for one in looked.steps if one not in looked.ways]
    first = [ways(Material(looked, one, hands)) for one in missing if one == step]
    rest = [ways(Material(looked, one, hands)) for one in missing if one != step]
    found = [Work("Asking the network in both ways", first)] if first else []
    return [*found, Work("Asking it at the other epochs", rest)] if rest else found


def saved(one: Material) -> Piece[Averages]:
    """The piece that reads the moving averages of a checkpoint."""
    return Piece(("saved", *one.key), moving_averages, lambda: (one.looked.at(one.step),))


def batches(one: Material) -> list[Piece[Averages]]:
    """The pieces that look at the batches that would have come next."""
    return [
        Piece(
            ("batches", *one.key, start),
            batch_statistics,
            lambda start=start, stop=stop: (*one._where, one.step + start, one.step + stop),  # type: ignore[misc]
        )
        for start, stop in parts_of(one.looked.run.settings, one.hands)
    ]


@dataclass(frozen=True, eq=False)
class Moved:
    """Averages and what they tend to.

    Attributes:
        start: before the first batch.
        seen: of each batch.
        goal: the mean over the batches.
    """

    start: Averages
    seen: Averages
    goal: Averages


def moved_from(one: Material, begin: str) -> Moved | None:
    """What averages are moved on from and by; None while it has not been measured."""
    own, parts = known(saved(one)), all_known(batches(one))
    if own is None or parts is None:
        return None
    seen = together(parts)
    return Moved(own if begin == SAVED else fresh(own), seen, mean_of(seen))


def _right(one: Material, momentum: float, begin: str) -> list[Piece[tuple[tuple[int, int], ...]]]:
    def given(steps: tuple[int, ...]) -> tuple[object, ...]:
        found = moved_from(one, begin)
        if found is None:
            raise ValueError("The batches have been forgotten meanwhile; open the page again.")
        now = [moved(found.start, found.seen, momentum, count) for count in steps]
        return (
            *one._where,
            np.stack([each.means for each in now]),
            np.stack([each.variances for each in now]),
        )

    return [
        Piece(
            ("right", *one.key, momentum, begin, at),
            right_with,
            lambda at=at: given(STEPS[at : at + _EACH]),  # type: ignore[misc]
        )
        for at in range(0, len(STEPS), _EACH)
    ]


def works_of_moving(one: Material, momentum: float, begin: str) -> list[Work]:
    """What the chart of arrival needs, in the order in which it is drawn."""
    return [
        Work("Looking at the batches of an epoch", [saved(one), *batches(one)]),
        Work("Asking with the averages in both ways", [ways(one)]),
        Work("Asking with averages that were moved on", _right(one, momentum, begin)),
    ]


def arrival(one: Material, momentum: float, begin: str) -> Arrival | None:
    """How the averages arrive, as far as it has been measured."""
    found, both = moved_from(one, begin), known(ways(one))
    if found is None or both is None:
        return None
    right: list[tuple[int, int]] = []
    for piece in _right(one, momentum, begin):
        answers = known(piece)
        if answers is None:
            break
        right += answers
    way = [come(found.start, moved(found.start, found.seen, momentum, steps), found.goal) for steps in STEPS]
    return Arrival(
        momentum,
        STEPS,
        tuple(way),
        tuple(pair[0] / both.training.count for pair in right),
        tuple(pair[1] / both.test.count for pair in right),
        (both.training.batch / both.training.count, both.test.batch / both.test.count),
        steps_per_epoch(one.looked.run.settings, one.hands),
    )
