"""Shattered gradients in a browser: from an address alone, by keyboard, for every eye, on a telephone."""

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
SMALL = "/?shattereddepths=2,10&shatteredwidth=50&shatteredseeds=5&shatteredseed=3"


@pytest.fixture(scope="module")
def shattered_server(tmp_path_factory: pytest.TempPathFactory, browser_path: str) -> Iterator[AppServer]:
    server = start_one("shattered", tmp_path_factory.mktemp("shattered"))
    yield server
    server.stop()


def opened(new_page: NewPage, server: AppServer, address: str = SMALL, **options: object) -> Page:
    page = new_page(base_url=server.url, **options)
    page.goto(address)
    page.get_by_role("button", name="Is it the shortcut").wait_for(timeout=PATIENCE)
    ready(page)
    return page


def test_an_address_is_a_picture_and_the_counter_example_a_key_away(
    new_page: NewPage, shattered_server: AppServer
) -> None:
    page = opened(new_page, shattered_server)
    for chart in ("over the input x, at 256 inputs", "Autocorrelation of the gradient over the lag"):
        expect(page.get_by_role("figure", name=re.compile(chart)).first).to_be_visible(timeout=PATIENCE)
    said = page.locator(".st-key-rx-reading-shattered")
    before = said.inner_text()
    assert "At depth 10 the gradient of the plain net" in before
    page.get_by_role("button", name="See it with β = 1").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="See it with β = 0.1").wait_for(timeout=PATIENCE)
    ready(page)
    after = said.inner_text()
    assert after != before
    page.wait_for_function("new URLSearchParams(location.search).get('shatteredbeta') === '1'")
    again = opened(new_page, shattered_server, page.url)
    expect(again.locator(".st-key-rx-reading-shattered")).to_have_text(after, timeout=PATIENCE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(new_page: NewPage, shattered_server: AppServer, scheme: str) -> None:
    page = opened(new_page, shattered_server, color_scheme=scheme)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []


def test_it_fits_a_telephone(new_page: NewPage, shattered_server: AppServer) -> None:
    page = opened(new_page, shattered_server, viewport={"width": 390, "height": 844})
    width = "document.querySelector('[data-testid=stMain]').scrollWidth"
    assert page.evaluate(width) <= 390
