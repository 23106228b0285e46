"""From a stranger's picture file to what a network sees.

A file is hostile until it is checked: what it is (by content, never by name) and how many pixels it claims
are read from its header before anything is unpacked. The global settings of Pillow are left as they are.
"""

from __future__ import annotations

import io
import threading
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
from PIL import ExifTags, Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from resnet_core.hands.boxes import Box, inside, middle_square
from resnet_core.hands.dataset import SIZE
from resnet_core.hands.pictureheader import JPEG, PNG, WEBP, PictureError, check_header, shown_name

WORKING_SIDE = 1600
"""Longest side, in pixels, of an opened picture: 25 times what the network sees, and quick to draw."""

BACKGROUND = (255, 255, 255)
"""What shows through transparent parts: white, as on paper and in most viewers."""

# Each decoder by itself and not Image.open, whose guard against bombs is a setting of the whole process.
_DECODERS: dict[str, type[ImageFile]] = {JPEG: JpegImageFile, PNG: PngImageFile, WEBP: WebPImageFile}

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What each EXIF orientation asks for (CIPA DC-008, tag 0x0112)."""

_LARGE_PIXELS = 20_000_000
_ONE_LARGE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Crop:
    """What a network sees of a picture.

    Attributes:
        pixels: uint8 of shape (size, size, 3), red, green, blue.
        box: the part that was taken: left, top, right, bottom in pixels of the original picture, upright.
        original: width and height of that picture.
    """

    pixels: np.ndarray
    box: Box
    original: tuple[int, int]


def open_picture(data: bytes, name: str = "The picture") -> Image.Image:
    """Open a JPEG, PNG or WebP picture: upright, opaque, 8 bits each of red, green and blue.

    A picture with more than 1,600 pixels on its longer side comes back smaller; `original_size` tells how
    large it was, and `picture_notes` what was done to it. Of an animation it is the first frame, and
    transparent parts become white.

    Args:
        data: the bytes of the file.
        name: what sentences call it.

    Raises:
        PictureError: one sentence with what was expected and what came.
    """
    name = shown_name(name)
    kind, width, height = check_header(data, name)
    large = width * height > _LARGE_PIXELS
    try:
        # A large picture may take half a gigabyte for a moment: a class that sends thirty waits in line.
        with _ONE_LARGE_AT_A_TIME if large else nullcontext():
            return _decode(_DECODERS[kind](io.BytesIO(data)), (width, height))
    except Exception as error:  # damaged pictures make the decoders raise nearly every class of error
        raise PictureError(f"{name} is cut off or damaged and cannot be shown.") from error


def picture_notes(image: Image.Image) -> tuple[str, ...]:
    """Sentences on what `open_picture` had to do to the picture; empty for an ordinary one."""
    return tuple(image.info.get("notes", ()))


def original_size(image: Image.Image) -> tuple[int, int]:
    """Width and height of the upright picture in the file from which `image` was opened."""
    opened, original = image.info.get("sizes", (image.size, image.size))
    # Pillow hands the notes of a picture on to its crops, of which they are no longer true.
    return original if opened == image.size else image.size


def network_input(image: Image.Image, size: int = SIZE, crop: str | Box = "square") -> Crop:
    """Cut and shrink a picture to what a network sees.

    Shrinking averages over all the pixels that fall together (a Lanczos filter), so that fine patterns do not
    turn into false ones.

    Args:
        image: a picture, from `open_picture` or elsewhere.
        size: height and width of the result in pixels.
        crop: "square" for the largest square in the middle, "none" for the whole picture, squeezed if it is
            not square, or the part to take: left, top, right, bottom in pixels of the original picture.

    Raises:
        PictureError: for a part that is not inside the picture.
        ValueError: for another word.
    """
    original = original_size(image)
    box = _box(original, crop)
    across, down = image.width / original[0], image.height / original[1]
    left, top = int(box[0] * across), int(box[1] * down)
    right, bottom = max(left + 1, round(box[2] * across)), max(top + 1, round(box[3] * down))
    # Cut first: a filter that is told to take a part would let what is beside it bleed in.
    part = image.convert("RGB").crop((left, top, right, bottom))
    small = part.resize((size, size), Image.Resampling.LANCZOS)
    return Crop(np.array(small, dtype=np.uint8), box, original)


def _box(original: tuple[int, int], crop: str | Box) -> Box:
    width, height = original
    if crop == "none":
        return (0, 0, width, height)
    if crop == "square":
        return middle_square(original)
    if isinstance(crop, str):
        raise ValueError(f'crop should be "square", "none" or a box, but {crop!r} came.')
    left, top, right, bottom = crop
    if not inside(crop, original):
        raise PictureError(
            f"The part to take should lie inside the {width:,} by {height:,} pixels of the picture, "
            f"but {left}, {top} to {right}, {bottom} came."
        )
    return (left, top, right, bottom)


def _decode(image: ImageFile, stored: tuple[int, int]) -> Image.Image:
    """The picture of the file, made small first and everything else after."""
    shrink = min(1.0, WORKING_SIDE / max(stored))
    target = (max(1, round(stored[0] * shrink)), max(1, round(stored[1] * shrink)))
    image.draft(None, target)  # a JPEG can leave out the detail that would be thrown away
    image.load()
    turn, notes = _turn(image)
    if shrink < 1 and stored[0] * stored[1] > _LARGE_PIXELS:
        megapixels = f"{stored[0] * stored[1] / 1e6:.3g} megapixels"
        notes.append(f"Its {megapixels} were shrunk to {target[0]:,} by {target[1]:,} first.")
    frames = getattr(image, "n_frames", 1)
    if frames > 1 and not isinstance(image, JpegImageFile):
        notes.append(f"It is an animation of {frames:,} frames, of which this is the first.")
    picture = _eight_bits(image)
    if picture.size != target:
        picture = picture.resize(target, Image.Resampling.LANCZOS, reducing_gap=2.0)
    if picture.mode == "RGBA":
        if np.asarray(picture.getchannel("A")).min() < 255:
            notes.append("Its transparent parts are shown white.")
        picture = Image.alpha_composite(Image.new("RGBA", target, (*BACKGROUND, 255)), picture)
    picture = picture.convert("RGB")
    upright = stored
    if turn is not None:
        picture = picture.transpose(turn)
        upright = stored if turn in (_TURNS[2], _TURNS[3], _TURNS[4]) else stored[::-1]
    picture.info = {"notes": tuple(notes), "sizes": (picture.size, upright)}
    return picture


def _turn(image: ImageFile) -> tuple[Image.Transpose | None, list[str]]:
    """How the camera wants the picture turned, and a note when it does not say so in a readable way."""
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # nonsense in the notes of a camera is no reason to refuse its picture
        value = None
    if value in (0, 1):
        return None, []
    if not isinstance(value, int) or value not in _TURNS:
        return None, ["What it says about its orientation is not readable, so it is shown as it is stored."]
    return _TURNS[value], []


def _eight_bits(image: Image.Image) -> Image.Image:
    """The picture in a mode that can be averaged: grey, RGB, CMYK or, with transparency, RGBA."""
    if image.mode.startswith("I"):  # 16 bits of grey; Pillow's own conversion would cut off at 255
        return Image.fromarray((np.asarray(image).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8))
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in ("L", "RGB", "CMYK"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")
