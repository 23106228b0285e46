"""The lessons that ship as recordings, in a browser: there at once, moved by keyboard, and leading on."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.driving import ready

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
PATIENCE = 90_000  # milliseconds; the machines that run the tests are shared


def test_both_lessons_show_what_was_recorded_and_lead_on(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/averages")
    answer = page.locator(".st-key-rx-answer")
    expect(answer).to_contain_text("With the weights of epoch 6", timeout=PATIENCE)
    page.locator(".st-key-rx-figure-two-ways .js-plotly-plot").wait_for(timeout=PATIENCE)
    slider = page.get_by_role("slider", name="Epoch")
    slider.focus()
    slider.press("ArrowLeft")
    expect(answer).to_contain_text("With the weights of epoch 5", timeout=PATIENCE)
    expect(page).to_have_url(re.compile(r"step=170"))
    page.goto("/rate?with=plain")
    page.locator(".st-key-rx-figure-rate-range .js-plotly-plot").wait_for(timeout=PATIENCE)
    ready(page)
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found] == []
    trains = page.get_by_role("link", name="Train ResNet-50 with a learning rate of")
    expect(trains).to_have_attribute("href", re.compile(r"train\?.*rate=0\.00"))
    trains.click()  # the page it leads to drops from its address what is usual there, the rate among it
    expect(page).to_have_url(re.compile(r"/train"), timeout=PATIENCE)
    rate = page.get_by_label("Learning rate, peak", exact=True)
    expect(rate).to_have_value("0.003", timeout=PATIENCE)
