"""What a file is by its first bytes, in words for a sentence. Names and suffixes are not to be trusted."""

from __future__ import annotations

HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
POINTER_START = b"version https://git-lfs.github.com/spec/"

_SIGNATURES = (
    (HDF5_SIGNATURE, "an HDF5 file"),
    (POINTER_START, "a large-file pointer (the address of the file instead of the file)"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x93NUMPY", "a NumPy file"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"\x00\x00\x01\x00", "an icon"),
)
_TEXT = frozenset(range(0x20, 0x7F)) | {0x09, 0x0A, 0x0D}


def kind_of(start: bytes) -> str:
    """Name the kind of a file from its first bytes (512 are plenty), with an article.

    Returns:
        such as "an HTML page", "a large-file pointer (...)", "a text", "an empty file", or "other data".
    """
    if not start:
        return "an empty file"
    for signature, words in _SIGNATURES:
        if start.startswith(signature):
            return words
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return "a WebP picture"
    if start[4:8] == b"ftyp":
        return _container(start[8:12])
    return _text(start[:512])


def _container(brand: bytes) -> str:
    if brand in (b"heic", b"heix", b"mif1", b"msf1"):
        return "a HEIC picture"
    return "an AVIF picture" if brand in (b"avif", b"avis") else "a film"


def _text(start: bytes) -> str:
    stripped = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if stripped.startswith((b"<!doctype html", b"<html", b"<head")):
        return "an HTML page"
    if stripped.startswith((b"<svg", b"<?xml")):
        return "an SVG or XML text"
    readable = sum(byte in _TEXT or byte >= 0x80 for byte in start)
    is_text = readable == len(start) and _decodes(start)
    return "a text" if is_text else "other data"


def _decodes(start: bytes) -> bool:
    """Whether the bytes are UTF-8; the last character may be cut in two."""
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.end == len(start) and error.start >= len(start) - 3
    return True
