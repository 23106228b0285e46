"""Take the README's screenshots from a running app: `python -m tools.screenshots ADDRESS [NAME ...]`.

Only pages without photographs of SIGNS are taken, since none of them may become part of the project. The
Runs page wants a few finished runs to show.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tools import chromium

FOLDER = Path(__file__).resolve().parents[1] / "assets" / "screenshots"
PAGES = {
    "start": "/",
    "block": "/build?from=convolutional_block",
    "map": "/map?network=resnet50&beside=plain50",
    "gradients": "/gradients",
    "inside": "/inside?run=shipped",
    "runs": "/runs",
}
READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'


def main() -> None:
    """Write one PNG a page."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8501"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        path = chromium.find() or chromium.find_playwrights(sys.executable)
        browser = playwright.chromium.launch(executable_path=path)
        for name in sys.argv[2:] or PAGES:
            page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
            page.goto(address + PAGES[name])
            page.wait_for_selector(READY, state="attached")
            page.wait_for_timeout(4000)  # the charts are drawn after the script has ended
            page.screenshot(path=FOLDER / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
