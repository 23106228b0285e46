"""Curves show the numbers they were given, and stand still while they grow."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from resnet_core.figures import curves
from resnet_core.figures.base import Look
from resnet_core.figures.curves import Curve, curve_figure, smoothed, thinned
from resnet_core.figures.text import THIN
from resnet_core.training.evaluation import wilson

VALUES = arrays(np.float64, st.integers(1, 3000), elements=st.floats(0, 10))


def course(label: str = "test", **changes: object) -> Curve:
    settings: dict[str, object] = {"kind": "residual", "split": "test", "x": [1, 2, 3], "y": [0.3, 0.6, 0.9]}
    return Curve(label, **(settings | changes))  # type: ignore[arg-type]


def test_the_numbers_are_drawn_as_they_are() -> None:
    figure = curve_figure([course()], Look(), quantity="accuracy", end=10)
    line = figure.data[-1]
    assert list(line.x) == [1, 2, 3]
    assert list(line.y) == [0.3, 0.6, 0.9]
    assert tuple(figure.layout.xaxis.range) == (0, 10)
    assert tuple(figure.layout.yaxis.range) == (0, 1)
    assert [note.text for note in figure.layout.annotations if note.name == "end label"] == ["test"]


def test_splits_differ_in_width_kinds_in_dash_and_marker_ranks_in_filling() -> None:
    drawn = [
        course(split="training"),
        course(split="validation"),
        course(split="test"),
        course(kind="plain"),
        course(kind="plain", rank=1),
    ]
    lines = curve_figure(drawn, Look(), quantity="accuracy").data
    assert lines[0].line.width < lines[1].line.width < lines[2].line.width
    assert (lines[2].line.dash, lines[3].line.dash) == ("solid", "dash")
    assert (lines[2].marker.symbol, lines[3].marker.symbol, lines[4].marker.symbol) == (
        "circle",
        "square",
        "square-open",
    )
    assert lines[3].line.color != lines[4].line.color


def test_the_band_is_wilsons_interval() -> None:
    figure = curve_figure([course(y=[0.5, 0.9, 1.0], count=120)], Look(), quantity="accuracy")
    band = figure.data[0]
    expected = [wilson(correct, 120) for correct in (60, 108, 120)]
    assert list(band.y[:3]) == pytest.approx([high for _, high in expected])
    assert list(band.y[3:][::-1]) == pytest.approx([low for low, _ in expected])


def test_missing_and_infinite_values_are_left_out() -> None:
    curve = course(x=[1, 2, 3, 4], y=[1.0, np.nan, np.inf, 0.5])
    assert curve.points[0].tolist() == [1, 4]
    assert curve_figure([course(x=[], y=[])], Look(), quantity="loss").data == ()


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(2,\) and \(3,\)"):
        course(x=[1, 2])


def test_a_title_of_a_stranger_is_text_not_markup() -> None:
    figure = curve_figure([course("<a href='x'>mine</a>")], Look(), quantity="accuracy")
    label = next(note.text for note in figure.layout.annotations if note.name == "end label")
    assert "<a" not in label
    assert "&lt;a" in label


def test_long_labels_are_broken_into_lines_that_keep_their_distance() -> None:
    names = ["ResNet-50, quarter width, seed 1 (one)", "ResNet-50, quarter width, seed 1 (other)"]
    drawn = [course(name, rank=rank) for rank, name in enumerate(names)]
    figure = curve_figure(drawn, Look(), quantity="accuracy")
    ends = [note for note in figure.layout.annotations if note.name == "end label"]
    assert [note.text.replace("<br>", " ") for note in ends] == names
    lines = [line for note in ends for line in note.text.split("<br>")]
    assert max(map(len, lines)) <= 20
    apart = abs(ends[0].yshift - ends[1].yshift)  # both lines end in the same point
    assert apart >= len(ends[0].text.split("<br>")) * ends[0].font.size


def test_many_curves_get_a_legend_instead_of_labels() -> None:
    drawn = [course(f"run {number}", rank=number) for number in range(9)]
    figure = curve_figure(drawn, Look(), quantity="accuracy")
    assert figure.layout.showlegend
    assert not [note for note in figure.layout.annotations if note.name == "end label"]


@given(VALUES, st.integers(1, 200))
def test_smoothing_never_moves_what_is_already_drawn(values: np.ndarray, more: int) -> None:
    grown = np.concatenate([values, np.full(more, 5.0)])
    assert smoothed(grown)[: values.size] == pytest.approx(smoothed(values))
    assert smoothed(values).min() >= values.min() - 1e-9
    assert smoothed(values).max() <= values.max() + 1e-9


def test_smoothing_against_its_formula() -> None:
    keep = 1 - 1 / 4
    assert smoothed([1.0, 3.0, 5.0], window=4) == pytest.approx(
        [1.0, (keep * 1 + 3) / (keep + 1), (keep**2 * 1 + keep * 3 + 5) / (keep**2 + keep + 1)]
    )


@given(VALUES, st.integers(2, 50))
def test_thinning_keeps_the_end_and_the_mean(values: np.ndarray, most: int) -> None:
    x = np.arange(values.size, dtype=np.float64)
    few_x, few_y = thinned(x, values, most)
    assert few_x.size <= most + 1
    assert (few_x[-1], few_y[-1]) == (x[-1], values[-1])
    assert np.all(np.diff(few_x) > 0)
    size = 1
    while values.size > most * size:
        size *= 2
    groups = (values.size - 1) // size
    if size > 1 and groups:
        assert few_y[:groups].mean() == pytest.approx(values[: groups * size].mean())


@settings(max_examples=20)
@given(VALUES)
def test_a_loss_chart_holds_all_its_smoothed_points(values: np.ndarray) -> None:
    curve = course(x=np.arange(values.size), y=values, noisy=True)
    figure = curve_figure([curve], Look(), quantity="loss", progress="step")
    assert figure.layout.yaxis.range[1] >= smoothed(values).max()


def test_descriptions_say_where_each_curve_ends() -> None:
    text = curves.describe([course("ResNet-50, test")], "accuracy")
    assert text == f"Line chart of accuracy over epoch. ResNet-50, test is 90.0{THIN}% at epoch 3."
    assert "no points yet" in curves.describe([], "loss")
