"""What maps of an answer say, in sentences that are made of their numbers and claim no more than these."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from resnet_core.figures.probabilities import written
from resnet_core.figures.text import percent, plural, significant
from resnet_core.probes.explaining import HEAD, Cam, Covered, Looked, Place, probabilities

Floats = NDArray[np.float64]

_DOWN, _ACROSS = ("top", "middle", "bottom"), ("left", "middle", "right")
FILL_WORDS = {"grey": "grey", "mean": "the mean colour of the picture", "black": "black", "white": "white"}


def strongest(values: ArrayLike) -> tuple[int, int]:
    """Row and column of the largest value, the first of several."""
    table = np.asarray(values)
    row, column = np.unravel_index(int(table.argmax()), table.shape)
    return int(row), int(column)


def share_of_strongest(values: ArrayLike) -> float:
    """What part of the sum of a map the largest value is; the map is nowhere negative and not 0."""
    table = np.asarray(values, np.float64)
    return float(table.max() / table.sum())


def share_of_top(values: ArrayLike, part: float = 0.1) -> tuple[int, float]:
    """How many values the largest `part` of all are, at least one, and their part of the sum."""
    flat = np.sort(np.asarray(values, np.float64).ravel())[::-1]
    count = max(1, round(part * flat.size))
    return count, float(flat[:count].sum() / flat.sum())


def for_half(values: ArrayLike) -> int:
    """How many of the largest values together are at least half of the sum."""
    flat = np.sort(np.asarray(values, np.float64).ravel())[::-1]
    return int(np.searchsorted(np.cumsum(flat), 0.5 * flat.sum() * (1 - 1e-12)) + 1)


def where(row: float, column: float, shape: Sequence[int]) -> str:
    """In which part of a picture a cell lies, in words: `at the top left`, `on the left`, `in the middle`.

    Args:
        row, column: of the cell, from 0; halves are allowed.
        shape: height and width of the map.
    """
    down = _DOWN[min(2, int(3 * (row + 0.5) / shape[0]))]
    across = _ACROSS[min(2, int(3 * (column + 0.5) / shape[1]))]
    if down == across:
        return "in the middle"
    if down == "middle":
        return f"on the {across}"
    return f"at the {down}" if across == "middle" else f"at the {down} {across}"


def place_words(place: Place) -> str:
    """What a place is called: `conv4`, or the last maps."""
    return "the last maps" if place.name == HEAD else place.name


def cam_reading(cam: Cam, name: str) -> str:
    """What Grad-CAM says at one place.

    Args:
        cam: it.
        name: of the class.
    """
    at, values = f"Grad-CAM at {place_words(cam.place)}", cam.map
    height, width = values.shape
    if not values.any():
        return (
            f"**{at} is 0 everywhere**: for {name} the weighted sum of its maps is nowhere above 0, and the "
            "ReLU leaves nothing."
        )
    if values.size == 1:
        return f"**{at} has one cell**, so it says nothing about a part of the picture."
    row, column = strongest(values)
    return (
        f"**{at} is strongest at row {row}, column {column}** of its {height}×{width} cells, "
        f"{_in(row, column, values)}: this cell is {written(share_of_strongest(values))} of the sum of the "
        f"map for {name}, and {_half(values)}."
    )


def gradient_reading(values: Floats, method: str, name: str) -> str:
    """What a map of single pixels says: the gradient, or SmoothGrad.

    Args:
        values: (height, width), the largest size of the three colours at each pixel.
        method: what it is called at the beginning of a sentence.
        name: of the class.
    """
    if not values.any():
        return f"**{method} is 0 everywhere**: no small change of a pixel would change the score of {name}."
    row, column = strongest(values)
    count, share = share_of_top(values)
    return (
        f"**{method}: {plural(count, 'pixel')}, a tenth of all, {'carries' if count == 1 else 'carry'} "
        f"{percent(share)}** of the map of {name}; its strongest pixel is at row {row}, column {column}, "
        f"{_in(row, column, values)}."
    )


def covered_reading(found: Covered, label: int, classes: Sequence[str]) -> str:
    """What occlusion says about one class."""
    drops, side = found.drops(label), found.covering.patch
    row, column = strongest(drops)
    top, left = found.rows[row], found.columns[column]
    most, name = float(drops[row, column]), classes[label]
    middle = where(top + (side - 1) / 2, left + (side - 1) / 2, found.shape)
    square = f"rows {top} to {top + side - 1} and columns {left} to {left + side - 1} ({middle})"
    places = plural(drops.size, "place")
    fill = FILL_WORDS[found.covering.fill]
    if most <= 0:
        return f"**Covering with {fill} lowers the score of {name} at none of {places}.**"
    before = float(probabilities(found.plain)[label])
    after = float(probabilities(found.scores)[row, column, label])
    # A class whose score falls can gain where the scores of the others fall more.
    how = "rises, as other scores fall more," if after > before else "goes"
    return (
        f"**Covering {square} with {fill} lowers the score of {name} most**, from "
        f"{significant(float(found.plain[label]))} to {significant(float(found.scores[row, column, label]))} "
        f"(its probability {how} from {written(before)} to {written(after)}). {_turned(found)}"
    )


def _turned(found: Covered) -> str:
    """At how many places of the square another class comes first."""
    answer = int(found.plain.argmax())
    count, total = int((found.answers() != answer).sum()), plural(found.answers().size, "place")
    return (
        f"At {count} of {total} the answer becomes another one."
        if count
        else (f"The answer stays the same at each of {total}.")
    )


def likeness(one: ArrayLike, other: ArrayLike) -> float | None:
    """Spearman's rank correlation of two maps of equal shape; None where one of them is the same all over."""
    first, second = (_ranks(np.asarray(values, np.float64).ravel()) for values in (one, other))
    if first.std() == 0 or second.std() == 0:
        return None
    return float(np.corrcoef(first, second)[0, 1])


