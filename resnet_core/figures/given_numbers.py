"""A picture as the numbers that a network is given, and in words how it differs from what was learned."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from resnet_core.figures.palette import contrast
from resnet_core.figures.text import percent, plural, significant, whole
from resnet_core.hands.likeness import Likeness
from resnet_core.hands.quality import Quality, Unusual, Usual

CHANNELS = ("red", "green", "blue")
PATCH = 8
"""Pixels across and down of the part whose values are written out."""

_QUANTITIES = {
    "brightness": "brightness (mean, 0 black to 1 white)",
    "contrast": "contrast (standard deviation of the brightness)",
    "sharpness": "sharpness (variance of the Laplacian, over that of the brightness)",
    "clipped": "share of pixels at the end of a channel",
    "distance": "distance from the nearest training picture",
}
_DIFFERENCES = {
    "dark": "darker than 99\u202f% of them (brightness {value}; theirs begins at {limit})",
    "bright": "brighter than 99\u202f% of them (brightness {value}; theirs ends at {limit})",
    "flat": "lower in contrast than 99\u202f% of them ({value}; theirs begins at {limit})",
    "blurred": "less sharp than 99\u202f% of them (sharpness {value}; theirs begins at {limit})",
    "clipped": "more clipped than 99\u202f% of them (in {value} of its pixels detail is lost; "
    "in theirs up to {limit})",
    "far": "unlike any of them ({value} from the nearest; 99\u202f% of them have another one within {limit})",
}
_TRIES = {
    "dark": "more light on the hand",
    "bright": "less light",
    "flat": "a background that stands out from the hand",
    "blurred": "holding still, or a sharper picture",
    "clipped": "softer light",
    "far": "a plain background",
}
ALWAYS = "one hand alone, upright, that fills most of the square"


def channels(pixels: NDArray[np.uint8]) -> dict[str, list[float | str]]:
    """Puts the values that a network is given into columns: channel, mean, smallest and largest, 0 to 1.

    Args:
        pixels: (height, width, 3) of unsigned bytes.
    """
    values = pixels.reshape(-1, 3) / 255
    return {
        "channel": list(CHANNELS),
        "mean": values.mean(axis=0).tolist(),
        "smallest": values.min(axis=0).tolist(),
        "largest": values.max(axis=0).tolist(),
    }


def table_html(columns: Mapping[str, Sequence[float | str]]) -> str:
    """Returns columns of words and numbers as a small table."""
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in columns)
    rows = "".join(
        f"<tr>{''.join(_cell(value, first=i == 0) for i, value in enumerate(row))}</tr>"
        for row in zip(*columns.values(), strict=True)
    )
    return f'<table class="rx-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _cell(value: float | str, first: bool) -> str:
    words = html.escape(value if isinstance(value, str) else significant(value))
    return f'<th scope="row">{words}</th>' if first else f"<td>{words}</td>"


def patch_html(pixels: NDArray[np.uint8]) -> str:
    """Returns the middle 8 by 8 pixels in their colours, each with its value of red between 0 and 1.

    Args:
        pixels: (height, width, 3) of unsigned bytes, at least 8 by 8 pixels.
    """
    top, left = ((length - PATCH) // 2 for length in pixels.shape[:2])
    part = pixels[top : top + PATCH, left : left + PATCH]
    cells = "".join(_pixel(pixel) for pixel in part.reshape(-1, 3))
    return (
        f'<div class="rx-patch" style="grid-template-columns: repeat({PATCH}, 1fr)" role="img" '
        f'aria-label="The middle {PATCH} by {PATCH} pixels with their values of red">{cells}</div>'
    )


def _pixel(pixel: NDArray[np.uint8]) -> str:
    colour = "#{:02X}{:02X}{:02X}".format(*pixel)
    ink = max(("#000000", "#FFFFFF"), key=lambda one: contrast(one, colour))
    return f'<span style="background: {colour}; color: {ink}">{int(pixel[0]) / 255:.2f}</span>'


def qualities(quality: Quality, usual: Usual) -> dict[str, list[float | str]]:
    """Puts what was measured of a picture beside what is usual of training pictures, in columns."""
    ranges = [getattr(usual, name) for name in _QUANTITIES]
    return {
        "quantity": list(_QUANTITIES.values()),
        "this picture": [getattr(quality, name) for name in _QUANTITIES],
        "98\u202f% of them": [f"{significant(low)} to {significant(high)}" for low, high in ranges],
    }


def differs(found: Likeness, picture: int) -> str:
    """Says in one sentence in what a picture differs from the training pictures; "" where it does not.

    Args:
        found: From `hands.likeness`.
        picture: Which of those that were compared.
    """
    unlike = found.unusual(picture)
    if not unlike:
        return ""
    what = f"of {found.title}{', its own data' if found.own else ''}"
    words = ", and ".join(_difference(one) for one in unlike[:2])
    rest = len(unlike) - 2
    more = f", and differs in {plural(rest, 'more quantity', 'more quantities')}" if rest > 0 else ""
    theirs = f"{whole(found.count)} training {found.noun}s {what}"
    return f"This picture differs from the {theirs}: it is {words}{more}."


def _difference(one: Unusual) -> str:
    write = percent if one.kind == "clipped" else significant
    return _DIFFERENCES[one.kind].format(value=write(one.value), limit=write(one.limit))


def in_short(unlike: Iterable[Unusual]) -> str:
    """Names differences in a word each, for a table: "dark, blurred"."""
    return ", ".join("unlike all" if one.kind == "far" else one.kind for one in unlike)


def to_try(unlike: Iterable[Unusual]) -> str:
    """Says in one sentence what may help a network that gave no answer."""
    tries = [_TRIES[one.kind] for one in unlike][:2]
    return f"Try {', or '.join([*tries, ALWAYS])}."
