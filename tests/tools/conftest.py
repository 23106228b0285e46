"""A checkout with a stand-in for Python and uv: shell scripts that note how they were called."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = """#!/bin/sh
here=$(dirname "$0")
case "$1 $2" in
  "-m venv") {venv} ;;
  "-m virtualenv") echo "No module named virtualenv"; exit 1 ;;
  "-c import sys"*) echo {version} ;;
  "-c "*) exit 1 ;;
  *) echo "python $*" >> "{calls}"; {rest} ;;
esac
"""
UV = """#!/bin/sh
echo "uv $*" >> "{calls}"
{rest}
"""
VENV_WITH_UV = 'mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; cp "{uv}" "$3/bin/uv"; touch "$3/bin/pip"'


def write_script(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


@dataclass(frozen=True)
class Checkout:
    """A copy of what `make` needs, and a PATH of its own with the stand-ins."""

    folder: Path
    bin: Path
    calls_file: Path

    def python(
        self, version: str = "3 11 7", venv: str = "", rest: str = "true", name: str = "python3"
    ) -> Path:
        """Puts a Python on the PATH: what it calls itself, how it makes a venv, how it runs a module."""
        make = venv or VENV_WITH_UV.format(uv=self.bin / "uv-inside")
        text = PYTHON.format(version=version, venv=make, calls=self.calls_file, rest=rest)
        return write_script(self.bin / name, text)

    def uv(self, rest: str = "true", name: str = "uv-inside") -> Path:
        """Makes the uv that a new venv gets; under the name `uv` it stands on the PATH instead."""
        return write_script(self.bin / name, UV.format(calls=self.calls_file, rest=rest))

    def calls(self) -> list[str]:
        """How the stand-ins were called so far, without the questions for their version."""
        return self.calls_file.read_text(encoding="utf-8").splitlines() if self.calls_file.exists() else []

    def variables(self, variables: Mapping[str, str]) -> dict[str, str]:
        return {"PATH": str(self.bin), "HOME": str(self.folder), **variables}

    def command(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs `tools.environment` in the checkout, with nothing but the stand-ins on the PATH."""
        return self.process([sys.executable, "-m", "tools.environment", *arguments], **variables)

    def process(self, command: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.variables(variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    folder, tools = tmp_path / "checkout", tmp_path / "bin"
    folder.mkdir()
    tools.mkdir()
    shutil.copytree(ROOT / "tools", folder / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / ".ci", folder / ".ci")
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "resnet_core" / "hands").mkdir(parents=True)
    shutil.copy(ROOT / "resnet_core" / "hands" / "detectorfiles.py", folder / "resnet_core" / "hands")
    for name in ("requirements.txt", "requirements-test.txt"):
        (folder / name).write_text("numpy==2.4.6\n", encoding="utf-8")
    for name in ("sh", "mkdir", "cp", "touch", "dirname", "sed", "env", "bash"):
        os.symlink(str(shutil.which(name)), tools / name)
    return Checkout(folder, tools, tmp_path / "calls")


def is_one_sentence(text: str) -> bool:
    """One line that ends in a full stop; neither a traceback nor several messages."""
    return text.count("\n") == 1 and text.endswith(".\n")
