"""The commands behind the Makefile: `python3 -m tools.environment run|test|bench|lock|clean`.

Any Python 3.7 or later can read this; the app itself runs in the environment that is made on the way.
"""

from __future__ import annotations

import errno
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

from tools import chromium, hand_detector
from tools.installation import Environment, Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
CHECKS = (
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("mypy", "resnet_core"),
    # In two processes, as tests/conftest.py divides them; the first files first, since they take longest.
    ("pytest", "-n", "2", "--dist", "loadscope", "--no-loadscope-reorder"),
)
#: What pytest ends with where tests ran and some failed, and not for want of the tests themselves.
SOME_FAILED = 1
LEFTOVERS = (".venv", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis")


def chosen_port(text: str) -> int:
    """Reads a port number and checks that nobody listens there on this machine.

    Raises:
        Trouble: It is no port, it is in use, or it may not be opened.
    """
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise Trouble(f"PORT must be a number from 1 to 65535, not {text!r}.")
    port = int(text)
    with socket.socket() as visitor:
        visitor.settimeout(2)
        in_use = visitor.connect_ex(("127.0.0.1", port)) == 0
    if not in_use:
        with socket.socket() as host:
            host.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                host.bind(("127.0.0.1", port))
            except PermissionError as error:
                raise Trouble(f"Port {port} may not be opened by you: try make run PORT=8501.") from error
            except OSError:
                in_use = True
    if in_use:
        raise Trouble(
            f"Port {port} is in use: if that is this app, open http://localhost:{port}, else try "
            f"make run PORT={port + 1 if port < 65535 else 8501}."
        )
    return port


def wants_browser(environ: Mapping[str, str], system: str = sys.platform) -> bool:
    """Tells whether somebody sits in front of a screen of this machine and did not refuse."""
    if any(environ.get(name) for name in ("CI", "NO_BROWSER", "SSH_CONNECTION")):
        return False
    return system == "darwin" or any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def open_when_ready(url: str) -> None:
    """Opens the browser once the app answers; gives up when the app, this process's parent, ends."""
    parent = os.getppid()
    while os.getppid() == parent:
        try:
            urllib.request.urlopen(url + "/_stcore/health", timeout=5).close()
        except OSError:  # nobody answers yet
            time.sleep(0.2)
            continue
        webbrowser.open(url)
        return


def run() -> int:
    """Starts the app on localhost and opens it; installs what it needs on the first call."""
    port = chosen_port(os.environ.get("PORT") or "8501")
    environment = Environment(ROOT)
    environment.ensure("requirements.txt")
    hand_detector.obtain(environment)
    url = f"http://localhost:{port}"
    if wants_browser(os.environ):
        opener = [sys.executable, "-m", "tools.environment", "open", url]
        subprocess.Popen(opener, cwd=str(ROOT), start_new_session=True, stdout=subprocess.DEVNULL)
    os.chdir(str(ROOT))
    sys.stdout.flush()
    # This process becomes the app, so that Ctrl-C and every other signal reach it directly.
    options = ["--server.address", "localhost", "--server.port", str(port), "--server.headless", "true"]
    os.execv(environment.python, [environment.python, "-m", "streamlit", "run", "app.py", *options])


def test() -> int:
    """Runs every check and says which failed; installs what they need on the first call."""
    environment = Environment(ROOT)
    environment.ensure("requirements.txt", "requirements-test.txt")
    hand_detector.obtain(environment)
    browser = chromium.obtain(environment.python)
    variables = dict(os.environ, CHROMIUM=browser) if browser else dict(os.environ)
    arguments = os.environ.get("TESTS", "").split()
    failed = []
    for check in CHECKS:
        command = [environment.python, "-m", *check, *(arguments if check[0] == "pytest" else ())]
        print("\n$ " + " ".join(command[2:]), flush=True)
        ended = subprocess.call(command, cwd=str(ROOT), env=variables)
        if ended == SOME_FAILED and check[0] == "pytest":
            # Browsers and TensorFlow share the cores of a small machine, and a click may meet a page that is
            # just being drawn anew. What fails twice has failed.
            again = [environment.python, "-m", "pytest", "--last-failed", *arguments]
            print("\n$ " + " ".join(again[2:]) + "  (once more, with nothing beside them)", flush=True)
            ended = subprocess.call(again, cwd=str(ROOT), env=variables)
        if ended != 0:
            failed.append(" ".join(check))
    if not browser:
        print("\n" + chromium.NO_BROWSER, file=sys.stderr)
        failed.extend(["the search for a browser"] if os.environ.get("CI") else [])
    if failed:
        raise Trouble("Failed: {}.".format(", ".join(failed)))
    return 0


def bench() -> int:
    """Runs the benchmarks and returns their exit status."""
    environment = Environment(ROOT)
    environment.ensure("requirements.txt")
    return subprocess.call([environment.python, "-m", "benchmarks"], cwd=str(ROOT))


def lock() -> int:
    """Pins anew everything that the requirements need; with UPGRADE set, to the newest versions."""
    environment = Environment(ROOT)
    environment.ensure()
    uv = environment.uv()
    if uv is None:
        raise Trouble("The requirements can only be pinned with uv, which could not be installed.")
    upgrade = ["--upgrade"] if os.environ.get("UPGRADE") else []
    for name in ("requirements", "requirements-test"):
        compiled = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.10", *upgrade]
        names = ["--custom-compile-command", "make lock", name + ".in", "-o", name + ".txt"]
        if subprocess.call([*compiled, *names], cwd=str(ROOT), stdout=subprocess.DEVNULL) != 0:
            raise Trouble(f"{name}.in could not be pinned; the reason stands above.")
    return 0


def clean() -> int:
    """Deletes the environment and the caches of the tools; data and runs live elsewhere and stay."""
    for name in LEFTOVERS:
        shutil.rmtree(str(ROOT / name), ignore_errors=True)
    for folder in ROOT.rglob("__pycache__"):
        shutil.rmtree(str(folder), ignore_errors=True)
    return 0


COMMANDS = {"run": run, "test": test, "bench": bench, "lock": lock, "clean": clean}


def main(arguments: Sequence[str]) -> int:
    """Carries out one command; trouble becomes a sentence on standard error and exit status 1."""
    if len(arguments) == 2 and arguments[0] == "open":
        open_when_ready(arguments[1])
        return 0
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        print("Commands: {}.".format(", ".join(COMMANDS)), file=sys.stderr)
        return 2
    try:
        return COMMANDS[arguments[0]]()
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
    except OSError as error:
        help_ = ": make room (about 3 GB) and try again" if error.errno == errno.ENOSPC else ""
        print(f"The command could not go on ({error}){help_}.", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
