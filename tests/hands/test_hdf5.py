from __future__ import annotations

import zlib
from pathlib import Path

import h5py
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.hands import hdf5
from resnet_core.hands.dataset import HandsError
from resnet_core.hands.signs import read_h5
from tests.hands.h5_files import ARRAYS, STORED, built, refusal
from tests.hands_factory import h5_bytes


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
