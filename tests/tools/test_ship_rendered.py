"""What ships is drawn evenly from a large set, and comes back from its files as it was put in."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.hands.rendered import CARD, card, load_rendered, records
from tests.rendered_factory import write_large
from tools.ship_rendered import choose, flat, read_large, ship, spread

SMALL = {"training": 18, "test": 6}


@pytest.fixture(scope="module")
def large_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_large(tmp_path_factory.mktemp("large") / "set.h5")


@pytest.fixture(scope="module")
def shipped(large_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shipped") / "rendered"
    ship(read_large(large_file), folder, **SMALL)
    return folder


def test_signs_are_balanced_and_no_picture_is_drawn_twice(large_file: Path) -> None:
    large = read_large(large_file)
    chosen = choose(large, **SMALL)
    assert {split: len(kept) for split, kept in chosen.items()} == {"train": 108, "test": 36}
    everything = chosen["train"] + chosen["test"]
    assert len(set(everything)) == len(everything)
    for split, each in (("train", 18), ("test", 6)):
        assert Counter(large.y[chosen[split]].tolist()) == dict.fromkeys(range(6), each)


def test_each_split_has_every_pose_with_both_hands(large_file: Path) -> None:
    large = read_large(large_file)
    for kept in choose(large, **SMALL).values():
        found = Counter(
            (record["label"], record["pose"], record["side"])
            for record in map(large.records.__getitem__, kept)
        )
        assert len(found) == 2 * (2 + 1 + 2 + 1 + 1 + 1)
        for label in range(6):
            counts = [count for key, count in found.items() if key[0] == label]
            assert max(counts) - min(counts) <= 2


@given(st.lists(st.integers(0, 9), min_size=1, max_size=8), st.data())
def test_groups_take_turns_until_they_are_empty(sizes: list[int], data: st.DataObject) -> None:
    groups = {name: list(range(100 * name, 100 * name + many)) for name, many in enumerate(sizes) if many}
    count = data.draw(st.integers(0, sum(sizes)))
    drawn = spread(groups, count, np.random.default_rng(0))
    assert len(set(drawn)) == count
    taken = Counter(member // 100 for member in drawn)
    for name, members in groups.items():  # who has fewer than another has none left, or waits for a turn
        assert taken[name] >= min(len(members), max(taken.values(), default=0) - 1)
    with pytest.raises(ValueError, match="Expected at least"):
        spread(groups, sum(sizes) + 1, np.random.default_rng(0))


def test_the_files_hold_the_pictures_nearly_and_their_records_exactly(
    large_file: Path, shipped: Path
) -> None:
    large, hands, told = read_large(large_file), load_rendered(shipped), records(shipped)
    for split, indices in choose(large, **SMALL).items():
        x, y = (hands.train_x, hands.train_y) if split == "train" else (hands.test_x, hands.test_y)
        assert (y == large.y[indices]).all()
        difference = np.abs(x.astype(int) - large.x[indices].astype(int))
        assert difference.mean() < 6, "the noise of a JPEG of noise"
        for place, (record, index) in enumerate(zip(told[split], indices, strict=True)):
            wanted = large.records[index]
            assert (record.index, record.label) == (place, wanted["label"])
            assert (record.side, record.pose, record.seed) == (
                wanted["side"],
                wanted["pose"],
                str(wanted["seed"]),
            )
            assert record.more["box"] == "4 6 60 62"
            assert float(record.more["camera_distance"]) == pytest.approx(wanted["camera"]["distance"])


def test_the_card_tells_what_was_counted(shipped: Path) -> None:
    text = card(shipped)
    assert f"`{load_rendered(shipped).digest}`" in text
    assert "| 0 | 18 | 6 |" in text
    assert "| 2 | half-bent | 12 |" in text
    assert re.search(r"MIT licence", text)
    assert "$" not in text


def test_the_same_set_is_shipped_the_same_way(large_file: Path, shipped: Path, tmp_path: Path) -> None:
    ship(read_large(large_file), tmp_path, **SMALL)
    for file in shipped.iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes()
    assert (tmp_path / CARD).is_file()


def test_too_few_pictures_of_a_sign_are_told(large_file: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 200 pictures of a sign"):
        ship(read_large(large_file), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"x": np.zeros((1, 64, 64, 3), np.uint8), "y": np.zeros(1, int)}, "record is missing"),
        ({"x": np.zeros((1, 32, 32, 3), np.uint8), "y": np.zeros(1, int), "record": ["{}"]}, "32, 32, 3"),
        ({"x": np.zeros((1, 64, 64, 3), np.uint8), "y": np.zeros(1, int), "record": ["{}"]}, "Record 0"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, arrays: dict[str, object], sentence: str) -> None:
    with h5py.File(tmp_path / "set.h5", "w") as file:
        for name, values in arrays.items():
            file[name] = values
    with pytest.raises(ValueError, match=sentence):
        read_large(tmp_path / "set.h5")


def test_a_record_becomes_cells() -> None:
    nested = {"a": 1, "b": {"c": 0.1234567891, "d": {"e": [1, 2.5]}}, "f": None, "g": True}
    assert flat(nested) == {"a": "1", "b_c": "0.123457", "b_d_e": "1 2.5", "f": "", "g": "true"}
