"""The runs that ship with lessons: what stands in them, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from resnet_core.places import ASSETS
from resnet_core.probes.lesson_runs import lesson_runs, read_lesson, write_ways
from resnet_core.probes.two_ways import BothWays, Right
from resnet_core.training.checkpoint import checkpoints
from resnet_core.training.recording import RecordingError
from tests import recordings
from tools.record_lessons import LESSONS

WAYS = {12: BothWays(Right(90, 20, 120), Right(80, 20, 120), (0, 0, 120, 0, 0, 0), 30)}


def test_what_ships_is_what_the_tool_makes_and_is_small() -> None:
    shipped = {one.recording.run.id: one for one in lesson_runs()}
    assert shipped.keys() == LESSONS.keys()
    for name, one in shipped.items():
        assert one.recording.run.settings == LESSONS[name].settings
        assert len(one.ways) == 10
    assert [one.step for one in checkpoints(shipped["notebook-rendered"].recording.folder)] == [340]
    assert not checkpoints(shipped["notebook-signs"].recording.folder), "SIGNS has no licence"
    assert sum(path.stat().st_size for path in (ASSETS / "lessons").rglob("*.*")) < 3_000_000


def test_the_lesson_is_what_the_page_says() -> None:
    """The weights have learned, and with their moving averages they guess."""
    signs = next(one for one in lesson_runs() if one.recording.run.id == "notebook-signs")
    found = signs.ways[204]
    assert found.test.batch / found.test.count > 0.7
    assert found.test.moving / found.test.count < 0.2


def test_ways_are_read_as_they_were_written(tmp_path: Path) -> None:
    folder = recordings.write(tmp_path)
    write_ways(folder, WAYS)
    found = read_lesson(folder)
    assert found.ways == WAYS
    assert found.recording.run.title == "Ours, as shipped"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "should be JSON"),
        ('{"epochs": 3}', "cannot be used"),
        (json.dumps({"epochs": [{"step": 1, "training": {"batch": 9, "moving": 1, "count": 5},
                                 "test": {"batch": 1, "moving": 1, "count": 5}, "answers": [5],
                                 "batch_size": 5}]}), "more right answers than pictures"),
    ],
)  # fmt: skip
def test_what_nobody_could_have_measured_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    folder = recordings.write(tmp_path)
    (folder / "ways.json").write_text(text)
    with pytest.raises(RecordingError, match=sentence):
        read_lesson(folder)
