"""What is drawn and said of gradients along a line is what was measured."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.figures.base import Look
from resnet_core.figures.palette import GROUNDS, THEMES, Theme, sign
from resnet_core.figures.shattered import (
    correlation_figure,
    depth_figure,
    gradient_figure,
    middle,
    standardised,
)
from resnet_core.figures.shattered_words import (
    Found,
    describe_correlations,
    describe_gradients,
    nearest,
    shattered_reading,
)
from resnet_core.figures.text import significant
from resnet_core.probes.shattered import LAGS, Floats, Setting, correlations, gradients, line, references

DEPTHS = (2, 6)


@pytest.fixture(scope="module")
def found() -> Found:
    return Found(DEPTHS, correlations(Setting(20), DEPTHS, (1, 2, 3)), references())


def made_up(seed: int, seeds: int, depths: tuple[int, ...] = DEPTHS) -> Found:
    """Correlations that no net need have."""
    random = np.random.default_rng(seed)
    given = random.uniform(-0.4, 1, (seeds, 2, len(depths), LAGS + 1))
    given[..., 0] = 1
    return Found(depths, given, references())


@pytest.mark.parametrize("theme", THEMES)
def test_every_gradient_has_a_panel_in_the_signs_of_its_net(theme: Theme) -> None:
    inputs, measured = line(), gradients(Setting(20), DEPTHS, 1)
    figure = gradient_figure(inputs, DEPTHS, measured, Look(theme))
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert [trace.name for trace in lines] == [
        "Plain, depth 2",
        "Residual, depth 2",
        "Plain, depth 6",
        "Residual, depth 6",
    ]
    for number, trace in enumerate(lines):
        row, net = divmod(number, 2)
        assert np.array_equal(trace.customdata, measured[net, row])
        assert np.array_equal(trace.y, standardised(measured)[net, row])
        assert trace.line.color == sign(("plain", "residual")[net], theme).colour
    marks = {trace.marker.symbol for trace in figure.data if trace.mode == "markers"}
    assert marks == {"square", "circle"}
    ranges = {tuple(axis.range) for axis in figure.select_yaxes()}
    assert len(ranges) == 1
    assert {tuple(axis.range) for axis in figure.select_xaxes()} == {(-2.0, 2.0)}
    assert [axis.title.text for axis in figure.select_xaxes()].count("input x") == 2


def test_a_gradient_without_changes_is_drawn_at_zero() -> None:
    flat = np.stack([np.zeros((1, 256)), np.full((1, 256), 3.0)])
    assert (standardised(flat) == 0).all()
    assert gradient_figure(line(), (2,), flat, Look()).data[0].y.tolist() == [0.0] * 256


@given(st.integers(0, 10**6), st.floats(1e-100, 1e100))
def test_standardised_has_mean_zero_and_spread_one(seed: int, size: float) -> None:
    values = standardised(size * np.random.default_rng(seed).standard_normal((2, 3, 50)))
    assert np.allclose(values.mean(axis=-1), 0, atol=1e-12)
    assert np.allclose(values.std(axis=-1), 1)


def test_correlations_are_drawn_with_their_range_and_beside_the_noises(found: Found) -> None:
    figure = correlation_figure("0.0157", found.correlations[:, :, 1], found.noises, Look())
    by_name = {trace.name: trace for trace in figure.data}
    for net, name in enumerate(("plain", "residual")):
        measured, drawn = found.correlations[:, net, 1], by_name[name]
        assert np.allclose(drawn.y, np.median(measured, axis=0))
        assert (drawn.line.dash, drawn.marker.symbol) == (sign(name).dash, sign(name).marker)
        band = by_name[f"{name}, range of the seeds"].y
        assert np.allclose(band, [*measured.max(axis=0), *measured.min(axis=0)[::-1]])
    for which, name in enumerate(("Brownian motion", "white noise")):
        assert np.allclose(by_name[name].y, np.median(found.noises[which], axis=0))
        assert by_name[name].line.color == GROUNDS["light"].quiet
    assert by_name["Brownian motion"].line.dash != by_name["white noise"].line.dash
    said = {note.text for note in figure.layout.annotations}
    assert {"plain", "residual", "Brownian motion", "white noise", "autocorrelation ρ(k)"} <= said
    assert figure.layout.xaxis.title.text == "lag k (steps of 0.0157 in x)"


def test_neighbours_are_drawn_over_depth(found: Found) -> None:
    figure = depth_figure(DEPTHS, found.correlations[..., 1], Look())
    by_name = {trace.name: trace for trace in figure.data}
    assert by_name["plain"].x.tolist() == [2, 6]
    assert np.allclose(by_name["residual"].y, [found.line(1, depth)[1] for depth in DEPTHS])


def test_what_is_not_a_number_is_left_out(found: Found) -> None:
    gone = found.correlations.copy()
    gone[:, 0, 1] = np.nan
    gone[0, 1, 1] = np.nan
    figure = depth_figure(DEPTHS, gone[..., 1], Look())
    by_name = {trace.name: trace for trace in figure.data}
    assert by_name["plain"].x.tolist() == [2]
    assert by_name["residual"].y[1] == pytest.approx(np.median(gone[1:, 1, 1, 1]))
    figure = correlation_figure("0.0157", gone[:, :, 1], found.noises, Look())
    assert "plain" not in {trace.name for trace in figure.data}
    assert "nothing to compare" in shattered_reading(Found(DEPTHS, gone, found.noises), 6, 2)


@given(st.integers(0, 10**6), st.integers(1, 9), st.sampled_from([(2, 2), (2, 6), (6, 6)]))
def test_the_reading_is_true(seed: int, seeds: int, pair: tuple[int, int]) -> None:
    found = made_up(seed, seeds)
    first, depth = pair
    said = shattered_reading(found, depth, first)
    plain, residual = (np.median(found.correlations[:, net, DEPTHS.index(depth)], axis=0) for net in (0, 1))
    assert f"At depth {depth} the gradient of the plain net at neighbouring inputs" in said
    assert re.findall(r"\*\*(.+?)\*\*", said) == [significant(plain[1]), significant(residual[1])]
    both = found.correlations[:, :, DEPTHS.index(depth), 1]
    lower = sum(bool(one < other) for one, other in both)
    assert f"with {lower} of {seeds} seed" in said
    check_nearer(said, found, (plain, residual))
    check_since(said, found, pair)


def check_nearer(said: str, found: Found, lines: tuple[Floats, Floats]) -> None:
    names = []
    for one in lines:
        apart = [np.square(one[1:] - np.median(noise, axis=0)[1:]).sum() for noise in found.noises]
        names.append("Brownian motion" if apart[0] <= apart[1] else "white noise")
        assert nearest(found, one) == names[-1]
    if names[0] == names[1]:
        assert f"both lie nearer to {names[0]}." in said
    else:
        assert f"the plain net lies nearer to {names[0]}, the residual net to {names[1]}." in said


def check_since(said: str, found: Found, pair: tuple[int, int]) -> None:
    first, depth = pair
    assert (f"From depth {first} to {depth}" in said) == (first != depth)
    if first != depth:
        for net, name in enumerate(("plain", "residual")):
            change = found.line(net, depth)[1] - found.line(net, first)[1]
            word = "fell" if change < 0 else "rose"
            assert f"{word} by {significant(abs(change), 2)} in the {name} net" in said


def test_nearest_knows_the_noises_themselves(found: Found) -> None:
    assert nearest(found, found.noise(0)) == "Brownian motion"
    assert nearest(found, found.noise(1)) == "white noise"


def test_the_median_passes_over_what_is_not_a_number() -> None:
    values = np.array([[1.0, np.nan], [3.0, np.nan], [np.nan, np.nan]])
    assert middle(values)[0] == 2
    assert np.isnan(middle(values)[1])


def test_the_descriptions_hold_the_numbers() -> None:
    zigzag = np.array([0.0, 1.0, 0.0, 1.0, 0.0])
    said = describe_gradients((2,), np.stack([zigzag[None], np.arange(5.0)[None]]))
    assert "that of the plain net turns 3 times, that of the residual net 0 times" in said
    said = describe_correlations((0, 5), "lag", {"plain": np.array([1.0, 0.25])})
    assert said == "Autocorrelation of the gradient over the lag. plain: 1.00 at 0, 0.250 at 5."
