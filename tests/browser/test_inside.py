"""Inside a network, in a browser: from a camera to why, the block that changed most, and epoch 1."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Launch, NewPage
from tests.browser.driving import camera_video, ready

pytestmark = pytest.mark.browser
PATIENCE = 120_000  # milliseconds; the machines that run the tests are shared


def opened(page: Page, address: str) -> Page:
    """The page once the network has looked at the picture, and its maps are there."""
    page.goto(address)
    page.locator(".rx-maps canvas").first.wait_for(timeout=PATIENCE)
    return page


def answered_from_the_camera(page: Page) -> Page:
    """Inside, with the photograph that the camera took on the Classify page and its answer there."""
    page.goto("/classify?run=shipped&picture=camera&crop=square")
    ready(page)
    page.get_by_text("Turn the camera on").click()
    page.wait_for_function("document.querySelector('video')?.videoWidth > 0", timeout=PATIENCE)
    page.get_by_role("button", name="Take Photo").click()
    answer = page.locator(".st-key-rx-answer")
    expect(answer).to_contain_text("The network that ships says", timeout=PATIENCE)
    page.get_by_role("button", name="Why this answer?").click()
    page.locator(".rx-maps canvas").first.wait_for(timeout=PATIENCE)
    return page


def test_from_a_frame_of_the_camera_to_what_excites_a_channel_and_back_to_the_first_epoch(
    launch: Launch, new_page: NewPage, hand_files: list[Path], tmp_path: Path
) -> None:
    film = camera_video(hand_files[5], tmp_path / "hand.mjpeg")
    page = answered_from_the_camera(new_page(launch(film), permissions=["camera"]))
    expect(page.get_by_text(re.compile("It says [0-5] with"))).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("brought along from the page before")).to_be_visible()
    expect(page.get_by_role("heading", name="Why this answer?")).to_be_in_viewport(timeout=PATIENCE)
    expect(page.locator("strong", has_text="Grad-CAM at conv")).to_be_visible(timeout=PATIENCE)
    # Which block changed the picture most stands in the answer; its button on the strip has the highest bar.
    said = page.locator(".st-key-rx-answer").inner_text()
    most = re.search(r"(conv\d), block (\d+) changes most", said)
    assert most is not None, said
    block = page.locator(".rx-inside-blocks button").filter(has=page.locator('i[style*="100.0%"]'))
    expect(block).to_have_attribute("aria-label", re.compile(f"^{most[1]}, block {most[2]}: F"))
    block.click()
    heading = page.get_by_role("heading", name=f"{most[1]}, block {most[2]}")
    expect(heading).to_be_visible(timeout=PATIENCE)
    # F(x), the end of its branch, by keyboard: from the sum, which is the last of the layers but one.
    layers = page.locator(".rx-inside-layers button")
    layers.last.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("Every map of .*_branch_bn"))).to_be_visible(
        timeout=PATIENCE
    )
    page.locator(".rx-maps button").nth(2).click()
    expect(page.locator(".rx-maps button").nth(2)).to_have_attribute("aria-pressed", "true")
    channel = page.locator(".rx-maps button").nth(2).get_attribute("value")
    expect(page.get_by_text(re.compile(f"^Channel {channel} of"))).to_be_visible(timeout=PATIENCE)
    page.wait_for_function(f"new URLSearchParams(location.search).get('channel') === '{channel}'")
    expect(page.get_by_text("in which this channel reaches highest")).to_be_visible(timeout=PATIENCE)
    # How the number under the cursor was made is what stands in the map.
    page.locator(".rx-cursor").click(position={"x": 5, "y": 5})
    expect(page.get_by_text("At row 0, column 0 of channel")).to_be_visible(timeout=PATIENCE)
    # The same layer and channel of the same photograph at the first checkpoint, by its slider.
    name = page.get_by_role("heading", name=re.compile("Every map of")).inner_text()
    slider = page.locator(".st-key-rx-controls-inside").get_by_role("slider")
    slider.press("Home")
    slider.press("ArrowRight")
    page.wait_for_function("new URLSearchParams(location.search).get('step') === '142'")
    ready(page, PATIENCE / 1000)
    expect(page.get_by_role("heading", name=name)).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text(re.compile(f"^Channel {channel} of"))).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("brought along from the page before")).to_be_visible()
    expect(page.locator(".st-key-rx-controls-inside")).to_contain_text("Epoch 1")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_everybody_can_use_it(new_page: NewPage, scheme: str, width: int) -> None:
    page = opened(new_page(color_scheme=scheme, viewport={"width": width, "height": 844}), "/inside")
    page.get_by_text("Can it learn my hand?").wait_for(timeout=PATIENCE)
    ready(page, PATIENCE / 1000)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []


def test_a_picture_of_ones_own_is_looked_into(page: Page, hand_files: list[Path]) -> None:
    page.goto("/inside?picture=files&crop=square")
    page.locator('input[type="file"]').set_input_files(hand_files[2])
    page.locator(".rx-maps canvas").first.wait_for(timeout=PATIENCE)
    expect(page.get_by_text(re.compile("It says [0-5] with"))).to_be_visible(timeout=PATIENCE)
