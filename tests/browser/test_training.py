"""A person trains a network, looks away, reloads, comes back, and shows it pictures of hands."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect

from tests.browser.app_server import AppServer
from tests.browser.conftest import Launch, NewPage
from tests.browser.driving import camera_video, ready

MINUTES = 60_000
_LOSS = ".st-key-rx-figure-loss-of-run .js-plotly-plot"
_POINTS = f"""() => {{
  const chart = document.querySelector('{_LOSS}');
  const traces = chart && chart._fullData ? chart._fullData : [];
  return Math.max(0, ...traces.map(trace => trace.x ? trace.x.length : 0));
}}"""


def _more_points_than(page: Page, count: int) -> int:
    """Waits until the loss curve on the page has more points, and says how many."""
    page.wait_for_function(f"({_POINTS})() > {count}", timeout=3 * MINUTES)
    return int(page.evaluate(_POINTS))


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_training_and_classifying(
    hand_files: list[Path], app_server: AppServer, new_page: NewPage, launch: Launch, tmp_path: Path
) -> None:
    page = new_page()
    page.goto("/train?network=cifar_resnet20&width=0.25&epochs=300&batch=64")
    ready(page)
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_url("**run=*", timeout=MINUTES)
    page.wait_for_function(f"!({_POINTS})()", timeout=MINUTES)  # the recorded run that ships has given way
    first = _more_points_than(page, 0)
    more = _more_points_than(page, first)

    page.reload()
    ready(page)
    again = _more_points_than(page, max(0, more - 1))
    second = new_page()
    second.goto(page.url)
    ready(second)
    assert _more_points_than(second, 0) >= more
    _more_points_than(page, again)

    for name in ("/", "/data", "/runs", "/classify"):  # every page answers while the run goes on
        second.goto(name)
        ready(second)
        expect(second.get_by_role("heading", level=1)).to_be_visible()

    page.get_by_role("button", name="Stop", exact=True).click()  # long enough for the slowest machine
    expect(page.get_by_text("stopped after")).to_be_visible(timeout=5 * MINUTES)
    expect(page.get_by_text("Which signs are taken for which").first).to_be_visible()
    run = page.url.split("run=")[1].split("&")[0]
    _classify_files(new_page(), run, hand_files)
    film = camera_video(hand_files[5], tmp_path / "hand.mjpeg")
    _classify_a_snapshot(new_page(launch(film), permissions=["camera"]), run)
    assert not tensorflow_in(app_server)


def _classify_files(page: Page, run: str, files: list[Path]) -> None:
    assert len(files) == 6
    page.goto(f"/classify?run={run}&picture=files")
    ready(page)
    page.locator("input[type=file]").set_input_files(files)
    for file in files:
        expect(page.get_by_text(file.name).first).to_be_visible(timeout=MINUTES)
    expect(page.get_by_text("6 pictures").first).to_be_visible(timeout=MINUTES)


def _classify_a_snapshot(page: Page, run: str) -> None:
    page.goto(f"/classify?run={run}&picture=camera")
    ready(page)
    assert page.locator("video").count() == 0, "the camera is asked for only after its switch"
    page.get_by_text("Turn the camera on").click()
    page.wait_for_function("document.querySelector('video')?.videoWidth > 0", timeout=MINUTES)
    page.get_by_role("button", name="Take Photo").click()
    bars = page.locator("[class*='st-key-rx-figure-'] .js-plotly-plot")
    expect(bars.first).to_be_visible(timeout=MINUTES)


def tensorflow_in(app_server: AppServer) -> bool:
    """Whether the process that serves the pages has loaded TensorFlow's library."""
    if sys.platform != "linux":
        pytest.skip("Only Linux says which libraries another process has loaded.")
    maps = psutil.Process(app_server.process.pid).memory_maps()
    assert maps, "the maps of the process can be read"
    return any("tensorflow" in one.path for one in maps)
