"""The rendered hands that ship with the app, in the size and split of SIGNS: drawn by a program.

Each split is one JPEG whose tiles of 64x64 pixels are the pictures, row by row. Its chroma is not subsampled
and 64 is a multiple of 8, so no block of the JPEG reaches across two pictures, and each is what it would
have been in a file of its own. Beside them a table says of every picture how it was made.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

from resnet_core.hands.dataset import SIZE, HandsError, HandSigns
from resnet_core.places import ASSETS

FOLDER = ASSETS / "rendered"
MOSAICS = {"train": "train.jpg", "test": "test.jpg"}
TABLE, CARD = "hands.csv", "CARD.md"
TITLE = "Rendered hands"
CLASSES = ("0", "1", "2", "3", "4", "5")

ACROSS = 36
"""Pictures side by side in a mosaic."""

COLUMNS = ("split", "index", "label", "side", "pose", "seed")
"""What the table tells of every picture; it may have more columns."""

MAX_PICTURES = 20_000


@dataclass(frozen=True)
class Record:
    """How one picture was made.

    Attributes:
        split: "train" or "test".
        index: Of the picture in its split, from 0.
        label: What the hand shows, 0 to 5.
        side: Which hand it is, "left" or "right".
        pose: The name of the way in which the sign is shown.
        seed: With which the renderer draws this very picture again.
        more: The other columns of the table, as they are written: camera, box of the hand and so on.
    """

    split: str
    index: int
    label: int
    side: str
    pose: str
    seed: str
    more: Mapping[str, str]

    @property
    def words(self) -> str:
        """Pose and side in words, such as "open hand (left)"."""
        return f"{self.pose} ({self.side})"


def load_rendered(folder: Path | str | None = None) -> HandSigns:
    """The rendered hands of `folder` (by default those that ship); the last ones read are kept in memory.

    Raises:
        HandsError: when a file is missing or not what it should be.
    """
    return _load(*_key(folder))[0]


def records(folder: Path | str | None = None) -> dict[str, tuple[Record, ...]]:
    """How the pictures of each split were made, in their order.

    Raises:
        HandsError: when a file is missing or not what it should be.
    """
    return _load(*_key(folder))[1]


def card(folder: Path | str | None = None) -> str:
    """The data card, in Markdown: how the set was made, what is in it, and what it is good for.

    Raises:
        HandsError: when it cannot be read.
    """
    path = _folder(folder) / CARD
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise HandsError(
            f"The rendered hands should have a card in {path}, but it cannot be read."
        ) from error


def _folder(folder: Path | str | None) -> Path:
    return Path(folder) if folder is not None else FOLDER


def _key(folder: Path | str | None) -> tuple[Path, tuple[tuple[int, int], ...]]:
    """The folder and the stamps of its files, so that changed files are read again."""
    root, stamps = _folder(folder), []
    for name in (*MOSAICS.values(), TABLE):
        try:
            found = (root / name).stat()
        except OSError as error:
            wanted = f"{', '.join(MOSAICS.values())} and {TABLE}"
            raise HandsError(
                f"The rendered hands should be in {root} as {wanted}, but {name} is not there."
            ) from error
        stamps.append((found.st_mtime_ns, found.st_size))
    return root, tuple(stamps)


@lru_cache(maxsize=1)
def _load(root: Path, stamps: tuple[tuple[int, int], ...]) -> tuple[HandSigns, dict[str, tuple[Record, ...]]]:
    told = _read_table(root / TABLE)
    arrays = []
    for split, name in MOSAICS.items():
        arrays.append(_read_mosaic(root / name, len(told[split])))
        arrays.append(np.array([record.label for record in told[split]], np.int64))
    source = f"{MOSAICS['train']}, {MOSAICS['test']} and {TABLE}"
    train_x, train_y, test_x, test_y = arrays
    return HandSigns("rendered", TITLE, train_x, train_y, test_x, test_y, CLASSES, True, source), told


def _read_table(path: Path) -> dict[str, tuple[Record, ...]]:
    """The rows of the table by split, each split in the order of its pictures."""
    told: dict[str, list[Record]] = {split: [] for split in MOSAICS}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                raise HandsError(
                    f"{path.name} should have the columns {', '.join(COLUMNS)}, "
                    f"but {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing."
                )
            for number, row in enumerate(rows, start=2):
                record = _record(row, f"{path.name}, line {number},")
                if record.index != len(told[record.split]) or record.index >= MAX_PICTURES:
                    raise HandsError(
                        f"{path.name}, line {number}, should tell of picture {len(told[record.split])} of "
                        f"{record.split}, but {record.index} came."
                    )
                told[record.split].append(record)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise HandsError(f"{path.name} should be a table (CSV), but it cannot be read.") from error
    empty = [split for split, kept in told.items() if not kept]
    if empty:
        raise HandsError(f"{path.name} should tell of pictures of {empty[0]}, but it tells of none.")
    return {split: tuple(kept) for split, kept in told.items()}


def _record(row: Mapping[str | None, str | list[str] | None], place: str) -> Record:
    cells = {str(name): value for name, value in row.items() if isinstance(value, str)}
    if len(cells) < len(row):
        raise HandsError(
            f"{place} should have {len(row)} cells like the first line, but another number came."
        )
    split, index, label, side, pose, seed = (cells.pop(name) for name in COLUMNS)
    good = split in MOSAICS and index.isdecimal() and len(index) <= 6 and label in CLASSES
    if not good:
        raise HandsError(
            f"{place} should have a split ({' or '.join(MOSAICS)}), an index and a label from 0 to 5, "
            f"but {split[:20]!r}, {index[:20]!r} and {label[:20]!r} came."
        )
    return Record(split, int(index), CLASSES.index(label), side, pose, seed, cells)


def _read_mosaic(path: Path, count: int) -> np.ndarray:
    """The first `count` tiles of a mosaic, uint8 (count, 64, 64, 3)."""
    rows = -(-count // ACROSS)
    wanted = (ACROSS * SIZE, rows * SIZE)
    try:
        with Image.open(path) as image:
            if image.format != "JPEG" or image.mode != "RGB" or image.size != wanted:
                came = f"{image.format} {image.mode} of {image.width}x{image.height}"
                raise HandsError(
                    f"{path.name} should be a colour JPEG of {wanted[0]}x{wanted[1]} pixels for "
                    f"{count:,} pictures, but {came} came."
                )
            pixels = np.asarray(image)
    except (OSError, Image.DecompressionBombError) as error:
        raise HandsError(f"{path.name} should be a whole JPEG, but it cannot be read.") from error
    tiles = pixels.reshape(rows, SIZE, ACROSS, SIZE, 3).swapaxes(1, 2)
    return tiles.reshape(-1, SIZE, SIZE, 3)[:count].copy()
