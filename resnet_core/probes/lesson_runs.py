"""Runs that lessons are about and that ship: recordings, with what was measured of each of their epochs.

They are no networks to be asked: some are recorded because they fail. A recording is a folder as in
`training.recording`; beside it stands `ways.json`, and weights only where the set that it learned from ships.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Mapping
from pathlib import Path

from resnet_core import places
from resnet_core.places import write_beside
from resnet_core.probes.two_ways import BothWays, Right
from resnet_core.training.recording import Recording, RecordingError, read_recording
from resnet_core.training.strict import read_as, read_json

WAYS = "ways.json"
#: Bytes of what was measured.
MOST_BYTES = 50_000


@dataclasses.dataclass(frozen=True)
class Measured:
    """What `ways.json` says of the weights after a step."""

    step: int
    training: Right
    test: Right
    answers: tuple[int, ...]
    batch_size: int


@dataclasses.dataclass(frozen=True)
class _Ways:
    epochs: tuple[Measured, ...]


@dataclasses.dataclass(frozen=True, eq=False)
class LessonRun:
    """A run that ships with a lesson.

    Attributes:
        recording: the run.
        ways: what its weights got right in both ways, by the step of the checkpoint.
    """

    recording: Recording
    ways: Mapping[int, BothWays]


def lesson_runs() -> tuple[LessonRun, ...]:
    """The recordings in `places.lessons_folder()`, by name; each is read again only when it has changed.

    Raises:
        RecordingError: when one of them cannot be used.
    """
    found = sorted(places.lessons_folder().glob(f"*/{WAYS}"))
    return tuple(_kept(path.parent, path.stat().st_mtime_ns) for path in found)


@functools.lru_cache(maxsize=8)
def _kept(folder: Path, changed: int) -> LessonRun:
    return read_lesson(folder)


def read_lesson(folder: Path) -> LessonRun:
    """Read the recording of a lesson.

    Args:
        folder: with `run.json`, `ways.json` and perhaps weights.

    Raises:
        RecordingError: when it cannot be used.
    """
    recording = read_recording(folder)
    try:
        with (folder / WAYS).open("rb") as file:
            said = read_as(_Ways, read_json(file.read(MOST_BYTES + 1), WAYS, MOST_BYTES), WAYS)
    except (ValueError, OSError) as problem:
        raise RecordingError(f"The lesson {folder.name[:40]!r} cannot be used: {problem}") from problem
    ways = {one.step: BothWays(one.training, one.test, one.answers, one.batch_size) for one in said.epochs}
    for one in ways.values():
        for right in (one.training, one.test):
            if not (0 <= right.batch <= right.count and 0 <= right.moving <= right.count and right.count):
                raise RecordingError(
                    f"The lesson {folder.name[:40]!r} counts more right answers than pictures."
                )
    return LessonRun(recording, ways)


def write_ways(folder: Path, ways: Mapping[int, BothWays]) -> None:
    """Write what was measured beside a recording.

    Args:
        folder: of the recording.
        ways: by the step of the checkpoint.
    """
    epochs = [{"step": step, **dataclasses.asdict(one)} for step, one in sorted(ways.items())]
    write_beside(folder / WAYS, json.dumps({"epochs": epochs}, separators=(",", ":")).encode())
