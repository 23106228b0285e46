"""The sentences about gradients, each proved against random numbers, and the charts that draw them."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.figures.base import Look
from resnet_core.figures.gradient_flow import (
    QUANTITIES,
    Course,
    corner_figure,
    course,
    describe_flow,
    flow_figure,
    span,
)
from resnet_core.figures.gradient_words import (
    Facts,
    answer,
    compared,
    explodes,
    facts,
    hidden,
    large_loss,
    on_the_way,
    papers,
    reading,
    verdict,
)
from resnet_core.figures.palette import sign
from resnet_core.figures.text import significant
from resnet_core.probes.gradient_setting import KINDS, Setting
from resnet_core.probes.gradients import Kernel, Line, Profile

SIZES = st.floats(1e-12, 1e12) | st.sampled_from([0.0])
ODD = SIZES | st.sampled_from([math.inf, math.nan])


def a_profile(kind: str, values: list[float], seed: int = 0) -> Profile:
    """A profile of three blocks, with the values in an order of our own."""
    gradients, spreads, weights = values[:4], values[4:8], values[8:13]
    kernels = [Kernel(f"conv{n}", n, size) for n, size in enumerate(weights, start=1)]
    kernels.insert(2, Kernel("beside", 2, 123.0, shortcut=True))
    points = ("stem", "conv2_block1", "conv3_block1", "conv4_block1")
    block = "8x8x8~3x3-8~id" if kind == "own" else ""
    setting = Setting(kind, 8, block=block, seed=seed)
    return Profile(
        setting, points, (1, 3, 5, 7), tuple(gradients), tuple(spreads), tuple(kernels), values[13], 0.1
    )


def rows(numbers: st.SearchStrategy[float], seeds: int = 3) -> st.SearchStrategy[list[list[float]]]:
    return st.lists(st.lists(numbers, min_size=14, max_size=14), min_size=1, max_size=seeds)


@st.composite
def some_facts(draw: st.DrawFn, numbers: st.SearchStrategy[float] = ODD) -> Facts:
    return Facts(draw(st.sampled_from(KINDS)), *(draw(numbers) for _ in range(5)))


@given(st.sampled_from(KINDS), rows(SIZES))
def test_facts_are_medians_of_what_was_measured(kind: str, measured: list[list[float]]) -> None:
    found = facts([a_profile(kind, values) for values in measured])
    with np.errstate(all="ignore"):
        ratios = [np.divide(values[0], values[2]) for values in measured]
        kernels = [np.divide(values[9], values[11]) for values in measured]
    assert found.kind == kind
    assert found.reaching == pytest.approx(float(np.median(ratios)), nan_ok=True)
    assert found.kernels == pytest.approx(float(np.median(kernels)), nan_ok=True)
    assert found.first == np.median([values[4] for values in measured])
    assert found.last == np.median([values[7] for values in measured])
    assert found.loss == np.median([values[13] for values in measured])


@given(ODD)
def test_the_verdict_is_true_of_the_ratio(ratio: float) -> None:
    said = verdict(ratio)
    true = {
        "vanishes": 0 < ratio < 0.001,
        "shrinks": 0.001 <= ratio < 0.1,
        "stays within a factor of 10": 0.1 <= ratio <= 10,
        "grows": 10 < ratio <= 1000,
        "explodes": ratio > 1000,
        "is exactly 0 at the stem": ratio == 0,
        "cannot be told, since nothing arrives anywhere": math.isnan(ratio),
    }
    assert [words for words, holds in true.items() if holds] == [said]


@given(some_facts())
def test_what_is_said_of_one_network_is_what_was_measured(one: Facts) -> None:
    said = on_the_way(one)
    assert said.lower().startswith(f"**{'net of your block' if one.kind == 'own' else one.name + ' net'}.**")
    assert f"**{verdict(one.reaching)}** (times {significant(one.reaching)})" in said
    assert f"is {significant(one.first)} behind the stem and {significant(one.last)} behind" in said


@given(some_facts(), some_facts())
def test_the_steadier_net_is_the_one_that_changes_less(one: Facts, other: Facts) -> None:
    said = compared(one, other)
    ratios = [one.reaching, other.reaching]
    if not said:
        assert any(not 0 < ratio < math.inf for ratio in ratios)
        return
    changes = [max(ratio, 1 / ratio) for ratio in ratios]
    if "about as much" in said:
        assert max(changes) / min(changes) <= 2
        return
    assert max(changes) / min(changes) >= 1.99
    less, more = (one, other) if changes[0] < changes[1] else (other, one)
    name = "net of your block" if less.kind == "own" else f"{less.name} net"
    assert f"**here the {name} is the steadier one**" in said
    numbers = re.findall(r"factor of (.+?) in the|and of (.+?) in the", said)
    assert [one or other for one, other in numbers] == [significant(size) for size in sorted(changes)]
    assert less is not more


@given(some_facts())
def test_kernels_are_said_to_hide_a_gradient_only_where_they_do(one: Facts) -> None:
    said = hidden(one)
    ill = not 0.001 <= one.reaching <= 1000 and 0 < one.reaching < math.inf
    usual = 0.1 <= one.kernels <= 10
    if said:
        assert ill
        assert usual
        grows = one.first > one.last  # towards the stem
        assert grows == (one.reaching < 1)
        assert f"one {'shrinks' if one.reaching < 1 else 'grows'} as the other" in said
        assert f"is {significant(one.kernels)} times that of the last" in said
    elif ill and usual and one.first > 0:  # then the activations do not run the other way, at least not far
        ratio = one.last / one.first
        assert not (0 < ratio < 0.1 if one.reaching < 1 else 10 < ratio < math.inf)


@given(some_facts())
def test_a_loss_is_called_large_only_where_it_is(one: Facts) -> None:
    said = large_loss(one)
    assert bool(said) == (one.loss > 10 * math.log(6))
    if said:
        assert f"begins at {significant(one.loss)}," in said
        assert "ln 6 = 1.79" in said


@given(some_facts(), some_facts())
def test_the_answer_says_both_numbers(one: Facts, other: Facts) -> None:
    said = answer([one, other], Setting("plain", 56, False, "glorot_uniform"))
    for each in (one, other):
        assert math.isnan(each.reaching) or f"**{significant(each.reaching)} times**" in said
    assert "56 layers" in said
    assert "no batch norm and Glorot kernels" in said
    assert "at initialisation" in said
    assert all(reading([one, other]))


@given(some_facts())
def test_plain_nets_are_offered_no_cure(one: Facts) -> None:
    assert explodes(one) == (
        one.kind not in ("plain", "own") and (one.reaching > 1000 or one.loss > 10 * math.log(6))
    )


def test_papers_are_named_with_their_place_and_belong_to_the_corner() -> None:
    with_norm, without = papers(Setting()), papers(Setting(batch_norm=False))
    assert all("arXiv" in said for said in (*with_norm, *without))
    assert "section 4.1" in with_norm[0]
    assert "10,000 layers" in without[0]
    assert not set(with_norm) & set(without)


@given(st.sampled_from(KINDS), rows(ODD), st.sampled_from(list(QUANTITIES)), st.sampled_from([1.0, 1.4]))
def test_charts_draw_every_value_or_mark_it_at_an_edge(
    kind: str, measured: list[list[float]], quantity: str, scale: float
) -> None:
    one = course([a_profile(kind, values) for values in measured], quantity)
    figure = flow_figure([one], QUANTITIES[quantity], Look("dark", scale), 8)
    assert corner_figure([one], Look("light", scale), span([one]), 8).data
    line = next(trace for trace in figure.data if trace.mode == "lines+markers")
    shown = [y for y in line.y if y is not None]
    edges = [trace for trace in figure.data if trace.mode == "markers"]
    assert len(shown) + sum(len(trace.x) for trace in edges) == len(one.layers)
    low, high = span([one])
    assert high - low >= 1
    assert all(10**low <= y <= 10**high for y in shown)
    for trace in edges:
        assert set(trace.y) <= {10**low, 10**high}
        assert "exactly 0" in trace.name or "not finite" in trace.name
    assert QUANTITIES[quantity] in describe_flow([one], QUANTITIES[quantity])


def test_the_band_is_the_range_of_the_seeds_and_the_line_their_median() -> None:
    seeds = [[float(1 + seed)] * 14 for seed in (0, 1, 5)]
    figure = flow_figure([course([a_profile("plain", one) for one in seeds], "gradients")], "t", Look(), 8)
    band, line = figure.data
    assert (set(band.y[:4]), set(band.y[4:])) == ({6.0}, {1.0})
    assert set(line.y) == {2.0}
    assert all(one < other for one, other in pairwise(line.x))


def test_every_kind_has_its_sign() -> None:
    flat = Line((1.0, 2.0), (1.0, 2.0), (1.0, 2.0))
    figure = flow_figure([Course(kind, (1, 3), flat) for kind in KINDS], "t", Look(), 8)
    looks = {(line.line.color, line.line.dash, line.marker.symbol) for line in figure.data}
    assert len(looks) == len(KINDS)
    plain = sign("plain")
    assert (plain.colour, "dash", "square") in looks
