"""The median and the band of several seeds, by brute force, and how a chart draws them."""

from __future__ import annotations

import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet_core.figures.base import Look
from resnet_core.figures.curves import Curve, curve_figure, describe
from resnet_core.figures.spread import QUARTILES_FROM, spread

ROWS = st.integers(1, 7).flatmap(
    lambda count: st.lists(
        st.lists(st.floats(0, 5), min_size=count, max_size=count), min_size=1, max_size=8
    )
)  # fmt: skip


def _on_the_line(x: list[float], y: list[float], at: float) -> float:
    """The value between two points, by hand."""
    for before, after in zip(range(len(x)), range(1, len(x)), strict=False):
        if x[before] <= at <= x[after]:
            share = (at - x[before]) / (x[after] - x[before])
            return y[before] + share * (y[after] - y[before])
    return y[x.index(at)]


@given(ROWS)
@settings(max_examples=60)
def test_over_epochs_it_is_the_median_and_the_ends_of_every_column(rows: list[list[float]]) -> None:
    x = np.arange(1.0, len(rows[0]) + 1)
    found = spread([(x, np.array(row)) for row in rows])
    assert found.x.tolist() == x.tolist()
    assert found.count == len(rows)
    for at, column in enumerate(zip(*rows, strict=True)):
        assert found.median[at] == pytest.approx(statistics.median(column))
        if len(rows) < QUARTILES_FROM:
            assert (found.low[at], found.high[at]) == (min(column), max(column))
        else:
            quarters = statistics.quantiles(column, n=4, method="inclusive")
            assert (found.low[at], found.high[at]) == pytest.approx((quarters[0], quarters[2]))


@given(st.lists(st.lists(st.floats(0.1, 3), min_size=2, max_size=6), min_size=2, max_size=4), st.data())
@settings(max_examples=40)
def test_over_seconds_each_seed_is_read_between_its_points_where_all_have_some(
    gaps: list[list[float]], data: st.DataObject
) -> None:
    seeds = []
    for gap in gaps:
        y = data.draw(st.lists(st.floats(0, 1), min_size=len(gap), max_size=len(gap)))
        seeds.append((np.cumsum(gap), np.array(y)))
    found = spread(seeds)
    first, last = max(x[0] for x, _ in seeds), min(x[-1] for x, _ in seeds)
    every = sorted({float(one) for x, _ in seeds for one in x if first <= one <= last})
    assert found.x.tolist() == every
    for at, where in enumerate(every):
        values = [_on_the_line(x.tolist(), y.tolist(), where) for x, y in seeds]
        assert found.median[at] == pytest.approx(statistics.median(values), abs=1e-9)
        assert (found.low[at], found.high[at]) == pytest.approx((min(values), max(values)), abs=1e-9)


def test_a_seed_without_points_leaves_no_spread() -> None:
    assert spread([(np.arange(3.0), np.ones(3)), (np.empty(0), np.empty(0))]).x.size == 0


def test_the_chart_draws_band_and_median_and_each_seed_faintly() -> None:
    x, rows = np.arange(1.0, 4), np.array([[0.1, 0.5, 0.7], [0.2, 0.3, 0.9], [0.3, 0.4, 0.8]])
    around = spread([(x, row) for row in rows])
    lines = [Curve(f"seed {n}", "residual", "test", x, row, faint=True) for n, row in enumerate(rows)]
    lines.append(Curve("A net, 3 seeds", "residual", "test", around.x, around.median, spread=around))
    figure = curve_figure(lines, Look(), quantity="accuracy")
    *faint, band, median = figure.data
    assert [line.line.width for line in faint] == [1, 1, 1]
    assert list(band.y) == [0.3, 0.5, 0.9, 0.7, 0.3, 0.1]
    assert band.name == "3 seeds, from the least to the most"
    assert list(median.y) == [0.2, 0.4, 0.8]
    ends = [note.text for note in figure.layout.annotations if note.name == "end label"]
    assert ends == ["A net, 3 seeds"]
    assert "seed 1 is" not in describe(lines, "accuracy")
