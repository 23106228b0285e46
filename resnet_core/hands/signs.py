"""The SIGNS files of the course: where they are, what is in them, and how an upload is kept."""

from __future__ import annotations

import os
import re
import uuid
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import h5py
import numpy as np

from resnet_core.hands.dataset import PICTURE_SHAPE, HandsError, HandSigns, check_split
from resnet_core.hands.hdf5 import Hdf5Reader, open_hdf5
from resnet_core.places import data_folder

TRAIN_FILE = "train_signs.h5"
TEST_FILE = "test_signs.h5"
FOLDERS = ("", "signs", "datasets")
"""Where the two files may lie under the data folder; "datasets" is what the course calls its folder."""

MAX_PHOTOGRAPHS = 20_000
_CLASS_NAME = re.compile(r"[\w -]{1,20}")
MAX_CLASSES = 1_000
SPLITS = ("train", "test")


@dataclass(frozen=True)
class SignsFiles:
    """The paths of the training and the test file."""

    train: Path
    test: Path


def read_h5(
    source: Path | str | bytes, split: str, name: str | None = None
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Read one split in the layout of the course's files.

    The file has the arrays `{split}_set_x`, uint8 of shape (N, 64, 64, 3), `{split}_set_y`, N whole numbers,
    and `list_classes`; other arrays beside them are left alone.

    Args:
        source: the path of the file, or its bytes.
        split: "train" or "test", or "any" for whichever the file has (training if it has both).
        name: what sentences call the file.

    Returns:
        Photographs uint8 (N, 64, 64, 3), labels int64 (N,) and the names of the classes.

    Raises:
        HandsError: one sentence with what was expected and what came.
    """
    if split not in (*SPLITS, "any"):
        raise ValueError(f'split should be "train", "test" or "any", but {split!r} came.')
    with open_hdf5(source, name) as reader:
        if split == "any":
            split = "train" if reader.has("train_set_x") or not reader.has("test_set_x") else "test"
        classes = _classes(reader)
        pictures = _pictures(reader, f"{split}_set_x")
        labels = _labels(reader, f"{split}_set_y", len(pictures))
        if labels.min() < 0 or labels.max() >= len(classes):
            raise HandsError(
                f"{reader.name} should have labels from 0 to {len(classes) - 1} in {split}_set_y, "
                f"but labels from {labels.min()} to {labels.max()} came."
            )
    check_split(split, pictures, labels, len(classes))
    return pictures, labels, classes


def find_signs(folder: Path | str | None = None) -> SignsFiles | None:
    """Look for the two files in `folder` (by default the data folder), its `signs` and its `datasets`.

    The training file may also have a longer name that begins with `train_signs`. Returns None when no folder
    has both.
    """
    root = Path(folder) if folder is not None else data_folder()
    for place in (root / name for name in FOLDERS):
        if not place.is_dir():
            continue
        candidates = [place / TRAIN_FILE, *sorted(place.glob("train_signs*.h5"))]
        train = next((path for path in candidates if path.is_file()), None)
        if train is not None and (place / TEST_FILE).is_file():
            return SignsFiles(train, place / TEST_FILE)
    return None


def load_signs(folder: Path | str | None = None) -> HandSigns:
    """Read SIGNS from `folder` (by default the data folder); the last set read is kept in memory.

    Raises:
        HandsError: when the files are not there, or not what they should be.
    """
    files = find_signs(folder)
    if files is None:
        root = Path(folder) if folder is not None else data_folder()
        raise HandsError(
            f"SIGNS should be in {root} as {TRAIN_FILE} and {TEST_FILE} (or in its folder signs or "
            "datasets), but no such pair of files is there."
        )
    stamps = tuple((path.stat().st_mtime_ns, path.stat().st_size) for path in (files.train, files.test))
    return _load(files, stamps)


@lru_cache(maxsize=1)
def _load(files: SignsFiles, stamps: tuple[tuple[int, int], ...]) -> HandSigns:
    """Read the files; `stamps` are part of the key, so that changed files are read again."""
    return pair(files.train, files.test)


def pair(train: Path | str | bytes, test: Path | str | bytes) -> HandSigns:
    """Read a training and a test file into one set.

    Raises:
        HandsError: when one of them is not what it should be, or their classes differ.
    """
    names = [TRAIN_FILE if isinstance(train, bytes) else Path(train).name]
    names.append(TEST_FILE if isinstance(test, bytes) else Path(test).name)
    train_x, train_y, classes = read_h5(train, "train", names[0])
    test_x, test_y, test_classes = read_h5(test, "test", names[1])
    if classes != test_classes:
        raise HandsError(
            f"{names[1]} should have the classes of {names[0]}, {_short(classes)}, "
            f"but {_short(test_classes)} came."
        )
    source = f"{names[0]} and {names[1]}"
    return HandSigns("signs", "SIGNS", train_x, train_y, test_x, test_y, classes, False, source)


def save_upload(train: bytes, test: bytes, folder: Path | str | None = None) -> SignsFiles:
    """Check two uploaded files and keep them in `folder` (by default the data folder).

    Both are checked before either is written; each is written beside its place and then renamed.

    Raises:
        HandsError: when one of them is not what it should be, or cannot be written.
    """
    pair(train, test)
    root = Path(folder) if folder is not None else data_folder()
    files = SignsFiles(root / TRAIN_FILE, root / TEST_FILE)
    waiting: list[tuple[Path, Path]] = []
    try:
        root.mkdir(parents=True, exist_ok=True)
        for path, content in ((files.train, train), (files.test, test)):
            beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
            waiting.append((beside, path))
            beside.write_bytes(content)
        for beside, path in waiting:
            os.replace(beside, path)
    except OSError as error:
        raise HandsError(f"The photographs cannot be kept in {root}: {error.strerror}.") from error
    finally:
        for beside, _ in waiting:
            beside.unlink(missing_ok=True)
    return files


def _classes(reader: Hdf5Reader) -> tuple[str, ...]:
    dataset = reader.dataset("list_classes")
    if dataset.ndim != 1 or not 1 <= dataset.shape[0] <= MAX_CLASSES or dataset.dtype.kind not in "iuS":
        raise HandsError(
            f"{reader.name} should have 1 to {MAX_CLASSES:,} whole numbers or texts in list_classes, "
            f"but {dataset.dtype} of shape {dataset.shape} came."
        )
    values = reader.read(dataset, "list_classes", MAX_CLASSES * 64)
    names = tuple(
        value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        for value in values.tolist()
    )
    # They are written on pages and into addresses, so they are words and never markup.
    odd = [name for name in names if not _CLASS_NAME.fullmatch(name)]
    if odd or len(set(names)) < len(names):
        came = f"{odd[0][:40]!r} came" if odd else "some are the same"
        raise HandsError(
            f"{reader.name} should have different names of 1 to 20 letters, digits, spaces or hyphens in "
            f"list_classes, but {came}."
        )
    return names


def _pictures(reader: Hdf5Reader, key: str) -> np.ndarray:
    dataset = reader.dataset(key)
    shape = dataset.shape
    if dataset.ndim != 4 or shape[1:] != PICTURE_SHAPE or shape[0] == 0:
        raise HandsError(f"{reader.name} should have {key} of shape (N, 64, 64, 3), but {shape} came.")
    if shape[0] > MAX_PHOTOGRAPHS:
        raise HandsError(
            f"{reader.name} should have at most {MAX_PHOTOGRAPHS:,} photographs in {key}, "
            f"but it claims {shape[0]:,}."
        )
    if dataset.dtype != np.uint8:
        raise HandsError(
            f"{reader.name} should have whole numbers from 0 to 255 (uint8) in {key}, "
            f"but {dataset.dtype}{_nan_words(reader, dataset, key)} came."
        )
    return reader.read(dataset, key, MAX_PHOTOGRAPHS * int(np.prod(PICTURE_SHAPE)))


def _labels(reader: Hdf5Reader, key: str, count: int) -> np.ndarray:
    dataset = reader.dataset(key)
    if dataset.shape != (count,):
        raise HandsError(
            f"{reader.name} should have {count:,} labels in {key}, one for each photograph, "
            f"but the shape {dataset.shape} came."
        )
    if dataset.dtype.kind not in "iu":
        raise HandsError(
            f"{reader.name} should have whole numbers in {key}, "
            f"but {dataset.dtype}{_nan_words(reader, dataset, key)} came."
        )
    values = reader.read(dataset, key, count * 8)
    if values.dtype.kind == "u":  # above the range of int64 is out of range, not negative
        values = values.astype(np.uint64).clip(max=np.uint64(np.iinfo(np.int64).max))
    return values.astype(np.int64)


def _nan_words(reader: Hdf5Reader, dataset: h5py.Dataset, key: str) -> str:
    """Words on values that are not a number, for an array of floating type that is refused anyway."""
    if dataset.dtype.kind != "f":
        return ""
    values = reader.read(dataset, key, MAX_PHOTOGRAPHS * int(np.prod(PICTURE_SHAPE)))
    missing = int(np.isnan(values).sum())
    if not missing:
        return ""
    return f" with {missing:,} {'value that is' if missing == 1 else 'values that are'} not a number (NaN)"


def _short(classes: tuple[str, ...]) -> str:
    return f"{', '.join(classes[:8])}{', ...' if len(classes) > 8 else ''}"
