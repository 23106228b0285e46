"""A person folds networks with mouse and keyboard, and compares two."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.browser.conftest import NewPage
from tests.browser.driving import ready, settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MINUTES = 60_000


def row(page: Page, name: str) -> Locator:
    return page.locator(f'.rx-map tr[data-name="{name}"]')


def rows(page: Page) -> Locator:
    return page.locator(".rx-map tbody tr")


def open_map(page: Page, options: str = "") -> None:
    page.goto(f"/map{options}")
    ready(page)
    expect(rows(page).first).to_be_visible(timeout=MINUTES)


def set_beside(page: Page, title: str, name: str) -> None:
    """Sets a network beside the other; again where the page was drawn anew while its list was open."""
    for _ in range(3):
        settled(page)
        page.get_by_label("Beside it").first.click()
        page.get_by_role("option", name=title, exact=True).click()
        try:
            page.wait_for_url(f"**beside={name}**", timeout=MINUTES / 6)
            return
        except TimeoutError:
            page.keyboard.press("Escape")


def fold(page: Page, name: str) -> None:
    page.get_by_role("radiogroup", name="Open down to").get_by_role("radio", name=name, exact=True).click()


def test_parts_open_and_close_by_mouse_and_the_address_keeps_them(page: Page, new_page: NewPage) -> None:
    open_map(page)
    expect(rows(page)).to_have_count(7)
    row(page, "conv3").click()
    expect(row(page, "conv3_block4")).to_be_visible()
    row(page, "conv3_block1").click()
    expect(row(page, "conv3_block1_add")).to_be_visible()
    page.wait_for_url("**open=network.conv3.conv3_block1*")
    second = new_page()
    second.goto(page.url)
    expect(row(second, "conv3_block1_add")).to_be_visible(timeout=MINUTES)
    expect(rows(second)).to_have_count(rows(page).count())
    row(page, "conv3").click()
    expect(row(page, "conv3_block1")).to_have_count(0)
    fold(page, "Blocks")
    expect(rows(page)).to_have_count(7 + 16)
    page.wait_for_url("**open=blocks*")
    fold(page, "Network")
    expect(rows(page)).to_have_count(1)
    fold(page, "Layers")
    expect(row(page, "conv5_block3_exit_relu1")).to_be_attached()


def test_the_same_with_the_keyboard_alone(page: Page) -> None:
    open_map(page, "?network=resnet152")
    row(page, "network").focus()
    page.keyboard.press("End")
    expect(row(page, "head")).to_be_focused()
    for _ in range(2):
        page.keyboard.press("ArrowUp")
    expect(row(page, "conv4")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(rows(page)).to_have_count(7 + 36)
    expect(row(page, "conv4")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(row(page, "conv4_block1")).to_be_focused()
    page.keyboard.press("Enter")
    expect(row(page, "conv4_block1")).to_have_attribute("aria-expanded", "true")
    expect(row(page, "conv4_block1_add")).to_be_attached()
    page.keyboard.press("ArrowLeft")
    expect(row(page, "conv4_block1")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowLeft")
    expect(row(page, "conv4")).to_be_focused()
    page.keyboard.press(" ")
    expect(rows(page)).to_have_count(7)


def test_two_networks_are_compared_and_saved_as_a_picture(page: Page, tmp_path: Path) -> None:
    open_map(page)
    set_beside(page, "Plain-50", "plain50")
    expect(row(page, "conv4").get_by_text("≠ differs")).to_be_visible(timeout=MINUTES)
    expect(row(page, "stem").get_by_text("≠ differs")).to_have_count(0)
    expect(page.get_by_text("They differ in conv2, conv3, conv4, conv5.")).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("button", name="SVG of map", exact=True).click()
    file = tmp_path / "map.svg"
    started.value.save_as(file)
    svg = ElementTree.parse(file).getroot()
    words = [node.text for node in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert "Parameters" in words
    assert words.count("≠") == 5
    bars = page.locator(".rx-map .rx-share").count()
    grounds_lines_and_bars = len(list(svg.iter("{http://www.w3.org/2000/svg}rect")))
    assert grounds_lines_and_bars == 1 + page.locator(".rx-map tr").count() + 2 * bars
