"""A made-up large set of rendered hands, as the renderer would write it, for tests that ship or read one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from tests.hands_factory import pictures
from tools.ship_rendered import read_large, ship

POSES = {
    0: ("o", "fist"),
    1: ("index",),
    2: ("open", "half-bent"),
    3: ("thumb",),
    4: ("apart",),
    5: ("apart",),
}


def record(label: int, number: int) -> dict[str, Any]:
    """What the renderer would say of picture `number`; sides and poses take turns."""
    poses = POSES.get(label, ("room",))
    return {
        "label": label,
        "side": ("left", "right")[number // 7 % 2],
        "pose": poses[number // 14 % len(poses)],
        "camera": {"distance": 0.25 + number / 1000, "turn": [1, -0.5]},
        "box": [4, 6, 60, 62],
        "seed": 1000 + number,
    }


def write_large(path: Path, count: int = 280) -> Path:
    """Writes `count` pictures, each seventh of which shows no sign; returns `path`."""
    labels = np.arange(count, dtype=np.int64) % 7 - 1
    records = [json.dumps(record(int(label), number)) for number, label in enumerate(labels)]
    with h5py.File(path, "w") as file:
        file["x"], file["y"] = pictures(labels, 5), labels
        file["record"] = np.array(records, h5py.string_dtype())
    return path


def write_rendered(folder: Path, training: int = 16, test: int = 4) -> Path:
    """Writes what ships, with so many made-up pictures of each sign; returns `folder`."""
    large = write_large(folder / "large.h5", 14 * (training + test))
    ship(read_large(large), folder, training, test)
    large.unlink()
    return folder
