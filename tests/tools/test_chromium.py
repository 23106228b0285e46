"""Finding a browser, and the commands that install one, with a stand-in that notes them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.tools.conftest import write_script
from tools import chromium


class Machine:
    """Runs nothing but `--version`; a command may put a browser on the PATH, as an installer would."""

    def __init__(self, folder: Path, installs: str = "", refuses: Sequence[str] = ()) -> None:
        self.folder, self.installs, self.refuses = folder, installs, refuses
        self.commands: list[str] = []

    def __call__(self, command: Sequence[str]) -> tuple[bool, str]:
        if command[-1] == "--version":
            return chromium.succeeded(command)
        if command[-1] == chromium.PLAYWRIGHTS_OWN:
            return True, f"{self.folder / 'playwrights-own'}\n"
        text = " ".join(command)
        self.commands.append(text)
        if self.installs and self.installs in text:
            name = "playwrights-own" if "playwright" in text else "chromium"
            write_script(self.folder / name, "#!/bin/sh\n")
        return not any(word in text for word in self.refuses), ""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"PATH": str(tmp_path)}


@pytest.fixture
def debian(tmp_path: Path) -> None:
    write_script(tmp_path / "apt-get", "#!/bin/sh\n")


APT = "env DEBIAN_FRONTEND=noninteractive apt-get"
INSTALL = f"{APT} install -y --no-install-recommends chromium fonts-dejavu-core fonts-noto-color-emoji"


def test_finds_the_browser_that_is_named(tmp_path: Path, environ: dict[str, str]) -> None:
    write_script(tmp_path / "chromium", "#!/bin/sh\n")
    named = write_script(tmp_path / "my browser", "#!/bin/sh\n")
    assert chromium.find({**environ, "CHROMIUM": str(named)}) == str(named)
    assert chromium.find(environ) == str(tmp_path / "chromium")
    assert chromium.find({**environ, "CHROMIUM": str(tmp_path / "none")}) is None


def test_passes_over_a_notice_that_is_no_browser(tmp_path: Path, environ: dict[str, str]) -> None:
    write_script(tmp_path / "chromium-browser", "#!/bin/sh\necho install the snap\nexit 1\n")
    assert chromium.find(environ) is None
    chrome = write_script(tmp_path / "google-chrome", "#!/bin/sh\n")
    assert chromium.find(environ) == str(chrome)


def test_installs_nothing_where_a_browser_stands(tmp_path: Path, environ: dict[str, str]) -> None:
    write_script(tmp_path / "chromium", "#!/bin/sh\n")
    machine = Machine(tmp_path)
    assert chromium.obtain("python", environ, machine) == str(tmp_path / "chromium")
    assert machine.commands == []


@pytest.mark.usefixtures("debian")
@pytest.mark.parametrize(("user", "prefix"), [(0, ""), (1000, "sudo -n ")])
def test_installs_debians_package_where_it_may(
    tmp_path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, user: int, prefix: str
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    machine = Machine(tmp_path, installs=INSTALL)
    assert chromium.obtain("python", environ, machine) == str(tmp_path / "chromium")
    asked = [f"{prefix}true"] if user else []
    assert machine.commands == [*asked, f"{prefix}{APT} update", prefix + INSTALL]


@pytest.mark.usefixtures("debian")
def test_takes_playwrights_own_where_sudo_asks_for_a_password(
    tmp_path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    machine = Machine(tmp_path, installs="playwright install", refuses=["sudo"])
    assert chromium.obtain("python", environ, machine) == str(tmp_path / "playwrights-own")
    assert machine.commands == ["sudo -n true", "python -m playwright install chromium"]


@pytest.mark.usefixtures("debian")
def test_takes_playwrights_own_where_debian_has_none(
    tmp_path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    machine = Machine(tmp_path, installs="playwright install", refuses=["apt-get"])
    assert chromium.obtain("python", environ, machine) == str(tmp_path / "playwrights-own")


def test_none_where_none_can_be_had(tmp_path: Path, environ: dict[str, str]) -> None:
    machine = Machine(tmp_path, refuses=["playwright"])
    assert chromium.obtain("python", environ, machine) is None
    assert machine.commands == ["python -m playwright install chromium"]


def test_only_a_failure_is_heard(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    noisy = "#!/bin/sh\necho 'long story' >&2; echo '{0}' >&2; exit {0}\n"
    for status in (0, 7):
        script = write_script(tmp_path / f"noisy-{status}", noisy.format(status))
        assert chromium.succeeded([str(script)]) == (status == 0, "")
    assert capsys.readouterr().err == "7\n"


def test_a_command_that_does_not_exist_did_not_succeed(tmp_path: Path) -> None:
    assert chromium.succeeded([str(tmp_path / "none")]) == (False, "")
