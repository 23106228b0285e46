"""Large sets of rendered pictures: what is to be drawn, and the file that grows while it is.

The file holds `x` (N, 64, 64, 3) uint8, `y` (N,) int64 with -1 for no sign, and `record` (N,) JSON text. A
picture depends on the set's seed and its own number alone, so a set can be gone on with, and made longer, at
any time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from PIL import Image

LABELS = 6
PER_SET = 1_000_000
"""Seeds that each set has to itself."""

NO_SIGNS = ("other", "room", "two hands", "other", "room")
"""What is drawn in turn where no sign is."""


@dataclass(frozen=True)
class Job:
    """One picture to be drawn: the arguments of `draw.picture`."""

    seed: int
    kind: str
    label: int | None


@dataclass(frozen=True)
class Drawn:
    """One picture drawn: (64, 64, 3) uint8, its label (-1 for no sign), and how it was made."""

    pixels: np.ndarray
    label: int
    record: dict[str, Any]


def job(index: int, seed: int, no_sign_share: float) -> Job:
    """Returns what picture `index` of a set is to be: labels in turn, what is no sign spread evenly.

    Args:
        index: from 0, below `PER_SET`.
        seed: of the set.
        no_sign_share: of the pictures, 0 to 1.

    Raises:
        ValueError: Saying what was expected and what came.
    """
    if not 0 <= no_sign_share <= 1:
        raise ValueError(f"The share without a sign should be 0 to 1, but {no_sign_share} came.")
    if not 0 <= index < PER_SET or seed < 0:
        raise ValueError(f"Expected a number below {PER_SET} and a seed of 0 or more; {index}, {seed} came.")
    before, after = int(index * no_sign_share + 1e-9), int((index + 1) * no_sign_share + 1e-9)
    own = seed * PER_SET + index
    if after > before:
        return Job(own, NO_SIGNS[before % len(NO_SIGNS)], None)
    return Job(own, "sign", (index - before) % LABELS)


def prepare(path: Path, seed: int, no_sign_share: float) -> int:
    """Makes the file of a set, or opens it to be gone on with.

    Returns:
        How many pictures it holds already.

    Raises:
        ValueError: The file is another set's.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with h5py.File(path, "w") as file:
            file.attrs["seed"], file.attrs["no_sign_share"] = seed, no_sign_share
            file.create_dataset(
                "x", (0, 64, 64, 3), np.uint8, maxshape=(None, 64, 64, 3), chunks=(32, 64, 64, 3)
            )
            file.create_dataset("y", (0,), np.int64, maxshape=(None,), chunks=(1024,))
            file.create_dataset("record", (0,), h5py.string_dtype(), maxshape=(None,), chunks=(64,))
    with h5py.File(path, "r") as file:
        own = (int(file.attrs["seed"]), float(file.attrs["no_sign_share"]))
        if own != (seed, no_sign_share):
            raise ValueError(
                f"{path.name} should be a set of seed {seed} with a share of {no_sign_share} without a sign, "
                f"but has seed {own[0]} and a share of {own[1]}."
            )
        return min(len(file[name]) for name in ("x", "y", "record"))


def append(path: Path, start: int, drawn: Sequence[Drawn]) -> None:
    """Writes pictures from number `start` on, in place of what an interruption left half written."""
    end = start + len(drawn)
    with h5py.File(path, "r+") as file:
        for name in ("x", "y", "record"):
            file[name].resize(end, axis=0)
        file["x"][start:end] = np.stack([one.pixels for one in drawn])
        file["y"][start:end] = [one.label for one in drawn]
        file["record"][start:end] = [json.dumps(one.record) for one in drawn]


def read(path: Path, index: int) -> tuple[Drawn, Job]:
    """Returns a picture of a set and the job of which it was made.

    Raises:
        ValueError: The set has no such picture.
    """
    with h5py.File(path, "r") as file:
        if not 0 <= index < len(file["x"]):
            raise ValueError(f"The number should be 0 to {len(file['x']) - 1}, but {index} came.")
        record = json.loads(file["record"].asstr()[index])
        label = int(file["y"][index])
        pixels = file["x"][index]
    kind = str(record["kind"])
    return Drawn(pixels, label, record), Job(int(record["seed"]), kind, label if kind == "sign" else None)


def sheet(path: Path, across: int = 16, rows: int = 3, scale: int = 2) -> Image.Image:
    """Makes a contact sheet of the newest pictures: `rows` rows of each label in order, no sign last."""
    with h5py.File(path, "r") as file:
        labels = file["y"][...]
        lines = []
        for label in (*range(LABELS), -1):
            own = np.flatnonzero(labels == label)[-across * rows :]
            tiles = np.full((across * rows, 64, 64, 3), 255, np.uint8)
            tiles[: len(own)] = file["x"][own] if len(own) else 255
            lines.append(tiles.reshape(rows, across, 64, 64, 3).swapaxes(1, 2).reshape(rows * 64, -1, 3))
    image = Image.fromarray(np.concatenate(lines))
    return image.resize((image.width * scale, image.height * scale), Image.Resampling.NEAREST)
