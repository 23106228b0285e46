"""One app and one Chromium for all browser tests.

Both live no longer than this folder's tests: the app's workers hold memory, and while Playwright runs, its
event loop occupies the main thread, where other tests may want one of their own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.browser.app_server import AppServer, start_app
from tests.browser.driving import Complaints, camera_arguments
from tools import chromium

Launch = Callable[..., Browser]
NewPage = Callable[..., Page]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Adds to the report of a failed test what the app printed."""
    report = yield
    server = getattr(item, "funcargs", {}).get("app_server")
    if report.failed and isinstance(server, AppServer):
        report.sections.append(("what the app printed", server.tail()))
    return report


@pytest.fixture(scope="package")
def browser_path() -> str:
    """Where the browser is; without one the browser tests are skipped, and fail where CI is set."""
    path = chromium.find() or chromium.find_playwrights(sys.executable)
    if path is None and os.environ.get("CI"):
        pytest.fail(chromium.NO_BROWSER)
    if path is None:
        pytest.skip(chromium.NO_BROWSER)
    return path


@pytest.fixture(scope="package")
def app_server(tmp_path_factory: pytest.TempPathFactory, browser_path: str) -> Iterator[AppServer]:
    """The running app; it is not started where no browser could visit it."""
    server = start_app(tmp_path_factory.mktemp("app"))
    yield server
    server.stop()


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="package")
def launch(playwright: Playwright, browser_path: str) -> Iterator[Launch]:
    """`launch(camera=VIDEO)` starts a Chromium, with a camera that shows the film if one is given."""
    browsers: list[Browser] = []

    def start(camera: Path | None = None) -> Browser:
        arguments = camera_arguments(camera) if camera else []
        browsers.append(playwright.chromium.launch(executable_path=browser_path, args=arguments))
        return browsers[-1]

    yield start
    for one in browsers:
        one.close()


@pytest.fixture(scope="package")
def browser(launch: Launch) -> Browser:
    """The Chromium that the tests share; it has no camera."""
    return launch()


@pytest.fixture
def complaints() -> Complaints:
    """What the pages of this test did wrong; `allow` lets through what the test provokes itself."""
    return Complaints()


@pytest.fixture
def new_page(app_server: AppServer, browser: Browser, complaints: Complaints) -> Iterator[NewPage]:
    """`new_page(browser_of_its_own=None, **options)` opens a tab; the test fails if it complains.

    Each is a person with cookies and storage of their own. The options are those of Playwright's
    `new_context`, such as `viewport`, `color_scheme` and `permissions`. Addresses may be given as paths:
    `page.goto("/train")`.
    """
    contexts: list[BrowserContext] = []
    own: list[Browser] = []

    def open_tab(browser_of_its_own: Browser | None = None, **options: object) -> Page:
        own.extend([browser_of_its_own] if browser_of_its_own else [])
        whole = {"base_url": app_server.url, "viewport": {"width": 1280, "height": 900}, **options}
        contexts.append((browser_of_its_own or browser).new_context(**whole))
        return complaints.watch(contexts[-1].new_page())

    yield open_tab
    unexpected = complaints.unexpected()
    for context in contexts:
        context.close()
    for browser_of_a_test in own:  # a browser with a camera works as long as it lives
        browser_of_a_test.close()
    assert unexpected == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A tab of its own, 1280x900, light, before its first address."""
    return new_page()
