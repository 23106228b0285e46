from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from resnet_core.hands.dataset import HandSigns
from resnet_core.hands.picture import (
    WORKING_SIDE,
    Crop,
    network_input,
    open_picture,
    original_size,
    picture_notes,
)
from resnet_core.hands.pictureheader import PictureError
from tests.hands.pictures import (
    BLUE,
    GREEN,
    GREY,
    LOSSLESS,
    LOSSY,
    RED,
    colours,
    corners,
    encoded,
)


@pytest.mark.parametrize("kind", LOSSLESS)
def test_lossless_pictures_come_back_as_they_are(kind: str) -> None:
    image = open_picture(LOSSLESS[kind], "named.jpg")
    assert (image.mode, image.size, picture_notes(image)) == ("RGB", (40, 30), ())
    np.testing.assert_array_equal(np.asarray(image), np.asarray(corners()))


@pytest.mark.parametrize("kind", LOSSY)
def test_lossy_pictures_come_back_nearly_as_they_are(kind: str) -> None:
    image = open_picture(LOSSY[kind], "named.png")
    assert (image.mode, image.size) == ("RGB", (40, 30))
    np.testing.assert_allclose(np.array(colours(image)), [RED, GREEN, BLUE, GREY], atol=12)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_stands_upright_whatever_way_the_camera_was_held(orientation: int, kind: str) -> None:
    # What each orientation means: which stored corner is the upright top left, and so on (CIPA DC-008).
    back = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.transpose(1, 0, 2),
        6: lambda a: np.rot90(a, 1),
        7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
        8: lambda a: np.rot90(a, -1),
    }[orientation]
    stored = Image.fromarray(np.ascontiguousarray(back(np.asarray(corners()))))
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = open_picture(encoded(stored, kind, exif=exif, quality=95))
    assert image.size == original_size(image) == (40, 30)
    np.testing.assert_allclose(np.array(colours(image)), [RED, GREEN, BLUE, GREY], atol=12)


