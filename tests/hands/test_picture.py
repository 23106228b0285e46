from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from resnet_core.hands import pictureheader
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

RED, GREEN, BLUE, GREY = (250, 10, 10), (10, 250, 10), (10, 10, 250), (128, 128, 128)


def corners(width: int = 40, height: int = 30) -> Image.Image:
    """Red top left, green top right, blue bottom left, grey bottom right."""
    image = Image.new("RGB", (width, height), GREY)
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    return image


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def png_claiming(width: int, height: int, data: bytes = b"") -> bytes:
    """A PNG whose header claims a size, with whatever pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def refusal(data: bytes, name: str = "hand.png") -> str:
    with pytest.raises(PictureError) as error:
        open_picture(data, name)
    sentence = str(error.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def colours(image: Image.Image) -> list[tuple[int, ...]]:
    """The colours a quarter in from each corner: top left, top right, bottom left, bottom right."""
    across, down = image.width // 4, image.height // 4
    places = [(x, y) for y in (down, image.height - 1 - down) for x in (across, image.width - 1 - across)]
    return [image.getpixel(place) for place in places]  # type: ignore[misc]


LOSSLESS: dict[str, bytes] = {
    "png": encoded(corners()),
    "webp": encoded(corners(), "WEBP", lossless=True),
    "palette": encoded(corners().convert("P", palette=Image.Palette.ADAPTIVE)),
    "opaque alpha": encoded(corners().convert("RGBA")),
}
LOSSY: dict[str, bytes] = {
    "jpeg": encoded(corners(), "JPEG", quality=95, subsampling=0),
    "progressive": encoded(corners(), "JPEG", quality=95, subsampling=0, progressive=True),
    "webp": encoded(corners(), "WEBP", quality=95),
    "cmyk": encoded(corners().convert("CMYK"), "JPEG", quality=95, subsampling=0),
}


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


def test_a_long_thin_picture_keeps_a_pixel() -> None:
    image = open_picture(encoded(Image.new("L", (60_000, 1), 7)))
    assert image.size == (WORKING_SIDE, 1)
    assert network_input(image).box == (29_999, 0, 30_000, 1)


@pytest.mark.parametrize(
    ("data", "came"),
    [
        (b"", "an empty file"),
        (b"just a text\n", "a text"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG or XML text"),
        (encoded(corners(), "GIF"), "a GIF picture"),
        (encoded(corners(), "BMP"), "a BMP picture"),
        (encoded(corners(), "TIFF"), "a TIFF picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1", "a HEIC picture"),
        (b"%PDF-1.7", "a PDF document"),
        (bytes(range(1, 200)), "other data"),
    ],
)
def test_other_files_are_named_whatever_they_are_called(data: bytes, came: str) -> None:
    assert refusal(data) == f"hand.png should be a JPEG, PNG or WebP picture, but {came} came."


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_is_cut_off_is_refused(kind: str) -> None:
    generator = np.random.default_rng(0)
    noise = Image.fromarray(generator.integers(0, 256, (64, 64, 3), dtype=np.uint8))
    data = encoded(noise, kind)
    assert "hand.png is cut off or damaged" in refusal(data[: len(data) // 2])
    assert "hand.png should be a" in refusal(data[:14])


def test_a_bomb_is_refused_from_its_header() -> None:
    words = "hand.png should have at most 100 megapixels, but it claims 40,000 by 40,000 pixels."
    assert refusal(png_claiming(40_000, 40_000)) == words
    assert "4,294,967,295 by 4,294,967,295" in refusal(png_claiming(2**32 - 1, 2**32 - 1))
    extended = b"RIFF\x00\x01\x00\x00WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\xff\xff\xff" + b"\xff\xff\xff"
    assert "16,777,216 by 16,777,216" in refusal(extended)
    jpeg = bytearray(encoded(corners(), "JPEG"))
    frame = jpeg.index(b"\xff\xc0")
    jpeg[frame + 5 : frame + 9] = b"\xff\xff\xff\xff"
    assert "65,535 by 65,535" in refusal(bytes(jpeg))


def test_a_picture_without_pixels_is_refused() -> None:
    assert refusal(png_claiming(0, 5)) == "hand.png should have at least one pixel, but 0 by 5 came."


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    data = encoded(corners(4000, 3000), "JPEG", progressive=True)
    assert open_picture(data).size == (WORKING_SIDE, 1200)
    scans = data[:-2] + b"\xff\xda" * 200 + data[-2:]
    assert "should be stored in a few scans, but it has 2" in refusal(scans)


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictureheader, "MAX_FILE_BYTES", 10)
    assert "at most 64 MiB" in refusal(LOSSLESS["png"])


def test_names_are_shown_without_tricks() -> None:
    assert refusal(b"", "a\n\u202eb.png").startswith("ab.png should be")
    assert refusal(b"", "x" * 5000 + ".png").startswith("x" * 40 + "...")


def test_the_guards_of_pillow_stay_as_they_are() -> None:
    before = Image.MAX_IMAGE_PIXELS
    open_picture(encoded(corners(4000, 3000), "JPEG"))
    assert before == Image.MAX_IMAGE_PIXELS
    assert before is not None


@given(data=st.data())
def test_a_damaged_picture_is_opened_or_refused_and_nothing_else(data: st.DataObject) -> None:
    pictures = [*LOSSLESS.values(), *LOSSY.values()]
    damaged = bytearray(data.draw(st.sampled_from(pictures)))
    for _ in range(data.draw(st.integers(0, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.one_of(st.just(len(damaged)), st.integers(0, len(damaged))))
    try:
        image = open_picture(bytes(damaged[:end]))
    except PictureError:
        pass
    else:
        assert image.mode == "RGB"
        assert network_input(image).pixels.shape == (64, 64, 3)


@given(
    start=st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b""]), rest=st.binary()
)
def test_any_bytes_get_a_sentence(start: bytes, rest: bytes) -> None:
    with pytest.raises(PictureError):
        open_picture(start + rest)


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
