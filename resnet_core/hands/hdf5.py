"""Reading arrays out of a stranger's HDF5 file: everything is checked before memory is taken for it.

An HDF5 file can claim any size, point into other files, and hold data that grows a thousandfold when it is
unpacked. Only plain arrays of numbers or short texts are read here, stored as they are or packed with gzip,
and only when the bytes they need are really in this file.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import h5py
import numpy as np

from resnet_core.hands.dataset import HandsError
from resnet_core.hands.filekind import HDF5_SIGNATURE, kind_of

MAX_FILE_BYTES = 300 * 1024 * 1024
"""A file of 20,000 photographs of 64x64 has 246 MB."""

_FILTERS = {h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_FLETCHER32}
_LAYOUTS = {h5py.h5d.COMPACT, h5py.h5d.CONTIGUOUS, h5py.h5d.CHUNKED}


class Hdf5Reader:
    """The arrays of one open file; made by `open_hdf5`.

    Attributes:
        name: what the sentences call the file.
        size: bytes of the file.
    """

    def __init__(self, file: h5py.File, name: str, size: int) -> None:
        """Read from the open `file`, called `name` in sentences, of `size` bytes."""
        self._file = file
        self.name = name
        self.size = size

    def has(self, key: str) -> bool:
        """Whether the file has something called `key`."""
        return key in self._file

    def keys(self, most: int = 8) -> tuple[str, ...]:
        """The first names in the file."""
        names = islice(self._file, most)
        return tuple(
            (key.decode("utf-8", "replace") if isinstance(key, bytes) else key)[:40] for key in names
        )

    def tree(self, most: int, deep: int = 12) -> tuple[str, ...]:
        """The paths of all arrays, reached through groups that lie in this file themselves.

        Raises:
            HandsError: for a link, more than `most` members, or groups within groups more than `deep` times.
        """
        found: list[str] = []
        waiting: list[tuple[str, h5py.Group, int]] = [("", self._file, 0)]
        members = 0
        while waiting:
            path, group, depth = waiting.pop()
            for name in group:
                members += 1
                if members > most or depth > deep:
                    raise HandsError(
                        f"{self.name} should have at most {most:,} members and groups within groups at most "
                        f"{deep} times, but it has more."
                    )
                if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                    raise HandsError(
                        f"{self.name} should hold {name[:60]} itself, but it holds a link to another place."
                    )
                member = group.get(name, getclass=True)
                if member is h5py.Group:
                    waiting.append((f"{path}{name}/", group[name], depth + 1))
                elif member is h5py.Dataset:
                    found.append(f"{path}{name}")
        return tuple(found)

    def text(self, path: str, key: str, most: int = 200) -> str:
        """The short text that the group at `path` carries as its attribute `key`; "" where there is none."""
        attributes = self._file[path].attrs
        if key not in attributes:
            return ""
        identifier = attributes.get_id(key)
        kind = h5py.check_string_dtype(identifier.dtype)
        if kind is None or identifier.shape != () or (kind.length or 0) > most:
            return ""
        value = attributes[key]
        return (value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))[:most]

    def dataset(self, key: str) -> h5py.Dataset:
        """The array called `key`, not read yet, but known to be a plain array inside this file.

        Raises:
            HandsError: when it is missing, a link, a group, or stored elsewhere or in an unknown way.
        """
        if not self.has(key):
            found = ", ".join(self.keys()) or "nothing"
            raise HandsError(f"{self.name} should have the array {key}, but it has {found}.")
        if not isinstance(self._file.get(key, getlink=True), h5py.HardLink):
            raise HandsError(f"{self.name} should hold {key} itself, but it holds a link to another place.")
        dataset = self._file[key]
        if not isinstance(dataset, h5py.Dataset):
            raise HandsError(
                f"{self.name} should have an array called {key}, but {key} is a group or a type."
            )
        properties = dataset.id.get_create_plist()
        if properties.get_layout() not in _LAYOUTS or properties.get_external_count():
            raise HandsError(f"{self.name} should hold {key} itself, but its values lie in another file.")
        filters = {properties.get_filter(index)[0] for index in range(properties.get_nfilters())}
        if not filters <= _FILTERS:
            raise HandsError(
                f"{self.name} should hold {key} plain or packed with gzip, "
                f"but it is packed in another way (filter {min(filters - _FILTERS)})."
            )
        return dataset

    def read(self, dataset: h5py.Dataset, key: str, max_bytes: int) -> np.ndarray:
        """All values of `dataset`, when their bytes are in the file and at most `max_bytes`.

        Raises:
            HandsError: for a claimed size above `max_bytes`, or values that are not in the file.
        """
        if dataset.dtype.kind not in "biufS":
            raise HandsError(f"{self.name} should hold numbers or texts in {key}, but {_type(dataset)} came.")
        needed = dataset.dtype.itemsize * _product(dataset.shape)
        if needed > max_bytes:
            raise HandsError(
                f"{self.name} should need at most {max_bytes:,} bytes for {key}, but it claims {needed:,}."
            )
        if dataset.chunks is None:
            self._check_stored(dataset, key, needed)
        else:
            self._check_chunks(dataset, key, max_bytes)
        return dataset[...]

    def _check_stored(self, dataset: h5py.Dataset, key: str, needed: int) -> None:
        offset = dataset.id.get_offset() or 0
        stored = dataset.id.get_storage_size()
        if stored < needed or offset + needed > self.size:
            held = max(0, min(stored, self.size - offset))
            raise HandsError(
                f"{self.name} should hold {needed:,} bytes of values for {key}, but it holds {held:,}."
            )

    def _check_chunks(self, dataset: h5py.Dataset, key: str, max_bytes: int) -> None:
        """Unpack every chunk once with a limit: HDF5 itself would take whatever a chunk unpacks to."""
        if dataset.ndim != len(dataset.chunks):
            raise HandsError(
                f"{self.name} is damaged: the pieces of {key} have another shape than the array."
            )
        chunk_bytes = dataset.dtype.itemsize * _product(dataset.chunks)
        if chunk_bytes > max_bytes:
            raise HandsError(
                f"{self.name} should need at most {max_bytes:,} bytes for a piece of {key}, "
                f"but it claims {chunk_bytes:,}."
            )
        expected = _product(
            tuple(-(-length // piece) for length, piece in zip(dataset.shape, dataset.chunks, strict=True))
        )
        held = dataset.id.get_num_chunks()
        if held != expected:
            raise HandsError(f"{self.name} should hold {expected:,} pieces of {key}, but it holds {held:,}.")
        packed = dataset.compression == "gzip"
        for index in range(held):
            chunk = dataset.id.get_chunk_info(index)
            if chunk.byte_offset is None or chunk.byte_offset + chunk.size > self.size:
                raise HandsError(f"{self.name} is cut off or damaged: piece {index + 1} of {key} is missing.")
            if packed and not chunk.filter_mask:
                _, stored = dataset.id.read_direct_chunk(chunk.chunk_offset)
                unpacked = zlib.decompressobj().decompress(stored, chunk_bytes + 1)
                if len(unpacked) != chunk_bytes:
                    came = "more" if len(unpacked) > chunk_bytes else "fewer"
                    raise HandsError(
                        f"{self.name} should unpack to {chunk_bytes:,} bytes for each piece of {key}, "
                        f"but piece {index + 1} unpacks to {came}."
                    )


@contextmanager
def open_hdf5(source: Path | str | bytes, name: str | None = None) -> Iterator[Hdf5Reader]:
    """Open an HDF5 file after checking its size, its signature and that its end is there.

    Args:
        source: the path of the file, or its bytes.
        name: what sentences call it; by default the name of the path, or "The file".

    Raises:
        HandsError: for anything that is not a whole HDF5 file, and for every failure while it is read.
    """
    name = name or ("The file" if isinstance(source, bytes) else Path(source).name)
    try:
        with io.BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb") as stream:
            size = _checked_size(stream, name)
            # A stream rather than a path: HDF5 then needs no lock, which read-only folders refuse.
            with h5py.File(stream, "r") as file:
                yield Hdf5Reader(file, name, size)
    except HandsError:
        raise
    except FileNotFoundError as error:
        raise HandsError(f"{name} should be an HDF5 file, but there is no such file.") from error
    except Exception as error:  # damaged files make h5py raise nearly every class of error there is
        raise HandsError(f"{name} is damaged and cannot be read as HDF5 ({_reason(error)}).") from error


def _checked_size(stream: BinaryIO, name: str) -> int:
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    start = stream.read(512)
    stream.seek(0)
    if not start.startswith(HDF5_SIGNATURE):
        raise HandsError(f"{name} should be an HDF5 file, but {kind_of(start)} came.")
    if size > MAX_FILE_BYTES:
        raise HandsError(f"{name} should have at most {MAX_FILE_BYTES:,} bytes, but it has {size:,}.")
    end = _end_of_file(start)
    if end is not None and end > size:
        raise HandsError(f"{name} is cut off: it should have {end:,} bytes, but {size:,} came.")
    return size


def _end_of_file(start: bytes) -> int | None:
    """Where the file says that it ends (HDF5 file format specification, section II.A), if it says so here."""
    version = start[8] if len(start) >= 96 else None
    place = {0: (13, 40), 1: (13, 44), 2: (9, 28), 3: (9, 28)}.get(-1 if version is None else version)
    if place is None or start[place[0]] != 8:
        return None
    return int(struct.unpack_from("<Q", start, place[1])[0])


def _product(numbers: tuple[int, ...]) -> int:
    product = 1  # Python's own integers: a hostile shape overflows those of NumPy
    for number in numbers:
        product *= int(number)
    return product


def _type(dataset: h5py.Dataset) -> str:
    return f"values of type {str(dataset.dtype)[:40]}"


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text.rstrip(".")[:120]
