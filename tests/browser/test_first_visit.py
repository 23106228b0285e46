"""A fresh server whose first visitor comes by a deep link."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.app_server import AppServer, start_app
from tests.browser.driving import Complaints, ready

pytestmark = pytest.mark.browser


@pytest.fixture
def fresh(tmp_path: Path, browser: Browser) -> Iterator[AppServer]:
    server = start_app(tmp_path)
    yield server
    server.stop()


def test_a_deep_link_is_answered_by_the_whole_app(fresh: AppServer, browser: Browser) -> None:
    complaints = Complaints()
    with browser.new_context(base_url=fresh.url) as context:
        page = complaints.watch(context.new_page())
        page.goto("/runs?show=loss")
        ready(page)
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "Which run learned better, and what was different?"
        )
        for title in ("Start", "Data", "Train", "Runs", "Classify"):
            expect(page.get_by_role("link", name=title, exact=True).first).to_be_visible()
        assert complaints.unexpected() == []
