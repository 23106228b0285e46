"""What flows through a block, in a browser: maps by mouse and keyboard, and the number under the cursor."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.app_server import AppServer, start_one
from tests.browser.conftest import NewPage
from tests.browser.driving import ready

pytestmark = pytest.mark.browser
PATIENCE = 60_000  # milliseconds; the machines that run the tests are shared


@pytest.fixture(scope="module")
def flow_server(tmp_path_factory: pytest.TempPathFactory, browser_path: str) -> Iterator[AppServer]:
    server = start_one("flow", tmp_path_factory.mktemp("flow"))
    yield server
    server.stop()


def opened(new_page: NewPage, server: AppServer, address: str = "/", **options: object) -> Page:
    page = new_page(base_url=server.url, **options)
    page.goto(address)
    ready(page)
    page.locator(".rx-flow").wait_for(timeout=PATIENCE)
    return page


def test_maps_and_pixels_by_mouse_and_keyboard(new_page: NewPage, flow_server: AppServer) -> None:
    page = opened(new_page, flow_server)
    page.locator('button[data-edge="branch.0"][data-channel="3"]').click()
    cursor, said = page.locator(".rx-cursor"), page.locator(".rx-cursor-said")
    expect(cursor).to_have_attribute("aria-label", re.compile("3×3 conv, 4, channel 3"), timeout=PATIENCE)
    box = cursor.bounding_box()
    assert box is not None
    cursor.click(position={"x": box["width"] * 2.5 / 8, "y": box["height"] * 4.5 / 8})
    expect(page.get_by_text("At row 4, column 2, channel 3 of 8×8×4")).to_be_visible(timeout=PATIENCE)
    for key in ("Home", "ArrowUp", "ArrowRight", "ArrowDown", "PageUp"):
        page.keyboard.press(key)
    expect(page.get_by_text("At row 0, column 1, channel 3 of 8×8×4")).to_be_visible(timeout=PATIENCE)
    value = said.inner_text().removeprefix("Row 0, column 1: ")
    expect(page.locator(".rx-result")).to_contain_text(f"= {value}, and in the map")
    expect(page.locator(".rx-result")).to_contain_text(f"stands {value}")
    page.wait_for_function("new URLSearchParams(location.search).get('flowrow') === '0'")
    address = page.url
    page.locator('button[data-edge="exit.0"][data-channel="0"]').focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Sets what is negative to zero")).to_be_visible(timeout=PATIENCE)
    again = opened(new_page, flow_server, address)
    expect(again.locator(".rx-result")).to_contain_text(f"stands {value}", timeout=PATIENCE)


@pytest.mark.parametrize("view", ["flow", "back"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(new_page: NewPage, flow_server: AppServer, view: str, scheme: str) -> None:
    page = opened(new_page, flow_server, f"/?view={view}&backblocks=3&flowmap=branch.0", color_scheme=scheme)
    page.get_by_text("How it was measured").wait_for(timeout=PATIENCE)
    ready(page)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []


@pytest.mark.parametrize("view", ["flow", "back"])
def test_it_fits_a_telephone(new_page: NewPage, flow_server: AppServer, view: str) -> None:
    narrow = {"width": 390, "height": 844}
    page = opened(new_page, flow_server, f"/?view={view}&backblocks=3&flowmap=branch.0", viewport=narrow)
    page.get_by_text("How it was measured").wait_for(timeout=PATIENCE)
    width = "document.querySelector('[data-testid=stMain]').scrollWidth"
    assert page.evaluate(width) <= 390
