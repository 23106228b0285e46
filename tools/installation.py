"""The project's own Python environment: made in seconds where uv can be had, and only when something changed.

Only the standard library is used here, and only what Python 3.7 can parse, so that a Python which cannot
run the app can still say so in a sentence.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OLDEST, NEWEST = (3, 10), (3, 13)
CANDIDATES = ("python3", "python3.13", "python3.12", "python3.11", "python3.10")
UV = "uv==0.13.9"
BYTES_NEEDED = 3_000_000_000
PROGRESS = ("Resolved", "Downloading", "Prepared", "Installed", "Bytecode")
SIGNS_OF_A_FULL_DISK = ("No space left on device", "os error 28", "Disk quota exceeded")
SIGNS_OF_NO_NETWORK = (
    "error sending request",
    "NewConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
)


class Trouble(Exception):
    """What went wrong and what helps, as one sentence for the person at the terminal."""


def version_of(python: str) -> tuple[int, ...] | None:
    """Returns the version of a Python as three numbers, or None where it does not run at all.

    A broken link, a version manager's empty shim and macOS' offer to install developer tools all stand on
    the PATH without being a Python, so it is asked rather than believed.
    """
    question = [python, "-c", "import sys; print(*sys.version_info[:3])"]
    try:
        answer = subprocess.run(question, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return tuple(int(part) for part in answer.stdout.split()) if answer.returncode == 0 else None


def is_supported(version: tuple[int, ...] | None) -> bool:
    """Tells whether TensorFlow has wheels for this version of Python."""
    return version is not None and OLDEST <= version[:2] <= NEWEST


def find_python() -> str:
    """Returns the path of the first Python on the PATH that the app can run with.

    Raises:
        Trouble: There is none; says which were found and which are needed.
    """
    found = []
    for name in CANDIDATES:
        path = shutil.which(name)
        version = version_of(path) if path else None
        if path and is_supported(version):
            return path
        if version:
            found.append("{} is {}".format(name, ".".join(map(str, version))))
    raise Trouble(
        "The app needs Python 3.10, 3.11, 3.12 or 3.13, but on the PATH {}: install one "
        "(Debian: sudo apt-get install python3 python3-venv; macOS: brew install python@3.13) and try "
        "again.".format(", ".join(found) or "there is no Python 3")
    )


def check_space(folder: Path, needed: int = BYTES_NEEDED) -> None:
    """Raises Trouble unless the disk of `folder` has `needed` bytes free."""
    free = shutil.disk_usage(str(folder)).free
    if free < needed:
        raise Trouble(
            f"The environment needs about {needed / 1e9:.0f} GB, but the disk of {folder} has only "
            f"{free / 1e9:.1f} GB free: make room and try again."
        )


def is_full(output: str) -> bool:
    """Tells whether an installer complained of a full disk."""
    return any(sign in output for sign in SIGNS_OF_A_FULL_DISK)


def explained(what: str, output: str, log: Path) -> Trouble:
    """Turns the output of an installer that failed into one sentence."""
    if is_full(output):
        return Trouble(f"{what} failed because the disk is full: make room (about 3 GB) and try again.")
    if any(sign in output for sign in SIGNS_OF_NO_NETWORK):
        return Trouble(
            f"{what} failed because the package index could not be reached: check the network or the proxy "
            "(HTTPS_PROXY) and try again."
        )
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return Trouble(f"{what} failed ({lines[-1] if lines else 'without a word'}); {log} has all it said.")


def watched(command: Sequence[str], log: Path) -> tuple[bool, str]:
    """Runs an installer, shows its lines of progress and logs all of them.

    Returns:
        Whether it succeeded, and everything it wrote.
    """
    lines = []
    with log.open("a", encoding="utf-8") as file:
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
        except OSError as error:
            return False, str(error)
        with process:
            for line in process.stdout or ():
                file.write(line)
                lines.append(line)
                if line.strip().startswith(PROGRESS):
                    print("  " + line.strip()[:100], flush=True)
    return process.returncode == 0, "".join(lines)


@dataclass(frozen=True)
class Environment:
    """The folder .venv of a checkout, and what is installed in it.

    Each requirements file that is fully installed leaves a stamp, written last. While something is being
    installed a mark stands in the folder: one found at the start means that an installation was cut off,
    and since installers take half a package for a whole one, the folder is then made anew.
    """

    root: Path

    @property
    def folder(self) -> Path:
        """Where the environment lives."""
        return self.root / ".venv"

    @property
    def python(self) -> str:
        """The environment's interpreter."""
        return str(self.folder / "bin" / "python")

    @property
    def log(self) -> Path:
        """What the installers said."""
        return self.folder / "install.log"

    @property
    def _mark(self) -> Path:
        return self.folder / "unfinished"

    def ensure(self, *requirements: str) -> None:
        """Installs what these requirements files name; does nothing where that was done before.

        Raises:
            Trouble: It cannot be done; the sentence says why and what helps.
        """
        with self._alone():
            version = None if self._mark.exists() else version_of(self.python)
            if not is_supported(version):
                self._create(find_python())
                version = version_of(self.python)
            for name in requirements:
                stamp, digest = self.folder / ("installed-" + name), self._digest(name, version)
                if not (stamp.exists() and stamp.read_text(encoding="ascii") == digest):
                    self._mark.touch()
                    self._install(name)
                    stamp.write_text(digest, encoding="ascii")
            if self._mark.exists():
                self._mark.unlink()

    def uv(self) -> str | None:
        """Returns the path of uv, installed on the first call, or None where it is not to be had."""
        inside = self.folder / "bin" / "uv"
        if not inside.exists() and (self.folder / "bin" / "pip").exists():
            watched([self.python, "-m", "pip", "install", "--retries", "1", "--quiet", UV], self.log)
        return str(inside) if inside.exists() else shutil.which("uv")

    def _digest(self, name: str, version: tuple[int, ...] | None) -> str:
        text = (self.root / name).read_text(encoding="utf-8")
        return hashlib.sha256(repr((text, version, sys.platform, platform.machine())).encode()).hexdigest()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Holds a lock that the system gives back however this process ends."""
        with (self.root / "requirements.txt").open(encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("Another command is installing here; waiting for it.", flush=True)
                fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _create(self, base: str) -> None:
        check_space(self.root)
        print(f"Making an environment in {self.folder} with {base}.", flush=True)
        try:
            if self.folder.exists():
                shutil.rmtree(str(self.folder))
            self.folder.mkdir()
            self._mark.touch()
        except OSError as error:
            raise Trouble(
                f"The environment cannot be written ({error}): move the project to a folder of your own and "
                "try again."
            ) from error
        self._fill(base)

    def _fill(self, base: str) -> None:
        """Makes the virtual environment; Debian without python3-venv may still have uv or virtualenv."""
        folder = str(self.folder)
        success, output = watched([base, "-m", "venv", folder], self.log)
        uv = ["uv", "venv", "--allow-existing", "--python", base, folder]
        for other in (uv, [base, "-m", "virtualenv", folder]):
            success = success or watched(other, self.log)[0]
        if not success and "ensurepip" in output:
            version = "{}.{}".format(*(version_of(base) or OLDEST))
            raise Trouble(
                f"{base} has no ensurepip, which virtual environments are made with: run "
                f"sudo apt-get install python{version}-venv and try again."
            )
        if not success:
            raise explained("Making the environment", output, self.log)

    def _install(self, name: str) -> None:
        print(f"Installing {name} (once; up to 600 MB to fetch).", flush=True)
        uv, file, output = self.uv(), str(self.root / name), ""
        if uv:
            fast = [uv, "pip", "install", "--python", self.python, "--compile-bytecode", "-r", file]
            success, output = watched(fast, self.log)
            if success:
                return
        if (self.folder / "bin" / "pip").exists() and not is_full(output):
            print("Trying pip, since uv is not to be had or failed; it takes some minutes.", flush=True)
            slow = [self.python, "-m", "pip", "install", "--retries", "1", "-r", file]
            success, output = watched(slow, self.log)
            if success:
                return
        raise explained(f"Installing {name}", output, self.log)
