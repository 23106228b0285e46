"""Photographs that occur more than once, inside a split or in both.

A test photograph that is also a training photograph is no test: a network may know it by heart. SIGNS has
twelve of them among its 120, so every accuracy on SIGNS is given with and without them.

Two photographs are the same when their pixels are the same to the last byte. A test photograph is also the
same as a training photograph when only the noise of a JPEG encoding lies between them, as copies of SIGNS go
round that were decoded from JPEG files.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

ENCODING_NOISE = 28
"""Largest difference, of 255, between the means of 2x2 pixels that counts as the noise of an encoding.

Measured on SIGNS, a decoded copy against the original: 22 at most between two encodings of one photograph,
and 38 at least between two photographs, even when one was taken right after the other.
"""

_COARSE_NOISE = 6.0
"""Root mean square difference of 8x8 means above which two photographs are not compared further."""

_ROWS = 512


@dataclass(frozen=True)
class Photograph:
    """One place in a data set: the split ("train" or "test"), the index there, and the label."""

    split: str
    index: int
    label: int


@dataclass(frozen=True)
class DuplicateReport:
    """What `find_duplicates` found.

    Attributes:
        photographs: how many photographs there are in both splits together.
        distinct: how many of them differ from one another.
        groups: each set of two or more photographs that are the same, training photographs first.
        test_photographs: how many photographs the test split has.
        leaked: ascending indices of the test photographs that are also training photographs.
        reencoded: those of `leaked` that are the same up to the noise of an encoding only.
    """

    photographs: int
    distinct: int
    groups: tuple[tuple[Photograph, ...], ...]
    test_photographs: int
    leaked: tuple[int, ...]
    reencoded: tuple[int, ...]

    @property
    def contradictions(self) -> tuple[tuple[Photograph, ...], ...]:
        """The groups whose members carry different labels."""
        return tuple(group for group in self.groups if len({member.label for member in group}) > 1)

    @property
    def sentence(self) -> str:
        """The report in one sentence, for a page or a terminal."""
        return (
            f"{self.photographs:,} photographs, {self.distinct:,} of them distinct; "
            f"{len(self.leaked)} of the {self.test_photographs:,} test photographs "
            f"{'is' if len(self.leaked) == 1 else 'are'} also in the training set"
            f"{f' ({len(self.reencoded)} of them in another encoding)' if self.reencoded else ''}."
        )


def find_duplicates(
    train_x: np.ndarray, train_y: np.ndarray, test_x: np.ndarray, test_y: np.ndarray
) -> DuplicateReport:
    """Find the photographs that are the same.

    Args:
        train_x: training photographs, uint8 of shape (N, height, width, channels), sides divisible by 8.
        train_y: their N labels.
        test_x: test photographs, of the same size.
        test_y: their labels.
    """
    same_bytes: dict[bytes, list[Photograph]] = {}
    for split, pictures, labels in (("train", train_x, train_y), ("test", test_x, test_y)):
        for index, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
            key = hashlib.sha256(picture.tobytes()).digest()
            same_bytes.setdefault(key, []).append(Photograph(split, index, int(label)))
    sets = list(same_bytes.values())
    train_sets = [number for number, members in enumerate(sets) if members[0].split == "train"]
    test_sets = [number for number, members in enumerate(sets) if members[0].split == "test"]
    near = near_pairs(
        train_x[[sets[number][0].index for number in train_sets]],
        test_x[[sets[number][0].index for number in test_sets]],
    )
    reencoded = {member.index for _, j in near for member in sets[test_sets[j]]}
    merged = _merge(sets, [(train_sets[i], test_sets[j]) for i, j in near])
    leaked = sorted(
        member.index
        for group in merged
        if group[0].split == "train"
        for member in group
        if member.split == "test"
    )
    groups = tuple(group for group in merged if len(group) > 1)
    photographs = len(train_x) + len(test_x)
    return DuplicateReport(
        photographs, len(merged), groups, len(test_x), tuple(leaked), tuple(sorted(reencoded))
    )


def near_pairs(first: np.ndarray, second: np.ndarray) -> list[tuple[int, int]]:
    """The pairs (i, j) for which first[i] and second[j] differ by no more than the noise of an encoding.

    Args:
        first: photographs, uint8 of shape (N, height, width, channels), sides divisible by 8.
        second: photographs of the same size.
    """
    if not len(first) or not len(second):
        return []
    coarse_first, coarse_second = _means(first, 8), _means(second, 8)
    limit = _COARSE_NOISE**2 * coarse_first.shape[1]
    pairs = []
    for start in range(0, len(second), _ROWS):
        part = coarse_second[start : start + _ROWS]
        # |a - b|^2 = |a|^2 + |b|^2 - 2ab: one matrix product instead of an array of all differences.
        squares = (coarse_first**2).sum(1)[:, None] + (part**2).sum(1)[None] - 2 * coarse_first @ part.T
        for j in range(len(part)):
            candidates = np.flatnonzero(squares[:, j] <= limit)
            if len(candidates):
                fine = _means(second[start + j : start + j + 1], 2)
                differences = np.abs(_means(first[candidates], 2) - fine).max(axis=1)
                pairs += [(int(i), start + j) for i in candidates[differences <= ENCODING_NOISE]]
    return pairs


def _means(pictures: np.ndarray, block: int) -> np.ndarray:
    """Means over squares of `block` pixels, each channel by itself: float32 of shape (N, values)."""
    count, height, width, channels = pictures.shape
    squares = pictures.reshape(count, height // block, block, width // block, block, channels)
    return squares.mean(axis=(2, 4), dtype=np.float32).reshape(count, -1)


def _merge(sets: list[list[Photograph]], pairs: list[tuple[int, int]]) -> list[tuple[Photograph, ...]]:
    """Join the sets that a pair connects; the members of each keep the order train, test, index."""
    home = list(range(len(sets)))
    for first, second in pairs:
        old, new = home[second], home[first]
        home = [new if place == old else place for place in home]
    joined: dict[int, list[Photograph]] = {}
    for place, members in zip(home, sets, strict=True):
        joined.setdefault(place, []).extend(members)
    return [
        tuple(sorted(members, key=lambda member: (member.split != "train", member.index)))
        for members in joined.values()
    ]
