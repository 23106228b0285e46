"""A picture that a network was asked about: the part it was given, what it saw, and what it answered."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from resnet_core.figures.contact_sheet import data_address
from resnet_core.figures.probabilities import written

SURE, LEANING = 0.9, 0.6
"""From these probabilities on the words are "sure of" and "leans to"; below, "undecided"."""

Box = tuple[int, int, int, int]


def framed_html(jpeg: bytes, size: tuple[int, int], box: Box, alt: str) -> str:
    """Returns a picture with the part that a network is given in a frame, the rest dimmed.

    Args:
        jpeg: The picture.
        size: Width and height in the units of `box`.
        box: Left, top, right and bottom of the part.
        alt: What is shown, for who cannot see it.
    """
    address = "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")
    left, top, width, height = _shares(size, box)
    # White with a dark line on either side: seen on every picture. The shadow dims what is outside.
    frame = (
        f"position: absolute; left: {left:.3%}; top: {top:.3%}; width: {width:.3%}; height: {height:.3%}; "
        "box-sizing: border-box; border: 2px solid #FFFFFF; outline: 1px solid #1B1F24; "
        "outline-offset: -3px; box-shadow: 0 0 0 1px #1B1F24, 0 0 0 200vmax rgba(16, 20, 24, 0.55)"
    )
    ratio = size[0] / size[1]
    whole = (
        f"position: relative; overflow: hidden; border-radius: 0.25rem; aspect-ratio: {ratio:.4f}; "
        f"width: min(100%, calc(var(--rx-tall, 26rem) * {ratio:.4f}))"
    )
    return (
        f'<div style="{whole}"><img src="{address}" alt="{html.escape(alt)}" '
        f'style="display: block; width: 100%; height: 100%"/><div style="{frame}"></div></div>'
    )


def _shares(size: tuple[int, int], box: Box) -> tuple[float, float, float, float]:
    (width, height), (left, top, right, bottom) = size, box
    return left / width, top / height, (right - left) / width, (bottom - top) / height


def seen_html(pixels: NDArray[np.uint8], alt: str) -> str:
    """Returns what a network is given, enlarged so that every pixel is a square with sharp edges.

    Args:
        pixels: (height, width, 3) of unsigned bytes.
        alt: What is shown, for who cannot see it.
    """
    return (
        f'<img src="{data_address(pixels)}" alt="{html.escape(alt)}" style="display: block; '
        'width: min(100%, 26rem); image-rendering: pixelated; border-radius: 0.25rem"/>'
    )


def sign_html(name: str, share: float, note: str) -> str:
    """Returns an answer in large type, with its probability and a line beside it.

    Args:
        name: Of the class.
        share: Its probability.
        note: What else is to be said of it; "" for nothing.
    """
    return (
        '<div style="display: flex; align-items: center; gap: 1rem; line-height: 1.1">'
        f'<strong style="font-size: 5rem; line-height: 1">{html.escape(name)}</strong>'
        f'<div><div style="font-size: 1.75rem">{written(share)}</div>'
        f'<p class="rx-caption">{html.escape(note)}</p></div></div>'
    )


@dataclass(frozen=True)
class Card:
    """One of several pictures with its answer.

    Attributes:
        name: Of the picture.
        picture: From `framed_html`.
        pixels: What the network was given, (height, width, 3) of unsigned bytes.
        probabilities: One a class.
        note: What else is to be said of it; "" for nothing.
    """

    name: str
    picture: str
    pixels: NDArray[np.uint8]
    probabilities: NDArray[np.floating]
    note: str = ""


def cards_html(cards: Sequence[Card], classes: Sequence[str]) -> str:
    """Returns several pictures with what the network saw and a bar for every class, for `st.html`.

    Args:
        cards: The pictures, in the order in which they were given.
        classes: What to call each class.
    """
    whole = "".join(_card(card, classes) for card in cards)
    columns = "repeat(auto-fill, minmax(min(100%, 22rem), 1fr))"
    return f'<div style="display: grid; gap: 1.5rem; grid-template-columns: {columns}">{whole}</div>'


def _card(card: Card, classes: Sequence[str]) -> str:
    best = int(np.argmax(card.probabilities))
    name = html.escape(f"{card.name}. {card.note}" if card.note else card.name)
    bars = "".join(
        _bar(label, float(share), index == best)
        for index, (label, share) in enumerate(zip(classes, card.probabilities, strict=True))
    )
    seen = seen_html(card.pixels, f"What the network sees of {card.name}")
    pictures = f'<div style="width: 10rem">{card.picture}</div><div style="width: 4rem">{seen}</div>'
    answer = f'<div style="font-size: 3.5rem; line-height: 1"><b>{html.escape(classes[best])}</b></div>'
    return (
        '<section style="border-top: 1px solid var(--rx-rule); padding-top: 0.75rem; min-width: 0">'
        '<div style="display: flex; align-items: end; gap: 1rem; justify-content: space-between">'
        f'<div style="display: flex; align-items: end; gap: 0.5rem; --rx-tall: 7rem">{pictures}</div>'
        f'{answer}</div><p class="rx-caption" style="overflow-wrap: anywhere; margin: 0.25rem 0">{name}</p>'
        f"{bars}</section>"
    )


def _bar(label: str, share: float, best: bool) -> str:
    weight, colour = (700, "var(--rx-text)") if best else (400, "var(--rx-edge)")
    return (
        '<div style="display: grid; grid-template-columns: 1.5rem 1fr 5.5rem; align-items: center; '
        f'column-gap: 0.5rem; font-size: 0.875rem; line-height: 1.4; font-weight: {weight}">'
        f'<span>{html.escape(label)}</span><span style="height: 0.75rem; width: {share:.2%}; '
        f'min-width: 1px; background: {colour}; border-radius: 2px"></span>'
        f"<span>{written(share)}</span></div>"
    )


def how_sure(probabilities: ArrayLike, classes: Sequence[str]) -> str:
    """Says in plain words how sure an answer is, from its numbers.

    Args:
        probabilities: (classes,) shares that add up to one, at least two.
        classes: What to call each class.

    Returns:
        One sentence in Markdown that names the likeliest class and the next.
    """
    shares = np.asarray(probabilities, dtype=np.float64)
    first, second = (int(index) for index in np.argsort(-shares, kind="stable")[:2])
    one, other = (written(float(shares[index])) for index in (first, second))
    words = f"is undecided between {classes[first]} and {classes[second]}"
    if shares[first] >= LEANING:
        words = f"{'is sure of' if shares[first] >= SURE else 'leans to'} a **{classes[first]}**"
    return f"It {words}: {classes[first]} gets {one}, and {classes[second]}, the next, {other}."
