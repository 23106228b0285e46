"""The tool that records the races that ship: curves and gradients of both runs, and no weights."""

from __future__ import annotations

from pathlib import Path

import pytest

from resnet_core.places import races_folder
from resnet_core.training.race import Race
from resnet_core.training.race_recording import read_race, recorded_races
from tools.record_races import RACES, recorded


def test_a_race_is_trained_and_recorded(
    tmp_path: Path, tiny_signs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
    race = Race(depth=8, data="signs", epochs=1, learning_rate=0.002, width=0.25, side=16)
    made = recorded("tiny", race, tmp_path, pictures=96)
    files = sorted(path.relative_to(tmp_path / "tiny") for path in (tmp_path / "tiny").rglob("*.*"))
    assert [str(path) for path in files] == [
        "plain/gradients.npy", "plain/run.json", "residual/gradients.npy", "residual/run.json",
    ]  # fmt: skip
    again = read_race(tmp_path / "tiny")
    assert again.race == race == made.race
    assert [len(side.norms) for side in again.sides] == [3, 3]
    assert all(side.run.card["versions"]["keras"] for side in again.sides)


def test_those_that_ship_are_those_of_the_tool_and_are_small() -> None:
    shipped = {one.name: one for one in recorded_races()}
    assert {"20-he", "56-he"} <= shipped.keys() <= RACES.keys()
    for name, one in shipped.items():
        assert one.race == RACES[name]
        assert one.race.data == "rendered"
        assert one.day
    assert sum(path.stat().st_size for path in races_folder().rglob("*.*")) < 5_000_000
