"""The command that checks a lecturer's file of challenges."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from resnet_core.challenges.text import SHIPPED, load
from resnet_core.commands.main import main

FILE = """
[[challenge]]
name = "one"
title = "One"
task = "Do it."
start = "8x8x4 | relu | id"
conditions = [{ check = "fits" }]
solution = "8x8x4 | 1x1,5 | id"
after = "Done."
"""


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["challenges", *arguments])


def test_those_that_ship_are_listed_and_faultless() -> None:
    done = call("check", "--json")
    assert done.exit_code == 0
    names = [challenge.name for challenge in load(SHIPPED)]
    assert json.loads(done.stdout) == {"challenges": names, "faults": []}
    assert " 1. identity: Rebuild the identity block" in call("check").stdout


def test_what_can_be_read_and_not_be_solved_is_told(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(FILE, encoding="utf-8")
    done = call("check", str(file))
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "Challenge one: its start solves it already.",
        "Challenge one: its solution does not solve it. "
        "At the addition: the branch brings 8×8×5, the shortcut 8×8×4.",
    ]


def test_what_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    for content, said in (
        (FILE.replace("fits", "fit"), "condition 1: check is one of fits"),
        (None, "No such"),
    ):
        file = tmp_path / "mine.toml"
        file.unlink(missing_ok=True)
        if content:
            file.write_text(content, encoding="utf-8")
        done = call("check", str(file))
        assert done.exit_code == 1
        assert said in done.stderr
        assert len(done.stderr.splitlines()) == 1
