from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.hands import hdf5
from resnet_core.hands.dataset import HandsError, HandSigns
from resnet_core.hands.signs import find_signs, load_signs, read_h5, save_upload
from tests.hands_factory import h5_bytes, signs_arrays, write_signs

ARRAYS = signs_arrays("train", count=6)
STORED: dict[str, bytes] = {
    "plain": h5_bytes(ARRAYS),
    "gzip": h5_bytes(ARRAYS, compression="gzip", chunks=(4, 64, 64, 3)),
    "checked": h5_bytes(ARRAYS, compression="gzip", shuffle=True, fletcher32=True, chunks=(2, 32, 64, 3)),
    "growing": h5_bytes(ARRAYS, chunks=(1, 64, 64, 3), maxshape=(None, 64, 64, 3)),
}


def changed(**arrays: np.ndarray | None) -> bytes:
    """The plain file with other arrays; None leaves one out."""
    kept = {key: values for key, values in {**ARRAYS, **arrays}.items() if values is not None}
    return h5_bytes(kept)


def built(build: Callable[[h5py.File], object]) -> bytes:
    """A file with labels and classes, and whatever `build` puts in as photographs."""
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file["train_set_y"] = ARRAYS["train_set_y"]
        file["list_classes"] = ARRAYS["list_classes"]
        build(file)
    return stream.getvalue()


def refusal(data: bytes, split: str = "train") -> str:
    with pytest.raises(HandsError) as error:
        read_h5(data, split)
    sentence = str(error.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


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
        ({"list_classes": np.arange(1001)}, "of shape (1001,) came"),
        ({"list_classes": np.zeros((2, 3))}, "but float64 of shape (2, 3) came"),
        ({"list_classes": np.array([b"x" * 70_000])}, "at most 64,000 bytes for list_classes"),
        ({"list_classes": np.arange(2)}, "labels from 0 to 1"),
    ],
)
def test_arrays_of_another_kind_are_refused(arrays: dict[str, np.ndarray], words: str) -> None:
    assert words in refusal(changed(**arrays))


@pytest.mark.parametrize(
    ("data", "came"),
    [
        (b"", "an empty file"),
        (b"<!DOCTYPE html><html>", "an HTML page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:47", "a large-file pointer"),
        (b"PK\x03\x04rest", "a ZIP archive"),
        (b"train_set_x,train_set_y\n", "a text"),
        (bytes(range(256)), "other data"),
    ],
)
def test_what_is_not_hdf5_is_named(data: bytes, came: str) -> None:
    assert f"The file should be an HDF5 file, but {came}" in refusal(data)


@pytest.mark.parametrize("stored", STORED)
@pytest.mark.parametrize("share", [0.02, 0.5, 0.999])
def test_a_cut_off_file_says_how_many_bytes_are_missing(stored: str, share: float) -> None:
    whole = STORED[stored]
    kept = int(len(whole) * share)
    assert f"cut off: it should have {len(whole):,} bytes, but {kept:,} came" in refusal(whole[:kept])


def test_a_missing_file_and_a_folder_get_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(HandsError, match=r"gone\.h5 should be an HDF5 file, but there is no such file"):
        read_h5(tmp_path / "gone.h5", "train")
    with pytest.raises(HandsError, match="cannot be read"):
        read_h5(tmp_path, "train")


def test_an_absurd_claim_is_refused_before_memory_is_taken() -> None:
    def unwritten(count: int, **options: object) -> bytes:
        return built(lambda f: f.create_dataset("train_set_x", (count, 64, 64, 3), "u1", **options))

    assert "at most 20,000 photographs in train_set_x, but it claims 900,000,000" in refusal(
        unwritten(900_000_000, chunks=(1, 64, 64, 3))
    )
    assert "should hold 6 pieces of train_set_x, but it holds 0" in refusal(
        unwritten(6, chunks=(1, 64, 64, 3))
    )
    assert "should hold 73,728 bytes of values for train_set_x, but it holds 0" in refusal(unwritten(6))
    assert "bytes for a piece of train_set_x, but it claims 2,457,600,000" in refusal(
        unwritten(6, chunks=(200_000, 64, 64, 3), maxshape=(None, 64, 64, 3))
    )