def sanity_reading(pairs: Sequence[tuple[str, ArrayLike, ArrayLike]]) -> str:
    """How alike the maps of the trained and the untrained network are.

    Args:
        pairs: of each method its name, the map of the trained network, and that of the untrained one.
    """
    words = []
    for name, trained, untrained in pairs:
        found = likeness(trained, untrained)
        words.append(
            f"{name} {'none, as one map is the same everywhere' if found is None else signed(found)}"
        )
    return (
        "**Beside the untrained network**, the rank correlation of its map with that of this one "
        "(1 the same order of cells, 0 none, −1 the reverse): " + "; ".join(words) + "."
    )


def signed(value: float) -> str:
    """Writes a correlation with two digits and a true minus: 0.42, −0.03."""
    return f"{value:.2f}".replace("-", "\u2212").replace("\u22120.00", "0.00")


def answer_words(found: Looked, classes: Sequence[str]) -> str:
    """What the network answers, and which class is asked about."""
    answer, label = found.answer, found.label
    shares = found.probabilities
    share = written(float(shares[answer]))
    words = f"Asked about this picture alone it answers **{classes[answer]}**, with {share}"
    if label == answer:
        return f"{words}. Shown is what speaks for {classes[label]}."
    share = written(float(shares[label]))
    return f"{words}. Shown is what speaks for **{classes[label]}**, which gets {share}."


def sentence_case(words: str) -> str:
    """With a capital letter at the beginning, and everything else as it is."""
    return words[:1].upper() + words[1:]


def describe(rows: Sequence[tuple[str, Sequence[tuple[str, ArrayLike]]]]) -> str:
    """The alt text of a sheet of maps: of each its size, and where it is strongest.

    Args:
        rows: of each its title, and of each map its name and values.
    """
    parts = []
    for title, maps in rows:
        words = "; ".join(f"{name}, {_described(np.asarray(values))}" for name, values in maps)
        parts.append(f"{title}: {words}." if title else f"{words}.")
    return "The picture, and maps laid over it. " + " ".join(parts)


def _described(values: NDArray[np.float64]) -> str:
    height, width = values.shape
    if not values.any():
        return f"{height} by {width} cells, 0 everywhere"
    row, column = strongest(values)
    return (
        f"{height} by {width} cells, strongest with {significant(float(values[row, column]))} at row {row}, "
        f"column {column}, {_in(row, column, values)}"
    )


def _in(row: int, column: int, values: Floats) -> str:
    height, width = values.shape
    return where(row, column, (height, width))


def _half(values: Floats) -> str:
    count = for_half(values)
    if count == 1:
        return "it alone makes up half of it or more"
    return f"the {count} strongest cells of {values.size} make up half of it or more"


def _ranks(values: Floats) -> Floats:
    """Ranks from 0, the mean rank where values are equal."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return ((ends - counts + ends - 1) / 2)[inverse.ravel()]
