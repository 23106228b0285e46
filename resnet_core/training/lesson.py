"""Teaching a network one person's hand: the labelled pictures, which of them examine it, and what came of it.

NumPy only, so that pages can read it; the teaching itself is in `teaching`.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.hands.dataset import PICTURE_SHAPE
from resnet_core.hands.sample import sample
from resnet_core.training.evaluation import Accuracy, Evaluation, evaluate

TAUGHT = "taught"
"""What the settings of such a run name as their data and their recipe."""

CLASSES = 6
SHARE = 0.3
"""Of the pictures of each sign, how many are held back to examine the network with: three of ten."""

FEWEST, FEWEST_SIGNS = 2, 2
"""Pictures a sign needs before one can be held back, and signs of which there must be so many."""

MOST = 240
"""Forty pictures of each sign; more would learn from a film, not from snapshots."""


class LessonError(ValueError):
    """These pictures cannot be taught; the message says what was expected and what came."""


@dataclasses.dataclass(frozen=True, eq=False)
class Lesson:
    """Pictures of a hand with the sign that each shows.

    Attributes:
        pictures: uint8 (N, 64, 64, 3), no two the same.
        labels: int64 (N,), 0 to 5.

    Raises:
        LessonError: for arrays of another kind, too few pictures, too many, or the same one twice.
    """

    pictures: NDArray[np.uint8]
    labels: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Check what is to be learned."""
        pictures, labels = self.pictures, self.labels
        if (
            pictures.dtype != np.uint8
            or pictures.shape[1:] != PICTURE_SHAPE
            or labels.shape != pictures.shape[:1]
        ):
            raise LessonError(
                "Pictures should be uint8 of shape (N, 64, 64, 3) with a label each, "
                f"but {pictures.dtype} of shape {pictures.shape} with {labels.shape} labels came."
            )
        strange = [int(label) for label in labels if not 0 <= label < CLASSES]
        if strange:
            raise LessonError(f"Labels should be signs from 0 to {CLASSES - 1}, but {strange[0]} came.")
        counts = np.bincount(labels, minlength=CLASSES)
        if (counts >= FEWEST).sum() < FEWEST_SIGNS:
            raise LessonError(
                f"Teaching needs at least {FEWEST} pictures of each of {FEWEST_SIGNS} signs, but of the two "
                f"with the most there are {' and '.join(str(count) for count in sorted(counts)[:-3:-1])}."
            )
        if len(labels) > MOST:
            raise LessonError(f"A lesson should have at most {MOST} pictures, but {len(labels)} came.")
        if len({picture.tobytes() for picture in pictures}) < len(pictures):
            raise LessonError(
                "Each picture should be one of its own, but one came twice: what is held back must be new."
            )


def hold_back(
    labels: NDArray[np.int64], seed: int, share: float = SHARE
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Indices to learn from and indices held back for the examination.

    Every sign of which there are at least two pictures gives about the same share, at least one picture, and
    keeps at least one.

    Args:
        labels: (N,) of the pictures.
        seed: of the draw.
        share: of each sign, 0 to 1.

    Returns:
        Sorted indices; together they are 0 to N - 1.
    """
    held: list[NDArray[np.intp]] = []
    for label, count in zip(*np.unique(labels, return_counts=True), strict=True):
        if count >= FEWEST:
            wanted = min(max(1, round(share * int(count))), int(count) - 1)
            held.append(sample(labels, int(label), wanted, seed))
    examined = np.sort(np.concatenate(held)) if held else np.empty(0, np.intp)
    return np.setdiff1d(np.arange(len(labels)), examined), examined


@dataclasses.dataclass(frozen=True)
class Remembered:
    """What the network still knows of the pictures that it had learned from others.

    Attributes:
        title: of the set.
        noun: what one of its pictures is called.
        before, after: accuracy on its test pictures.
        forgotten: right before and wrong after.
        gained: wrong before and right after.
    """

    title: str
    noun: str
    before: Accuracy
    after: Accuracy
    forgotten: int
    gained: int

    @classmethod
    def measured(
        cls,
        title: str,
        noun: str,
        labels: NDArray[np.integer[Any]],
        before: NDArray[np.floating[Any]],
        after: NDArray[np.floating[Any]],
    ) -> Remembered:
        """Compare two networks' probabilities (N, classes) for the same test pictures of a set."""
        was, now = before.argmax(axis=1) == labels, after.argmax(axis=1) == labels
        return cls(
            title,
            noun,
            Accuracy(int(was.sum()), len(labels)),
            Accuracy(int(now.sum()), len(labels)),
            forgotten=int((was & ~now).sum()),
            gained=int((now & ~was).sum()),
        )


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a lesson did.

    Attributes:
        base: title of the run that was taught.
        learned: pictures that it learned from.
        held: indices, into the lesson, of those that examined it.
        before, after: on the pictures held back.
        answers_before, answers_after: the sign answered for each of them.
        remembered: on the set that it had learned before; None where no set is here.
    """

    base: str
    learned: int
    held: tuple[int, ...]
    before: Evaluation
    after: Evaluation
    answers_before: tuple[int, ...]
    answers_after: tuple[int, ...]
    remembered: Remembered | None

    @classmethod
    def measured(
        cls,
        base: str,
        *,
        held: NDArray[np.intp],
        labels: NDArray[np.int64],
        before: NDArray[np.floating[Any]],
        after: NDArray[np.floating[Any]],
        remembered: Remembered | None,
    ) -> Outcome:
        """Compare a network before and after the lesson.

        Args:
            base: title of the run that was taught.
            held: indices, into the lesson, of the pictures held back.
            labels: (N,) of the whole lesson.
            before: probabilities (len(held), classes).
            after: the same of the network after the lesson.
            remembered: on the set that it had learned before.
        """
        return cls(
            base,
            len(labels) - len(held),
            tuple(int(index) for index in held),
            evaluate(before, labels[held]),
            evaluate(after, labels[held]),
            tuple(int(answer) for answer in before.argmax(axis=1)),
            tuple(int(answer) for answer in after.argmax(axis=1)),
            remembered,
        )

    @property
    def changed(self) -> tuple[int, ...]:
        """Positions in `held` of the pictures that are answered differently after the lesson."""
        pairs = zip(self.answers_before, self.answers_after, strict=True)
        return tuple(position for position, (was, now) in enumerate(pairs) if was != now)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for the run's card and for JSON; no picture is among them."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Outcome:
        """The inverse of `to_dict`."""
        known = values["remembered"]
        return cls(
            values["base"],
            values["learned"],
            tuple(values["held"]),
            Evaluation.from_dict(values["before"]),
            Evaluation.from_dict(values["after"]),
            tuple(values["answers_before"]),
            tuple(values["answers_after"]),
            None
            if known is None
            else Remembered(**known | {name: Accuracy(**known[name]) for name in ("before", "after")}),
        )
