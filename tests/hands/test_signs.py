from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from resnet_core.hands.dataset import HandsError, HandSigns
from resnet_core.hands.signs import find_signs, load_signs, read_h5, save_upload
from tests.hands.h5_files import ARRAYS, STORED, changed, refusal
from tests.hands_factory import h5_bytes, signs_arrays, write_signs


@pytest.mark.parametrize("stored", STORED)
def test_what_was_written_is_read(stored: str, tmp_path: Path) -> None:
    path = tmp_path / "train_signs.h5"
    path.write_bytes(STORED[stored])
    for source in (STORED[stored], path, str(path)):
        x, y, classes = read_h5(source, "train")
        np.testing.assert_array_equal(x, ARRAYS["train_set_x"])
        np.testing.assert_array_equal(y, ARRAYS["train_set_y"])
        assert (x.dtype, y.dtype, classes) == (np.uint8, np.int64, tuple("012345"))


def test_other_arrays_texts_and_smaller_integers_are_welcome() -> None:
    names = np.array([b"fist", b"one", b"two", b"three", b"four", b"five"])
    labels = ARRAYS["train_set_y"].astype(np.uint8)
    data = changed(list_classes=names, train_set_y=labels, filenames=names, extra=np.ones((3, 3)))
    _, y, classes = read_h5(data, "train")
    assert classes == ("fist", "one", "two", "three", "four", "five")
    assert y.dtype == np.int64


def test_any_takes_the_split_that_is_there() -> None:
    assert len(read_h5(STORED["plain"], "any")[0]) == 6
    assert len(read_h5(h5_bytes(signs_arrays("test", count=9)), "any")[0]) == 9
    with pytest.raises(ValueError, match="validation"):
        read_h5(STORED["plain"], "validation")


@pytest.mark.parametrize("key", ARRAYS)
def test_a_missing_array_is_named_beside_what_is_there(key: str) -> None:
    sentence = refusal(changed(**{key: None}))
    assert f"should have the array {key}, but it has " in sentence
    assert all(other in sentence for other in ARRAYS if other != key)


def test_the_other_split_is_a_missing_array() -> None:
    assert "should have the array test_set_x, but it has list_classes" in refusal(STORED["plain"], "test")


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"train_set_x": np.zeros((6, 32, 32, 3), np.uint8)}, "(N, 64, 64, 3), but (6, 32, 32, 3) came"),
        ({"train_set_x": np.zeros((6, 64, 64), np.uint8)}, "but (6, 64, 64) came"),
        ({"train_set_x": np.zeros((0, 64, 64, 3), np.uint8)}, "but (0, 64, 64, 3) came"),
        ({"train_set_x": np.zeros((6, 64, 64, 3), np.float32)}, "(uint8) in train_set_x, but float32 came"),
        (
            {"train_set_x": np.full((6, 64, 64, 3), np.nan)},
            "float64 with 73,728 values that are not a num",
        ),
        ({"train_set_x": np.zeros((6, 64, 64, 3), np.int16)}, "but int16 came"),
        ({"train_set_y": np.arange(5)}, "should have 6 labels in train_set_y, one for each photograph"),
        ({"train_set_y": np.arange(6)[None]}, "but the shape (1, 6) came"),
        ({"train_set_y": np.arange(1, 7)}, "labels from 0 to 5 in train_set_y, but labels from 1 to 6 came"),
        ({"train_set_y": np.arange(-1, 5)}, "but labels from -1 to 4 came"),
        ({"train_set_y": np.full(6, 2**64 - 1, np.uint64)}, "to 9223372036854775807 came"),
        ({"train_set_y": np.array([0, 1, np.nan, 3, 4, 5])}, "float64 with 1 value that is not a number"),
        ({"train_set_y": np.array([b"a"] * 6)}, "whole numbers in train_set_y, but |S1 came"),
        ({"list_classes": np.zeros((0,), int)}, "1 to 1,000 whole numbers or texts in list_classes"),
        ({"list_classes": np.array([b"a"] * 6)}, "in list_classes, but some are the same"),
        ({"list_classes": np.array([b"<b>", b"1"])}, "letters, digits, spaces or hyphens in list_classes"),
        ({"list_classes": np.arange(1001)}, "of shape (1001,) came"),
        ({"list_classes": np.zeros((2, 3))}, "but float64 of shape (2, 3) came"),
        ({"list_classes": np.array([b"x" * 70_000])}, "at most 64,000 bytes for list_classes"),
        ({"list_classes": np.arange(2)}, "labels from 0 to 1"),
    ],
)
def test_arrays_of_another_kind_are_refused(arrays: dict[str, np.ndarray], words: str) -> None:
    assert words in refusal(changed(**arrays))


@pytest.mark.parametrize("place", ["", "signs", "datasets"])
def test_the_files_are_found_where_people_put_them(tmp_path: Path, place: str) -> None:
    assert find_signs(tmp_path) is None
    with pytest.raises(HandsError, match=r"should be in .* but no such pair of files is there"):
        load_signs(tmp_path)
    write_signs(tmp_path / place, train=6, test=6)
    files = find_signs(tmp_path)
    assert files is not None
    assert files.train == tmp_path / place / "train_signs.h5"
    files.train.rename(files.train.with_name("train_signs_from_jpeg.h5"))
    assert load_signs(tmp_path).source == "train_signs_from_jpeg.h5 and test_signs.h5"
    files.test.unlink()
    assert find_signs(tmp_path) is None


def test_the_data_folder_is_the_default(
    tiny_signs_folder: Path, tiny_signs: HandSigns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
    assert load_signs() is tiny_signs or load_signs().digest == tiny_signs.digest
    assert load_signs() is load_signs()


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    write_signs(tmp_path, train=6, test=6)
    assert load_signs(tmp_path).counts("train") == (1,) * 6
    write_signs(tmp_path, train=12, test=6)
    assert load_signs(tmp_path).counts("train") == (2,) * 6


def test_an_upload_is_checked_and_kept(tmp_path: Path) -> None:
    train, test = STORED["gzip"], h5_bytes(signs_arrays("test", count=6))
    files = save_upload(train, test, tmp_path / "new")
    assert find_signs(tmp_path / "new") == files
    assert files.train.read_bytes() == train
    with pytest.raises(HandsError, match=r"test_signs\.h5 should be an HDF5 file, but a text came"):
        save_upload(h5_bytes(signs_arrays("train", count=12)), b"hello", tmp_path / "new")
    other = h5_bytes({**signs_arrays("test", count=6), "list_classes": np.arange(7)})
    with pytest.raises(HandsError, match="should have the classes of"):
        save_upload(train, other, tmp_path / "new")
    assert files.train.read_bytes() == train
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["test_signs.h5", "train_signs.h5"]
    with pytest.raises(HandsError, match="cannot be kept in"):
        save_upload(train, test, files.train / "under a file")


@pytest.mark.photographs
def test_the_real_files_are_read_with_their_further_arrays(photographs_folder: Path) -> None:
    x, y, classes = read_h5(photographs_folder / "signs" / "train_signs_from_jpeg.h5", "train")
    assert (x.shape, y.shape, classes) == ((1080, 64, 64, 3), (1080,), tuple("012345"))
    x, _, _ = read_h5(photographs_folder / "digits" / "digits_train.h5", "any")
    assert x.shape == (1117, 64, 64, 3)
