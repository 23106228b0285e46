"""The live camera in a real browser: it reads a hand in a room, and never stays on behind anybody's back."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageDraw, ImageOps
from playwright.sync_api import Page, expect

from resnet_core.hands.rendered import load_rendered
from resnet_core.training.store import RunStore
from tests.browser.app_server import AppServer
from tests.browser.conftest import Launch, NewPage
from tests.browser.driving import CAMERA_SIZE, camera_video, ready
from tests.constant_network import constant_run

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
LONG = 240_000
HAND = 340
TRACK = "window.track = document.querySelector('.rx-live video').srcObject.getTracks()[0]"
RELEASED = "[window.track.readyState, document.querySelector('.rx-live video').srcObject]"


def room(hand: Image.Image) -> Image.Image:
    """A frame of a camera: a wall in side light, a door and a table, and the hand in the middle."""
    width, height = CAMERA_SIZE
    wall = np.linspace(205, 150, width)[None, :, None] * np.array([1.0, 0.97, 0.92])
    frame = Image.fromarray(np.broadcast_to(wall, (height, width, 3)).astype(np.uint8))
    draw = ImageDraw.Draw(frame)
    draw.rectangle((20, 60, 130, 400), fill=(96, 112, 134))
    draw.rectangle((0, 400, width, height), fill=(118, 88, 66))
    frame.paste(ImageOps.fit(hand, (HAND, HAND)), ((width - HAND) // 2, (height - HAND) // 2))
    return frame


def opened(page: Page, run: str | None = None) -> Page:
    """Opens the live camera, which is off, and asks a run; by default the one that ships."""
    page.set_default_timeout(LONG)
    page.goto("/classify?picture=live" + (f"&run={run}" if run else ""))
    ready(page)
    page.get_by_role("button", name="Start the camera").wait_for()
    return page


def read(page: Page, label: int) -> None:
    """Starts the camera by keyboard, waits for the label on the picture, and tells how fast it went."""
    opened(page).get_by_role("button", name="Start the camera").press("Enter")
    expect(page.locator(".rx-live-label strong")).to_have_text(str(label), timeout=LONG)
    expect(page.locator(".rx-live-measured")).to_contain_text("frames a second", timeout=LONG)
    expect(page.locator(".rx-live-best th")).to_have_text(str(label))
    expect(page.locator(".rx-live [role=status].rx-hidden")).to_have_text(f"Sign {label}", timeout=LONG)
    page.wait_for_timeout(4000)  # so that the two seconds that are counted lie behind the first frames
    print(f"\n{page.locator('.rx-live-measured').inner_text()} Load {os.getloadavg()[0]:.1f}.")
    page.evaluate(TRACK)
    page.get_by_role("button", name="Stop the camera").press("Enter")
    assert page.evaluate(RELEASED) == ["ended", None]
    expect(page.locator(".rx-live-says")).to_have_text("The camera is off.")
    blank = "c => c.getContext('2d').getImageData(0, 0, 64, 64).data.every(value => value === 0)"
    assert page.locator(".rx-live-seen").evaluate(blank), "what was seen goes with the camera"


@pytest.mark.photographs
def test_a_photographed_hand_is_read(
    photographs_folder: Path, launch: Launch, new_page: NewPage, tmp_path: Path
) -> None:
    still = sorted((photographs_folder / "photos").glob("5_*.JPG"))[0]
    hand = ImageOps.exif_transpose(Image.open(still)).convert("RGB")
    film = camera_video(room(hand), tmp_path / "hand.mjpeg")
    read(new_page(launch(film), permissions=["camera"]), label=5)


def test_a_rendered_hand_is_read(launch: Launch, new_page: NewPage, tmp_path: Path) -> None:
    hands = load_rendered()
    hand = Image.fromarray(hands.test_x[int(np.flatnonzero(hands.test_y == 5)[0])])
    film = camera_video(room(hand), tmp_path / "hand.mjpeg")
    read(new_page(launch(film), permissions=["camera"]), label=5)


@pytest.fixture
def always_three(app_server: AppServer) -> Iterator[str]:
    """The id of a run that says 3 whatever it sees, as long as the test lasts."""
    store = RunStore(app_server.folder / "runs")
    run_id = constant_run(store, label=3)
    yield run_id
    store.delete(run_id)


@pytest.fixture
def camera(launch: Launch, new_page: NewPage, always_three: str, tmp_path: Path) -> Page:
    """The Classify page with a camera that is on, and its first answer."""
    film = camera_video(room(Image.new("RGB", (64, 64), (200, 150, 120))), tmp_path / "room.mjpeg")
    page = new_page(launch(film), permissions=["camera"])
    opened(page, always_three).get_by_role("button", name="Start the camera").click()
    expect(page.locator(".rx-live-label")).to_contain_text("3", timeout=LONG)
    page.evaluate(TRACK)
    return page


def test_a_tab_out_of_sight_stops_the_camera_and_one_click_goes_on(camera: Page) -> None:
    camera.evaluate(
        "Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    assert camera.evaluate(RELEASED) == ["ended", None]
    expect(camera.locator(".rx-live-says")).to_contain_text("out of sight")
    camera.evaluate("delete document.hidden")
    camera.get_by_role("button", name="Go on").click()
    expect(camera.locator(".rx-live-label")).to_contain_text("3", timeout=LONG)


def test_leaving_the_page_releases_the_camera(camera: Page) -> None:
    camera.get_by_role("link", name="Runs").click()
    camera.wait_for_url("**/runs*")
    camera.wait_for_function("window.track.readyState === 'ended'")


def test_another_choice_of_pictures_releases_the_camera(camera: Page) -> None:
    camera.get_by_role("button", name="Your files").or_(camera.get_by_text("Your files")).first.click()
    camera.wait_for_function("window.track.readyState === 'ended'")


def test_an_unplugged_camera_is_told(camera: Page) -> None:
    camera.evaluate("window.track.dispatchEvent(new Event('ended'))")
    expect(camera.locator(".rx-live-says")).to_contain_text("unplugged")
    assert camera.evaluate(RELEASED) == ["ended", None]


def test_the_page_may_be_drawn_anew_while_the_camera_runs(camera: Page) -> None:
    camera.get_by_text("Presenter size", exact=True).click()
    camera.wait_for_url("**size=presenter**")
    assert camera.evaluate(RELEASED)[0] == "live"
    before = camera.locator(".rx-live-measured").inner_text()
    camera.wait_for_function(
        "before => document.querySelector('.rx-live-measured').innerText !== before", arg=before, timeout=LONG
    )


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("NotAllowedError", "not allowed to use the camera"),
        ("NotFoundError", "There is no camera"),
        ("NotReadableError", "another program may be using it"),
        ("SomethingElse", "The camera did not start"),
    ],
)
def test_each_refusal_of_the_browser_has_its_sentence(
    new_page: NewPage, always_three: str, name: str, sentence: str
) -> None:
    page = new_page()
    page.add_init_script(
        f"navigator.mediaDevices.getUserMedia = async () => {{ throw new DOMException('No', '{name}') }}"
    )
    opened(page, always_three).get_by_role("button", name="Start the camera").click()
    expect(page.locator(".rx-live-says")).to_contain_text(sentence)
    expect(page.get_by_role("button", name="Start the camera")).to_be_enabled()


def test_an_address_without_https_is_told(new_page: NewPage, always_three: str) -> None:
    page = new_page()
    page.add_init_script("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    opened(page, always_three).get_by_role("button", name="Start the camera").click()
    expect(page.locator(".rx-live-says")).to_contain_text(re.compile("localhost or over HTTPS"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_camera_passes_axe_and_fits_a_telephone(
    new_page: NewPage, always_three: str, scheme: str
) -> None:
    page = new_page(color_scheme=scheme, viewport={"width": 390, "height": 800})
    opened(page, always_three)
    main = page.locator('[data-testid="stMain"]')
    assert main.evaluate("element => element.scrollWidth - element.clientWidth") <= 0
    found = Axe().run(page, ".rx-live").response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []
