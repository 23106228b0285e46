"""The ranges of learning rates that ship: what a page shows before anybody has looked for one here."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path

from resnet_core import places
from resnet_core.training.recording import Recording, RecordingError, read_recording
from resnet_core.training.settings import RunSettings
from resnet_core.ui.notices import problem
from resnet_core.ui.plain import plain


def recorded_range(settings: RunSettings) -> Recording | None:
    """The recording of a range with these settings, on whatever hands; None where none ships.

    Args:
        settings: of the range.
    """
    for folder in sorted(places.lessons_folder().glob("range-*")):
        found = _read(folder)
        same = found and replace(found.run.settings, data=settings.data, epochs=settings.epochs) == settings
        if same:
            return found
    return None


def _read(folder: Path) -> Recording | None:
    try:
        return _kept(folder, (folder / "run.json").stat().st_mtime_ns)
    except (RecordingError, OSError) as refusal:
        problem(plain(str(refusal)))
        return None


@functools.lru_cache(maxsize=8)
def _kept(folder: Path, changed: int) -> Recording:
    return read_recording(folder)
