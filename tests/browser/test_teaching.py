"""A person teaches a network a hand, sees before and after, tries it, saves, and deletes everything."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from resnet_core.hands import rendered
from resnet_core.training.store import RunStore
from tests.browser.app_server import ROOT, AppServer, start_app
from tests.browser.conftest import Launch, NewPage
from tests.browser.driving import ready
from tests.browser.test_training import tensorflow_in
from tests.hands_factory import pictures

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1200)]

MINUTES = 60_000
EACH = 4
TRAIN = """
from resnet_core.training.loop import train
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore

store = RunStore()
train(store.create(RunSettings("cifar_resnet8", 1.0, data="signs", epochs=2, batch_size=16), "Small"))
"""


@pytest.fixture(scope="module")
def app_server(
    tmp_path_factory: pytest.TempPathFactory, browser_path: str, tiny_signs_folder: Path
) -> Iterator[AppServer]:
    """An app of its own, with a small trained run: what is deleted must be all that was added."""
    folder = tmp_path_factory.mktemp("teaching")
    own = {"RESNET_DATA_DIR": str(tiny_signs_folder), "RESNET_RUNS_DIR": str(folder / "runs")}
    subprocess.run([sys.executable, "-c", TRAIN], cwd=ROOT, env={**os.environ, **own}, check=True)
    server = start_app(folder, own)
    yield server
    server.stop()


def hands() -> tuple[np.ndarray, np.ndarray]:
    """A few pictures of each sign: the rendered hands where they are, or made-up ones."""
    if not rendered.FOLDER.is_dir():
        labels = np.repeat(np.arange(6), EACH)
        return pictures(labels, 5).transpose(0, 2, 1, 3), labels
    found = rendered.load_rendered()
    chosen = np.concatenate([np.flatnonzero(found.test_y == label)[:EACH] for label in range(6)])
    return found.test_x[chosen], found.test_y[chosen]


def files_in(folder: Path) -> set[Path]:
    """What lies in the folder of runs, but for the database itself."""
    return {path for path in folder.rglob("*") if not path.name.startswith("runs.sqlite")}


def test_a_hand_is_taught_tried_saved_and_deleted(
    app_server: AppServer, new_page: NewPage, tmp_path: Path
) -> None:
    shown, labels = hands()
    files = [tmp_path / f"{label}_{index}.png" for index, label in enumerate(labels)]
    for file, pixels in zip(files, shown, strict=True):
        Image.fromarray(pixels).save(file)
    runs = app_server.folder / "runs"
    before = files_in(runs)
    page = new_page()
    (base,) = (run.id for run in RunStore(runs).runs() if run.title == "Small")
    page.goto(f"/teach?run={base}&pictures=files")
    ready(page)
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_role("button", name=f"Teach it {len(files)} snapshots").click(timeout=MINUTES)
    expect(page.get_by_test_id("stMain").get_by_role("button", name="Stop")).to_be_visible(timeout=MINUTES)

    second = new_page()  # is not blocked, and sees none of the pictures
    second.goto("/teach?pictures=files")
    ready(second)
    expect(second.locator(".rx-caption", has_text=re.compile("^0/10$"))).to_have_count(6, timeout=MINUTES)

    expect(page.get_by_text("After the lesson")).to_be_visible(timeout=2 * MINUTES)
    expect(page.get_by_text("Of your 6 snapshots held back")).to_be_visible(timeout=MINUTES)
    expect(page.get_by_text("test photographs of SIGNS")).to_be_visible(timeout=MINUTES)
    run_id = re.search(r"lesson=([\w-]+)", page.url)
    assert run_id is not None
    assert not [path for path in files_in(runs) - before if path.suffix == ".png"]
    _try_it(new_page(), run_id[1])

    page.get_by_role("button", name="Save its snapshots").click()
    expect(page.get_by_text("Its snapshots are saved in")).to_be_visible(timeout=MINUTES)
    assert len(list((runs / run_id[1]).rglob("*.png"))) == len(files)

    page.get_by_role("button", name="Delete everything").click()
    page.get_by_role("button", name="Delete all of it").click()
    expect(page.get_by_text(f"Deleted: {len(files)} snapshots and 1 taught network")).to_be_visible(
        timeout=MINUTES
    )
    assert files_in(runs) == before
    everything = b"".join(path.read_bytes() for path in app_server.folder.rglob("*") if path.is_file())
    for file, pixels in zip(files, shown, strict=True):
        assert file.read_bytes()[100:400] not in everything
        assert pixels.tobytes()[:300] not in everything
    page.goto("/runs")
    ready(page)
    expect(page.get_by_text("The best of").or_(page.get_by_text("Small is right"))).to_be_visible()
    expect(page.get_by_text("taught")).to_have_count(0)
    assert not tensorflow_in(app_server)


def _try_it(page: Page, run_id: str) -> None:
    page.goto(f"/classify?run={run_id}")
    ready(page)
    expect(page.get_by_text("Small, taught says")).to_be_visible(timeout=2 * MINUTES)


def test_the_camera_takes_ten_in_a_row_and_is_let_go(
    new_page: NewPage, launch: Launch, tmp_path: Path
) -> None:
    film = tmp_path / "moving.mjpeg"
    with film.open("wb") as frames:
        # Chromium shows it over and over. It must last: a picture that was taken before does not count.
        for pixels in pictures(np.arange(600) % 6, 8):
            jpeg = io.BytesIO()
            Image.fromarray(pixels).resize((640, 480)).save(jpeg, format="JPEG", quality=50)
            frames.write(jpeg.getvalue() * 2)
    page = new_page(launch(film), permissions=["camera"])
    page.add_init_script(
        "const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices); window.streams = [];"
        "navigator.mediaDevices.getUserMedia = async (what) => {"
        "const stream = await ask(what); window.streams.push(stream); return stream; };"
    )
    states = "window.streams.flatMap(stream => stream.getTracks().map(track => track.readyState))"
    page.goto("/teach?sign=4")
    ready(page)
    assert page.evaluate(states) == [], "the camera is asked for only after its button"
    page.get_by_role("button", name="Turn the camera on").click()
    page.wait_for_function("document.querySelector('video')?.videoWidth > 0", timeout=MINUTES)
    page.get_by_role("button", name="Take 10 of sign 4").click()
    expect(page.locator(".rx-sheet img")).to_have_count(10, timeout=2 * MINUTES)
    expect(page.get_by_role("button", name="Take 10 of sign 5")).to_be_enabled()
    page.get_by_role("button", name="Take one").click()
    expect(page.locator(".rx-sheet img")).to_have_count(11, timeout=MINUTES)
    assert page.evaluate(states) == ["live"]
    page.get_by_role("button", name="Turn the camera off").click()
    assert page.evaluate(states) == ["ended"]
    page.get_by_role("button", name="Turn the camera on").click()
    page.wait_for_function(f"({states}).includes('live')")
    page.get_by_role("link", name="Runs").click()
    page.wait_for_url("**/runs*")
    page.wait_for_function(f"!({states}).includes('live')", timeout=MINUTES)


def test_without_a_camera_a_sentence_says_what_to_do(page: Page) -> None:
    page.goto("/teach")
    ready(page)
    page.get_by_role("button", name="Turn the camera on").click()
    expect(page.get_by_text("give files instead")).to_be_visible(timeout=MINUTES)
