"""Making the environment: once, whole or not at all, and each reason for not making it in a sentence."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.conftest import Checkout, is_one_sentence
from tools import installation
from tools.installation import Environment, Trouble, check_space, version_of

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def environment(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> Environment:
    monkeypatch.setenv("PATH", str(checkout.bin))
    checkout.python()
    checkout.uv()
    return Environment(checkout.folder)


def sentence_of(environment: Environment) -> str:
    with pytest.raises(Trouble) as trouble:
        environment.ensure("requirements.txt")
    assert is_one_sentence(f"{trouble.value}\n")
    return str(trouble.value)


def test_installs_with_uv_and_compiled_bytecode(environment: Environment, checkout: Checkout) -> None:
    environment.ensure("requirements.txt")
    (call,) = checkout.calls()
    assert call.startswith("uv pip install ")
    assert f"--python {environment.python} " in call
    assert "--compile-bytecode" in call
    assert call.endswith(f"-r {checkout.folder / 'requirements.txt'}")


def test_installs_nothing_a_second_time(environment: Environment, checkout: Checkout) -> None:
    environment.ensure("requirements.txt")
    environment.ensure("requirements.txt")
    assert len(checkout.calls()) == 1


def test_tests_need_only_what_the_app_did_not(environment: Environment, checkout: Checkout) -> None:
    environment.ensure("requirements.txt")
    environment.ensure("requirements.txt", "requirements-test.txt")
    assert [Path(call.split()[-1]).name for call in checkout.calls()] == [
        "requirements.txt",
        "requirements-test.txt",
    ]


def test_installs_again_where_a_pin_changed(environment: Environment, checkout: Checkout) -> None:
    environment.ensure("requirements.txt")
    (checkout.folder / "requirements.txt").write_text("numpy==2.5.5\n", encoding="utf-8")
    environment.ensure("requirements.txt")
    assert len(checkout.calls()) == 2


def test_makes_the_environment_anew_for_a_python_that_cannot_run_the_app(
    environment: Environment, checkout: Checkout
) -> None:
    environment.ensure("requirements.txt")
    inside = Path(environment.python)
    inside.write_text(inside.read_text(encoding="utf-8").replace("3 11 7", "3 9 18"), encoding="utf-8")
    environment.ensure("requirements.txt")
    assert version_of(environment.python) == (3, 11, 7)
    assert len(checkout.calls()) == 2


def test_repairs_an_installation_that_was_cut_off(environment: Environment, checkout: Checkout) -> None:
    checkout.uv(rest='touch "$(dirname "$0")/half-a-package"; kill -9 $PPID')
    assert checkout.command("run", PORT="8501").returncode == -9
    half = environment.folder / "bin" / "half-a-package"
    assert half.exists()
    checkout.uv()
    environment.ensure("requirements.txt")
    assert not half.exists()
    environment.ensure("requirements.txt")
    assert len(checkout.calls()) == 2


def test_a_first_step_that_was_cut_off_is_repaired_too(environment: Environment) -> None:
    environment.folder.mkdir()
    environment.ensure("requirements.txt")
    assert version_of(environment.python) == (3, 11, 7)


def test_takes_pip_where_uv_fails(environment: Environment, checkout: Checkout) -> None:
    checkout.uv(rest="echo no wheel for this machine; exit 1")
    environment.ensure("requirements.txt")
    assert checkout.calls()[-1].startswith("python -m pip install ")
    assert checkout.calls()[-1].endswith("requirements.txt")


def test_takes_pip_where_uv_is_not_to_be_had(environment: Environment, checkout: Checkout) -> None:
    checkout.python(venv='mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; touch "$3/bin/pip"')
    environment.ensure("requirements.txt")
    wanted, installed = checkout.calls()
    assert wanted.endswith(installation.UV)
    assert installed.endswith("requirements.txt")


def test_takes_the_first_python_that_can_run_the_app(environment: Environment, checkout: Checkout) -> None:
    checkout.python("3 14 0")
    checkout.python("3 9 18", name="python3.13")
    right = checkout.python("3 12 1", name="python3.12")
    checkout.python("3 11 7", name="python3.11")
    assert installation.find_python() == str(right)


def test_says_which_pythons_were_found(environment: Environment, checkout: Checkout) -> None:
    checkout.python("3 8 18")
    (checkout.bin / "python3.12").write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    (checkout.bin / "python3.12").chmod(0o755)
    sentence = sentence_of(environment)
    assert "python3 is 3.8.18" in sentence
    assert "python3.12 is" not in sentence
    assert "Python 3.10, 3.11, 3.12 or 3.13" in sentence
    assert not environment.folder.exists()


def test_says_that_there_is_no_python(environment: Environment, checkout: Checkout) -> None:
    (checkout.bin / "python3").unlink()
    assert "there is no Python 3" in sentence_of(environment)


def test_says_that_the_disk_is_too_small(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, checkout: Checkout
) -> None:
    monkeypatch.setattr(installation.shutil, "disk_usage", lambda path: Usage(9e9, 8e9, 1.04e9))
    sentence = sentence_of(environment)
    assert "about 3 GB" in sentence
    assert "1.0 GB free" in sentence
    assert checkout.calls() == []


def test_measures_the_real_disk(tmp_path: Path) -> None:
    check_space(tmp_path, needed=1)
    with pytest.raises(Trouble, match="GB free"):
        check_space(tmp_path, needed=10**18)


def test_says_that_the_disk_became_full(environment: Environment, checkout: Checkout) -> None:
    checkout.uv(rest="echo 'error: failed to copy: No space left on device (os error 28)'; exit 2")
    assert "disk is full" in sentence_of(environment)
    assert len(checkout.calls()) == 1, "pip would only have met the same disk"


def test_says_what_an_installer_said_last(environment: Environment, checkout: Checkout) -> None:
    checkout.python(rest="echo; echo 'ERROR: no matching wheel'; exit 1")
    checkout.uv(rest="exit 1")
    sentence = sentence_of(environment)
    assert "(ERROR: no matching wheel)" in sentence
    assert "ERROR: no matching wheel" in environment.log.read_text(encoding="utf-8")


def test_says_which_debian_package_is_missing(environment: Environment, checkout: Checkout) -> None:
    checkout.python(venv="echo 'not created successfully because ensurepip is not'; echo available; exit 1")
    assert "sudo apt-get install python3.11-venv" in sentence_of(environment)


def test_uv_on_the_path_stands_in_for_ensurepip(environment: Environment, checkout: Checkout) -> None:
    base = checkout.python(venv="echo 'ensurepip is not available'; exit 1")
    making = f'if [ "$1" = venv ]; then mkdir -p "$6/bin"; cp {base} "$6/bin/python"; fi'
    checkout.uv(rest=making, name="uv")
    environment.ensure("requirements.txt")
    made, installed = checkout.calls()
    assert made.startswith("uv venv")
    assert installed.startswith("uv pip install")


def test_says_that_a_file_stands_in_the_way(environment: Environment) -> None:
    environment.folder.write_text("", encoding="utf-8")
    assert "cannot be written" in sentence_of(environment)


@pytest.fixture
def read_only_folder() -> Iterator[Path]:
    """A folder that this process may read but not write; where it is run by root, as nobody."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "requirements.txt").write_text("", encoding="utf-8")
        folder.chmod(0o555)
        was_root = os.geteuid() == 0
        if was_root:
            os.seteuid(65534)
        yield folder
        if was_root:
            os.seteuid(0)
        folder.chmod(0o755)


def test_says_that_the_folder_is_read_only(
    environment: Environment, read_only_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "find_python", lambda: sys.executable)
    assert "Permission denied" in sentence_of(Environment(read_only_folder))


@pytest.mark.slow
def test_says_that_the_index_cannot_be_reached(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        index = f"http://127.0.0.1:{closed.getsockname()[1]}/simple"
        os.symlink(sys.executable, checkout.bin / "python3")
        monkeypatch.setenv("PATH", str(checkout.bin))
        for name in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"):
            monkeypatch.setenv(name, index)
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
            monkeypatch.delenv(name, raising=False)
        assert "package index could not be reached" in sentence_of(Environment(checkout.folder))
