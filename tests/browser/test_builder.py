"""A person builds a block by mouse and by keys, mends, shares and runs it, stacks it and trains that."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from resnet_core.figures.text import whole
from resnet_core.network.accounting import account
from resnet_core.network.architecture import own
from resnet_core.network.blocktext import read
from resnet_core.network.inspection import inspect
from resnet_core.network.presets import PRESETS
from resnet_core.network.spec import BlockSpec, Conv
from resnet_core.training.store import RunStore
from tests.browser.app_server import AppServer
from tests.browser.conftest import NewPage
from tests.browser.driving import ready, settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
MINUTES = 60_000
WANTED = PRESETS["bottleneck"]
"""The convolutional block: 1x1 with stride 2, 3x3, 1x1, each with batch norm, and a projection."""


#: Narrow, so that an epoch takes seconds.
BLOCK, REPEATS = "8x8x8~3x3-8_bn_relu_3x3-8_bn~id~relu", "1-1"


def row(page: Page, name: str) -> Locator:
    return page.locator(f'.rx-map tr[data-name="{name}"]')


def rows(page: Page) -> Locator:
    return page.locator(".rx-map tbody tr")


def built(page: Page) -> BlockSpec:
    """The block that stands in the address."""
    return read(parse_qs(urlsplit(page.url).query)["block"][0])[0]


def button(page: Page, name: str) -> Locator:
    return page.locator("[data-layer]", has_text=name)


def part(page: Page, at: str) -> Locator:
    return page.locator(f'.rx-bench-room [data-at="{at}"]:visible')


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    ready(page)
    expect(page.locator(".rx-bench svg:visible")).to_have_count(1, timeout=MINUTES)
    return page


def layers(page: Page) -> list[str]:
    return [one.get_attribute("data-at") or "" for one in page.locator(".rx-layer:visible").all()]


def field(page: Page, at: str, name: str) -> Locator:
    """A field of the chosen convolution, not of the one that was chosen before."""
    return page.locator(f".st-key-layer-Conv-{at.replace('.', '-')}-{name} input")


def fill(field: Locator, value: int) -> None:
    field.fill(str(value))
    field.press("Enter")


def type_into(page: Page, field: Locator, value: int) -> None:
    field.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(str(value))
    page.keyboard.press("Enter")


def test_a_block_is_built_with_the_mouse_mended_shared_and_run(
    page: Page, new_page: NewPage, tmp_path: Path
) -> None:
    opened(page, "/build?from=empty")
    fill(page.get_by_label("x: channels", exact=True), 256)
    expect(page.locator(".rx-bench-room svg:visible")).to_contain_text("×256")
    part(page, "+branch.0").click()
    for number, (name, filters) in enumerate((("1×1 conv", 128), ("3×3 conv", 128), ("1×1 conv", 512))):
        button(page, name).click()
        expect(part(page, f"branch.{3 * number}")).to_have_class("rx-layer rx-chosen", timeout=MINUTES)
        fill(field(page, f"branch.{3 * number}", "filters"), filters)
        expect(part(page, f"branch.{3 * number}")).to_contain_text(str(filters), timeout=MINUTES)
        button(page, "batch norm").click()
        if number < 2:
            button(page, "ReLU").click()
            expect(part(page, f"branch.{3 * number + 2}")).to_have_class(
                "rx-layer rx-chosen", timeout=MINUTES
            )
    expect(page.locator(".rx-layer:visible")).to_have_count(8)
    part(page, "branch.0").click()
    fill(field(page, "branch.0", "stride"), 2)
    expect(
        page.get_by_text("It does not fit: the branch brings 8×8×512, the shortcut 16×16×256.")
    ).to_be_visible()
    assert page.locator(".rx-edge.rx-broken:visible").count() == 2
    page.get_by_role("button", name="Project x").click()
    expect(page.get_by_text("It does not fit")).to_have_count(0)
    part(page, "+exit.0").click()
    button(page, "ReLU").click()
    expect(part(page, "exit.0")).to_be_visible(timeout=MINUTES)
    page.wait_for_url("**block=*relu*")
    assert built(page) == WANTED.block
    seen = inspect(WANTED.block, WANTED.shape)
    expect(page.locator(".st-key-rx-answer")).to_contain_text("8×8×512 leaves")

    other = new_page()
    opened(other, page.url)
    assert layers(other) == layers(page)
    other.get_by_text("Code", exact=True).click()
    with other.expect_download() as downloading:
        other.get_by_role("button", name="Download my_block.py").click()
    program = tmp_path / "my_block.py"
    downloading.value.save_as(program)
    printed = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, timeout=300, check=True, cwd=tmp_path
    ).stdout
    total = printed.split("Total params:")[1].split()[0]
    assert total == f"{seen.totals.parameters:,}"
    other.get_by_text("Cost", exact=True).click()
    expect(other.locator(".rx-cost")).to_contain_text(whole(seen.totals.parameters))


def test_a_block_is_built_with_keys_alone(page: Page) -> None:
    opened(page, "/build?from=empty&block=16x16x256~id~id")
    page.locator(".rx-bench-room [tabindex='0']:visible").focus()
    while page.evaluate("document.activeElement.dataset.at") != "+branch.0":
        page.keyboard.press("ArrowRight")
    for letters in ("1", "b", "r", "3", "b", "r", "1", "b"):  # faster than they are answered
        page.keyboard.press(letters)
    expect(page.locator(".rx-layer:visible")).to_have_count(8, timeout=MINUTES)
    expect(part(page, "branch.7")).to_have_class("rx-layer rx-chosen", timeout=MINUTES)
    expect(part(page, "branch.7")).to_be_focused()
    assert [type(layer).__name__ for layer in built(page).branch[:3]] == ["Conv", "BatchNorm", "Activation"]
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.dataset.at") == "+shortcut.0"
    page.keyboard.press("1")
    expect(part(page, "shortcut.0")).to_be_focused(timeout=MINUTES)
    page.keyboard.press("Delete")
    expect(part(page, "shortcut.0")).to_have_count(0, timeout=MINUTES)
    page.keyboard.press("ArrowDown")
    while page.evaluate("document.activeElement.dataset.at") != "branch.0":
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    for name, value in (("filters", 128), ("stride", 2)):
        type_into(page, field(page, "branch.0", name), value)
        expect(part(page, "branch.0")).to_contain_text("128", timeout=MINUTES)
    expect(part(page, "branch.0")).to_contain_text("/2", timeout=MINUTES)
    for at, filters in (("branch.3", 128), ("branch.6", 512)):
        page.locator(".rx-bench-room [tabindex='0']:visible").focus()
        while page.evaluate("document.activeElement.dataset.at") != at:
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        type_into(page, field(page, at, "filters"), filters)
        expect(part(page, at)).to_contain_text(str(filters), timeout=MINUTES)
    page.get_by_role("button", name="Project x").press("Enter")
    expect(part(page, "shortcut.1")).to_be_visible(timeout=MINUTES)
    page.locator(".rx-bench-room [tabindex='0']:visible").focus()
    while page.evaluate("document.activeElement.dataset.at") != "+exit.0":
        page.keyboard.press("ArrowRight")
    page.keyboard.press("r")
    expect(part(page, "exit.0")).to_be_focused(timeout=MINUTES)
    assert built(page) == WANTED.block
    page.keyboard.press("Control+z")
    expect(part(page, "exit.0")).to_have_count(0, timeout=MINUTES)
    expect(part(page, "+exit.0")).to_be_focused()
    page.keyboard.press("Control+y")
    expect(part(page, "exit.0")).to_be_visible(timeout=MINUTES)


def test_layers_are_dragged_along_a_path_across_and_from_the_buttons(page: Page) -> None:
    opened(page, "/build?from=basic")

    def drag(start: Locator, at: str) -> None:
        settled(page)
        box = start.bounding_box()
        edge = page.locator(f'[data-at="{at}"]:visible .rx-here').bounding_box()
        assert box is not None
        assert edge is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(edge["x"], edge["y"] + 20, steps=4)
        page.mouse.move(edge["x"] + edge["width"] / 2, edge["y"] + edge["height"] / 2, steps=4)
        page.mouse.up()

    drag(part(page, "branch.2"), "+branch.0")
    expect(part(page, "branch.0")).to_contain_text("ReLU", timeout=MINUTES)
    drag(button(page, "batch norm"), "+shortcut.0")
    expect(part(page, "shortcut.0")).to_contain_text("batch norm", timeout=MINUTES)
    drag(part(page, "shortcut.0"), "+exit.1")
    expect(part(page, "exit.1")).to_contain_text("batch norm", timeout=MINUTES)
    assert len(built(page).branch) == 5
    assert built(page).shortcut == ()


def test_pointing_at_a_symbol_lights_its_layers_and_the_other_way_round(page: Page) -> None:
    opened(page, "/build?from=convolutional_block")
    page.locator(".rx-bench-formula button", has_text="W").last.hover()
    expect(page.locator(".rx-bench-said")).to_contain_text("projection on the shortcut")
    assert [one.get_attribute("data-at") for one in page.locator(".rx-lit:visible").all()[:2]] == [
        "shortcut.0",
        "shortcut.1",
    ]
    part(page, "sum").hover()
    expect(page.locator(".rx-bench-formula .rx-lit")).to_have_text(["+"])


def test_an_address_that_cannot_be_read_points_at_the_place(page: Page) -> None:
    opened(page, "/build?block=16x16x64~3x3-64_<img src=x onerror=alert(1)>~id")
    expect(page.get_by_text("Layer 2 of the branch must be")).to_be_visible()
    assert page.locator("img[src=x]").count() == 0
    text = page.get_by_role("textbox", name="The block as text")
    text.fill("16x16x64 | 3x3,64 bn rellu | id")
    text.press("Enter")
    expect(page.get_by_text("must be relu")).to_be_visible()
    text.fill("16x16x64 | 3x3,64 bn relu | id")
    text.press("Enter")
    expect(page.locator(".rx-layer:visible")).to_have_count(3, timeout=MINUTES)


def test_it_is_drawn_downwards_on_a_telephone_and_nothing_spills(new_page: NewPage) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
    opened(page, "/build?from=convolutional_block")
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    part(page, "branch.0").click()
    expect(page.get_by_label("Filters", exact=True)).to_be_visible(timeout=MINUTES)
    part(page, "branch.0").press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.at") == "+branch.1"
    assert isinstance(PRESETS["convolutional_block"].block.branch[0], Conv)


@pytest.mark.slow
def test_a_block_of_ones_own_is_stacked_folded_and_trained(page: Page, app_server: AppServer) -> None:
    spec = own(BLOCK, "1-1~1-2~1-2").spec()
    opened(page, f"/build?block={BLOCK}")
    page.get_by_role("link", name="Where has a network made of this block its depth and its cost?").click()
    page.wait_for_url("**/map?*", timeout=MINUTES)
    expect(rows(page).first).to_be_visible(timeout=MINUTES)
    page.get_by_role("button", name="Block and stages").click()
    page.get_by_label("Blocks in each stage").fill("1, 1")
    page.get_by_label("Blocks in each stage").press("Enter")
    page.wait_for_url(f"**repeats={REPEATS}*", timeout=MINUTES)
    page.keyboard.press("Escape")
    expect(rows(page)).to_have_count(5)
    row(page, "conv3").click()
    row(page, "conv3_block1").click()
    expect(row(page, "conv3_block1_shortcut_conv1")).to_be_visible()
    row(page, "conv3").click()
    expect(rows(page)).to_have_count(5)

    page.get_by_role("link", name="Train Own block, 2 times").click()
    page.wait_for_url("**/train?*")
    ready(page)
    expect(page.get_by_text(f"{whole(account(spec).parameters)} parameters")).to_be_visible()
    page.get_by_role("spinbutton", name="Epochs").fill("1")
    page.get_by_role("spinbutton", name="Epochs").press("Enter")
    page.wait_for_url("**epochs=1*")
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_url("**run=*", timeout=MINUTES)
    expect(page.get_by_text(re.compile(r"Own block, 2 times, .*seed 1 took"))).to_be_visible(
        timeout=4 * MINUTES
    )
    expect(page.get_by_text("Which signs are taken for which")).to_have_count(1, timeout=MINUTES)
    run = page.url.split("run=")[1].split("&")[0]
    page.goto(f"/classify?run={run}")
    ready(page)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    RunStore(app_server.folder / "runs").delete(run)  # other tests share the app, and begin without a run
