"""The gradients of two small networks in a browser, from an address alone and in a second window."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.driving import ready

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PATIENCE = 120_000  # milliseconds; the machines that run the tests are shared
SMALL = "/gradients?depth=8&width=0.5&seeds=2&pictures=8"


def opened(page: Page, address: str) -> Page:
    """Opens an address and waits until everything has been measured."""
    page.goto(address)
    expect(page.get_by_text("median and range of 2 seeds")).to_have_count(3, timeout=PATIENCE)
    expect(page.get_by_text("Three seeds, 8 test")).to_be_visible(timeout=PATIENCE)
    return ready(page)


def answer(page: Page) -> str:
    return page.locator(".st-key-rx-answer").inner_text()


def test_an_address_is_the_picture_and_a_corner_is_one_click_away(page: Page, new_page: NewPage) -> None:
    opened(page, f"{SMALL}&norm=on")
    expect(
        page.locator(
            ":is([class*=st-key-rx-figure-gradient-], [class*=st-key-rx-figure-corner-]) .js-plotly-plot"
        )
    ).to_have_count(7)
    before = answer(page)
    assert "with batch norm and Glorot kernels" in before
    page.get_by_role("button", name="Go to: No batch norm, He").click()
    expect(page.locator(".st-key-rx-answer")).to_contain_text(
        "with no batch norm and He kernels", timeout=PATIENCE
    )
    expect(page.get_by_text("median and range of 2 seeds")).to_have_count(3, timeout=PATIENCE)
    page.wait_for_function("new URLSearchParams(location.search).get('init') === 'he'")
    second = opened(new_page(), page.url)
    assert answer(second) == answer(page) != before
    third = opened(new_page(color_scheme="dark"), f"{SMALL}&norm=on")
    assert answer(third) == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(new_page: NewPage, scheme: str) -> None:
    page = opened(new_page(color_scheme=scheme), SMALL)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []


def test_it_fits_a_telephone(new_page: NewPage) -> None:
    page = opened(new_page(viewport={"width": 390, "height": 800}), SMALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert re.search(r"of 8 layers the gradient of the plain net", answer(page))
