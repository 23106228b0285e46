"""The signs that both directions of a diagram share: bars, plus, gates on arcs, markers."""

from __future__ import annotations

import math

from resnet_core.figures.outline import Shortcut
from resnet_core.figures.palette import sign
from resnet_core.figures.svg import box, element, group, label

PLUS_RADIUS = 7.5
_LEAST, _MOST = 3, 2048
_GATES: dict[Shortcut, str] = {"projection": "1×1", "padding": "pad"}


def bar_length(channels: int, longest: float) -> float:
    """Length of a bar: grows with the logarithm of its channels, 3 (a picture) to 2048 (conv5)."""
    share = math.log(max(_LEAST, min(_MOST, channels)) / _LEAST) / math.log(_MOST / _LEAST)
    return longest * (0.16 + 0.84 * share)


def plus(x: float, y: float) -> str:
    """The addition: a circle with a plus."""
    arm = PLUS_RADIUS - 3.5
    cross = f"M{x - arm:.2f} {y:.2f}h{2 * arm:.2f}M{x:.2f} {y - arm:.2f}v{2 * arm:.2f}"
    return group(
        [
            element("circle", cx=x, cy=y, r=PLUS_RADIUS, class_="rx-plus"),
            element("path", d=cross, class_="rx-plus"),
        ],
        title="addition: branch plus shortcut",
    )


def gate(shortcut: Shortcut, x: float, y: float) -> str:
    """What stands on the arc of a shortcut that changes the shape; nothing on that of an identity."""
    word = _GATES.get(shortcut)
    if word is None:
        return ""
    meaning = (
        "projection shortcut: 1×1 convolution" if word == "1×1" else "shortcut with zeros for new channels"
    )
    return group(
        [
            box(x - 13, y - 9, 26, 18, "rx-gate", radius=5),
            label(word, x, y + 4.5, "rx-small", anchor="middle"),
        ],
        title=meaning,
    )


def tip(x: float, y: float, down: bool = False) -> str:
    """The head of an arrow that ends at (x, y)."""
    shape = f"M{x} {y}l-5 -8h10z" if down else f"M{x} {y}l-8 -5v10z"
    return element("path", d=shape, class_="rx-tip")


def key_sign(kind: str, x: float, y: float) -> str:
    """The sign of a kind as in a legend: a stretch of its line with its marker."""
    markers = {
        "circle": element("circle", cx=x + 16, cy=y, r=5.5, class_="rx-bar"),
        "square": box(x + 11, y - 5, 10, 10, "rx-bar", radius=0),
        "diamond": element("path", d=f"M{x + 16} {y - 7}l7 7l-7 7l-7 -7z", class_="rx-bar"),
        "star": element("path", d=_star(x + 16, y, 8), class_="rx-bar"),
    }
    line = element("path", d=f"M{x} {y}h32", class_="rx-path")
    return line + markers[sign(kind).marker]


def _star(x: float, y: float, radius: float) -> str:
    points = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.45
        angle = math.pi * corner / 5
        points.append(f"{x + reach * math.sin(angle):.2f} {y - reach * math.cos(angle):.2f}")
    return "M" + "L".join(points) + "z"
