"""Pictures given through the real field: good ones, many at once, and files meant to do harm."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from resnet_core.training.store import RunStore
from tests.browser.app_server import AppServer, start_app
from tests.browser.conftest import NewPage
from tests.browser.driving import ready
from tests.hands.hostile import NOTED, REFUSED, hostile_files
from tests.hands.pictures import encoded
from tests.hands_factory import pictures, write_signs
from tests.source_tree import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TRAIN = """
from resnet_core.training.loop import train
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore

store = RunStore()
train(store.create(RunSettings("cifar_resnet8", 1.0, epochs=1, batch_size=16), "Tiny"))
"""
ANSWERED = 120_000
"""Milliseconds in which a busy machine answers for the first time."""


@pytest.fixture(scope="module")
def with_a_run(tmp_path_factory: pytest.TempPathFactory, browser_path: str) -> Iterator[AppServer]:
    """An app of its own, with made-up photographs and a network that was trained on them a little."""
    folder = tmp_path_factory.mktemp("uploads")
    own = {"RESNET_DATA_DIR": str(write_signs(folder / "made up")), "RESNET_RUNS_DIR": str(folder / "runs")}
    environment = {**os.environ, **own}
    subprocess.run([sys.executable, "-c", TRAIN], cwd=ROOT, env=environment, check=True, capture_output=True)
    server = start_app(folder / "app", own)
    yield server
    server.stop()


@pytest.fixture
def page(new_page: NewPage, with_a_run: AppServer) -> Page:
    page = new_page(base_url=with_a_run.url)
    page.goto("/classify?picture=files&crop=square")
    return ready(page)


def give(page: Page, folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    page.locator('input[type="file"]').set_input_files([folder / name for name in files])


def hands(names: list[str]) -> dict[str, bytes]:
    """Made-up hands, each of the sign with which its name begins, or of sign 0."""
    labels = np.array([int(name[0]) if name[0].isdigit() else 0 for name in names])
    drawn = [Image.fromarray(picture) for picture in pictures(labels, seed=5)]
    return {name: encoded(image) for name, image in zip(names, drawn, strict=True)}


def test_every_hostile_file_gets_its_sentence_and_the_good_ones_are_answered(
    page: Page, tmp_path: Path
) -> None:
    give(page, tmp_path, {**dict(hostile_files()), **hands(["3_good.png"])})
    answer = page.locator(".st-key-rx-answer")
    expect(answer).to_contain_text(f"looked at {len(NOTED) + 1} pictures", timeout=ANSWERED)
    errors = page.get_by_test_id("stAlert").get_by_role("listitem").all_inner_texts()
    assert len(errors) == len(REFUSED)
    for name, sentence in REFUSED.items():
        assert any(text.startswith(name) and sentence in text for text in errors), (name, errors)
    for name, sentence in NOTED.items():
        page.get_by_role("button", name=f"Open {name}").click()
        expect(page.get_by_test_id("stMain")).to_contain_text(sentence, timeout=ANSWERED)


def test_a_square_that_is_moved_gives_the_network_another_part(page: Page, tmp_path: Path) -> None:
    image = Image.new("RGB", (300, 150), (250, 10, 10))
    image.paste((10, 10, 250), (150, 0, 300, 150))
    give(page, tmp_path, {"halves.png": encoded(image)})
    seen = page.get_by_alt_text("What the network sees of halves.png")
    expect(seen).to_be_visible(timeout=ANSWERED)
    before = seen.get_attribute("src")
    square = page.get_by_role("button", name="Square of")
    square.focus()
    for _ in range(3):
        square.press("Shift+ArrowRight")
    expect(seen).not_to_have_attribute("src", before or "", timeout=ANSWERED)
    expect(square).to_have_accessible_name(re.compile("^Square of 150 by 150 pixels, 120 from the left"))
    page.get_by_text("All, squeezed").click()
    expect(page.locator(".rx-cropper output")).to_contain_text("300 by 150 pixels, 0 from", timeout=ANSWERED)


def test_many_pictures_give_a_table_a_matrix_and_a_file_to_keep(page: Page, tmp_path: Path) -> None:
    names = [f"{label}_{number}.png" for label in range(6) for number in range(2)]
    give(page, tmp_path, hands([*names, "unnamed.png"]))
    answer = page.locator(".st-key-rx-answer")
    expect(answer).to_contain_text("of the 12 with a label in their name", timeout=ANSWERED)
    expect(page.get_by_test_id("stDataFrame")).to_be_visible(timeout=ANSWERED)
    expect(page.get_by_test_id("stMain")).to_contain_text("Left out: 1 picture without a label")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV of all answers").click()
    waiting.value.save_as(tmp_path / "answers.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "answers.csv").read_text(encoding="utf-8"))))
    assert [row["file"] for row in rows] == [*names, "unnamed.png"]
    right = sum(row["answer"] == row["label in the name"] for row in rows)
    assert f"right on {right} of the 12" in answer.inner_text()
    shares = [sum(float(row[f"probability of {label}"]) for label in range(6)) for row in rows]
    assert shares == pytest.approx([1] * 13, abs=1e-5)


def test_more_than_fifty_are_cut_with_a_sentence(page: Page, tmp_path: Path) -> None:
    give(page, tmp_path, hands([f"{number:02}.png" for number in range(52)]))
    expect(page.locator(".st-key-rx-answer")).to_contain_text("looked at 50 pictures", timeout=ANSWERED)
    expect(page.get_by_test_id("stAlert")).to_contain_text("but 52 came; these are the first 50")


def test_a_picture_is_taken_along_from_its_answer_to_why_it_was_given(
    page: Page, with_a_run: AppServer, tmp_path: Path
) -> None:
    tiny = RunStore(with_a_run.folder.parent / "runs").runs()[0].id
    page.goto(f"/classify?picture=files&crop=square&run={tiny}")
    ready(page)
    give(page, tmp_path, hands(["3_mine.png"]))
    page.get_by_role("button", name="Why this answer?").click(timeout=ANSWERED)
    maps = page.locator(".st-key-rx-figure-why-stages .rx-wide svg")
    expect(maps).to_be_visible(timeout=ANSWERED)
    expect(page.locator(".st-key-rx-why-top")).to_be_in_viewport()
    expect(page.get_by_text("3_mine.png, brought along")).to_be_visible()
    assert "picture=files" in page.url
    expect(page.locator(".rx-film-said")).to_contain_text("Epoch 1: the answer is", timeout=ANSWERED)
    ready(page, ANSWERED / 1000)

    slider = page.locator(".rx-why-opacity").first
    slider.focus()
    page.keyboard.press("End")  # asks nobody: the drawings follow a variable of the page
    expect(maps.locator(".rx-why-smooth").first).to_have_css("opacity", "1")
    expect(page.locator(".rx-why-opacity + output")).to_have_text(["100\u202f%"] * 2)
    page.get_by_label("Raw cells").first.check()
    expect(maps.locator(".rx-why-cells").first).to_have_css("display", "inline")
    expect(maps.locator(".rx-why-smooth").first).to_have_css("display", "none")

    when = page.locator(".rx-film-room .rx-wide .rx-film-when")
    page.get_by_role("button", name="One checkpoint back").click()
    expect(when).to_have_text("Before training")
    page.locator(".rx-film-scrub input").press("ArrowRight")
    expect(when).to_have_text("Epoch 1")
    page.get_by_role("button", name="Play").click()
    expect(when).to_have_text("Before training")
    expect(when).to_have_text("Epoch 1")
    expect(page.get_by_role("button", name="Play")).to_be_visible()

    page.get_by_text("Beside it: the untrained network").click()
    expect(page.get_by_text("Beside the untrained network, the rank")).to_be_visible(timeout=ANSWERED)
    # The controls in it are made only now, after several runs of the page.
    page.get_by_role("button", name="More").last.click()
    expect(page.get_by_label("SmoothGrad: noisy copies, n")).to_have_value("32")
    page.keyboard.press("Escape")
    for part in ("controls-why", "figure-why-stages", "figure-why-methods", "figure-why-film"):
        found = Axe().run(page, context=f".st-key-rx-{part}")
        assert found.violations_count == 0, found.generate_report()
    page.get_by_role("button", name="Take it away").click()
    expect(page.get_by_text("Give one picture, or choose a sample.")).to_be_visible(timeout=ANSWERED)
