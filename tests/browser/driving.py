"""What the browser tests do with a page, and what they hold against it whatever they test."""

from __future__ import annotations

import io
import re
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image, ImageOps
from playwright.sync_api import ConsoleMessage, Page, Request

READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'
CAMERA_SIZE = (640, 480)
CAMERA_FRAMES = 30
# At an address below the root, such as /train, Streamlit's page first looks for the server there.
PROBE = re.compile(r"^/.+/_stcore/(health|host-config)$")


def ready(page: Page, seconds: float = 60) -> Page:
    """Waits until Streamlit has run the page's script to its end; returns the page."""
    page.wait_for_selector(READY, state="attached", timeout=seconds * 1000)
    return page


def settled(page: Page) -> Page:
    """Waits until the script has run and nothing has come or gone for half a second; returns the page.

    What is dragged by the mouse is taken where it stands: a drawing that is made anew meanwhile, because the
    address has just been written, would let go of it.
    """
    page.evaluate(_NOTHING_CHANGES)
    return ready(page)


_NOTHING_CHANGES = """() => new Promise(done => {
    let clock = setTimeout(done, 500)
    const again = () => { clearTimeout(clock); clock = setTimeout(done, 500) }
    new MutationObserver(again).observe(document.querySelector('[data-testid="stApp"]'),
        {subtree: true, childList: true, attributeFilter: ["data-test-script-state"]})
})"""


def camera_arguments(video: Path) -> list[str]:
    """Chromium's switches for a camera that shows a file and needs no permission."""
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={video}",
    ]


def camera_video(still: Image.Image | Path, video: Path) -> Path:
    """Writes a film of one picture for Chromium's fake camera.

    Args:
        still: The picture or its file; it is fitted into 640x480 with grey bars.
        video: The file to write; its name should end in `.mjpeg`.

    Returns:
        The absolute path of the film.
    """
    image = Image.open(still) if isinstance(still, Path) else still
    frame = ImageOps.pad(ImageOps.exif_transpose(image).convert("RGB"), CAMERA_SIZE, color=(128, 128, 128))
    jpeg = io.BytesIO()
    frame.save(jpeg, format="JPEG", quality=95)
    video.write_bytes(jpeg.getvalue() * CAMERA_FRAMES)
    return video.resolve()


class Complaints:
    """Collects what no page may do: log, throw or show an error, or ask another machine for anything."""

    def __init__(self) -> None:
        self.pages: list[Page] = []
        self._found: list[str] = []
        self._allowed: list[re.Pattern[str]] = []

    def watch(self, page: Page) -> Page:
        """Listens to a page from now on; returns it."""
        self.pages.append(page)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._found.append(f"error thrown: {error}"))
        page.on("request", self._see)
        return page

    def allow(self, pattern: str) -> None:
        """Lets complaints through that a test provokes itself, such as those of a server that it ends."""
        self._allowed.append(re.compile(pattern))

    def unexpected(self) -> list[str]:
        """All complaints so far that no test allowed, with the exceptions that are on the pages now."""
        shown = [
            f"exception shown: {box.inner_text()[:300]}"
            for page in self.pages
            if not page.is_closed()
            for box in page.get_by_test_id("stException").all()
        ]
        return [text for text in self._found + shown if not any(one.search(text) for one in self._allowed)]

    def _hear(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        is_probe = "404" in message.text and PROBE.match(urlsplit(where).path)
        if message.type == "error" and not is_probe:
            self._found.append(f"console error: {message.text} ({where})")

    def _see(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.hostname not in {
            "localhost",
            "127.0.0.1",
        }:
            self._found.append(f"request to another machine: {request.url}")
