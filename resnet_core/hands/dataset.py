"""A set of photographs of hand signs in memory: what every page and every run reads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from resnet_core.hands.duplicates import DuplicateReport, find_duplicates

SIZE = 64
"""Height and width of a photograph in pixels, as in SIGNS."""

PICTURE_SHAPE = (SIZE, SIZE, 3)

__all__ = ["PICTURE_SHAPE", "SIZE", "DuplicateReport", "HandSigns", "HandsError"]


class HandsError(ValueError):
    """Something is wrong with a data set: the message is one sentence with what was expected and came."""


@dataclass(frozen=True, eq=False)
class HandSigns:
    """Labelled photographs in a training and a test split.

    Two sets are the same when their `digest` is the same. The arrays are read-only views, because pages and
    runs share them.

    Attributes:
        name: a short name for addresses and settings, such as "signs".
        title: the name for people.
        train_x: uint8 of shape (N, 64, 64, 3), red, green, blue, 0 to 255.
        train_y: int64 of shape (N,), indices into `classes`.
        test_x: as `train_x`.
        test_y: as `train_y`.
        classes: what each label stands for.
        rendered: whether the pictures were drawn by a program rather than photographed.
        source: where the set came from, in words.

    Raises:
        HandsError: for arrays of another shape or type, or a label without a class.
    """

    name: str
    title: str
    train_x: np.ndarray
    train_y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray
    classes: tuple[str, ...]
    rendered: bool
    source: str

    def __post_init__(self) -> None:
        """Check the arrays and keep views of them that cannot be written to."""
        for split, pictures, labels in self.splits:
            check_split(split, pictures, labels, len(self.classes))
        for name in ("train_x", "train_y", "test_x", "test_y"):
            view = getattr(self, name).view()
            view.flags.writeable = False
            object.__setattr__(self, name, view)

    @property
    def splits(self) -> tuple[tuple[str, np.ndarray, np.ndarray], ...]:
        """The two splits as (name, photographs, labels)."""
        return (("train", self.train_x, self.train_y), ("test", self.test_x, self.test_y))

    @property
    def noun(self) -> str:
        """What one of its pictures is called: "photograph", or "picture" where a program drew it."""
        return "picture" if self.rendered else "photograph"

    @cached_property
    def digest(self) -> str:
        """SHA-256 over classes and arrays, in hexadecimal.

        Over the arrays and not over the files: copies of SIGNS go round whose HDF5 header differs in a byte
        and whose photographs are the same.
        """
        sha = hashlib.sha256("\n".join(self.classes).encode())
        for split, pictures, labels in self.splits:
            sha.update(f"\n{split} {pictures.shape}\n".encode())
            sha.update(pictures.tobytes())
            sha.update(labels.astype("<i8").tobytes())
        return sha.hexdigest()

    @cached_property
    def duplicates(self) -> DuplicateReport:
        """The photographs that occur more than once."""
        return find_duplicates(self.train_x, self.train_y, self.test_x, self.test_y)

    @cached_property
    def clean_test(self) -> np.ndarray:
        """Boolean of shape (len(test_x),): False where the photograph is also a training photograph."""
        mask = np.ones(len(self.test_x), dtype=bool)
        mask[list(self.duplicates.leaked)] = False
        mask.flags.writeable = False
        return mask

    def counts(self, split: str) -> tuple[int, ...]:
        """How many photographs of each class `split` ("train" or "test") has."""
        labels = {"train": self.train_y, "test": self.test_y}[split]
        return tuple(np.bincount(labels, minlength=len(self.classes)).tolist())


def check_split(split: str, pictures: np.ndarray, labels: np.ndarray, classes: int) -> None:
    """Refuse arrays that are not N photographs with a label each.

    Raises:
        HandsError: saying what was expected and what came.
    """
    if pictures.dtype != np.uint8 or pictures.shape[1:] != PICTURE_SHAPE or len(pictures) == 0:
        raise HandsError(
            f"The {split} photographs should be uint8 of shape (N, 64, 64, 3) with N at least 1, "
            f"but {pictures.dtype} of shape {pictures.shape} came."
        )
    if labels.dtype != np.int64 or labels.shape != (len(pictures),):
        raise HandsError(
            f"The {split} labels should be int64 of shape ({len(pictures)},), one for each photograph, "
            f"but {labels.dtype} of shape {labels.shape} came."
        )
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= classes:
        raise HandsError(
            f"The {split} labels should lie between 0 and {classes - 1}, as there are {classes} classes, "
            f"but labels from {low} to {high} came."
        )
