"""What is installed is pinned exactly, and the same for the app and its tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PIN = re.compile(r"(?P<name>[a-z0-9.-]+)==(?P<version>[0-9][0-9a-z.]*)(?P<marker> ; .+)?")


def pins(name: str) -> set[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return {line for line in lines if not line.lstrip().startswith("#")}


def direct(name: str) -> set[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return {re.split(r"[;<>=\[ ]", line)[0] for line in lines if line and not line.startswith(("-", "#"))}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_every_line_is_an_exact_pin(name: str) -> None:
    assert pins(name)
    assert [line for line in pins(name) if not PIN.fullmatch(line)] == []


def test_the_tests_run_on_what_the_app_runs_on() -> None:
    assert pins("requirements.txt") < pins("requirements-test.txt")


@pytest.mark.parametrize("name", ["requirements", "requirements-test"])
def test_every_direct_requirement_is_pinned(name: str) -> None:
    pinned = {line.split("==")[0] for line in pins(f"{name}.txt")}
    assert direct(f"{name}.in") <= pinned
