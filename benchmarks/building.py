"""The block builder: an edit on the server, and from a click to the new picture in a browser."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from benchmarks.figure import Figure, median_ms
from resnet_core.network.presets import PRESETS
from resnet_core.network.workbench import Workbench, act
from tools import chromium

EDITS = 21
BARE = """
import streamlit as st

st.session_state["count"] = st.session_state.get("count", 0) + 1
st.button("Again")
st.text(f"run {st.session_state['count']}")
"""
"""What Streamlit itself needs for a click: a page of one button and one text."""

# Clicks, and waits for the first change of what is drawn; in the page, so that nothing else is measured.
CLICK = """([button, watched]) => new Promise((resolve) => {
  const room = document.querySelector(watched);
  const began = performance.now();
  const observer = new MutationObserver(() => {
    observer.disconnect();
    requestAnimationFrame(() => resolve(performance.now() - began));
  });
  observer.observe(room, { childList: true, subtree: true, characterData: true });
  button.click();
})"""


def bench() -> list[Figure]:
    """Edit the convolutional block of the course."""
    return [*_on_the_server(), *_in_the_browser()]


def _on_the_server() -> list[Figure]:
    """All that is written anew after an edit; the reference is building the block in Keras."""
    from resnet_core.figures.block_cost import cost_html
    from resnet_core.network.accounting import account
    from resnet_core.network.alone import alone
    from resnet_core.network.inspection import inspect
    from resnet_core.network.model import keras_model
    from resnet_core.network.source import source
    from resnet_core.ui import bench_view

    preset = PRESETS["convolutional_block"]
    bench = Workbench(preset.block, preset.shape)

    def edit() -> str:
        for cached in (inspect, account, source):
            cached.cache_clear()
        now = act(bench, {"act": "insert", "layer": "relu", "at": "+branch.3"})
        bench_view.drawn(now, 1.0, 0)
        seen = inspect(now.block, now.shape)
        return cost_html(seen, seen, "") + source(alone(now.block, now.shape))

    spec = alone(preset.block, preset.shape)
    built = median_ms(lambda: keras_model(spec), times=5)
    return [Figure("edit a block, all views", median_ms(edit), "ms", built, "building it in Keras")]


def _in_the_browser() -> list[Figure]:
    """From a click on a layer's button to the new diagram; the reference is Streamlit's bare page."""
    from playwright.sync_api import sync_playwright

    from tests.browser.app_server import start_app

    path = chromium.find()
    if path is None:
        print(chromium.NO_BROWSER)
        return []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE, encoding="utf-8")
        browser = driver.chromium.launch(executable_path=path)
        took = {}
        for name, script, address, button, watched in (
            ("ours", "app.py", "/build?from=convolutional_block", "[data-layer=relu]", ".rx-bench-room"),
            ("bare", str(bare), "/", "button:has-text('Again')", '[data-testid="stText"]'),
        ):
            server = start_app(Path(folder) / name, script=script)
            try:
                page = browser.new_page(base_url=server.url)
                page.goto(address)
                page.locator(button).wait_for()
                page.wait_for_timeout(15_000)  # until the workers have started and the page is at rest
                took[name] = []
                for _ in range(EDITS):
                    handle = page.locator(button).element_handle()
                    took[name].append(page.evaluate(CLICK, [handle, watched]))
                    page.wait_for_timeout(300)
            finally:
                server.stop()
        browser.close()
    ours, reference = (statistics.median(took[name]) for name in ("ours", "bare"))
    return [
        Figure("edit a block, click to picture", ours, "ms", reference, "a click on a bare Streamlit page")
    ]
