"""Files that somebody may give in place of a picture of a hand, and what is said of each."""

from __future__ import annotations

import functools
import io

import numpy as np
from PIL import Image

from tests.hands.pictures import corners, encoded, png_claiming

REFUSED = {
    "bomb.png": "at most 100 megapixels, but it claims 30,000 by 30,000 pixels",
    "cut.jpg": "is cut off or damaged",
    "film.gif": "but a GIF picture came; any program that shows it can save one frame as PNG",
    "text.png": "but a text came",
    "letter.pdf": "but a PDF document came",
    "telephone.heic": "but a HEIC picture came; a telephone takes JPEGs when",
    "empty.webp": "but an empty file came",
}
"""For each file that cannot be used a part of the sentence that says so, which begins with its name."""

NOTED = {
    "large.png": "Its 40 megapixels were shrunk to 1,600 by 1,000 first.",
    "turned.jpg": "What it says about its orientation is not readable",
}
"""For each file that can be used nevertheless a part of what is said of it."""


@functools.cache
def hostile_files() -> tuple[tuple[str, bytes], ...]:
    """Names and contents."""
    jpeg = encoded(corners(400, 300), "JPEG")
    nonsense = Image.Exif()
    nonsense[0x0112] = 77
    return (
        ("bomb.png", png_claiming(30_000, 30_000, bytes(4_000_000))),
        ("cut.jpg", jpeg[: len(jpeg) // 2]),
        ("film.gif", _animation()),
        ("text.png", b"This is no picture.\n" * 40),
        ("letter.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
        ("telephone.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200)),
        ("empty.webp", b""),
        ("large.png", encoded(Image.new("L", (8_000, 5_000), 90))),
        ("turned.jpg", encoded(corners(400, 300), "JPEG", exif=nonsense)),
    )


def _animation() -> bytes:
    frames = [Image.fromarray(np.full((40, 40), grey, np.uint8)) for grey in (0, 120, 240)]
    stream = io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0)
    return stream.getvalue()
