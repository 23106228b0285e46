"""Two people train at the same time: their places in the queue, a closed tab, a pause, and single steps."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.driving import ready

MINUTE = 60_000
_BLOCK = "8x8x8~3x3-8_bn_relu_3x3-8_bn~id~relu"
_ADDRESS = f"/train?network=own&block={_BLOCK}&plan=1-1~1-2~1-2&data=rendered&epochs=500&batch=64"


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _train(page: Page) -> str:
    """Presses Train, and returns the address of the run."""
    before = page.url
    _press(page, "Train")
    page.wait_for_function(
        f"location.href !== {before!r} && location.search.includes('run=')", timeout=MINUTE
    )
    ready(page)
    return page.url


def _says(page: Page, words: str) -> None:
    expect(page.get_by_text(re.compile(words))).to_be_visible(timeout=2 * MINUTE)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(400)
def test_two_people_share_one_worker(new_page: NewPage) -> None:
    ada, ben = new_page(), new_page(color_scheme="dark")
    for page in (ada, ben):
        page.goto(_ADDRESS)
        ready(page)
    first = _train(ada)
    second = _train(ada)
    _says(ada, r"1st in the queue|Waiting for a worker")
    _train(ben)
    _says(ben, r"1st in the queue, begins in")  # one of each before the second of anybody
    _says(ada, r"2nd in the queue, begins in")

    ada.close()
    again = ada.context.new_page()
    again.goto("/train")
    ready(again)
    _says(again, r"pictures/s")  # her running one, though the newest is his
    ben_looks = ben.context.new_page()
    ben_looks.goto(first)
    ready(ben_looks)
    _says(ben_looks, "Somebody else started this run")
    expect(ben_looks.get_by_role("button", name="Stop")).to_have_count(0)
    ben_looks.close()
    _press(again, "Stop")
    _says(again, r"stopped after")
    again.goto(second)
    ready(again)
    _press(again, "Stop")
    _says(again, r"stopped after")

    _says(ben, r"pictures/s")
    _press(ben, "Pause")
    _says(ben, r"Paused after step \d+")
    _press(ben, "One step")
    _says(ben, r"in slow motion")
    _press(ben, "Go on")
    _says(ben, r"pictures/s")
    _press(ben, "Stop")
    _says(ben, r"stopped after")
