"""One layer marked everywhere at once, and predict first, in a browser and in a second window."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.test_gradients import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SMALL = "/gradients?depth=8&width=0.5&seeds=1&pictures=8&norm=on"
CHARTS = ("gradients", "kernels", "spreads")


def chart(page: Page, name: str) -> Locator:
    return page.locator(f".st-key-rx-figure-gradient-{name} .js-plotly-plot")


def marks(page: Page) -> list[float]:
    """Where the mark of the layer stands: in the strip and in the three charts, in pixels from the left."""
    found = page.locator(".st-key-rx-depth .rx-depth-mark:visible")
    expect(found).to_have_count(1 + len(CHARTS))
    boxes = [one.bounding_box() for one in found.all()]
    return [box["x"] for box in boxes if box is not None]


def pointed(page: Page, name: str, share: float) -> str:
    """Points at a chart, so far from its left end; returns what is then said."""
    target = chart(page, name)
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] * 0.6)
    page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] * 0.6)
    said = page.locator(".rx-depth-said")
    expect(said).to_contain_text("of 8:")
    return said.inner_text()


def test_a_layer_is_marked_in_all_charts_and_in_the_strip(page: Page, new_page: NewPage) -> None:
    page.goto(SMALL)
    for name in CHARTS:
        expect(chart(page, name).locator(".main-svg").first).to_be_visible(timeout=PATIENCE)
    said = [pointed(page, name, 0.5) for name in CHARTS]
    assert len(set(said)) == 1
    assert re.match(r"Layer \d+ of 8: conv\d_block\d, layer [12] of 2\s+plain: \|dL/dx\|", said[0])
    assert len({round(place) for place in marks(page)}) == 1
    strip = page.get_by_role("slider", name="Layer", exact=True)
    strip.focus()
    page.keyboard.press("Home")
    assert (strip.get_attribute("aria-valuetext") or "").startswith("Layer 1 of 8: the stem. plain: ")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".rx-depth-said")).to_contain_text("Layer 2 of 8: conv2_block1, layer 1 of 2")
    assert strip.get_attribute("aria-valuenow") == "2"
    assert len({round(place) for place in marks(page)}) == 1
    narrow = new_page(viewport={"width": 390, "height": 800}, has_touch=True)
    narrow.goto(SMALL)
    expect(chart(narrow, "spreads").locator(".main-svg").first).to_be_visible(timeout=PATIENCE)
    chart(narrow, "gradients").tap(timeout=PATIENCE)
    expect(narrow.locator(".rx-depth-said")).to_contain_text("of 8:")
    assert len({round(place) for place in marks(narrow)}) == 1
    assert narrow.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def test_a_prediction_comes_first_in_each_window(page: Page, new_page: NewPage) -> None:
    page.goto(f"{SMALL}&predict=1")
    plain = page.locator('.rx-predict button[data-kind="plain"][data-trend="grows"]')
    plain.click(timeout=PATIENCE)
    expect(page.get_by_text("Choose one picture in each row.")).to_be_visible()
    residual = page.locator('.rx-predict button[data-kind="residual"][data-trend="level"]')
    residual.focus()
    page.keyboard.press("Enter")
    show = page.get_by_role("button", name="Show what was measured")
    show.click(timeout=PATIENCE)
    expect(page.get_by_text(re.compile(r"So you were right about (neither|one|both)\."))).to_be_visible(
        timeout=PATIENCE
    )
    expect(page.locator(".rx-expected figure")).to_have_count(4)
    expect(chart(page, "gradients")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Predict: No batch norm, He").click(timeout=PATIENCE)
    expect(page.locator(".rx-predict")).to_be_in_viewport(timeout=PATIENCE)
    expect(page.locator('.rx-predict button[aria-pressed="true"]')).to_have_count(0)
    page.wait_for_function("new URLSearchParams(location.search).get('init') === 'he'")
    second = new_page()
    second.goto(page.url)
    expect(second.locator(".rx-predict button")).to_have_count(6, timeout=PATIENCE)
    expect(chart(second, "gradients")).to_have_count(0)
    second.get_by_role("button", name="Show it without a prediction").click()
    expect(chart(second, "gradients")).to_be_visible(timeout=PATIENCE)
