"""A recorded race in a browser: played, paused and scrubbed by keyboard, in a second window, by everybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from resnet_core.training.race import Race
from tests import races
from tests.browser.app_server import AppServer, start_one
from tests.browser.conftest import NewPage
from tests.browser.driving import ready

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
PATIENCE = 90_000  # milliseconds; the machines that run the tests are shared
CHART = ".st-key-rx-figure-race-curves .js-plotly-plot"


@pytest.fixture(scope="module")
def race_server(tmp_path_factory: pytest.TempPathFactory, browser_path: str) -> Iterator[AppServer]:
    folder: Path = tmp_path_factory.mktemp("race")
    races.write(folder / "races", "14-he", Race(depth=14))
    races.write(folder / "races", "8-none", Race(batch_norm=False, depth=8))
    server = start_one("race", folder, {"RESNET_RACES_DIR": str(folder / "races")})
    yield server
    server.stop()


def opened(new_page: NewPage, server: AppServer, address: str, **options: object) -> Page:
    page = new_page(base_url=server.url, **options)
    page.goto(address)
    page.locator(CHART).wait_for(timeout=PATIENCE)
    page.locator(".st-key-rx-reading-race").wait_for(timeout=PATIENCE)
    return ready(page)


def step(page: Page) -> int:
    return int(page.get_by_role("slider", name="Step").input_value())


def test_a_recording_plays_at_once_and_is_scrubbed_by_keyboard(
    new_page: NewPage, race_server: AppServer
) -> None:
    page = opened(new_page, race_server, "/?race=8-none")
    expect(page.get_by_text("recorded 2026-11-03").first).to_be_visible()
    slider, said = page.get_by_role("slider", name="Step"), page.locator(".rx-player output")
    veil = page.locator(f"{CHART} > .rx-player-veil")
    last = step(page)
    assert last == 40
    expect(said).to_contain_text("Step 40 of 40, epoch 4")
    page.get_by_role("button", name="Play", exact=True).focus()
    page.keyboard.press("Enter")
    pause = page.get_by_role("button", name="Pause")
    pause.wait_for()
    page.wait_for_function("document.querySelector('.rx-player input').value >= 4", timeout=PATIENCE)
    expect(veil.locator("b")).to_be_visible()
    pause.click()
    paused = step(page)
    page.wait_for_timeout(700)
    assert step(page) == paused < last
    slider.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("Step 2 of 40, epoch 1")
    expect(said).to_contain_text("plain: training loss")
    assert slider.get_attribute("aria-valuetext") == "step 2 of 40, epoch 1"
    box, whole = veil.locator("i").first.bounding_box(), page.locator(CHART).bounding_box()
    assert box
    assert whole
    assert box["width"] > 0.8 * (whole["width"] - 100), "what comes after the head is hidden"
    usable_by_everybody(page)
    page.get_by_role("button", name="Show all").click()
    expect(veil).to_be_hidden()
    second = opened(new_page, race_server, page.url)
    reading = page.locator(".st-key-rx-reading-race").inner_text()
    assert "net is ahead" in reading
    expect(second.locator(".st-key-rx-reading-race")).to_have_text(reading)


def usable_by_everybody(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []


def test_who_wants_no_motion_sees_an_epoch_at_a_time_also_on_a_telephone(
    new_page: NewPage, race_server: AppServer
) -> None:
    page = opened(
        new_page, race_server, "/", color_scheme="dark", reduced_motion="reduce",
        viewport={"width": 390, "height": 844},
    )  # fmt: skip
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("document.querySelector('.rx-player input').value >= 20", timeout=PATIENCE)
    page.get_by_role("button", name="Pause").click()
    assert step(page) % 10 == 0
    usable_by_everybody(page)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
