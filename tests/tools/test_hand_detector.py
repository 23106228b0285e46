"""Fetching the networks that find hands: tried once, remembered, and never a reason to stop."""

from __future__ import annotations

import socket

import pytest

from tests.tools.conftest import Checkout
from tools import hand_detector
from tools.installation import Environment

FETCHING = "python -m resnet_core detector fetch"


@pytest.fixture
def environment(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> Environment:
    monkeypatch.setenv("PATH", str(checkout.bin))
    checkout.python()
    checkout.uv()
    made = Environment(checkout.folder)
    made.ensure("requirements.txt")
    return made


def failing(checkout: Checkout, environment: Environment) -> None:
    """Makes the environment's Python one that cannot fetch."""
    script = checkout.python(rest="echo 'The hand detector could not be fetched.' >&2; exit 1")
    (environment.folder / "bin" / "python").write_text(script.read_text(encoding="utf-8"), encoding="utf-8")


def test_it_is_fetched_once(checkout: Checkout, environment: Environment) -> None:
    assert [hand_detector.obtain(environment) for _ in range(3)] == [True] * 3
    assert checkout.calls().count(FETCHING) == 1


def test_a_failure_is_told_once_and_remembered(
    checkout: Checkout, environment: Environment, capfd: pytest.CaptureFixture[str]
) -> None:
    failing(checkout, environment)
    assert [hand_detector.obtain(environment) for _ in range(2)] == [False] * 2
    assert checkout.calls().count(FETCHING) == 1
    told = capfd.readouterr().err.splitlines()
    assert told[0] == "The hand detector could not be fetched."
    assert told[1].endswith(f"To try again: {environment.python} -m resnet_core detector fetch.")
    assert len(told) == 2


def test_it_is_tried_again_for_other_files(checkout: Checkout, environment: Environment) -> None:
    failing(checkout, environment)
    hand_detector.obtain(environment)
    what = checkout.folder / hand_detector.WHAT
    what.write_text(what.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    hand_detector.obtain(environment)
    assert checkout.calls().count(FETCHING) == 2


def test_the_app_starts_without_it(checkout: Checkout, environment: Environment) -> None:
    failing(checkout, environment)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    answer = checkout.command("run", PORT=port, CI="true")
    assert "python -m streamlit run app.py" in checkout.calls()[-1]
    assert "Everything works without finding hands" in answer.stderr
