from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from resnet_core.hands import pictureheader
from resnet_core.hands.picture import (
    WORKING_SIDE,
    network_input,
    open_picture,
)
from resnet_core.hands.pictureheader import PictureError
from tests.hands.pictures import (
    LOSSLESS,
    LOSSY,
    corners,
    encoded,
    png_claiming,
    refusal,
)


@pytest.mark.parametrize(
    ("data", "came"),
    [
        (b"", "an empty file"),
        (b"just a text\n", "a text"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG or XML text"),
        (encoded(corners(), "BMP"), "a BMP picture"),
        (encoded(corners(), "TIFF"), "a TIFF picture"),
        (b"%PDF-1.7", "a PDF document"),
        (bytes(range(1, 200)), "other data"),
    ],
)
def test_other_files_are_named_whatever_they_are_called(data: bytes, came: str) -> None:
    assert refusal(data) == f"hand.png should be a JPEG, PNG or WebP picture, but {came} came."


@pytest.mark.parametrize(
    ("data", "came", "way"),
    [
        (encoded(corners(), "GIF"), "a GIF picture", "save one frame as PNG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1", "a HEIC picture", "export one as JPEG"),
    ],
)
def test_what_people_often_have_is_refused_with_a_way_out(data: bytes, came: str, way: str) -> None:
    assert f"but {came} came; " in refusal(data)
    assert way in refusal(data)


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
