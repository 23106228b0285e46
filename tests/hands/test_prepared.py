"""A stranger's picture made ready: what is shown, what the network is given, and which part that is."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from resnet_core.hands.picture import network_input, open_picture
from resnet_core.hands.pictureheader import PictureError
from resnet_core.hands.prepared import SHOWN_SIDE, prepare
from tests.hands.pictures import BLUE, GREEN, GREY, RED, colours, corners, encoded


def shown(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg))
    assert image.format == "JPEG"
    return image.convert("RGB")


def near(image: Image.Image, expected: list[tuple[int, int, int]]) -> bool:
    return bool(np.abs(np.array(colours(image)) - np.array(expected)).max() < 12)


def test_the_network_is_given_the_middle_square_of_the_upright_picture() -> None:
    content = encoded(corners(300, 200))
    found = prepare(content, "hand.png")
    assert (found.name, found.size, found.box, found.notes) == ("hand.png", (300, 200), (50, 0, 250, 200), ())
    assert (found.pixels == network_input(open_picture(content)).pixels).all()
    assert near(shown(found.jpeg), [RED, GREEN, BLUE, GREY])


def test_a_mirrored_picture_is_mirrored_in_what_is_shown_and_in_what_is_given() -> None:
    content = encoded(corners(3000, 2000))
    straight, mirrored = (prepare(content, "hand.png", mirrored=wanted) for wanted in (False, True))
    assert mirrored.size == straight.size == (3000, 2000)
    assert mirrored.box == straight.box
    assert near(shown(mirrored.jpeg), [GREEN, RED, GREY, BLUE])
    differences = [
        np.abs(pixels.astype(int) - straight.pixels).mean()
        for pixels in (mirrored.pixels[:, ::-1], mirrored.pixels)
    ]
    assert differences[0] < 1  # the filter is not symmetrical to the last bit
    assert differences[1] > 50


def test_what_is_shown_is_small_and_of_the_same_shape() -> None:
    found = prepare(encoded(corners(4000, 1000)), "wide.png")
    assert shown(found.jpeg).size == (SHOWN_SIDE, SHOWN_SIDE // 4)
    assert len(found.jpeg) < 100_000
    assert found.size == (4000, 1000)


def test_a_camera_held_upright_is_shown_upright_and_nothing_of_its_notes_is_kept() -> None:
    image = corners(300, 200)
    exif = image.getexif()
    exif[0x0112] = 6
    exif[0x010F] = "a camera"
    found = prepare(encoded(image, "JPEG", quality=95, exif=exif), "phone.jpg")
    assert found.size == (200, 300)
    assert near(shown(found.jpeg), [BLUE, RED, GREY, GREEN])
    assert b"a camera" not in found.jpeg


def test_what_had_to_be_done_is_noted() -> None:
    image = corners().convert("RGBA")
    image.putalpha(100)
    assert prepare(encoded(image), "glass.png").notes == ("Its transparent parts are shown white.",)


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(PictureError, match=r"notes\.jpg should be"):
        prepare(b"some notes", "notes.jpg")
