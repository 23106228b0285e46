"""Finding hands: in real photographs, nowhere else, and framed as a network learned them."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from resnet_core.hands import detector
from resnet_core.hands.autocrop import auto_part, boxes_in
from resnet_core.hands.boxes import inside, overlaps, square_at
from resnet_core.hands.detector import FRAME, Hand, available, find_hand, find_hands, frame
from resnet_core.hands.detectorfiles import DetectorError
from resnet_core.hands.picture import open_picture
from resnet_core.hands.prepared import prepare

needs_detector = pytest.mark.skipif(
    not available(), reason="The hand detector is not here: python -m resnet_core detector fetch gets it."
)


@pytest.fixture(scope="module")
def photographs(photographs_folder: Path) -> list[np.ndarray]:
    """Six photographs of a right hand's palm, 100 by 100 pixels."""
    files = sorted((photographs_folder / "photos").glob("*.JPG"))
    assert len(files) == 6
    return [np.asarray(Image.open(file).convert("RGB")) for file in files]


def room(rng: np.random.Generator, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A wall from dark to light, with a door and a window."""
    shade = np.linspace(90, 200, size[0])[None, :, None] + rng.normal(0, 3, (size[1], size[0], 3))
    picture = Image.fromarray(shade.clip(0, 255).astype(np.uint8))
    picture.paste((120, 80, 50), (40, 150, 160, size[1]))
    picture.paste((200, 220, 240), (330, 40, 520, 200))
    return picture


def in_room(photograph: np.ndarray, side: int, place: tuple[int, int]) -> np.ndarray:
    picture = room(np.random.default_rng(side))
    picture.paste(Image.fromarray(photograph).resize((side, side), Image.Resampling.LANCZOS), place)
    return np.asarray(picture)


def share(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    return float(overlaps(np.array(one, dtype=float), np.array([other], dtype=float))[0])


@needs_detector
@pytest.mark.photographs
def test_a_hand_is_found_in_every_photograph(photographs: list[np.ndarray]) -> None:
    for photograph in photographs:
        hand = find_hand(photograph)
        assert hand is not None
        assert hand.presence > 0.9
        assert hand.landmarks.shape == (21, 2)
        assert hand.handedness == "right"
        left, top, right, bottom = hand.box
        assert right - left == bottom - top
        assert inside(hand.box, (100, 100))
        assert ((hand.landmarks >= (left, top)) & (hand.landmarks <= (right, bottom))).all()
        wrist, fingertip = hand.landmarks[0], hand.landmarks[12]
        assert wrist[1] > fingertip[1], "fingers up"


@needs_detector
@pytest.mark.photographs
def test_a_mirrored_right_hand_is_a_left_one(photographs: list[np.ndarray]) -> None:
    found = [find_hand(np.ascontiguousarray(one[:, ::-1])) for one in photographs]
    assert [hand.handedness if hand else None for hand in found] == ["left"] * 6


@needs_detector
@pytest.mark.photographs
@pytest.mark.parametrize(("side", "place"), [(120, (470, 60)), (160, (0, 320)), (300, (200, 90))])
def test_a_hand_in_a_room_is_found_where_it_is(
    photographs: list[np.ndarray], side: int, place: tuple[int, int]
) -> None:
    for photograph in photographs:
        alone, found = find_hand(photograph), find_hand(in_room(photograph, side, place))
        assert alone is not None
        assert found is not None
        low, high = alone.landmarks.min(axis=0), alone.landmarks.max(axis=0)
        middle = (low + high) / 2 * side / 100 + place
        expected = square_at(tuple(middle), (high - low).max() * side / 100 * FRAME, (640, 480))
        assert share(found.box, expected) > 0.6


@needs_detector
@pytest.mark.photographs
def test_a_turned_hand_is_found(photographs: list[np.ndarray]) -> None:
    for turns in (1, 2, 3):
        hand = find_hand(np.ascontiguousarray(np.rot90(photographs[5], turns)))
        assert hand is not None
        up = hand.landmarks[12] - hand.landmarks[0]  # from the wrist to the middle finger's tip
        assert int(np.argmax([-up[1], -up[0], up[1], up[0]])) == turns


@needs_detector
@pytest.mark.photographs
def test_two_hands_are_two(photographs: list[np.ndarray]) -> None:
    picture = Image.fromarray(in_room(photographs[5], 220, (20, 150)))
    mirrored = Image.fromarray(photographs[3]).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    picture.paste(mirrored.resize((220, 220)), (390, 150))
    hands = find_hands(np.asarray(picture))
    assert sorted(hand.handedness for hand in hands) == ["left", "right"]
    assert hands[0].presence >= hands[1].presence
    assert share(hands[0].box, hands[1].box) == 0


@needs_detector
@pytest.mark.photographs
def test_boxes_are_counted_in_the_original(photographs: list[np.ndarray], tmp_path: Path) -> None:
    file = tmp_path / "large.png"
    Image.fromarray(in_room(photographs[4], 200, (300, 200))).resize((2560, 1920)).save(file)
    opened = open_picture(file.read_bytes())
    assert opened.size == (1600, 1200)
    small = find_hand(in_room(photographs[4], 200, (300, 200)))
    assert small is not None
    expected = tuple(4 * one for one in small.box)
    part = auto_part(opened)
    assert part is not None
    assert share(part, expected) > 0.8
    shown = prepare(file.read_bytes(), "large.png")
    assert shown.size == (2560, 1920)
    (box,) = boxes_in(shown.jpeg, shown.size)
    assert share(box, expected) > 0.8


@needs_detector
@pytest.mark.parametrize("value", [0, 128, 255])
def test_there_is_no_hand_in_one_colour(value: int) -> None:
    assert find_hand(np.full((480, 640, 3), value, dtype=np.uint8)) is None


@needs_detector
@pytest.mark.parametrize("seed", range(3))
def test_there_is_no_hand_in_noise_or_an_empty_room(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assert find_hands(rng.integers(0, 256, (240, 320, 3), dtype=np.uint8)) == ()
    assert find_hands(np.asarray(room(rng))) == ()


@needs_detector
@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (3, 2)])
def test_a_picture_of_any_shape_is_looked_at(size: tuple[int, int]) -> None:
    assert find_hands(np.zeros((*size, 3), dtype=np.uint8)) == ()


@pytest.mark.parametrize(
    "wrong", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)]
)
def test_what_is_no_picture_is_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="Expected unsigned bytes of shape"):
        find_hands(wrong)


def test_without_a_detector_there_is_no_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detector, "fetched", lambda: False)
    assert not available()
    assert find_hand(np.zeros((8, 8, 3), dtype=np.uint8)) is None


@needs_detector
def test_an_interpreter_that_cannot_run_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    detector._interpreter.cache_clear()
    with pytest.raises(
        DetectorError, match=r"^The interpreter of the hand detector does not run here: .+\.$"
    ):
        find_hand(np.zeros((8, 8, 3), dtype=np.uint8))


COORDINATE = st.floats(-200, 800)


@given(st.lists(st.tuples(COORDINATE, COORDINATE), min_size=21, max_size=21))
def test_the_frame_is_a_square_in_the_picture(points: list[tuple[float, float]]) -> None:
    box = frame(np.array(points), (640, 480))
    assert inside(box, (640, 480))
    assert box[2] - box[0] == box[3] - box[1]


@given(st.integers(20, 200), st.integers(250, 390), st.integers(200, 280))
def test_joints_stand_in_the_middle_of_the_frame(length: int, across: int, down: int) -> None:
    points = np.full((21, 2), (across, down), dtype=np.float64)
    points[0, 1] += length / 2
    points[12, 1] -= length / 2
    left, top, right, bottom = frame(points, (640, 480))
    assert right - left == round(length * FRAME)
    assert (left + right) / 2 == pytest.approx(across, abs=1)
    assert (top + bottom) / 2 == pytest.approx(down, abs=1)


@given(st.integers(1, 900), st.integers(1, 900))
def test_the_parts_cover_the_whole_picture(width: int, height: int) -> None:
    offset = np.zeros(2)
    *_, parts = detector._looks((width, height), offset, quick=False)
    for axis, length in ((0, width), (1, height)):
        covered = np.zeros(length, dtype=bool)
        for part in parts:
            covered[max(0, part[axis]) : part[axis + 2]] = True
        assert covered.all()
    assert len(list(detector._looks((width, height), offset, quick=True))) == 2


def test_one_hand_is_not_taken_for_two() -> None:
    points = np.random.default_rng(0).uniform(100, 200, (21, 2))
    one, near, far = (Hand((0, 0, 1, 1), 0.9, points + shift, "left") for shift in (0.0, 10.0, 80.0))
    assert detector._is_same(one, near)
    assert not detector._is_same(one, far)
