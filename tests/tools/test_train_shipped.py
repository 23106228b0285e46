"""What the network that ships learns from, and what is held back of it."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from tests.hands_factory import pictures
from tools.train_shipped import Material, material


def a_set(path: Path, count: int, seed: int) -> Path:
    """A rendered set of made-up pictures, of which every tenth shows no sign."""
    labels = np.arange(count) % 6
    with h5py.File(path, "w") as file:
        file["x"], file["y"] = pictures(labels, seed), np.where(np.arange(count) % 10 == 9, -1, labels)
    return path


def shown(x: np.ndarray) -> set[bytes]:
    return {one.tobytes() for one in x}


def held_back(found: Material) -> set[bytes]:
    (rooms, _), (signs,) = found.others_held.values(), found.signs_held.values()
    return shown(signs.x) | shown(rooms)


def learned(found: Material) -> set[bytes]:
    return shown(found.hands.train_x) | shown(found.others)


def test_a_tenth_of_the_signs_and_three_tenths_of_the_others_are_held_back(tmp_path: Path) -> None:
    found = material([a_set(tmp_path / "one.h5", 200, 1)], None)
    (signs,) = found.signs_held.values()
    assert (len(found.hands.train_y), len(signs.y)) == (162, 18)
    rooms, _ = found.others_held.values()
    assert len(rooms) == 6
    assert not learned(found) & held_back(found)
    assert found.hands.rendered


def test_what_is_held_back_of_a_set_is_held_back_beside_any_other_set(tmp_path: Path) -> None:
    one, other = a_set(tmp_path / "one.h5", 200, 1), a_set(tmp_path / "other.h5", 120, 2)
    alone, both = material([one], None), material([other, one], None)
    assert held_back(alone) < held_back(both)
    assert not held_back(both) & learned(alone)
    assert not held_back(both) & learned(both)
    assert len(both.hands.train_y) == 162 + 97
