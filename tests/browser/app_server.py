"""The app as a person starts it: its own process on a free port, with runs and settings of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90.0
STOP_SECONDS = 30.0


class AppServerError(RuntimeError):
    """The app did not start or did not end as it should; the message ends with its log."""


@dataclass(frozen=True)
class AppServer:
    """A running app: its address, its process, the file with what it printed, and its folders."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path
    folder: Path

    def tail(self, lines: int = 60) -> str:
        """The last lines that the app printed."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def answers(self) -> bool:
        """Whether the health address says that the app is up."""
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def wait_until_up(self) -> None:
        end = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None:
                raise AppServerError(f"The app ended with status {self.process.returncode}.\n{self.tail()}")
            if time.monotonic() > end:
                raise AppServerError(f"The app was not up after {START_SECONDS:.0f} s.\n{self.tail()}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Ends the app by SIGTERM and holds that no process of it, such as a worker, is left."""
        family = []
        if self.process.poll() is None:
            family = psutil.Process(self.process.pid).children(recursive=True)
            self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            family.append(psutil.Process(self.process.pid))
        _, left = psutil.wait_procs(family, STOP_SECONDS)
        for process in left:
            process.kill()
        if left:
            raise AppServerError(f"{left} outlived the app by {STOP_SECONDS:.0f} s.\n{self.tail()}")


def free_port() -> int:
    """A port of the loopback address on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_one(name: str, folder: Path, variables: Mapping[str, str] | None = None) -> AppServer:
    """Starts `one_NAME.py` of this folder, which draws one part of a page alone; else as `start_app`."""
    script = Path(__file__).with_name(f"one_{name}.py")
    return start_app(folder, {"PYTHONPATH": str(ROOT), **(variables or {})}, str(script))


def start_app(folder: Path, variables: Mapping[str, str] | None = None, script: str = "app.py") -> AppServer:
    """Starts the app and waits until it answers.

    Args:
        folder: An empty folder for its runs, settings, log and, unless RESNET_DATA_DIR names them, data.
        variables: Environment variables that differ from this process' own.
        script: What Streamlit runs, in the project's folder.

    Returns:
        The running app; end it with `stop`.

    Raises:
        AppServerError: It did not come up.
    """
    data = folder / "data"
    data.mkdir(parents=True)
    own = {
        "RESNET_RUNS_DIR": str(folder / "runs"),
        "RESNET_SETTINGS": str(folder / "settings.json"),
        "RESNET_WEIGHTS_DIR": str(folder / "weights"),
        "RESNET_DATA_DIR": os.environ.get("RESNET_DATA_DIR", str(data)),
    }
    port, log = free_port(), folder / "app.log"
    options = ["--server.address", "localhost", "--server.port", str(port), "--server.headless", "true"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", script, *options],
            cwd=ROOT,
            env={**os.environ, **own, **(variables or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = AppServer(f"http://localhost:{port}", process, log, folder)
    try:
        server.wait_until_up()
    except AppServerError:
        server.stop()
        raise
    return server
