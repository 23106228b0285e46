"""The photographs that a run finds hardest: the loss of each as it was when the run last saw it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

KEPT = 24
"""Photographs of each epoch that are kept."""


@dataclass(frozen=True)
class Hard:
    """A photograph as it was last seen in training.

    Attributes:
        index: among the training photographs of the data set.
        label: its class.
        answer: the class with the largest logit, before the step that saw it.
        loss: in nats, with label smoothing where the recipe has it, of the photograph as it was shown.
    """

    index: int
    label: int
    answer: int
    loss: float


@dataclass(frozen=True)
class Hardest:
    """The hardest photographs at the end of an epoch.

    Attributes:
        epoch: from 1.
        seen: photographs that have been seen since the run began, or last went on.
        photographs: the hardest first.
    """

    epoch: int
    seen: int
    photographs: tuple[Hard, ...]

    def to_text(self) -> str:
        """The photographs as they stand in the store."""
        return json.dumps([asdict(one) for one in self.photographs])

    @classmethod
    def from_row(cls, epoch: int, seen: int, text: str) -> Hardest:
        """The inverse of `to_text`, with the other columns of its row."""
        return cls(epoch, seen, tuple(Hard(**one) for one in json.loads(text)))


class Seen:
    """The latest loss and answer of every photograph that is trained on.

    Args:
        places: (N,) of the photographs among the training photographs of the data set.
        labels: (N,) class of each.
    """

    def __init__(self, places: NDArray[np.integer[Any]], labels: NDArray[np.integer[Any]]) -> None:
        """Nothing has been seen yet."""
        self._places, self._labels = places, labels
        self._losses = np.full(len(places), np.nan)
        self._answers = np.zeros(len(places), np.int64)

    def note(
        self,
        indices: NDArray[np.integer[Any]],
        losses: NDArray[np.floating[Any]],
        answers: NDArray[np.integer[Any]],
    ) -> None:
        """Take what a step said of its photographs.

        Args:
            indices: of them, among those that are trained on; others, that show no sign, lie beyond.
            losses: of each.
            answers: of each.
        """
        own = indices < len(self._places)
        self._losses[indices[own]], self._answers[indices[own]] = losses[own], answers[own]

    def hardest(self, epoch: int, count: int = KEPT) -> Hardest:
        """Those with the largest losses, of two alike the first in the data set.

        Args:
            epoch: that has just been completed.
            count: how many at most.
        """
        seen = np.flatnonzero(np.isfinite(self._losses))
        order = seen[np.argsort(-self._losses[seen], kind="stable")][:count]
        return Hardest(epoch, len(seen), tuple(self._hard(int(at)) for at in order))

    def _hard(self, at: int) -> Hard:
        return Hard(
            int(self._places[at]), int(self._labels[at]), int(self._answers[at]), float(self._losses[at])
        )


def hardest_columns(photographs: Sequence[Hard], classes: Sequence[str]) -> dict[str, list[Any]]:
    """The photographs as columns of a table, the hardest first."""
    return {
        "training photograph": [one.index for one in photographs],
        "sign": [classes[one.label] for one in photographs],
        "answer": [classes[one.answer] for one in photographs],
        "loss": [one.loss for one in photographs],
    }
