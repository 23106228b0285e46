"""A person takes the network that ships away as a file of Keras, and begins a run with it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from resnet_core.training.recording import shipped
from tests.browser.app_server import AppServer
from tests.browser.conftest import NewPage
from tests.browser.driving import ready

MINUTES = 60_000


def _wrong(page: Page, part: str) -> list[tuple[str, list[str]]]:
    """What axe finds in a part of the page."""
    found = Axe().run(page, context=part).response["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]


@pytest.mark.browser
@pytest.mark.timeout(300)
def test_a_run_is_taken_away_and_another_begins_with_it(
    app_server: AppServer, new_page: NewPage, tmp_path: Path
) -> None:
    run = shipped()[0].run
    page = new_page()
    page.goto(f"/runs?take={run.id}")
    ready(page)
    page.get_by_role("button", name="Make .keras").click()
    download = page.get_by_test_id("stDownloadButton").get_by_role("button", name="Download .keras")
    expect(download).to_be_visible(timeout=3 * MINUTES)
    ready(page)
    assert _wrong(page, ".st-key-rx-exports") == []
    with page.expect_download(timeout=MINUTES) as coming:
        download.click()
    file = tmp_path / "taken.keras"
    coming.value.save_as(file)
    assert "model.weights.h5" in zipfile.ZipFile(file).namelist()

    page.goto(f"/train?network={run.settings.network}&width={run.settings.width:g}")
    ready(page)
    page.get_by_text("Begin with: random weights").click()
    page.get_by_role("button", name="Give a file").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Keep this file").click()
    expect(page.get_by_text("are taken, named as by this app")).to_be_visible(timeout=3 * MINUTES)
    assert "begin=" in page.url
    ready(page)
    assert _wrong(page, ".st-key-rx-beginning") == []
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible(timeout=MINUTES)
