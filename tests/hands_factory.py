"""Small made-up hand signs in the layout of the course's files, for machines without the photographs."""

from __future__ import annotations

import io
from pathlib import Path

import h5py
import numpy as np

CLASSES = 6


def pictures(labels: np.ndarray, seed: int) -> np.ndarray:
    """One picture a label, uint8 (N, 64, 64, 3): noise, and a bright bar whose place tells the label."""
    generator = np.random.default_rng(seed)
    made = generator.integers(0, 60, (len(labels), 64, 64, 3), dtype=np.uint8)
    for picture, label in zip(made, labels, strict=True):
        top = 4 + 10 * int(label)
        picture[top : top + 8, 8:56, int(label) % 3] += np.uint8(160)
    return made


def split(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """`count` pictures and their labels, the classes as even as they can be, in an order from `seed`."""
    labels = np.arange(count, dtype=np.int64) % CLASSES
    np.random.default_rng(seed).shuffle(labels)
    return pictures(labels, seed + 1), labels


def h5_bytes(arrays: dict[str, np.ndarray], **options: object) -> bytes:
    """An HDF5 file with `arrays`; `options` go to h5py for every array of more than 100 values."""
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        for key, values in arrays.items():
            file.create_dataset(key, data=values, **(options if np.size(values) > 100 else {}))
    return stream.getvalue()


def signs_arrays(name: str = "train", count: int = 12, seed: int = 0) -> dict[str, np.ndarray]:
    """The arrays of one file of the course: {name}_set_x, {name}_set_y, list_classes."""
    x, y = split(count, seed)
    return {f"{name}_set_x": x, f"{name}_set_y": y, "list_classes": np.arange(CLASSES)}


def write_signs(folder: Path, train: int = 96, test: int = 24) -> Path:
    """Write train_signs.h5 and test_signs.h5 with made-up pictures; returns `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "train_signs.h5").write_bytes(h5_bytes(signs_arrays("train", train, seed=1)))
    (folder / "test_signs.h5").write_bytes(h5_bytes(signs_arrays("test", test, seed=7)))
    return folder
