"""What a trained network gets right: accuracies with intervals, confusion, mistakes. NumPy only."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray


def wilson(correct: int, count: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """The Wilson score interval of a proportion, 95 % by default.

    Args:
        correct: number of successes, 0 to `count`.
        count: number of trials, at least 1.
        z: standard normal quantile of the two-sided level.

    Returns:
        Lower and upper bound, both within 0 to 1.

    Raises:
        ValueError: when there are no trials or `correct` is out of range.

    Source: E. B. Wilson 1927, Journal of the American Statistical Association 22, 209-212.
    """
    if count < 1 or not 0 <= correct <= count:
        raise ValueError(f"expected 0 <= correct <= count and count >= 1, but {correct} of {count} came.")
    share = correct / count
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    centre = share + z * z / (2 * count)
    scale = 1 + z * z / count
    # Exactly at the ends the bound is 0 or 1; the subtraction would leave a rounding error.
    low = 0.0 if correct == 0 else (centre - spread) / scale
    high = 1.0 if correct == count else (centre + spread) / scale
    return low, high


@dataclasses.dataclass(frozen=True)
class Accuracy:
    """A share of right answers with its 95 % Wilson interval."""

    correct: int
    count: int

    def __post_init__(self) -> None:
        """Check that it is a share.

        Raises:
            ValueError: when there are no answers, or more right ones than answers.
        """
        if self.count < 1 or not 0 <= self.correct <= self.count:
            raise ValueError(
                f"expected 0 <= correct <= count and count >= 1, but {self.correct} of {self.count} came."
            )

    @property
    def value(self) -> float:
        """Right answers over all answers."""
        return self.correct / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval."""
        return wilson(self.correct, self.count)


@dataclasses.dataclass(frozen=True)
class Mistake:
    """A photograph with a wrong answer: its index in the set, its label, the answer, its probability."""

    index: int
    label: int
    answer: int
    probability: float


@dataclasses.dataclass(frozen=True)
class Evaluation:
    """A network against a labelled set.

    Attributes:
        all: on every photograph.
        clean: on the photographs that are not also training photographs (all, where none are).
        confusion: counts, rows the true class, columns the answer.
        mistakes: most confident first; a recorded run keeps the first few hundred.
        loss: mean cross-entropy in nats.
    """

    all: Accuracy
    clean: Accuracy
    confusion: tuple[tuple[int, ...], ...]
    mistakes: tuple[Mistake, ...]
    loss: float

    def __post_init__(self) -> None:
        """Check that the numbers belong together.

        Raises:
            ValueError: when the confusion is not square, or does not count the answers and mistakes.
        """
        size, answers = len(self.confusion), sum(sum(row) for row in self.confusion)
        if any(len(row) != size or min(row, default=0) < 0 for row in self.confusion) or not size:
            raise ValueError("expected a square table of counts as the confusion, but another came.")
        if answers != self.all.count:
            raise ValueError(f"expected a confusion of {self.all.count} answers, but one of {answers} came.")
        if any(not (0 <= m.label < size and 0 <= m.answer < size and m.index >= 0) for m in self.mistakes):
            raise ValueError(f"expected mistakes between classes 0 to {size - 1}, but others came.")

    def to_dict(self) -> dict[str, Any]:
        """Plain values for the store and for JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Evaluation:
        """The inverse of `to_dict`, for values of our own; `strict.read_as` takes those of strangers."""
        return cls(
            all=Accuracy(**values["all"]),
            clean=Accuracy(**values["clean"]),
            confusion=tuple(tuple(row) for row in values["confusion"]),
            mistakes=tuple(Mistake(**mistake) for mistake in values["mistakes"]),
            loss=values["loss"],
        )


def evaluate(
    probabilities: NDArray[np.floating[Any]],
    labels: NDArray[np.integer[Any]],
    clean: NDArray[np.bool_] | None = None,
) -> Evaluation:
    """Compare answers with labels.

    Args:
        probabilities: (N, classes), rows sum to one.
        labels: (N,), 0 to classes - 1.
        clean: (N,), False where the photograph is also a training photograph.

    Raises:
        ValueError: when there is nothing to compare or the lengths differ.
    """
    if len(labels) == 0 or len(probabilities) != len(labels):
        raise ValueError(
            f"expected as many answers as labels, but {len(probabilities)} and {len(labels)} came."
        )
    answers = probabilities.argmax(axis=1)
    right = answers == labels
    keep = np.ones(len(labels), bool) if clean is None or not clean.any() else clean
    classes = probabilities.shape[1]
    confusion = np.bincount(labels * classes + answers, minlength=classes * classes).reshape(classes, classes)
    wrong = np.flatnonzero(~right)
    wrong = wrong[np.argsort(-probabilities[wrong, answers[wrong]], kind="stable")]
    picked = np.maximum(probabilities[np.arange(len(labels)), labels], 1e-12)
    return Evaluation(
        all=Accuracy(int(right.sum()), len(labels)),
        clean=Accuracy(int(right[keep].sum()), int(keep.sum())),
        confusion=tuple(tuple(int(n) for n in row) for row in confusion),
        mistakes=tuple(
            Mistake(int(i), int(labels[i]), int(answers[i]), float(probabilities[i, answers[i]]))
            for i in wrong
        ),
        loss=float(-np.log(picked).mean()),
    )