def test_a_piece_that_unpacks_to_more_than_it_should_is_never_unpacked() -> None:
    def bomb(file: h5py.File) -> None:
        pieces = file.create_dataset(
            "train_set_x", (6, 64, 64, 3), "u1", chunks=(6, 64, 64, 3), compression="gzip"
        )
        pieces.id.write_direct_chunk((0, 0, 0, 0), zlib.compress(bytes(200_000_000), 1))

    assert "73,728 bytes for each piece of train_set_x, but piece 1 unpacks to more" in refusal(built(bomb))


def test_pieces_packed_in_another_way_are_refused() -> None:
    data = h5_bytes(ARRAYS, compression="lzf", chunks=(1, 64, 64, 3))
    assert "plain or packed with gzip, but it is packed in another way (filter 32000)" in refusal(data)


def test_nothing_outside_the_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.bin"
    secret.write_bytes(bytes(range(256)) * 288)
    other = tmp_path / "other.h5"
    other.write_bytes(STORED["plain"])

    def external(file: h5py.File) -> None:
        file.create_dataset("train_set_x", (6, 64, 64, 3), "u1", external=[(str(secret), 0, 73_728)])

    def virtual(file: h5py.File) -> None:
        layout = h5py.VirtualLayout((6, 64, 64, 3), "u1")
        layout[:] = h5py.VirtualSource(str(other), "train_set_x", (6, 64, 64, 3))
        file.create_virtual_dataset("train_set_x", layout)

    def link(file: h5py.File) -> None:
        file["train_set_x"] = h5py.ExternalLink(str(other), "train_set_x")

    def soft(file: h5py.File) -> None:
        file["elsewhere"] = ARRAYS["train_set_x"]
        file["train_set_x"] = h5py.SoftLink("/elsewhere")

    for build in (external, virtual):
        assert "hold train_set_x itself, but its values lie in another file" in refusal(built(build))
    for build in (link, soft):
        assert "hold train_set_x itself, but it holds a link" in refusal(built(build))
    assert "train_set_x is a group" in refusal(built(lambda file: file.create_group("train_set_x")))


def test_texts_of_any_length_are_refused_as_they_lie_outside_their_array() -> None:
    def build(file: h5py.File) -> None:
        file["train_set_x"] = ARRAYS["train_set_x"]
        del file["list_classes"]
        file["list_classes"] = ["a", "b"]

    assert "whole numbers or texts in list_classes, but object" in refusal(built(build))


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hdf5, "MAX_FILE_BYTES", 1000)
    assert "should have at most 1,000 bytes, but it has" in refusal(STORED["plain"])


@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    whole = STORED[data.draw(st.sampled_from(sorted(STORED)))]
    damaged = bytearray(whole)
    # Most of a file is photographs; what is read as structure lies at its ends.
    place = st.one_of(st.integers(0, 4095), st.integers(len(whole) - 4096, len(whole) - 1))
    for where, value in data.draw(st.lists(st.tuples(place, st.integers(0, 255)), max_size=8)):
        damaged[where] = value
    end = data.draw(st.one_of(st.just(len(whole)), st.integers(0, len(whole))))
    try:
        x, y, classes = read_h5(bytes(damaged[:end]), "train")
    except HandsError:
        pass
    else:
        assert x.shape[1:] == (64, 64, 3)
        assert len(x) == len(y)
        assert 0 <= y.min() <= y.max() < len(classes)


@given(data=st.binary(max_size=300), signature=st.booleans())
def test_any_bytes_get_a_sentence(data: bytes, signature: bool) -> None:
    with pytest.raises(HandsError):
        read_h5((hdf5.HDF5_SIGNATURE if signature else b"") + data, "train")


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
