"""Recorded runs: runs that ship with the app, each a folder with `run.json` and, of some, a few checkpoints.

The weights are those of the run in half precision; of the metrics of steps every k-th is kept. A recording
without weights can be watched and compared, and not asked. What is in the folder is checked as if a stranger
had written it.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import re
from pathlib import Path
from typing import Any

import numpy as np

from resnet_core import places
from resnet_core.training.checkpoint import Checkpoint, checkpoints
from resnet_core.training.evaluation import Evaluation
from resnet_core.training.records import DONE, EpochRecord, Run, Steps
from resnet_core.training.reliance import Reliance
from resnet_core.training.settings import RunSettings
from resnet_core.training.strict import read_as, read_json

#: Bytes of the description, and of all the weights of a recording.
MOST_JSON, MOST_WEIGHTS = 200_000, 15_000_000
#: Of the way in which they are written.
FORMAT = 1
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class RecordingError(ValueError):
    """A recorded run that cannot be used; the message is a sentence with what was expected and what came."""


@dataclasses.dataclass(frozen=True)
class Recording:
    """A run that ships.

    Attributes:
        run: as it ended; its id is the name of the folder.
        steps: the metrics of every k-th step, with the first and the last.
        epochs: the metrics of every epoch.
        folder: of its checkpoints, of which there need not be any.
    """

    run: Run
    steps: Steps
    epochs: tuple[EpochRecord, ...]
    folder: Path

    @property
    def weights(self) -> Path | None:
        """The file with its last weights; None where it was recorded without them."""
        kept = checkpoints(self.folder)
        return kept[-1].path if kept else None


@dataclasses.dataclass(frozen=True)
class Columns:
    """The fields of `Steps`, as JSON has them."""

    step: tuple[int, ...]
    epoch: tuple[int, ...]
    seconds: tuple[float, ...]
    loss: tuple[float, ...]
    accuracy: tuple[float, ...]
    learning_rate: tuple[float, ...]


@dataclasses.dataclass(frozen=True)
class Description:
    """What stands in `run.json`."""

    format: int
    title: str
    settings: dict[str, Any]
    created: float
    seconds: float
    step: int
    steps: int
    epoch: int
    card: dict[str, Any]
    evaluation: Evaluation | None
    step_metrics: Columns
    epoch_metrics: tuple[EpochRecord, ...]


def shipped() -> tuple[Recording, ...]:
    """The recordings in `places.recordings_folder()`, those with weights first; none without such a folder.

    Each is read again only when its description has changed.

    Raises:
        RecordingError: when one of them cannot be used.
    """
    found = sorted(places.recordings_folder().glob("*/run.json"))
    recordings = [_kept(path.parent, path.stat().st_mtime_ns) for path in found]
    return tuple(sorted(recordings, key=lambda one: one.weights is None))


@functools.lru_cache(maxsize=16)
def _kept(folder: Path, changed: int) -> Recording:
    return read_recording(folder)


def read_recording(folder: Path) -> Recording:
    """Read the recording in a folder; its weights are read, and checked, when they are used.

    Args:
        folder: with `run.json`.

    Raises:
        RecordingError: when it is not one that `recorder.write_recording` could have made.
    """
    name = f"The recorded run {folder.name[:40]!r}"
    try:
        if not _NAME.fullmatch(folder.name):
            raise ValueError("its folder should be called by small letters, digits and hyphens.")
        with (folder / "run.json").open("rb") as file:
            said = read_json(file.read(MOST_JSON + 1), "run.json", MOST_JSON)
        _check_weights(checkpoints(folder))
        return _recording(folder, read_as(Description, said, "run.json"))
    except (ValueError, OSError) as problem:
        raise RecordingError(f"{name} cannot be used: {problem}") from problem


def _recording(folder: Path, said: Description) -> Recording:
    if said.format != FORMAT:
        raise ValueError(f"format should be {FORMAT}, but {said.format} came.")
    settings = RunSettings.from_dict(said.settings)
    settings.spec()
    _check_card(said.card)
    _check_progress(said)
    columns = [np.array(column) for column in dataclasses.astuple(said.step_metrics)]
    run = Run(
        id=folder.name, title=said.title, settings=settings, status=DONE, reason="", created=said.created,
        seconds=said.seconds, step=said.step, steps=said.steps, epoch=said.epoch, card=said.card,
        evaluation=said.evaluation, pace=None, recorded=_day(said.created),
    )  # fmt: skip
    step, epoch = (column.astype(np.int64) for column in columns[:2])
    others = (column.astype(np.float64) for column in columns[2:])
    return Recording(run, Steps(step, epoch, *others), said.epoch_metrics, folder)


def _day(seconds: float) -> str:
    if not 0 <= seconds < 1e11:
        raise ValueError(f"created should be seconds since 1970, but {seconds:g} came.")
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).date().isoformat()


def _check_progress(said: Description) -> None:
    lengths = {len(column) for column in dataclasses.astuple(said.step_metrics)}
    if len(lengths) != 1:
        raise ValueError("the columns of step_metrics should have one length, but they have several.")
    for what, numbers in (
        ("steps", said.step_metrics.step),
        ("epochs", tuple(record.epoch for record in said.epoch_metrics)),
    ):
        if any(b <= a for a, b in zip((0, *numbers), numbers, strict=False)):
            raise ValueError(f"the {what} should be counted upwards from 1, but they are not.")
    if not 1 <= said.epoch <= said.step <= said.steps or said.seconds < 0:
        raise ValueError("its epochs, steps and seconds do not belong together.")


def _check_card(card: dict[str, Any]) -> None:
    """Pages show what is in a card: its texts must be texts, and its counts numbers."""
    data = card.get("data")
    if not isinstance(data, dict) or not all(isinstance(data.get(key), str) for key in ("name", "digest")):
        raise ValueError("card.data should name its data and their digest, but it does not.")
    counts = [data.get(key) for key in ("training", "validation", "test")]
    if not all(type(count) is int and 0 <= count < 10**9 for count in counts):
        raise ValueError("card.data should count training, validation and test, but it does not.")
    if "calibration" in card:
        read_as(Reliance, card["calibration"], "card.calibration")
    for part in ("versions", "machine", "network"):
        values = card.get(part, {})
        if not isinstance(values, dict) or any(isinstance(one, (dict, list)) for one in values.values()):
            raise ValueError(f"card.{part} should be plain values by name, but other values came.")


def _check_weights(kept: list[Checkpoint]) -> None:
    total = sum(each.path.stat().st_size for each in kept)
    if total > MOST_WEIGHTS:
        raise ValueError(f"its weights should have at most {MOST_WEIGHTS:,} bytes, but they have {total:,}.")
