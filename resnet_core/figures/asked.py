"""A picture that a network was asked about: what it was given of it, and its answer in words."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from resnet_core.figures.contact_sheet import data_address
from resnet_core.figures.probabilities import written
from resnet_core.figures.text import percent

SURE, LEANING = 0.9, 0.6
"""From these probabilities on the words are "sure of" and "leans to"; below, "undecided"."""

NO_ANSWER = "No hand, or not sure"
"""What stands in the place of an answer that a network had better not give."""

SIDE = 28
"""Largest side of what is shown pixel by pixel, in rem: as high as the field in which a square is moved."""


def seen_html(pixels: NDArray[np.uint8], alt: str) -> str:
    """Returns what a network is given, enlarged so that every pixel is a square with sharp edges.

    Args:
        pixels: (height, width, 3) of unsigned bytes.
        alt: What is shown, for who cannot see it.
    """
    return _img(data_address(pixels), alt, f"width: min(100%, {SIDE}rem); image-rendering: pixelated")


def _img(address: str, alt: str, style: str) -> str:
    return (
        f'<img src="{address}" alt="{html.escape(alt)}" '
        f'style="display: block; border-radius: 0.25rem; object-fit: fill; {style}"/>'
    )


def badge_html(name: str | None, share: float, note: str = "") -> str:
    """Returns an answer to be laid over the corner of its picture: light on dark, readable on any.

    Args:
        name: Of the class; None where there is no answer.
        share: The largest probability.
        note: What else is to be said; "" for nothing.
    """
    small = f'<span style="font-size: 0.875rem">{html.escape(note)}</span>' if note else ""
    if name is None:
        words = f'<strong style="font-size: 1.25rem">{NO_ANSWER}</strong>'
        share_words = f"<span>at most {written(share)} for one sign</span>"
    else:
        words = f'<strong style="font-size: 3.5rem; line-height: 1">{html.escape(name)}</strong>'
        share_words = f'<span style="font-size: 1.25rem">{written(share)}</span>'
    column = f'<span style="display: grid; line-height: 1.25">{share_words}{small}</span>'
    direction = "column" if name is None else "row"
    return (
        f'<div class="rx-badge" style="display: flex; flex-direction: {direction}; gap: 0.25rem 0.75rem">'
        f"{words}{column}</div>"
    )


def how_sure(probabilities: ArrayLike, classes: Sequence[str], threshold: float | None = None) -> str:
    """Says in plain words how sure an answer is, from its numbers.

    Args:
        probabilities: (classes,) shares that add up to one, at least two.
        classes: What to call each class.
        threshold: The least probability that is an answer; None where every one is.

    Returns:
        One sentence in Markdown that names the likeliest classes, three where there are so many.
    """
    shares = np.asarray(probabilities, dtype=np.float64)
    first, second, *third = (int(index) for index in np.argsort(-shares, kind="stable")[:3])
    words = f"is undecided between {classes[first]} and {classes[second]}"
    if threshold is not None and shares[first] < threshold:
        words = f"gives **no answer**, since no sign reaches the threshold of {percent(threshold)}"
    elif shares[first] >= LEANING:
        words = f"{'is sure of' if shares[first] >= SURE else 'leans to'} a **{classes[first]}**"
    comes = "come" if third else "comes"
    most = written(float(shares[first]))
    top = f"{classes[first]} gets {most}, then {comes} {_with(second, shares, classes)}"
    return f"It {words}: {top}{''.join(f' and {_with(one, shares, classes)}' for one in third)}."


def _with(index: int, shares: NDArray[np.float64], classes: Sequence[str]) -> str:
    return f"{classes[index]} with {written(float(shares[index]))}"
