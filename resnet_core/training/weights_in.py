"""Weights out of a stranger's file, as data: a `.keras`, `.weights.h5` or `.h5` of Keras, or one of ours.

The file is never given to Keras, and no configuration in it is read: what its layers are called says where
its arrays belong in a network that this program builds. Each array is compared with what the network has
room for before memory is taken for it.
"""

from __future__ import annotations

import math
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np

from resnet_core.hands.dataset import HandsError
from resnet_core.hands.hdf5 import MAX_FILE_BYTES, Hdf5Reader, open_hdf5
from resnet_core.network.accounting import account
from resnet_core.network.naming import Naming, expected_name, naming
from resnet_core.network.shapes import variables, written
from resnet_core.network.spec import NetworkSpec, Shape
from resnet_core.network.weights import Weights, WeightsError

MEMBER = "model.weights.h5"
"""The only part of a `.keras` that is read."""

_ZIP = b"PK\x03\x04"
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"
_MOST_DIRECTORY = 1 << 20
_OPTIMISER = re.compile(r"(optimizer|optimizer_weights|top_level_model_weights)/")

Found = dict[str, dict[str, str]]
"""For each layer of a file its variables, by name or by number, and the paths of their arrays."""


class _RefusedError(HandsError):
    """A sentence about the file, of the kind that the reader of HDF5 files lets through."""


@dataclass(frozen=True)
class Imported:
    """The weights of a file, by the names of this program.

    Attributes:
        weights: float32 by `layer/variable`.
        title: whose names the file has.
        replaced: variables that the file has not, or of another shape: those of the head, where that may be.
    """

    weights: Weights
    title: str
    replaced: tuple[str, ...]


def read_any(
    source: Path | str | bytes, spec: NetworkSpec, *, name: str | None = None, new_head: bool = False
) -> Imported:
    """The weights of `spec` out of a file that Keras, the course notebook or this program wrote.

    Args:
        source: path of the file, or its bytes.
        spec: the network that they are for.
        name: what sentences call the file; by default its own name.
        new_head: whether the last dense layer may be missing in the file or be of other classes.

    Raises:
        WeightsError: one sentence with what was expected, what came, and in which layer.
    """
    name = name or ("The file" if isinstance(source, bytes) else Path(source).name)
    expected = _expected(spec)
    room = 4 * sum(math.prod(shape) for each in expected.values() for shape in each.values())
    try:
        with _arrays_of(source, name, 8 * room + (16 << 20)) as reader:
            found = _layers(reader, reader.tree(most=40 * len(expected) + 1000))
            known = naming(spec, found.keys())
            return _Reading(reader, spec, expected, found, known, new_head).weights()
    except HandsError as refusal:
        raise WeightsError(str(refusal)) from None
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, EOFError, zlib.error) as error:
        reason = " ".join(str(error).split())[:120].rstrip(".")
        raise WeightsError(f"{name} should be a file of weights, but it cannot be read ({reason}).") from None


def _expected(spec: NetworkSpec) -> dict[str, dict[str, Shape]]:
    layers = {layer.name: variables(layer.node.layer, layer.input_shape) for layer in account(spec).layers}
    return {name: dict(shapes) for name, shapes in layers.items() if shapes}


@contextmanager
def _arrays_of(source: Path | str | bytes, name: str, most: int) -> Iterator[Hdf5Reader]:
    """The HDF5 file itself, or the one in a `.keras`, where that unpacks to at most `most` bytes."""
    with BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb") as stream:
        packed = stream.read(4) == _ZIP
        inner = _member(stream, name, most) if packed else source
    with open_hdf5(inner, f"{MEMBER} in {name}" if packed else name) as reader:
        yield reader


def _member(stream: BinaryIO, name: str, most: int) -> bytes:
    _check_end(stream, name)
    with zipfile.ZipFile(stream) as archive:
        members = [info for info in archive.infolist() if info.filename == MEMBER]
        if len(members) != 1:
            raise _RefusedError(
                f"{name} should hold one {MEMBER}, as a .keras does, but it holds {len(members)}."
            )
        (info,) = members
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _RefusedError(
                f"{name} should hold {MEMBER} plain or deflated, but it is packed in another way."
            )
        if info.file_size > most:
            raise _RefusedError(
                f"{name} should need at most {most:,} bytes for {MEMBER}, but it claims {info.file_size:,}."
            )
        with archive.open(info) as member:
            content = member.read(most + 1)
    if len(content) > most:
        raise _RefusedError(f"{name} should unpack to at most {most:,} bytes, but it unpacks to more.")
    return content


def _check_end(stream: BinaryIO, name: str) -> None:
    """Refuse a table of contents that would fill the memory; its size stands at the end (APPNOTE 4.3.16)."""
    size = stream.seek(0, 2)
    if size > MAX_FILE_BYTES:
        raise _RefusedError(f"{name} should have at most {MAX_FILE_BYTES:,} bytes, but it has {size:,}.")
    stream.seek(max(0, size - 66_000))
    tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise _RefusedError(
            f"{name} is cut off: a .keras ends with a table of its contents, and this one does not."
        )
    (directory,) = struct.unpack_from("<I", tail, at + 12)
    if directory > _MOST_DIRECTORY or _END_64 in tail[max(0, at - 20) : at]:
        raise _RefusedError(
            f"{name} should hold a handful of files, as a .keras does, but its table is far longer."
        )
    stream.seek(0)


