"""What a picture file says about itself, read before any pixel is unpacked."""

from __future__ import annotations

import io
import struct

from PIL.JpegImagePlugin import JpegImageFile

from resnet_core.hands.filekind import kind_of

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_PIXELS = 100_000_000
MAX_SCANNED_PIXELS = 2_000_000_000
"""Pixels times scans of a progressive JPEG: a hundred megapixels in twenty scans. Cameras write about ten."""

JPEG, PNG, WEBP = "a JPEG picture", "a PNG picture", "a WebP picture"

_WAYS = {
    "a HEIC picture": "a telephone takes JPEGs when its camera is set to the most compatible format, and the "
    "program that shows its pictures can export one as JPEG",
    "a GIF picture": "any program that shows it can save one frame as PNG",
}
"""How to get a picture that can be used from one that cannot."""


class PictureError(ValueError):
    """A picture cannot be used; the message is one sentence with what was expected and what came."""


def shown_name(name: str) -> str:
    """A stranger's file name for a sentence: printable, and at most 60 characters."""
    printable = "".join(letter for letter in name if letter.isprintable())
    return printable if len(printable) <= 60 else f"{printable[:40]}...{printable[-17:]}"


def check_header(data: bytes, name: str) -> tuple[str, int, int]:
    """Read kind, width and height of a picture, and refuse what must not be decoded.

    Args:
        data: the bytes of the file.
        name: what sentences call it.

    Returns:
        One of `JPEG`, `PNG` and `WEBP`, and the width and height in pixels, as stored.

    Raises:
        PictureError: for another kind of file, no pixels, too many of them, or a broken header.
    """
    kind = kind_of(data[:512])
    if kind not in (JPEG, PNG, WEBP):
        way = f"; {_WAYS[kind]}" if kind in _WAYS else ""
        raise PictureError(f"{name} should be a JPEG, PNG or WebP picture, but {kind} came{way}.")
    if len(data) > MAX_FILE_BYTES:
        raise PictureError(f"{name} should have at most 64 MiB, but {len(data) / 2**20:.0f} MiB came.")
    try:
        width, height = {JPEG: _jpeg_size, PNG: _png_size, WEBP: _webp_size}[kind](data)
    except Exception as error:  # Pillow's JPEG header alone has many ways to fail
        raise PictureError(f"{name} should be {kind}, but its header is damaged or cut off.") from error
    if width < 1 or height < 1:
        raise PictureError(f"{name} should have at least one pixel, but {width} by {height} came.")
    if width * height > MAX_PIXELS:
        raise PictureError(
            f"{name} should have at most {MAX_PIXELS // 1_000_000} megapixels, "
            f"but it claims {width:,} by {height:,} pixels."
        )
    # In compressed data every FF is followed by 00, so that FF DA is the start of a scan wherever it stands.
    scans = data.count(b"\xff\xda") if kind == JPEG else 1
    if scans * width * height > MAX_SCANNED_PIXELS:
        raise PictureError(f"{name} should be stored in a few scans, but it has {scans:,} of them.")
    return kind, width, height


def _jpeg_size(data: bytes) -> tuple[int, int]:
    return JpegImageFile(io.BytesIO(data)).size


def _png_size(data: bytes) -> tuple[int, int]:
    """The PNG specification, 11.2.1: IHDR comes first."""
    kind, width, height = struct.unpack_from(">4sII", data, 12)
    if kind != b"IHDR":
        raise ValueError("IHDR is not the first chunk")
    return width, height


def _webp_size(data: bytes) -> tuple[int, int]:
    """RFC 9649, sections 2.5 to 2.7. Pillow would make room for the canvas to find this out."""
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("no WebP chunk that tells a size")
