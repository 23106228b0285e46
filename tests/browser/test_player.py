"""The player in a browser: it says at a moment what is stored up to then, and a run plays on its page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from resnet_core.training.records import Steps
from resnet_core.ui.component import asset
from resnet_core.ui.player import Played, Rider, Said, Score, Values
from tests import recordings
from tests.browser.app_server import AppServer, start_one
from tests.browser.conftest import NewPage
from tests.browser.driving import ready

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
PATIENCE = 90_000  # milliseconds; the machines that run the tests are shared
LOAD = "const m = await import(URL.createObjectURL(new Blob([source], {type: 'text/javascript'})));"


@pytest.fixture(scope="module")
def replay_server(tmp_path_factory: pytest.TempPathFactory, browser_path: str) -> Iterator[AppServer]:
    folder: Path = tmp_path_factory.mktemp("replay")
    recordings.write(folder / "recordings", "curves", weights=False)
    server = start_one("replay", folder, {"RESNET_RECORDINGS_DIR": str(folder / "recordings")})
    yield server
    server.stop()


def a_score(generator: np.random.Generator) -> tuple[Score, Steps, list[int]]:
    """A made-up run with gaps between its steps, as a recording has them, and the steps of its epochs."""
    count = int(generator.integers(2, 40))
    step = np.cumsum(generator.integers(1, 4, count))
    columns = generator.uniform(0, 5, (3, count))
    steps = Steps(step, step, np.cumsum(generator.uniform(0.1, 2, count)), *columns)
    tested = sorted({int(one) for one in generator.choice(step, 3)})
    eighths = Values(tested, np.arange(len(tested)) / 8)
    says = [Said("loss", Values(step, steps.loss)), Said("test", eighths, later=True)]
    end = int(step[-1]) + 3
    riders = [Rider("training", "#000", Values(step, steps.loss))]
    chart = Played("x", ("xy",), (0.0, 9.0), 5.0, riders, Values(step, steps.seconds))
    score = Score(
        "a", "Play", int(step[-1]), end, 7, [("", says)], [chart], Values(step, steps.seconds), most=3000
    )
    return score, steps, tested


def test_the_state_at_a_moment_is_what_is_stored_up_to_it(page: Page) -> None:
    """For random runs and every step: the last row that is not later; and in time, where the head then is."""
    generator = np.random.default_rng(11)
    page.goto("about:blank")
    for _ in range(12):
        score, steps, tested = a_score(generator)
        moments = np.r_[1 : score.last + 1]
        waits = generator.uniform(0, 6, len(moments))
        found = page.evaluate(
            f"""async ([source, data, moments, waits]) => {{ {LOAD}
              return moments.map((at, n) => ({{
                rows: data.sides[0].says.map((one) => m.valueAt(one.steps, one.values, at)),
                words: m.moment(data, at), x: m.along(data.charts[0], at),
                later: m.later(data, at, waits[n], 10),
              }})); }}""",
            [asset("player.js"), score.told(), moments.tolist(), waits.tolist()],
        )
        for at, wait, told in zip(moments, waits, found, strict=True):
            done = np.flatnonzero(steps.step <= at)
            expected = float(steps.loss[done[-1]]) if done.size else None
            assert told["rows"][0] == (pytest.approx(expected, rel=1e-5) if done.size else None)
            known = [number for number, step in enumerate(tested) if step <= at]
            assert told["rows"][1] == (known[-1] / 8 if known else None)
            assert ("test" in "".join(told["words"]["told"])) == bool(known)
            assert told["words"]["place"].startswith(f"step {at} of {score.end}, epoch {-(-at // 7)}, ")
            if steps.step[0] <= at <= steps.step[-1]:
                seconds = np.interp(at, steps.step, steps.seconds)
                assert told["x"] == pytest.approx(seconds, rel=1e-4)
                after = seconds + 10 * wait
                if after <= steps.seconds[-1]:
                    assert told["later"] == pytest.approx(
                        np.interp(after, steps.seconds, steps.step), rel=1e-3
                    )


def test_names_on_the_head_keep_their_distance(page: Page) -> None:
    page.goto("about:blank")
    found = page.evaluate(
        f"async (source) => {{ {LOAD} return [m.apart([50, 52, null, 51]), m.apart([10, 90])]; }}",
        asset("player.js"),
    )
    assert found[1] == [10, 90]
    assert found[0][2] is None
    heights = sorted(one for one in found[0] if one is not None)
    assert np.diff(heights).min() > 21.5
    assert np.mean(heights) == pytest.approx(51)


def test_a_recorded_run_plays_again(new_page: NewPage, replay_server: AppServer) -> None:
    page = new_page(base_url=replay_server.url)
    page.goto("/")
    chart = ".st-key-rx-figure-loss-of-run .js-plotly-plot"
    page.locator(chart).wait_for(timeout=PATIENCE)
    ready(page)
    slider, said = page.get_by_role("slider", name="Step"), page.locator(".rx-player output")
    expect(said).to_contain_text("Step 48 of 48, epoch 4, 15 s")
    page.get_by_label("Speed").select_option("1")
    page.get_by_role("button", name="Play", exact=True).press("Enter")
    page.wait_for_function("document.querySelector('.rx-player input').value >= 3", timeout=PATIENCE)
    page.get_by_role("button", name="Pause").click()
    assert int(slider.input_value()) < 48
    slider.focus()
    page.keyboard.press("Home")
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("Step 13 of 48, epoch 2, 4 s")
    expect(said).to_contain_text("training loss 0.555, accuracy 72.3 %, learning rate 1.30·10⁻⁴")
    expect(said).to_contain_text("validation loss 1.1, validation accuracy 60 %, test loss 1.2")
    veil = page.locator(f"{chart} > .rx-player-veil")
    names = veil.locator("span")
    expect(names.nth(0)).to_have_text("training")
    box, whole = veil.locator("i").first.bounding_box(), page.locator(chart).bounding_box()
    assert box
    assert whole
    assert 0.5 * whole["width"] < box["width"] < 0.9 * whole["width"]
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
    page.get_by_role("button", name="Show all").click()
    expect(veil).to_be_hidden()