def _layers(reader: Hdf5Reader, paths: tuple[str, ...]) -> Found:
    """Where the arrays of each layer lie, in the form of Keras 3's weights or in the old one."""
    paths = tuple(path for path in paths if not _OPTIMISER.match(path) and "seed_generator" not in path)
    if any(path.startswith("layers/") for path in paths):
        return _of_keras_3(reader, [path for path in paths if path.startswith("layers/")])
    found: Found = {}
    split = [path.removeprefix("model_weights/").split("/") for path in paths]
    twice = Counter((parts[0], parts[-1]) for parts in split)
    for path, parts in zip(paths, split, strict=True):
        # A model within a model has several layers in one group; then the group around each array names it.
        nested = twice[parts[0], parts[-1]] > 1 and len(parts) > 2
        layer = parts[-2] if nested else parts[0]
        _add(found, reader, layer, re.sub(r":\d+$", "", parts[-1]), path)
    return found


def _of_keras_3(reader: Hdf5Reader, paths: list[str]) -> Found:
    found: Found = {}
    for path in paths:
        group, _, variable = path.rpartition("/")
        layer = reader.text(group, "name") if group.endswith("/vars") else ""
        if not layer:
            raise _RefusedError(
                f"{reader.name} should tell the name of each layer, as Keras 3 writes it, but {group[:60]} "
                "has none; save the model as .h5 instead."
            )
        _add(found, reader, layer, variable, path)
    return found


def _add(found: Found, reader: Hdf5Reader, layer: str, variable: str, path: str) -> None:
    if variable in found.setdefault(layer, {}):
        raise _RefusedError(
            f"{reader.name} should name each layer once, but it has two called {layer[:60]!r}."
        )
    found[layer][variable] = path


@dataclass(frozen=True)
class _Reading:
    """One file being read for one network."""

    reader: Hdf5Reader
    spec: NetworkSpec
    expected: dict[str, dict[str, Shape]]
    found: Found
    known: Naming
    new_head: bool

    def weights(self) -> Imported:
        """All weights, once the names of all layers have been compared."""
        self._check_names()
        weights: Weights = {}
        replaced: list[str] = []
        for layer, shapes in self.expected.items():
            theirs = self.known.names.get(layer, "")
            if self.new_head and layer == self.known.head and not self._fits(theirs, shapes):
                replaced += [f"{layer}/{variable}" for variable in shapes]
                continue
            paths = _by_name(self.found[theirs], shapes)
            called = _both(layer, theirs)
            if paths.keys() != shapes.keys():
                raise _RefusedError(
                    f"{self.reader.name} should have {', '.join(shapes)} for {called}, "
                    f"but it has {', '.join(sorted(paths))[:80] or 'nothing'}."
                )
            for variable, shape in shapes.items():
                values = _array(self.reader, paths[variable], f"{called} {variable}", shape)
                weights[f"{layer}/{variable}"] = values
        return Imported(weights, self.known.title, tuple(replaced))

    def _check_names(self) -> None:
        names, head, layers = self.known.names, self.known.head, f"{len(self.expected)} layers with weights"
        body = [layer for layer in self.expected if layer != head]
        if not any(layer in names for layer in body):
            few = ", ".join(sorted(self.found)[:4])[:120] or "no layer with weights"
            raise _RefusedError(
                f"{self.reader.name} should name its layers as this app does ({(body or [head])[0]}), as "
                "keras.applications (conv1_conv) or as the course notebook (res2a_branch2a), "
                f"but it has {few}."
            )
        optional = {head} if self.new_head else set()
        missing = [layer for layer in self.expected if layer not in names and layer not in optional]
        if missing:
            called = _both(missing[0], expected_name(self.spec, missing[0], self.known.title))
            raise _RefusedError(f"{self.reader.name} should have {layers}, but {called} is missing.")
        if self.known.foreign:
            raise _RefusedError(
                f"{self.reader.name} should have {layers}, but {self.known.foreign[0][:60]!r} is not one of "
                "them: it may be of a deeper network."
            )

    def _fits(self, theirs: str, shapes: dict[str, Shape]) -> bool:
        named = _by_name(self.found.get(theirs, {}), shapes)
        return named.keys() == shapes.keys() and all(
            self.reader.dataset(named[variable]).shape == shape for variable, shape in shapes.items()
        )


def _both(layer: str, theirs: str) -> str:
    return layer if layer == theirs else f"{theirs} ({layer} here)"


def _by_name(paths: dict[str, str], shapes: dict[str, Shape]) -> dict[str, str]:
    """Numbered variables by their names: Keras numbers them in the order in which a layer makes them."""
    if not all(variable.isdigit() for variable in paths):
        return paths
    ordered = sorted(paths, key=int)
    if len(ordered) != len(shapes):
        return paths
    return dict(zip(shapes, (paths[variable] for variable in ordered), strict=True))


def _array(reader: Hdf5Reader, path: str, called: str, shape: Shape) -> np.ndarray:
    dataset = reader.dataset(path)
    if dataset.dtype.kind != "f" or dataset.dtype.itemsize > 8:
        raise _RefusedError(
            f"{reader.name} should hold floating-point numbers for {called}, but others came."
        )
    if dataset.shape != shape:
        raise _RefusedError(
            f"{reader.name} should have {written(shape) or 'one number'} for {called}, "
            f"but {written(dataset.shape or ()) or 'one number'} came."
        )
    values = reader.read(dataset, path, max_bytes=8 * math.prod(shape))
    with np.errstate(over="ignore"):
        array = np.asarray(values, np.float32)
    if not np.isfinite(array).all():
        raise _RefusedError(f"{reader.name} should hold finite numbers for {called}, but it holds others.")
    return array
