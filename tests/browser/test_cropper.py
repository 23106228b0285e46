"""The square on a picture: moved and resized by mouse, touch and keys, read out, and told to Python."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.app_server import AppServer, start_one
from tests.browser.conftest import NewPage
from tests.browser.driving import ready, settled

pytestmark = pytest.mark.browser
PATIENCE = 30_000  # milliseconds; the machines that run the tests are shared
WIDTH, HEIGHT = 1280, 960
START = (480, 360, 800, 680)
HANDS = ((800, 300, 1100, 600), (100, 500, 300, 700))


@pytest.fixture(scope="module")
def cropper_server(tmp_path_factory: pytest.TempPathFactory, browser_path: str) -> Iterator[AppServer]:
    server = start_one("cropper", tmp_path_factory.mktemp("cropper"))
    yield server
    server.stop()


@pytest.fixture
def cropper(new_page: NewPage, cropper_server: AppServer) -> Page:
    page = new_page(base_url=cropper_server.url)
    page.goto("/")
    ready(page)
    square(page).wait_for()
    return page


def square(page: Page) -> Locator:
    return page.locator(".rx-cropper-square")


def shown(page: Page, selector: str) -> FloatRect:
    found = page.locator(selector).bounding_box()
    assert found is not None
    return found


def scale(page: Page) -> float:
    """Pixels of the original in one of the screen."""
    return WIDTH / shown(page, ".rx-cropper-picture")["width"]


def chosen(page: Page) -> tuple[int, ...]:
    """The box that Python has."""
    found = re.search(r"chosen \((.+)\)", page.get_by_text(re.compile(r"^chosen ")).inner_text())
    assert found is not None
    return tuple(int(one) for one in found[1].split(","))


def drag(page: Page, place: tuple[float, float], way: tuple[float, float]) -> None:
    settled(page)
    page.mouse.move(*place)
    page.mouse.down()
    page.mouse.move(place[0] + way[0] / 2, place[1] + way[1] / 2)
    page.mouse.move(place[0] + way[0], place[1] + way[1])
    page.mouse.up()


def expect_chosen(page: Page, box: tuple[int, ...]) -> None:
    expect(page.get_by_text(f"chosen {box}")).to_be_visible(timeout=PATIENCE)


def expect_moved(page: Page, box: tuple[float, ...], slack: float) -> None:
    """Waits until Python has another box than at first, and holds that it is this one."""
    expect(page.get_by_text(f"chosen {START}")).to_have_count(0, timeout=PATIENCE)
    assert chosen(page) == pytest.approx(box, abs=slack)


def test_it_stands_where_python_put_it(cropper: Page) -> None:
    expect_chosen(cropper, START)
    outer, inner, factor = (
        shown(cropper, ".rx-cropper-picture"),
        shown(cropper, ".rx-cropper-square"),
        scale(cropper),
    )
    assert (inner["x"] - outer["x"]) * factor == pytest.approx(START[0], abs=factor)
    assert (inner["y"] - outer["y"]) * factor == pytest.approx(START[1], abs=factor)
    assert inner["width"] * factor == pytest.approx(320, abs=factor)
    assert outer["width"] / outer["height"] == pytest.approx(WIDTH / HEIGHT, abs=0.01)


def test_the_mouse_moves_it(cropper: Page) -> None:
    box, factor = shown(cropper, ".rx-cropper-square"), scale(cropper)
    drag(cropper, (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), (-60, 40))
    across, down = -60 * factor, 40 * factor
    expect_moved(cropper, (480 + across, 360 + down, 800 + across, 680 + down), 1)
    expect(square(cropper)).to_be_focused()


def test_it_stays_in_the_picture(cropper: Page) -> None:
    box = shown(cropper, ".rx-cropper-square")
    drag(cropper, (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), (2000, -2000))
    expect_chosen(cropper, (960, 0, 1280, 320))


def test_a_corner_resizes_it_and_the_opposite_one_stays(cropper: Page) -> None:
    box, factor = shown(cropper, ".rx-cropper-square"), scale(cropper)
    drag(cropper, (box["x"], box["y"]), (-50, -30))
    side = 320 + 50 * factor
    expect_moved(cropper, (800 - side, 680 - side, 800, 680), 1)
    assert chosen(cropper)[2:] == START[2:]


def test_it_becomes_neither_tiny_nor_larger_than_the_picture(cropper: Page) -> None:
    box = shown(cropper, ".rx-cropper-square")
    corner = (box["x"] + box["width"], box["y"] + box["height"])
    drag(cropper, corner, (-1000, -1000))
    expect_chosen(cropper, (480, 360, 496, 376))
    box = shown(cropper, ".rx-cropper-square")
    drag(cropper, (box["x"] + box["width"] + 4, box["y"] + box["height"] + 4), (1000, 1000))
    expect_chosen(cropper, (480, 360, 1080, 960))


def test_a_finger_moves_it(new_page: NewPage, cropper_server: AppServer) -> None:
    page = new_page(base_url=cropper_server.url, has_touch=True, viewport={"width": 390, "height": 844})
    page.goto("/")
    ready(page)
    square(page).wait_for()
    box, factor = shown(page, ".rx-cropper-square"), scale(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger = page.context.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in (10, 20, 40):
        points = [{"x": x + step, "y": y + step / 2}]
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": points})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    across, down = 40 * factor, 20 * factor
    expect_moved(page, (480 + across, 360 + down, 800 + across, 680 + down), 2)


def test_keys_move_and_resize_it(cropper: Page) -> None:
    square(cropper).focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft"):
        cropper.keyboard.press(key)
    expect_chosen(cropper, (486, 366, 806, 686))  # 2 % of its 320 pixels a step
    cropper.keyboard.press("Shift+ArrowUp")
    expect_chosen(cropper, (486, 334, 806, 654))
    cropper.keyboard.press("+")
    expect_chosen(cropper, (480, 328, 812, 660))
    cropper.keyboard.press("-")
    cropper.keyboard.press("-")
    expect(square(cropper)).to_be_focused()
    expect(square(cropper)).to_have_accessible_name(
        re.compile(r"^Square of 306 by 306 pixels, 493 from the left and 341 from the top, of 1280 by 960\.")
    )
    expect_chosen(cropper, (493, 341, 799, 647))


def test_several_keys_are_told_once(cropper: Page) -> None:
    sent: list[str | bytes] = []

    def note(frame: str | bytes) -> None:
        sent.append(frame)

    cropper.on("websocket", lambda socket: socket.on("framesent", note))
    cropper.reload()
    ready(cropper)
    square(cropper).focus()
    before = len(sent)
    for _ in range(20):
        cropper.keyboard.press("ArrowLeft")
    expect_chosen(cropper, (360, 360, 680, 680))
    assert len(sent) - before < 20


def test_the_whole_middle_square(cropper: Page) -> None:
    cropper.get_by_role("button", name="Whole middle square").click()
    expect_chosen(cropper, (160, 0, 1120, 960))
    assert cropper.get_by_role("button", name=re.compile("Find the")).count() == 0


def test_it_goes_from_hand_to_hand(cropper: Page) -> None:
    cropper.goto("/?hands=two")
    ready(cropper)
    expect_chosen(cropper, HANDS[0])
    find = cropper.get_by_role("button", name="Find the next hand")
    find.click()
    expect_chosen(cropper, HANDS[1])
    find.click()
    expect_chosen(cropper, HANDS[0])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_passes_axe(new_page: NewPage, cropper_server: AppServer, scheme: str) -> None:
    page = new_page(base_url=cropper_server.url, color_scheme=scheme)
    page.goto("/")
    ready(page)
    square(page).wait_for()
    found = Axe().run(page, context=".rx-cropper").response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []
