"""The terms of the gradient in formula, bars and words, each against vectors drawn at random."""

from __future__ import annotations

import math
import re
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from resnet_core.figures.base import Look
from resnet_core.figures.gradient_algebra import (
    by_branches,
    describe_terms,
    expanded,
    lengths_figure,
    name_of,
    product,
    shares_figure,
    sums_up,
    terms_reading,
)
from resnet_core.figures.text import percent, significant
from resnet_core.probes.gradient_setting import Setting
from resnet_core.probes.gradient_terms import Run, Term, Terms


@st.composite
def measured(draw: st.DrawFn) -> Terms:
    """Terms made of random vectors of five values, with their lengths and shares."""
    count = draw(st.integers(1, 3))
    sets = [each for n in range(count + 1) for each in combinations(range(1, count + 1), n)]
    numbers = st.floats(-100, 100).map(lambda value: round(value, 3))
    vectors = draw(arrays(np.float64, (len(sets), 5), elements=numbers))
    whole = vectors.sum(0)
    square = float(whole @ whole)
    terms = tuple(
        Term(each, float(np.linalg.norm(one)), float(one @ whole) / square if square > 1e-6 else math.nan)
        for each, one in zip(sets, vectors, strict=True)
    )
    run = Run(Setting(draw(st.sampled_from(["preactivation", "residual"])), 26), "conv3", 2, count)
    leaving = math.sqrt(square) if square > 1e-6 else 0.0
    gap = draw(st.sampled_from([0.0, 1e-7, 0.5, math.nan]))
    return Terms(run, terms[0].length, leaving, terms, gap, 0.1)


@given(measured())
def test_the_shares_that_are_said_are_those_of_the_terms_and_make_one(found: Terms) -> None:
    said = terms_reading(found)
    if not found.leaving:
        assert said == [
            "No gradient that can be measured arrives at these blocks, so there is nothing to share out."
        ]
        return
    rows = by_branches(found)
    assert sum(row.terms for row in rows) == len(found.terms)
    assert sum(row.share for row in rows) == pytest.approx(1, abs=1e-6)
    for row in rows:
        own = [one.share for one in found.terms if len(one.through) == row.branches]
        assert (row.terms, row.share) == (len(own), pytest.approx(sum(own)))
    assert re.findall(r"\*\*(.+?)\*\*", said[0]) == [percent(row.share) for row in rows]
    best = max(one.share for one in found.terms)
    assert f": {percent(best)}. " in said[1]
    assert any(f"is that of {name_of(one.through)}: " in said[1] for one in found.terms if one.share == best)


@given(measured())
def test_terms_that_work_against_the_others_are_named(found: Terms) -> None:
    if not found.leaving:
        return
    said = terms_reading(found)[1]
    against = [name_of(one.through) for one in found.terms if one.share < 0]
    assert ("against the whole" in said) == bool(against)
    if against:
        assert f"({', '.join(against)})" in said
        assert f" {len(against)} term" in said
    if found.arriving:
        assert f"becomes {significant(found.leaving / found.arriving)} times as long" in said


@given(measured())
def test_how_well_they_add_up_is_said_as_it_is(found: Terms) -> None:
    said = sums_up(found)
    if math.isnan(found.gap):
        assert "not finite" in said
    else:
        assert significant(found.gap) in said
        assert ("no more than rounding" in said) == (found.gap <= 1e-3)


@settings(max_examples=25)
@given(measured(), st.sampled_from([1.0, 1.4]))
def test_the_bars_are_the_terms(found: Terms, scale: float) -> None:
    look = Look("dark", scale)
    lengths, shares = lengths_figure(found, look), shares_figure(found, look)
    unit = found.arriving or 1
    assert list(lengths.data[0].x) == [one.length / unit for one in found.terms]
    if found.leaving:
        assert list(shares.data[0].x) == [100 * one.share for one in found.terms]
        assert list(shares.data[0].text) == [percent(one.share) for one in found.terms]
    low, high = shares.layout.xaxis.range
    assert all(low <= value <= high for value in shares.data[0].x)
    for name in (name_of(one.through) for one in found.terms):
        assert name in describe_terms(found, "length")
        assert name in lengths.layout.yaxis.ticktext


@given(st.lists(st.floats(-3, 3), min_size=3, max_size=3), st.integers(1, 3), st.booleans())
def test_the_product_multiplied_out_is_the_same_number(slopes: list[float], count: int, masked: bool) -> None:
    """Both formulas, read back as arithmetic with a number for each derivative."""

    def value(formula: str) -> float:
        for sign, to in (("\\left", ""), ("\\right", ""), ("'", "")):
            formula = formula.replace(sign, to)
        formula = re.sub(r"(?<=[\d)])(?=[FD(])", "*", formula)
        known = {f"F_{n}": slope for n, slope in enumerate(slopes, start=1)}
        return float(eval(formula, {"__builtins__": {}}, {**known, "D_1": 1, "D_2": 1, "D_3": 1}))

    assert value(product(count, masked)) == pytest.approx(value(expanded(count)), abs=1e-9)
    assert product(count, masked).count("D_") == masked * count


def test_a_term_is_written_as_it_stands_in_the_product() -> None:
    assert [name_of(each) for each in ((), (1,), (1, 3), (1, 2, 3))] == ["1", "F₁′", "F₃′F₁′", "F₃′F₂′F₁′"]
    assert expanded(2) == "1+F_1'+F_2'+F_2'F_1'"