@pytest.mark.parametrize("value", [9, 65535])
def test_a_nonsense_orientation_is_told_and_not_obeyed(value: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = value
    image = open_picture(encoded(corners(), exif=exif))
    assert "shown as it is stored" in picture_notes(image)[0]
    np.testing.assert_array_equal(np.asarray(image), np.asarray(corners()))


@pytest.mark.filterwarnings("ignore:.*EXIF data")
@given(st.binary(max_size=60))
def test_nonsense_in_exif_refuses_no_picture(nonsense: bytes) -> None:
    data = encoded(corners(8, 8), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0" + nonsense)
    assert set(open_picture(data).size) == {8}


def test_transparent_parts_are_white_and_told() -> None:
    image = corners().convert("RGBA")
    alpha = np.full((30, 40), 255, np.uint8)
    alpha[:15, :20] = 0
    alpha[:15, 20:] = 128
    image.putalpha(Image.fromarray(alpha))
    for kind in ("PNG", "WEBP"):
        opened = open_picture(encoded(image, kind, lossless=True))
        assert picture_notes(opened) == ("Its transparent parts are shown white.",)
        red, green, blue, _ = colours(opened)
        assert red == (255, 255, 255)
        assert np.allclose(green, np.add(GREEN, (255, 255, 255)) / 2, atol=2)
        assert blue == BLUE


def test_transparency_in_palettes_and_grey() -> None:
    palette = Image.new("P", (8, 8), 1)
    palette.putpalette([0, 0, 0, 200, 0, 0])
    palette.paste(0, (0, 0, 4, 8))
    opened = open_picture(encoded(palette, transparency=0))
    assert opened.getpixel((0, 0)) == (255, 255, 255)
    assert opened.getpixel((7, 7)) == (200, 0, 0)
    grey = Image.new("LA", (8, 8), (100, 0))
    assert open_picture(encoded(grey)).getpixel((3, 3)) == (255, 255, 255)


def test_grey_black_and_white_and_sixteen_bits() -> None:
    ramp = np.arange(256, dtype=np.uint8).reshape(16, 16)
    expected = np.repeat(ramp[:, :, None], 3, axis=2)
    np.testing.assert_array_equal(np.asarray(open_picture(encoded(Image.fromarray(ramp)))), expected)
    deep = Image.fromarray(ramp.astype(np.uint16) * 257)
    assert deep.mode.startswith("I;16")
    np.testing.assert_array_equal(np.asarray(open_picture(encoded(deep))), expected)
    bits = Image.fromarray(ramp > 127)
    assert bits.mode == "1"
    np.testing.assert_array_equal(np.asarray(open_picture(encoded(bits))), (expected > 127) * 255)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_an_animation_the_first_frame_is_taken_and_told(kind: str) -> None:
    others = [Image.new("RGB", (40, 30), BLUE), Image.new("RGB", (40, 30), GREEN)]
    data = encoded(corners(), kind, save_all=True, append_images=others, lossless=True)
    image = open_picture(data)
    assert picture_notes(image) == ("It is an animation of 3 frames, of which this is the first.",)
    np.testing.assert_array_equal(np.asarray(image), np.asarray(corners()))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_large_picture_is_made_small_and_keeps_its_measures(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    image = open_picture(encoded(corners(2400, 1800), kind, exif=exif, quality=80, method=0))
    assert image.size == (1200, WORKING_SIDE)
    assert original_size(image) == (1800, 2400)
    np.testing.assert_allclose(np.array(colours(image)), [BLUE, RED, GREY, GREEN], atol=12)
    crop = network_input(image)
    assert (crop.box, crop.original) == ((0, 300, 1800, 2100), (1800, 2400))


def test_a_phone_photograph_of_forty_megapixels() -> None:
    data = encoded(corners(7728, 5152), "JPEG", quality=85)
    image = open_picture(data, "phone.jpg")
    assert original_size(image) == (7728, 5152)
    assert max(image.size) == WORKING_SIDE
    np.testing.assert_allclose(np.array(colours(image)), [RED, GREEN, BLUE, GREY], atol=6)
    assert picture_notes(image) == ("Its 39.8 megapixels were shrunk to 1,600 by 1,067 first.",)


def test_a_long_thin_picture_keeps_a_pixel() -> None:
    image = open_picture(encoded(Image.new("L", (60_000, 1), 7)))
    assert image.size == (WORKING_SIDE, 1)
    assert network_input(image).box == (29_999, 0, 30_000, 1)


def test_the_square_is_in_the_middle_and_the_whole_is_squeezed() -> None:
    wide = Image.new("RGB", (200, 100), BLUE)
    wide.paste(RED, (50, 0, 150, 100))
    square = network_input(wide)
    assert (square.box, square.original) == ((50, 0, 150, 100), (200, 100))
    assert (square.pixels == RED).all()
    whole = network_input(wide, size=32, crop="none")
    assert (whole.box, whole.pixels.shape) == ((0, 0, 200, 100), (32, 32, 3))
    assert tuple(whole.pixels[16, 2]) == BLUE
    assert tuple(whole.pixels[16, 16]) == RED


@given(width=st.integers(1, 90), height=st.integers(1, 90))
def test_the_square_fits_and_is_centred(width: int, height: int) -> None:
    crop = network_input(Image.new("RGB", (width, height)))
    left, top, right, bottom = crop.box
    assert right - left == bottom - top == min(width, height)
    assert left >= 0
    assert top >= 0
    assert abs(left - (width - right)) <= 1
    assert abs(top - (height - bottom)) <= 1


def test_a_part_is_given_in_pixels_of_the_original() -> None:
    image = open_picture(encoded(corners(4000, 3000), "JPEG"))
    crop = network_input(image, crop=(2000, 0, 4000, 1500))
    assert crop.box == (2000, 0, 4000, 1500)
    np.testing.assert_allclose(crop.pixels[8:-8, 8:-8].reshape(-1, 3), np.tile(GREEN, (48 * 48, 1)), atol=6)
    for box in ((0, 0, 4001, 10), (-1, 0, 5, 5), (5, 5, 5, 9), (0, 9, 9, 2)):
        with pytest.raises(PictureError, match="inside the 4,000 by 3,000 pixels"):
            network_input(image, crop=box)
    with pytest.raises(ValueError, match="middle"):
        network_input(image, crop="middle")


def test_a_cut_out_part_of_an_opened_picture_is_a_picture_of_its_own() -> None:
    part = open_picture(encoded(corners(4000, 3000), "JPEG")).crop((0, 0, 100, 50))
    assert original_size(part) == (100, 50)
    assert network_input(part).box == (25, 0, 75, 50)


def test_shrinking_averages_and_invents_no_pattern() -> None:
    stripes = np.zeros((640, 640, 3), np.uint8)
    stripes[:, ::2] = 255
    pixels = network_input(Image.fromarray(stripes)).pixels
    # At the border the filter has nothing to average with on one side.
    assert np.abs(pixels[:, 2:-2].astype(int) - 127).max() <= 3
    assert np.abs(pixels.astype(int) - 127).max() <= 20


def test_pictures_of_the_size_of_the_network_stay_the_same_to_the_last_bit(tiny_signs: HandSigns) -> None:
    for picture in tiny_signs.test_x[:4]:
        crop = network_input(open_picture(encoded(Image.fromarray(picture))))
        np.testing.assert_array_equal(crop.pixels, picture)


@pytest.mark.photographs
def test_the_photographs_for_upload_are_opened(photographs_folder: Path) -> None:
    crops: list[Crop] = []
    for path in sorted((photographs_folder / "photos").glob("*.JPG")):
        image = open_picture(path.read_bytes(), path.name)
        assert (image.size, picture_notes(image)) == ((100, 100), ())
        crops.append(network_input(image))
    assert len(crops) == 6
    assert all(crop.box == (0, 0, 100, 100) and crop.pixels.std() > 10 for crop in crops)
