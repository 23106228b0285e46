"""Pictures in a real browser: true at first sight, readable by assistive technology, and to take away."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, WebSocket, expect

from resnet_core.figures.palette import GROUNDS, channels, sign
from tests.browser.conftest import NewPage
from tests.browser.driving import ready

pytestmark = pytest.mark.browser
KEY = "plain-50-and-resnet-50"
WIDE = ".rx-wide svg"


def open_start(page: Page, address: str = "/") -> None:
    page.goto(address)
    ready(page)
    page.get_by_role("button", name=f"SVG of {KEY}").wait_for()


def download(page: Page, name: str, folder: Path) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).first.click()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target.read_bytes()


def test_the_picture_takes_the_first_screen(new_page: NewPage) -> None:
    page = new_page(viewport={"width": 1280, "height": 800})
    open_start(page)
    box = page.locator(WIDE).bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 800
    assert box["width"] * box["height"] >= 0.6 * 1280 * 800


def test_a_downloaded_svg_stands_by_itself(page: Page, tmp_path: Path) -> None:
    open_start(page)
    text = download(page, f"SVG of {KEY}", tmp_path).decode("utf-8")
    root = ElementTree.fromstring(text)
    box = page.locator(WIDE).bounding_box()
    assert box is not None
    assert float(root.get("width", "0")) == pytest.approx(box["width"], abs=1)
    assert "var(" not in text
    assert "<style" not in text
    assert "class=" not in text
    assert "ResNet-50" in text
    assert "rgb({}, {}, {})".format(*channels(sign("residual").colour)) in text


def test_a_downloaded_png_shows_the_theme_at_twice_the_size(new_page: NewPage, tmp_path: Path) -> None:
    page = new_page(color_scheme="dark")
    open_start(page)
    picture = Image.open(io.BytesIO(download(page, f"PNG of {KEY}", tmp_path))).convert("RGB")
    box = page.locator(WIDE).bounding_box()
    assert box is not None
    assert picture.width == pytest.approx(2 * box["width"], abs=2)
    colours = {tuple(colour) for colour in np.asarray(picture).reshape(-1, 3)[::7].tolist()}
    assert picture.getpixel((1, 1)) == channels(GROUNDS["dark"].background)
    for kind in ("plain", "residual"):
        assert channels(sign(kind, "dark").colour) in colours


def test_a_downloaded_csv_holds_the_numbers_of_the_picture(page: Page, tmp_path: Path) -> None:
    open_start(page)
    rows = list(csv.DictReader(io.StringIO(download(page, "CSV", tmp_path).decode("utf-8"))))
    residual = [row for row in rows if row["network"] == "resnet50"]
    assert sum(int(row["parameters"]) for row in residual) == 23_600_006
    assert [row["part"] for row in residual] == ["stem", "conv2", "conv3", "conv4", "conv5", "head"]


@pytest.mark.parametrize("width", [390, 1280, 1920])
@pytest.mark.parametrize("address", ["/", "/?size=presenter"])
def test_nothing_is_wider_than_the_screen(new_page: NewPage, width: int, address: str) -> None:
    page = new_page(viewport={"width": width, "height": 800})
    open_start(page, address)
    main = page.locator('[data-testid="stMain"]')
    assert main.evaluate("element => element.scrollWidth - element.clientWidth") <= 0
    pictures = page.locator(".rx-picture svg")  # one for wide screens, one for narrow ones
    expect(pictures).to_have_count(2)
    shown = pictures.evaluate_all("all => all.map(one => one.clientWidth > 0)")
    assert shown == ([False, True] if width == 390 else [True, False])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_start_page_passes_axe(new_page: NewPage, scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    open_start(page)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []


def test_the_presenter_size_stays_from_page_to_page(page: Page) -> None:
    open_start(page)
    page.get_by_text("Presenter size", exact=True).click()
    page.wait_for_url("**/?size=presenter")
    page.get_by_role("link", name="Runs", exact=True).click()
    page.wait_for_url("**/runs?size=presenter")
    # The address changes before the page's style has come over the wire, so wait for the style itself.
    page.wait_for_function("getComputedStyle(document.documentElement).fontSize === '22.4px'")


def test_a_change_of_theme_runs_the_page_again(new_page: NewPage) -> None:
    page = new_page(color_scheme="light")
    sent: list[str | bytes] = []

    def note(frame: str | bytes) -> None:
        sent.append(frame)

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", note)

    page.on("websocket", listen)
    page.goto("/classify")
    ready(page)
    page.wait_for_timeout(3000)
    before = len(sent)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(3000)
    assert len(sent) > before
    page.wait_for_timeout(2000)
    assert len(sent) <= before + 2, "The page runs again and again."
