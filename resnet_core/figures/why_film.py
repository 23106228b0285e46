"""A map and the probabilities at one checkpoint after the other: a drawing, and what changes in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.figures.base import Look
from resnet_core.figures.maps import map_address, range_of
from resnet_core.figures.palette import Theme
from resnet_core.figures.probabilities import written
from resnet_core.figures.svg import document, element
from resnet_core.figures.why import enlarged, layers_svg, text
from resnet_core.figures.why_words import strongest, where

Floats = NDArray[np.float64]

_SIDE, _GAP, _HEAD, _LINE, _THICK = 320.0, 40.0, 30.0, 46.0, 24.0
_NAME, _SHARE = 28.0, 92.0
_BARS = {False: 300.0, True: _SIDE - _NAME - _SHARE}
"""How long a bar of 100 % is, beside the picture and, on a narrow screen, under it."""


@dataclass(frozen=True, eq=False)
class Frame:
    """One checkpoint.

    Attributes:
        words: what it is called: `Epoch 3`.
        values: (height, width), the map there.
        shares: (classes,) probabilities.
        what: what the map is, at the beginning of a sentence.
        signed: whether values below zero have a meaning; the scale is then centred on zero.
    """

    words: str
    values: Floats
    shares: Floats
    what: str = "Grad-CAM"
    signed: bool = False


def film_svg(
    frame: Frame,
    picture: NDArray[np.uint8],
    classes: Sequence[str],
    look: Look,
    *,
    name: str,
    alt: str,
    narrow: bool = False,
) -> str:
    """Returns the drawing as it stands at one frame; its moving parts have classes of their own.

    Args:
        frame: which is drawn.
        picture: (height, width, 3) of unsigned bytes.
        classes: what each class is called.
        look: theme and size.
        name: makes ids unique on a page: letters, digits, hyphens.
        alt: what is to be seen.
        narrow: the bars under the picture, for a narrow screen.
    """
    height, ground = round(_SIDE * picture.shape[0] / picture.shape[1], 2), look.ground
    box = (0.0, _HEAD, _SIDE, height)
    left, top = (0.0, _HEAD + height + 64) if narrow else (_SIDE + _GAP, _HEAD)
    best = int(frame.shares.argmax())
    parts = [
        text(frame.words, 0, 18, ground.text, size=17, bold=True, class_="rx-film-when"),
        layers_svg(frame.values, picture, box, look.theme, signed=frame.signed),
        text(_scale_words(frame), 0, _HEAD + height + 22, ground.quiet, size=13, class_="rx-film-most"),
        text("probability of each sign", left, top - 12, ground.quiet, size=13),
    ]
    for label, (said, share) in enumerate(zip(classes, frame.shares, strict=True)):
        parts.append(_bar(said, float(share), (left, top + label * _LINE), label == best, look))
    bottom = top + len(classes) * _LINE
    size = (
        (_SIDE, bottom)
        if narrow
        else (left + _NAME + _BARS[False] + _SHARE, max(bottom, _HEAD + height + 32))
    )
    return document(
        "".join(parts), *size, name=f"{name}-{'narrow' if narrow else 'wide'}", title="Over the epochs",
        description=alt,
    )  # fmt: skip


def bar_length(share: float, narrow: bool = False) -> float:
    """How long the bar of a probability is, in units of the drawing."""
    return round(share * _BARS[narrow], 2)


def _bar(name: str, share: float, place: tuple[float, float], best: bool, look: Look) -> str:
    (left, top), ground = place, look.ground
    narrow = left == 0
    length = bar_length(share, narrow)
    return element(
        "g",
        text(name, left, top + 19, ground.text, size=17, bold=best),
        element(
            "rect", x=left + _NAME, y=top, width=length, height=_THICK, class_="rx-film-bar",
            fill=ground.text if best else ground.surface, stroke=ground.edge, stroke_width=1.5,
        ),
        text(written(share), left + _NAME + length + 8, top + 18, ground.text, size=15, bold=best,
             class_="rx-film-share"),
        class_="rx-film-sign",
    )  # fmt: skip


def frames_data(frames: Sequence[Frame], picture: NDArray[np.uint8], theme: Theme) -> list[dict[str, Any]]:
    """What the browser puts into the drawing for each frame."""
    shape, found = (picture.shape[0], picture.shape[1]), []
    for frame in frames:
        scale = range_of([frame.values], frame.signed)
        found.append(
            {
                "when": frame.words,
                "smooth": map_address(enlarged(frame.values, shape), scale, theme),
                "cells": map_address(frame.values, scale, theme),
                "most": _scale_words(frame),
                "shares": [written(float(share)) for share in frame.shares],
                "lengths": [
                    [bar_length(float(share), narrow) for share in frame.shares] for narrow in (False, True)
                ],
                "best": int(frame.shares.argmax()),
            }
        )
    return found


def frame_words(frame: Frame, classes: Sequence[str]) -> str:
    """What one frame shows, in a sentence."""
    best = int(frame.shares.argmax())
    answer = f"{frame.words}: the answer is {classes[best]}, with {written(float(frame.shares[best]))}"
    if not frame.values.any():
        return f"{answer}; {frame.what} is 0 everywhere."
    row, column = strongest(frame.values)
    part = where(row, column, frame.values.shape)
    return f"{answer}; {frame.what} is {_most(frame)} at row {row}, column {column}, {part}."


def film_reading(frames: Sequence[Frame], classes: Sequence[str], label: int) -> str:
    """What changes from the first checkpoint to the last.

    Args:
        frames: at least two.
        classes: what each class is called.
        label: of the class that is asked about.
    """
    first, last = frames[0], frames[-1]
    shares = [written(float(frame.shares[label])) for frame in (first, last)]
    answers = [int(frame.shares.argmax()) for frame in frames]
    # From when on the answer stays what it is at the end.
    since = next(at for at in range(len(frames)) if set(answers[at:]) == {answers[-1]})
    stays = f"its answer is {classes[answers[-1]]} " + (
        "throughout"
        if since == 0
        else "at the last checkpoint and another one at that before"
        if since == len(frames) - 1
        else f"from {_lower(frames[since].words)} on"
    )
    before, after = strongest_words(first), strongest_words(last)
    moved = f"is {before} in both" if before == after else f"is {before} at first and {after} at last"
    cell = f"The {_most(last)} cell of {last.what}"
    return (
        f"**From {_lower(first.words)} to {_lower(last.words)} the probability of {classes[label]} goes from "
        f"{shares[0]} to {shares[1]}**; {stays}. {cell} {moved}."
    )


def strongest_words(frame: Frame) -> str:
    """Where a frame is strongest: `row 3, column 1`, or that there is no such cell."""
    if not frame.values.any():
        return "no cell (0 everywhere)"
    row, column = strongest(frame.values)
    return f"row {row}, column {column}"


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _scale_words(frame: Frame) -> str:
    return f"colours from {range_of([frame.values], frame.signed).words}"


def _most(frame: Frame) -> str:
    return "largest" if frame.signed else "strongest"
