"""A web server on the loopback address that behaves as its paths say."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from resnet_core.hands.mirrors import Mirror

HTML = b"<!DOCTYPE html>\n<html><body>Sign in to go on</body></html>"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4748\nsize 13281872\n"


class Library(ThreadingHTTPServer):
    """Serves `contents` by file name; the folder in the path names how it behaves.

    good: as it should. ignores-range: sends the whole file whatever is asked. cut: breaks off the first
    answer to each file in the middle. silent-cut: the same without having announced a length. wrong: the last
    byte is another one. large: more bytes than there should be, with no length announced. announced: twice
    the length. html, pointer: something else under the name. missing: 404. shifted: another range than it was
    asked for.
    """

    daemon_threads = True

    def __init__(self, contents: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.contents = contents
        self.asked: list[tuple[str, str]] = []
        self.cut: set[str] = set()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def mirror(self, behaviour: str) -> Mirror:
        return Mirror(behaviour, f"http://{self.host}/{behaviour}")


class _Handler(BaseHTTPRequestHandler):
    server: Library

    def do_GET(self) -> None:
        path = re.sub("^http://[^/]*", "", self.path)  # a proxy is asked for the whole address
        asked_range = self.headers.get("Range", "")
        self.server.asked.append((self.path, asked_range))
        behaviour, name = path.strip("/").split("/")
        content = self.server.contents[name]
        getattr(self, f"_{behaviour.replace('-', '_')}")(path, content, asked_range)

    def _send(self, body: bytes, status: int = 200, length: int | None = -1, extra: str = "") -> None:
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(len(body) if length < 0 else length))
        if extra:
            self.send_header("Content-Range", extra)
        self.end_headers()
        self.wfile.write(body)

    def _good(self, path: str, content: bytes, asked_range: str) -> None:
        if not asked_range:
            self._send(content)
            return
        start = int(asked_range.removeprefix("bytes=").rstrip("-"))
        if start >= len(content):
            self._send(b"", 416, extra=f"bytes */{len(content)}")
        else:
            self._send(content[start:], 206, extra=f"bytes {start}-{len(content) - 1}/{len(content)}")

    def _shifted(self, path: str, content: bytes, asked_range: str) -> None:
        start = int(asked_range.removeprefix("bytes=").rstrip("-")) + 1
        self._send(content[start:], 206, extra=f"bytes {start}-{len(content) - 1}/{len(content)}")

    def _ignores_range(self, path: str, content: bytes, asked_range: str) -> None:
        self._send(content)

    def _cut(self, path: str, content: bytes, asked_range: str) -> None:
        if path in self.server.cut:
            self._good(path, content, asked_range)
        else:
            self.server.cut.add(path)
            self._send(content[: len(content) // 2], length=len(content))

    def _silent_cut(self, path: str, content: bytes, asked_range: str) -> None:
        if path in self.server.cut:
            self._good(path, content, asked_range)
        else:
            self.server.cut.add(path)
            self._send(content[: len(content) // 2], length=None)

    def _wrong(self, path: str, content: bytes, asked_range: str) -> None:
        self._good(path, content[:-1] + bytes([content[-1] ^ 1]), asked_range)

    def _large(self, path: str, content: bytes, asked_range: str) -> None:
        self._send(content + b"\0" * 200_000, length=None)

    def _announced(self, path: str, content: bytes, asked_range: str) -> None:
        self._send(content + content)

    def _html(self, path: str, content: bytes, asked_range: str) -> None:
        self._send(HTML)

    def _pointer(self, path: str, content: bytes, asked_range: str) -> None:
        self._send(POINTER)

    def _missing(self, path: str, content: bytes, asked_range: str) -> None:
        self._send(b"404: Not Found", 404)

    def log_message(self, *_: object) -> None:
        """Say nothing on the terminal."""


@contextmanager
def library(contents: dict[str, bytes]) -> Iterator[Library]:
    """Run a `Library` for the time of a with block."""
    server = Library(contents)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
