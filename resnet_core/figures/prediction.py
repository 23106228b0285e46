"""What a learner expects of a gradient on its way back, as small pictures, and how it compares."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence

from resnet_core.figures.gradient_flow import SIGNS, TITLES
from resnet_core.figures.gradient_words import NEAR, Facts, called, verdict
from resnet_core.figures.palette import sign
from resnet_core.figures.text import significant

TRENDS = {
    "falls": "gets smaller towards the input",
    "level": "keeps its size",
    "grows": "gets larger towards the input",
}
"""What may be expected of |dL/dx|, as it goes back from the output to the input."""
_SKETCHES = {
    "falls": (0.04, 0.36, 0.68, 1.0),
    "level": (0.5, 0.54, 0.47, 0.5),
    "grows": (1.0, 0.68, 0.36, 0.04),
}
_DASHES = {"solid": "none", "dash": "7 5", "dashdot": "8 4 2 4", "longdash": "12 5"}
_WIDTH, _HEIGHT, _EDGE = 144.0, 76.0, 8.0
LEAST_SPAN = 2.0
"""Powers of ten that the height of a measured sketch stands for at least, so that what is level looks so."""


def trend(ratio: float) -> str | None:
    """Which of `TRENDS` a gradient has, by what is left of it at the stem; None where none arrives.

    Up to a factor of `NEAR` it is said to keep its size, as everywhere on the page.
    """
    if math.isnan(ratio):
        return None
    if ratio < 1 / NEAR:
        return "falls"
    return "level" if ratio <= NEAR else "grows"


def sketch(kind: str, heights: Sequence[float], words: str) -> str:
    """A small picture of a curve over depth, input left and output right.

    Args:
        kind: of the network, as in `gradient_setting.KINDS`.
        heights: from 0, the lower edge, to 1; from the input to the output.
        words: that describe it.
    """
    shown = sign(SIGNS[kind])
    step = (_WIDTH - 2 * _EDGE) / max(1, len(heights) - 1)
    points = " ".join(
        f"{_EDGE + step * at:.1f},{_HEIGHT - _EDGE - (_HEIGHT - 2 * _EDGE) * height:.1f}"
        for at, height in enumerate(heights)
    )
    colour = f"var(--rx-{SIGNS[kind]}-colour,{shown.colour})"
    return (
        f'<svg viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" role="img" aria-label="{html.escape(words)}">'
        f'<path d="M{_EDGE / 2:g} {_EDGE / 2:g}V{_HEIGHT - _EDGE / 2:g}H{_WIDTH - _EDGE / 2:g}" fill="none" '
        'stroke="var(--rx-edge)"/>'
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="3" '
        f'stroke-dasharray="{_DASHES[shown.dash]}"/></svg>'
    )


def expected_sketch(kind: str, expected: str) -> str:
    """The small picture of one of `TRENDS`."""
    return sketch(kind, _SKETCHES[expected], f"{TITLES[kind]}: {TRENDS[expected]}")


def measured_sketch(kind: str, values: Sequence[float]) -> str:
    """The measured curve as small, logarithmic; what is 0 or not finite stands at its edge."""
    return sketch(kind, heights_of(values), f"{TITLES[kind]}, as measured")


def heights_of(values: Sequence[float]) -> list[float]:
    """Where values stand between the edges of a small picture, on an axis of powers of ten.

    Args:
        values: 0 or more.
    """
    powers = [math.log10(value) for value in values if 0 < value < math.inf]
    if not powers:
        return [0.0 if value == 0 else 1.0 for value in values]
    middle, half = (min(powers) + max(powers)) / 2, max(LEAST_SPAN, max(powers) - min(powers)) / 2
    low = middle - half
    return [
        0.0 if value == 0 else (math.log10(value) - low) / (2 * half) if 0 < value < math.inf else 1.0
        for value in values
    ]


def buttons_html(kinds: Sequence[str]) -> str:
    """A row of small pictures for each network, each a button that can be pressed.

    Args:
        kinds: of the networks.
    """
    rows = []
    for kind in kinds:
        each = "".join(
            f'<button type="button" data-kind="{kind}" data-trend="{name}" '
            f'aria-pressed="false">{expected_sketch(kind, name)}'
            f"<span>{words}</span></button>"
            for name, words in TRENDS.items()
        )
        title = html.escape(TITLES[kind])
        rows.append(
            f'<div class="rx-predict-row rx-predict-{SIGNS[kind]}" role="group" aria-label="{title}">'
            f"<b>{title}</b><div>{each}</div></div>"
        )
    return "".join(rows)


def judged(expected: Mapping[str, str], pair: Sequence[Facts]) -> str:
    """What was expected beside what was measured, and of how many networks it was right.

    Args:
        expected: one of `TRENDS` for each kind of network of the pair.
        pair: what was measured.
    """
    said, right = [], 0
    for one in pair:
        hit = trend(one.reaching) == expected[one.kind]
        right += hit
        said.append(
            f"The {called(one)}: you expected that the gradient {TRENDS[expected[one.kind]]}; measured, it "
            f"{verdict(one.reaching)} (times {significant(one.reaching)}). "
            f"{'**As you expected.**' if hit else '**Not as you expected.**'}"
        )
    count = ("neither", "one", "both")[right] if len(pair) == 2 else f"{right} of {len(pair)}"
    return f"{' '.join(said)} So you were right about {count}."
