"""The handle of the embedded engine's process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

#: Seconds the process may take to come up on a busy machine.
START_LIMIT = 90.0
_ROOT = Path(__file__).resolve().parents[2]


class HostError(RuntimeError):
    """The engine's process did not come up; the message is a sentence."""


class Host:
    """A running `resnet_core.engine.host`.

    Raises:
        HostError: when the process ends, or says nothing for too long, before its workers are there.
    """

    def __init__(self) -> None:
        """Start the process and wait for its address."""
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH", ""))))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "resnet_core.engine.host"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            text=True,
            start_new_session=True,  # Ctrl-C in the terminal is for the page server, which then closes us
        )
        late = threading.Timer(START_LIMIT, self._process.kill)
        late.start()
        try:
            self.address = self._read_address()
        finally:
            late.cancel()

    def _read_address(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            code = self._process.wait()
            raise HostError(f"its process ended with status {code} before it was ready.")
        return str(json.loads(line)["address"])

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """Let the process end by closing its standard input; end it if it does not."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
