"""``race`` trains two runs that the page finds, and prints what they kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from resnet_core.commands.main import main
from resnet_core.figures.race_words import finish
from resnet_core.training.race import Race, found, side_of
from resnet_core.training.store import RunStore

SMALL = ("--depth", "8", "--width", "0.25", "--side", "16", "--epochs", "1", "--seed", "4")


def test_a_race_is_two_runs_of_the_store(
    tiny_signs_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
    monkeypatch.setenv("RESNET_RUNS_DIR", str(tmp_path))
    done = CliRunner().invoke(main, ["race", "--data", "signs", *SMALL, "--learning-rate", "0.002", "--json"])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    race = Race(depth=8, width=0.25, side=16, epochs=1, seed=4, data="signs", learning_rate=0.002)
    store = RunStore(tmp_path)
    runs = [found(store.runs(), settings) for settings in race.settings(96)]
    sides = [side_of(store, kind, run) for kind, run in zip(race.pair, runs, strict=True) if run]
    assert said["runs"] == [side.run.id for side in sides]
    _, pair = finish(sides)  # type: ignore[misc]
    assert [each["loss"] for each in said["networks"]] == [one.loss for one in pair]
    assert said["gradients"][1]["norms"] == sides[1].norms.norms.tolist()


def test_nonsense_is_refused_in_a_sentence() -> None:
    for wrong in (("--pair", "plain,plain,residual"), ("--depth", "9")):
        refused = CliRunner().invoke(main, ["race", *wrong])
        assert refused.exit_code == 1
        assert refused.stdout == ""
        assert refused.stderr.count("\n") == 1
