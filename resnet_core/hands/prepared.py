"""A stranger's picture, made ready to be shown and to be asked about; the file itself is not kept."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

from resnet_core.hands.picture import Box, network_input, open_picture, picture_notes

SHOWN_SIDE = 720
"""Longest side, in pixels, of the picture as it is shown: sharp on half a screen, and about 60 kB."""

SHOWN_QUALITY = 88


@dataclass(frozen=True)
class Prepared:
    """A picture and what a network is given of it.

    Attributes:
        name: Of the file, or what to call it.
        jpeg: The upright picture, small enough to be shown.
        size: Width and height of the upright picture in the file.
        box: The part that the network is given: left, top, right, bottom in pixels of that picture.
        pixels: (64, 64, 3) of unsigned bytes: what the network is given.
        notes: Sentences on what had to be done to open it.
    """

    name: str
    jpeg: bytes
    size: tuple[int, int]
    box: Box
    pixels: np.ndarray
    notes: tuple[str, ...]


def prepare(data: bytes, name: str, *, mirrored: bool = False, crop: str | Box = "square") -> Prepared:
    """Opens a picture, cuts a part out of it and shrinks that to what a network is given.

    Args:
        data: The bytes of the file.
        name: What to call it.
        mirrored: Whether left and right are to be exchanged first.
        crop: The part, as in `network_input`; of a mirrored picture in its mirror image.

    Raises:
        PictureError: One sentence with what was expected and what came.
    """
    image = open_picture(data, name)
    notes = picture_notes(image)
    if mirrored:
        # All of the picture's notes stay true of its mirror image, its sizes too.
        kept, image = image.info, ImageOps.mirror(image)
        image.info = kept
    part = network_input(image, crop=crop)
    return Prepared(name, _shown(image), part.original, part.box, part.pixels, notes)


def _shown(image: Image.Image) -> bytes:
    small = image.copy()
    small.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    small.info = {}
    written = io.BytesIO()
    small.save(written, format="JPEG", quality=SHOWN_QUALITY)
    return written.getvalue()
