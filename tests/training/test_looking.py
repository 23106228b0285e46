"""One frame of a film: which part the network is given, what it answers, and what is unusual of it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from resnet_core.hands.boxes import inside
from resnet_core.hands.dataset import HandSigns
from resnet_core.hands.detector import Hand
from resnet_core.hands.picture import PictureError
from resnet_core.training import looking
from resnet_core.training.calibration import Calibration
from resnet_core.training.looking import GUIDE, Network, guide, look, make_ready
from resnet_core.training.settings import RunSettings
from tests.constant_network import CLASSES, NAME, constant_weights


@pytest.fixture
def network(tmp_path: Path) -> Network:
    weights = constant_weights(tmp_path / "weights.h5", label=4, share=0.7)
    return Network(RunSettings(network=NAME, width=1.0), str(weights), CLASSES, None)


def frame(width: int = 320, height: int = 240, colour: tuple[int, int, int] = (10, 200, 30)) -> bytes:
    """A frame that is grey, with a square of another colour where the guide is."""
    image = Image.new("RGB", (width, height), (128, 128, 128))
    image.paste(colour, guide((width, height)))
    jpeg = io.BytesIO()
    image.save(jpeg, "JPEG", quality=95, subsampling=0)
    return jpeg.getvalue()


@pytest.fixture
def finds(monkeypatch: pytest.MonkeyPatch) -> list[Hand | None]:
    """What the detector finds: the one entry of the list."""
    found: list[Hand | None] = [None]
    monkeypatch.setattr(looking, "find_hand", lambda rgb, quick: found[0])
    return found


def hand(*box: int, outside: bool = False) -> Hand:
    left, top, right, bottom = box
    points = np.array(
        [[left, top], [right - 1, bottom - 1]] * 10 + [[-3 if outside else left, top]], np.float64
    )
    return Hand((left, top, right, bottom), 0.9, points, "right")


@given(st.integers(1, 4000), st.integers(1, 4000))
def test_the_guide_is_a_square_in_the_middle(width: int, height: int) -> None:
    left, top, right, bottom = guide((width, height))
    assert inside((left, top, right, bottom), (width, height))
    assert right - left == bottom - top == max(1, round(GUIDE * min(width, height)))
    assert abs((left + right) - width) <= 1
    assert abs((top + bottom) - height) <= 1


def test_a_square_alone_is_given_whole(network: Network) -> None:
    seen = look(network, frame(256, 256), automatic=False, usual=None)
    assert seen.box == (0, 0, 1, 1)
    assert not seen.found
    assert np.abs(seen.pixels[0, 0].astype(int) - 128).max() < 8
    assert np.abs(seen.pixels[32, 32].astype(int) - (10, 200, 30)).max() < 8
    assert seen.answer.probabilities[0, 4] == pytest.approx(0.7, abs=1e-3)
    assert seen.answer.labels == (4,)


def test_below_the_threshold_there_is_no_label(network: Network) -> None:
    unsure = Network(network.settings, network.weights, CLASSES, Calibration(1.0, 0.8))
    assert look(unsure, frame(256, 256), automatic=False, usual=None).answer.labels == (None,)


def test_where_no_hand_is_found_the_guide_is_taken(network: Network, finds: list[Hand | None]) -> None:
    seen = look(network, frame(), automatic=True, usual=None)
    assert not seen.found
    assert seen.box == (64 / 320, 24 / 240, 256 / 320, 216 / 240)
    assert np.abs(seen.pixels.astype(int) - (10, 200, 30)).mean() < 8


def test_the_hand_that_is_found_is_cut_out(network: Network, finds: list[Hand | None]) -> None:
    finds[0] = hand(0, 0, 20, 20)
    seen = look(network, frame(), automatic=True, usual=None)
    assert seen.found
    assert (seen.cut, seen.small) == (False, True)
    assert seen.box == (0, 0, 20 / 320, 20 / 240)
    assert np.abs(seen.pixels.astype(int) - 128).mean() < 8


def test_a_hand_with_as_many_pixels_as_the_network_is_given_is_not_small(
    network: Network, finds: list[Hand | None]
) -> None:
    finds[0] = hand(100, 80, 164, 144)
    assert not look(network, frame(), automatic=True, usual=None).small


def test_a_hand_with_joints_outside_is_cut_off(network: Network, finds: list[Hand | None]) -> None:
    finds[0] = hand(0, 0, 20, 20, outside=True)
    assert look(network, frame(), automatic=True, usual=None).cut


def test_what_is_usual_is_measured_on_what_was_learned(
    network: Network, tiny_signs: HandSigns, tiny_signs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
    usual = make_ready(network, tiny_signs.digest)
    assert usual is not None
    black = look(network, frame(256, 256, (0, 0, 0)), automatic=False, usual=usual)
    assert "far" not in {one.kind for one in black.unusual}
    assert "clipped" in {one.kind for one in black.unusual}
    white = look(network, frame(256, 256, (255, 255, 255)), automatic=False, usual=usual)
    assert "bright" in {one.kind for one in white.unusual}


def test_a_frame_that_is_no_picture_is_refused(network: Network) -> None:
    with pytest.raises(PictureError, match="The frame"):
        look(network, b"no picture at all", automatic=False, usual=None)
