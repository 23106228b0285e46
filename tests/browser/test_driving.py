"""The collector hears what it should, and the fake camera shows the picture it was given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.app_server import AppServer
from tests.browser.conftest import Launch
from tests.browser.driving import CAMERA_FRAMES, Complaints, camera_video, ready

pytestmark = pytest.mark.browser


@pytest.fixture
def watched_page(app_server: AppServer, browser: Browser) -> Iterator[tuple[Page, Complaints]]:
    """A page with a collector of its own, whose complaints do not fail the test."""
    with browser.new_context(base_url=app_server.url) as context:
        complaints = Complaints()
        yield complaints.watch(context.new_page()), complaints


def test_the_start_page_comes_without_a_complaint(page: Page) -> None:
    page.goto("/")
    ready(page)


def test_a_page_that_does_wrong_is_heard(watched_page: tuple[Page, Complaints]) -> None:
    page, complaints = watched_page
    ready_page = ready(page) if page.goto("/") else page
    ready_page.evaluate("console.error('a logged error')")
    ready_page.evaluate("setTimeout(() => { throw new Error('a thrown error') })")
    ready_page.evaluate("fetch('http://127.0.0.2:9/').catch(() => 0)")
    ready_page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<p data-testid=stException>shown</p>')"
    )
    heard = "\n".join(complaints.unexpected())
    for expected in (
        "a logged error",
        "a thrown error",
        "another machine: http://127.0.0.2:9/",
        "shown: shown",
    ):
        assert expected in heard
    complaints.allow(".")
    assert complaints.unexpected() == []


def test_only_the_probes_of_a_deep_link_may_miss(watched_page: tuple[Page, Complaints]) -> None:
    page, complaints = watched_page
    logged: list[str] = []
    page.on("console", lambda message: logged.append(message.text))
    page.goto("/train")
    ready(page)
    assert any("404" in text for text in logged), "Streamlit no longer probes; the exception can go"
    assert complaints.unexpected() == []
    with page.expect_console_message(lambda message: "404" in message.text):
        page.evaluate("fetch('/media/no-such-picture.png')")
    assert ["no-such-picture" in text for text in complaints.unexpected()] == [True]


def test_the_fake_camera_shows_the_picture(app_server: AppServer, launch: Launch, tmp_path: Path) -> None:
    still = Image.new("RGB", (300, 300), (200, 60, 20))
    video = camera_video(still, tmp_path / "hand.mjpeg")
    assert video.read_bytes().count(b"\xff\xd8\xff") == CAMERA_FRAMES
    browser = launch(camera=video)
    page = browser.new_context(permissions=["camera"]).new_page()
    page.goto(app_server.url)
    page.evaluate(
        """async () => {
        const video = document.createElement('video');
        video.srcObject = await navigator.mediaDevices.getUserMedia({video: {width: 640, height: 480}});
        document.body.append(video); await video.play(); window.camera = video; }"""
    )
    page.wait_for_function("window.camera.videoWidth > 0")
    size, middle = page.evaluate(
        """() => {
        const canvas = document.createElement('canvas'); canvas.width = 640; canvas.height = 480;
        const brush = canvas.getContext('2d'); brush.drawImage(window.camera, 0, 0);
        return [[window.camera.videoWidth, window.camera.videoHeight],
                [...brush.getImageData(320, 240, 1, 1).data].slice(0, 3)]; }"""
    )
    assert size == [640, 480]
    # Chromium takes the film's full range for video range, which stretches the contrast by 255/219.
    assert middle == pytest.approx([200, 60, 20], abs=20)
    browser.close()
