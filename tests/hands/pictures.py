"""Pictures in files of every kind, for the tests that open them."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from resnet_core.hands.picture import open_picture
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
