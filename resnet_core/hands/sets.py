"""The sets of hand signs by name: those a network can learn from, and those that only examine it.

SIGNS comes first where it is found, because photographs of people are what the lesson is about. The rendered
hands ship with the app and take its place everywhere else. A third set, Sign Language Digits, is used for
nothing but examining: Mavi 2020, arXiv:2011.08927, Apache-2.0, classes 0 to 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from resnet_core.hands import rendered
from resnet_core.hands.dataset import HandsError, HandSigns
from resnet_core.hands.rendered import load_rendered
from resnet_core.hands.signs import SPLITS, find_signs, load_signs, read_h5
from resnet_core.places import data_folder

TITLES = {"signs": "SIGNS", "rendered": rendered.TITLE}
"""What the sets that a network can learn from are called."""

NAMES = tuple(TITLES)

_OTHERS = {
    "rendered-large": "Rendered hands, large set",
    "digits": "Sign Language Digits",
    "taught": "One person's hand",
}
"""Sets that stand in the records of runs and do not ship; "+" joins the names of several."""

DIGITS = Path("digits") / "digits_train.h5"
"""Where Sign Language Digits lies under the data folder, in the layout of the course's training file."""


@dataclass(frozen=True, eq=False)
class Labelled:
    """Pictures with labels, to examine a network with.

    Attributes:
        title: the name for people.
        pictures: uint8 (N, 64, 64, 3).
        labels: int64 (N,), indices into `classes`.
        classes: what each label stands for.
    """

    title: str
    pictures: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]


def default_name() -> str:
    """ "signs" where SIGNS is found, else "rendered"."""
    return "signs" if find_signs() is not None else "rendered"


def title_of(name: str) -> str:
    """What people call a set, or several joined by "+"; a name that is not known is its own title."""
    known = TITLES | _OTHERS
    return " and ".join(known.get(part, part) for part in name.split("+"))


def load(name: str) -> HandSigns:
    """The set of that name.

    Raises:
        HandsError: when there is none of that name, or its files are missing or wrong.
    """
    if name == "signs":
        return load_signs()
    if name == "rendered":
        return load_rendered()
    raise HandsError(f"The data set should be one of {', '.join(NAMES)}, but {name[:40]!r} came.")


def labelled(name: str, split: str = "any") -> Labelled:
    """One split of a set, or of a file in the layout of the course's, to examine a network with.

    Args:
        name: "signs", "rendered", "digits", or the path of an HDF5 file.
        split: "train", "test", or "any": of a set its test pictures, of a file what it has.

    Raises:
        HandsError: one sentence with what was expected and what came.
    """
    if split not in (*SPLITS, "any"):
        raise ValueError(f'split should be "train", "test" or "any", but {split!r} came.')
    if name in NAMES:
        hands = load(name)
        x, y = (hands.train_x, hands.train_y) if split == "train" else (hands.test_x, hands.test_y)
        return Labelled(f"{hands.title}, {'training' if split == 'train' else 'test'}", x, y, hands.classes)
    path = data_folder() / DIGITS if name == "digits" else Path(name)
    if name == "digits" and not path.is_file():
        raise HandsError(f"{_OTHERS[name]} should be in {path}, but there is no such file.")
    pictures, labels, classes = read_h5(path, split)
    return Labelled(_OTHERS.get(name, path.name), pictures, labels, classes)
