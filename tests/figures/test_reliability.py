"""The reliability diagram: every group that has answers, where it belongs, with its interval."""

from __future__ import annotations

import numpy as np
import pytest

from resnet_core.figures.base import Look
from resnet_core.figures.palette import sign
from resnet_core.figures.reliability import columns, describe, reliability_figure
from resnet_core.training.calibration import Bin, error_of
from resnet_core.training.evaluation import wilson
from tests.recordings import a_reliance

BEFORE = (Bin(0.0, 0.5, 0, 0.0, 0.0), Bin(0.5, 1.0, 10, 0.9, 0.6))
AFTER = (Bin(0.0, 0.5, 4, 0.45, 0.5), Bin(0.5, 1.0, 6, 0.7, 4 / 6))


def test_a_point_stands_where_its_answers_are_and_empty_groups_have_none() -> None:
    drawn = reliability_figure(BEFORE, AFTER, Look())
    faint, full = drawn.data[-2], drawn.data[-1]
    assert (list(faint.x), list(faint.y)) == ([0.9], [0.6])
    assert (list(full.x), list(full.y)) == ([0.45, 0.7], [0.5, 4 / 6])
    assert list(full.customdata) == [4, 6]
    bounds = [wilson(2, 4), wilson(4, 6)]
    assert np.array(full.error_y.array) + full.y == pytest.approx([high for _, high in bounds])
    assert np.array(full.y) - full.error_y.arrayminus == pytest.approx([low for low, _ in bounds])


def test_both_lines_differ_by_more_than_colour_and_the_diagonal_is_there() -> None:
    drawn = reliability_figure(BEFORE, AFTER, Look(), kind="plain")
    faint, full = drawn.data[-2], drawn.data[-1]
    assert full.marker.symbol == sign("plain").marker
    assert faint.line.color == Look().ground.quiet
    assert faint.marker.symbol == f"{full.marker.symbol}-open"
    assert (list(drawn.data[0].x), list(drawn.data[0].y)) == ([0, 1], [0, 1])


@pytest.mark.parametrize("threshold", [0.0, 0.8])
def test_the_threshold_is_drawn_where_there_is_one(threshold: float) -> None:
    drawn = reliability_figure(BEFORE, AFTER, Look("dark", 1.4), threshold=threshold)
    upright = [trace for trace in drawn.data if list(trace.x) == [0.8, 0.8]]
    assert len(upright) == (threshold > 0)
    assert any("no answer" in note.text for note in drawn.layout.annotations) == (threshold > 0)


def test_columns_have_a_row_a_group() -> None:
    table = columns(BEFORE, AFTER)
    assert {len(column) for column in table.values()} == {2}
    assert table["answers, fitted"] == [4, 6]
    assert table["share right, temperature 1"] == [0.0, 0.6]


def test_the_description_names_both_errors_and_what_weighs_most() -> None:
    words = describe(BEFORE, AFTER)
    assert "10 answers" in words
    assert "30.0" in words, "0.9 sure, 0.6 right"
    assert f"{100 * error_of(AFTER):.2f}"[:3] in words
    assert "4 answers with 45.0" in words
    assert describe(a_reliance().before, a_reliance().after)
