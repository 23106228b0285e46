"""The charts and sentences of the lesson on moving averages say what the numbers say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.figures import averages as drawn
from resnet_core.figures import averages_words as said
from resnet_core.figures.averages import Arrival, Point
from resnet_core.figures.base import Look
from resnet_core.probes.averages import Distance, arrived
from resnet_core.probes.two_ways import BothWays, Right

LOOK = Look()
STUCK = BothWays(Right(113, 16, 120), Right(90, 20, 120), (0, 0, 0, 0, 0, 120), 30)
BY_HEART = BothWays(Right(51, 17, 120), Right(21, 22, 120), (20, 20, 20, 20, 20, 20), 30)
ARRIVED = BothWays(Right(119, 118, 120), Right(110, 111, 120), (20,) * 6, 30)


def arrival(momentum: float = 0.99, measured: int = 4) -> Arrival:
    steps = (1, 10, 100, 1000)
    come = tuple(float(arrived(momentum, one)) for one in steps)
    right = (0.2, 0.3, 0.8, 0.9)[:measured]
    return Arrival(momentum, steps, come, right, right, (0.9, 0.8), 34)


def test_the_answer_says_whether_it_is_the_averages() -> None:
    stuck = said.answer(STUCK, "epoch 6", 0.99)
    assert "**16.7\u202f%** of the test pictures are right, and **75.0\u202f%**" in stuck
    assert "each batch replaces only 1\u202f%" in stuck
    assert "there it is not the averages alone" in said.answer(BY_HEART, "epoch 6", 0.99)
    assert "that chance could not make" in said.answer(ARRIVED, "epoch 6", None)


def test_the_reading_names_what_the_averages_cost_and_what_is_left() -> None:
    first, second, third = said.ways_reading(STUCK, "epoch 6")
    assert "94.2\u202f%" in first
    assert "the averages cost 58 percentage points" in second
    assert "19 percentage points, no momentum closes" in second
    assert "class 5, to 120 of 120" in third
    assert "learned by heart" in said.ways_reading(BY_HEART, "epoch 6")[1]
    assert len(said.ways_reading(ARRIVED, "epoch 6")) == 2


def test_the_chart_by_epoch_has_four_lines_and_chance() -> None:
    points = [Point(epoch, {key: 0.1 * epoch for key in drawn.LINES}) for epoch in (1.0, 2.0)]
    figure = drawn.ways_figure(points, "residual", LOOK, chosen=2, chance=1 / 6)
    assert {trace.name for trace in figure.data if trace.name} == set(drawn.LINES.values())
    assert any("chance, 16.7" in note.text for note in figure.layout.annotations)
    assert drawn.ways_table(points)["test_moving_averages"] == [0.1, 0.2]


@pytest.mark.parametrize("measured", [0, 2, 4])
def test_the_chart_of_arrival_grows(measured: int) -> None:
    found = arrival(measured=measured)
    figure = drawn.arrival_figure(found, "residual", LOOK)
    names = [trace.name for trace in figure.data]
    assert ("right, test" in names) == (measured > 0)
    assert any(note.text == "half: 69" for note in figure.layout.annotations)
    assert ("after 100 batches" in " ".join(said.arrival_reading(found))) is False
    assert "69 batches" in said.arrival_reading(found)[0]
    assert "half of the statistics has arrived after 69.0 batches" in drawn.describe_arrival(found)


@given(
    st.lists(st.tuples(st.floats(0, 5), st.floats(1, 9)), min_size=1, max_size=60),
    st.sampled_from(["shift", "factor"]),
)
def test_any_distances_can_be_drawn_and_read(numbers: list[tuple[float, float]], quantity: str) -> None:
    found = [Distance(f"conv{2 + at % 4}_bn{at}", *pair) for at, pair in enumerate(numbers)]
    figure = drawn.distance_figure(found, "residual", LOOK, quantity)
    bars = figure.data[0]
    assert list(bars.customdata) == [getattr(one, quantity) for one in found]
    worst = max(found, key=lambda one: getattr(one, quantity))
    assert worst.layer in drawn.describe_distances(found, quantity)
    assert max(found, key=lambda one: one.shift).layer in said.distance_reading(found)
