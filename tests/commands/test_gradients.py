"""``gradients`` prints the numbers that the probe measures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from resnet_core.commands.main import main
from resnet_core.hands.signs import load_signs
from resnet_core.probes.gradient_setting import Setting
from resnet_core.probes.gradients import profile

SMALL = ("--depth", "8", "--width", "0.5", "--pictures", "4", "--side", "16", "--init", "he", "--json")
PAIR = ("--pair", "plain,own", "--block", "8x8x4 | 3x3,4 | id", "--seeds", "2", "--seed", "5")


def test_gradients_are_those_that_the_probe_measures(
    tiny_signs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
    done = CliRunner().invoke(main, ["gradients", "--data", "signs", *PAIR, *SMALL])
    assert done.exit_code == 0, done.output
    plain, own = json.loads(done.stdout)["networks"]
    assert [one["kind"] for one in (plain, own)] == ["plain", "own"]
    assert [one["setting"]["seed"] for one in plain["profiles"]] == [5, 6]
    hands = load_signs(tiny_signs_folder)
    setting = Setting("plain", 8, False, "he_normal", width=0.5, seed=6, pictures=4, side=16)
    again = profile(setting, hands.test_x, hands.test_y)
    assert plain["profiles"][1]["gradients"] == pytest.approx(again.gradients)
    assert plain["medians"]["loss"] == pytest.approx(np.median([one["loss"] for one in plain["profiles"]]))


def test_a_depth_that_is_none_is_refused_in_a_sentence() -> None:
    wrong = CliRunner().invoke(main, ["gradients", "--depth", "57"])
    assert wrong.exit_code == 1
    assert wrong.stdout == ""
    assert "6n+2" in wrong.stderr
