"""What was expected beside what was measured: each sentence and small picture against random numbers."""

from __future__ import annotations

import math
import re

from hypothesis import given
from hypothesis import strategies as st

from resnet_core.figures.gradient_words import Facts, called, verdict
from resnet_core.figures.prediction import (
    TRENDS,
    buttons_html,
    expected_sketch,
    heights_of,
    judged,
    measured_sketch,
    trend,
)
from resnet_core.figures.text import significant
from resnet_core.probes.gradient_setting import KINDS

SIZES = st.floats(1e-15, 1e15) | st.sampled_from([0.0, math.inf, math.nan])
PAIRS = st.lists(st.sampled_from(KINDS), min_size=2, max_size=2, unique=True)


@given(SIZES)
def test_the_trend_is_that_of_the_verdict(ratio: float) -> None:
    words = {
        "falls": {"vanishes", "shrinks", "is exactly 0 at the stem"},
        "level": {"stays within a factor of 10"},
        "grows": {"grows", "explodes"},
        None: {"cannot be told, since nothing arrives anywhere"},
    }
    assert verdict(ratio) in words[trend(ratio)]


@given(PAIRS, st.lists(SIZES, min_size=2, max_size=2), st.data())
def test_a_prediction_is_judged_by_what_was_measured(
    kinds: list[str], ratios: list[float], data: st.DataObject
) -> None:
    pair = [Facts(kind, ratio, 1.0, 1.0, 1.0, 1.0) for kind, ratio in zip(kinds, ratios, strict=True)]
    expected = {kind: data.draw(st.sampled_from(list(TRENDS))) for kind in kinds}
    said = judged(expected, pair)
    right = []
    for one in pair:
        part = said.split(f"The {called(one)}: ")[1].split("expected.**")[0]
        assert part.startswith(f"you expected that the gradient {TRENDS[expected[one.kind]]}; measured, it ")
        assert f"{verdict(one.reaching)} (times {significant(one.reaching)})" in part
        truth = {
            "falls": one.reaching < 0.1,
            "level": 0.1 <= one.reaching <= 10,
            "grows": one.reaching > 10,
        }[expected[one.kind]]
        assert part.endswith("**As you " if truth else "**Not as you ")
        right.append(truth)
    assert said.endswith(f"So you were right about {('neither', 'one', 'both')[sum(right)]}.")


@given(st.lists(st.floats(0, 1e300, allow_subnormal=False) | st.just(math.inf), min_size=2, max_size=9))
def test_a_measured_sketch_keeps_the_order_and_shows_what_is_level_as_level(values: list[float]) -> None:
    heights = heights_of(values)
    assert all(-1e-9 <= height <= 1 + 1e-9 for height in heights)
    for one, height in zip(values, heights, strict=True):
        for other, beside in zip(values, heights, strict=True):
            assert height <= beside + 1e-9 or one > other
    positive = [value for value in values if 0 < value < math.inf]
    if positive and max(positive) / min(positive) <= 1.01:
        inside = [height for height, value in zip(heights, values, strict=True) if value in positive]
        assert all(abs(height - 0.5) < 0.01 for height in inside)


def test_every_picture_is_a_button_with_words() -> None:
    drawn = buttons_html(["plain", "own"])
    found = re.findall(r'data-kind="(\w+)" data-trend="(\w+)" aria-pressed="false"', drawn)
    assert found == [(kind, name) for kind in ("plain", "own") for name in TRENDS]
    assert drawn.count('role="img" aria-label="') == len(found)


def test_the_sketches_run_from_the_input_on_the_left() -> None:
    """Smaller towards the input is a line that rises to the right, where the output is."""

    def ends(drawn: str) -> tuple[float, float]:
        points = re.search(r'points="([^"]+)"', drawn)
        assert points is not None
        heights = [float(point.split(",")[1]) for point in points[1].split()]
        return heights[0], heights[-1]

    left, right = ends(expected_sketch("plain", "falls"))
    assert left > right  # further down on the screen
    left, right = ends(measured_sketch("plain", [1e-6, 1e-3, 1.0]))
    assert left > right
    left, right = ends(expected_sketch("plain", "grows"))
    assert left < right
