"""Races that ship: two recorded runs each, with how large their gradients were, and without their weights.

A race is a folder with one folder for each kind of network, `plain` and `residual` say. In each are
`run.json`, as for every recorded run, and `gradients.npy`, 32-bit floats (kept steps, layers). The kept steps
are those that the settings name: the first, and every k-th from there. All of it is checked as if a stranger
had written it.
"""

from __future__ import annotations

import functools
import io
import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resnet_core import places
from resnet_core.network.depth import weight_layers
from resnet_core.training.gradient_norms import GradientNorms
from resnet_core.training.race import KINDS, Race, Side, race_of
from resnet_core.training.recorder import description
from resnet_core.training.recording import RecordingError, read_recording

RUN, GRADIENTS = "run.json", "gradients.npy"
#: Bytes of the gradients of one run.
MOST_BYTES = 1_000_000
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, eq=False)
class RecordedRace:
    """A race that ships.

    Attributes:
        name: of its folder, which addresses know it by.
        race: what it was trained with.
        sides: the two runs.
    """

    name: str
    race: Race
    sides: tuple[Side, Side]

    @property
    def day(self) -> str:
        """When it was recorded: ``2026-11-25``."""
        return self.sides[0].run.recorded


def recorded_races() -> tuple[RecordedRace, ...]:
    """The races in `places.races_folder()`, by name; none where there is no such folder.

    Each is read again only when its descriptions have changed.

    Raises:
        RecordingError: when one of them cannot be used.
    """
    folders = sorted({path.parent.parent for path in places.races_folder().glob(f"*/*/{RUN}")})
    return tuple(_kept(each, _stamps(each)) for each in folders)


def _stamps(folder: Path) -> tuple[int, ...]:
    return tuple(path.stat().st_mtime_ns for path in sorted(folder.glob("*/*")))


@functools.lru_cache(maxsize=16)
def _kept(folder: Path, stamps: tuple[int, ...]) -> RecordedRace:
    return read_race(folder)


def read_race(folder: Path) -> RecordedRace:
    """Read the race in a folder.

    Raises:
        RecordingError: when it is not one that `write_race` could have made.
    """
    name = f"The recorded race {folder.name[:40]!r}"
    try:
        if not _NAME.fullmatch(folder.name):
            raise ValueError("its folder should be called by small letters, digits and hyphens.")
        kinds = [kind for kind in KINDS if (folder / kind / RUN).is_file()]
        if len(kinds) != 2:
            raise ValueError(f"it should have two of {', '.join(KINDS)}, but {len(kinds)} came.")
        one, other = (_side(folder / kind, kind) for kind in kinds)
        race = race_of(one.run.settings, other.run.settings)
        if one.run.card["data"]["digest"] != other.run.card["data"]["digest"]:
            raise ValueError("both runs should have the same pictures, but they do not.")
        return RecordedRace(folder.name, race, (one, other))
    except (ValueError, OSError) as problem:
        raise RecordingError(f"{name} cannot be used: {problem}") from problem


def _side(folder: Path, kind: str) -> Side:
    read = read_recording(folder)
    layers = weight_layers(read.run.settings.spec())
    every = read.run.settings.gradients_every
    if not every:
        raise ValueError("its settings should say which gradients were kept, but they keep none.")
    step = np.arange(1, read.run.step + 1, every)
    table = _table(folder / GRADIENTS, (len(step), len(layers)))
    return Side(kind, read.run, read.steps, read.epochs, GradientNorms(layers, step, table))


def _table(path: Path, shape: tuple[int, int]) -> NDArray[np.float32]:
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValueError(f"{path.name} should have at most {MOST_BYTES:,} bytes, but it has more.")
    table = np.load(io.BytesIO(content), allow_pickle=False)
    if not isinstance(table, np.ndarray) or table.dtype != np.dtype("<f4") or table.shape != shape:
        raise ValueError(f"{path.name} should be 32-bit floats of shape {shape}, but something else came.")
    if not (table >= 0).all():
        raise ValueError(f"{path.name} should have no negative norms, but it has.")
    return table.astype(np.float32)


def write_race(folder: Path, sides: tuple[Side, Side]) -> RecordedRace:
    """Record a race of which both runs are done, and read it again.

    Args:
        folder: to write to; it is made when missing, and its name is that of the race.
        sides: what is known of the two runs, all their steps and all their kept norms.

    Raises:
        RecordingError: when a run is not done, or what would be written could not be read.
    """
    for side in sides:
        text = description(side.run, side.steps, side.epochs, None)
        every = side.run.settings.gradients_every
        if len(side.norms) != math.ceil(side.run.step / max(1, every)):
            raise RecordingError("The norms of the gradient should be there for every k-th step.")
        into = folder / side.kind
        into.mkdir(parents=True, exist_ok=True)
        written = io.BytesIO()
        np.save(written, side.norms.norms.astype("<f4"), allow_pickle=False)
        places.write_beside(into / RUN, text)
        places.write_beside(into / GRADIENTS, written.getvalue())
    return read_race(folder)
