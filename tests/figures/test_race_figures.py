"""The picture of a race and of any run's gradients, and every sentence about a race against its numbers."""

from __future__ import annotations

import dataclasses
import itertools
import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet_core.figures.base import Look
from resnet_core.figures.gradient_map import decades, describe_map, logarithms, map_figure
from resnet_core.figures.race import chart_height, describe_race, loss_top, race_figure
from resnet_core.figures.race_words import (
    CHANGED,
    CLEAR,
    LEARNED,
    Finish,
    capital,
    finish,
    race_reading,
    race_words,
)
from resnet_core.figures.text import percent, significant
from resnet_core.network.depth import WeightLayer
from resnet_core.training.gradient_norms import GradientNorms
from resnet_core.training.race import Race
from tests.races import a_race

CHANCE = math.log(6)
losses = st.one_of(st.floats(1e-6, 30.0), st.floats(1.2, 1.9), st.just(math.inf), st.just(0.0))
norms = st.one_of(st.floats(1e-30, 1e6), st.floats(0.1, 1.0), st.just(0.0), st.just(math.inf))
factors = st.one_of(st.just(math.nan), st.floats(1, 1e9))
perhaps = st.one_of(st.none(), losses)
shares = st.one_of(st.none(), st.floats(0, 1))
finishes = st.builds(Finish, st.just("plain"), losses, perhaps, shares, norms, norms, factors)


@given(st.integers(1, 60), finishes, finishes)
@settings(max_examples=300)
def test_each_sentence_is_true_of_the_numbers(epoch: int, plain: Finish, residual: Finish) -> None:
    residual = dataclasses.replace(residual, kind="residual")
    said = race_reading(epoch, (plain, residual))
    text = " ".join(said)
    assert f"After {epoch} epoch" in text
    better, worse = sorted((plain, residual), key=lambda one: one.loss)
    finite = math.isfinite(plain.loss) and math.isfinite(residual.loss)
    for one in (plain, residual) if finite else ():
        assert f"{significant(one.loss)} in the {one.kind} net" in text
    assert ("no longer a number" in text) == (not finite)
    assert ("neither net has learned" in text) == (finite and better.loss > LEARNED * CHANCE)
    learned = finite and better.loss <= LEARNED * CHANCE
    assert ("about even" in text) == (learned and worse.loss < CLEAR * better.loss)
    ahead = re.search(r"\*\*the (\w+) net is ahead\*\*", text)
    assert bool(ahead) == (learned and worse.loss >= CLEAR * better.loss)
    if ahead:
        assert ahead[1] == better.kind
        assert ("has not learned yet" in text) == (worse.loss > LEARNED * CHANCE)
        if better.loss > 0:
            assert f"{significant(worse.loss / better.loss)} times as much" in text
    rights = [
        f"{significant(one.test_loss)} in the {one.kind} net ({percent(one.accuracy)} right)"
        for one in (plain, residual)
        if one.test_loss is not None and one.accuracy is not None
    ]
    assert ("On the test pictures" in text) == (len(rights) == 2)
    if len(rights) == 2:
        assert f"the loss is {rights[0]}, {rights[1]}." in text
    spans = [f"of {significant(one.factor)} in the {one.kind} net" for one in (plain, residual)]
    told = not math.isnan(plain.factor) and not math.isnan(residual.factor)
    assert (f"by a factor {' and '.join(spans)}:" in text) == ("From layer to layer" in text) == told
    said = said[:-1] if told else said
    if epoch == 1:
        both = f"{significant(plain.late)} in the plain net and {significant(residual.late)} in the residual"
        assert both in said[-1]
        return
    for one in (plain, residual):
        found = re.search(rf"in the {one.kind} net it ([^(;]*) \(from ([^()]+?) to ([^()]+?)\)", said[-1])
        assert found
        assert (found[2], found[3]) == (significant(one.early), significant(one.late))
        _holds(found[1].strip("* "), one)


def _holds(verb: str, one: Finish) -> None:
    """Whether what is said of the gradient of the first layer is so."""
    if not (math.isfinite(one.early) and math.isfinite(one.late)):
        assert verb == "was not finite"
    elif one.early == one.late:
        assert verb == "stayed the same"
    elif one.early == 0 or one.late == 0:
        assert verb == ("vanished" if one.late == 0 else "appeared")
    elif verb.startswith("rose"):
        assert one.late >= CHANGED * one.early * (1 - 1e-12)
    elif verb.startswith("fell"):
        assert one.early >= CHANGED * one.late * (1 - 1e-12)
    else:
        assert verb == "stayed within a factor of 3"
        assert 1 / CHANGED <= one.late / one.early <= CHANGED


def test_a_finish_is_what_the_runs_kept() -> None:
    sides = a_race(epochs=4)
    found = finish(sides)
    assert found is not None
    epoch, pair = found
    assert epoch == 4
    for side, one in zip(sides, pair, strict=True):
        each = side.epochs[0].step
        first = side.norms.norms[:, 0].astype(np.float64)
        assert one.early == pytest.approx(np.median(first[side.norms.step <= each]))
        assert one.late == pytest.approx(np.median(first[side.norms.step > 3 * each]))
        medians = np.median(side.norms.norms[side.norms.step > 3 * each].astype(np.float64), axis=0)
        assert one.factor == pytest.approx(medians.max() / medians.min())
        assert (one.loss, one.accuracy) == (side.epochs[-1].train_loss, side.epochs[-1].test_accuracy)


def test_runs_are_compared_at_the_last_epoch_that_both_have_completed() -> None:
    one, _ = a_race(epochs=4)
    _, other = a_race(epochs=4, done=2)
    found = finish((one, other))
    assert found is not None
    epoch, pair = found
    assert epoch == 2
    assert pair[0].loss == one.epochs[1].train_loss
    nothing = dataclasses.replace(other, epochs=())
    assert finish((one, nothing)) is None


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_picture_has_both_runs_on_one_axis_and_one_scale(theme: str) -> None:
    sides = a_race(epochs=4)
    end = sides[0].run.steps
    figure = race_figure(sides, Look(theme), end)  # type: ignore[arg-type]
    maps = [trace for trace in figure.data if trace.type == "heatmap"]
    assert [trace.yaxis for trace in maps] == ["y2", "y3"]
    assert {trace.coloraxis for trace in maps} == {"coloraxis"}
    assert {trace.xaxis for trace in figure.data} <= {None, "x"}
    for trace, side in zip(maps, sides, strict=True):
        np.testing.assert_allclose(10.0 ** np.asarray(trace.z), side.norms.norms.T, rtol=1e-4)
        assert list(trace.y) == list(range(1, 9))
    tests = [trace for trace in figure.data if trace.name in ("plain, test", "residual, test")]
    for trace, side in zip(tests, sides, strict=True):
        assert list(trace.customdata) == [record.test_loss for record in side.epochs]
    assert figure.layout.height == chart_height(Look())
    domains = sorted(tuple(figure.layout[f"yaxis{place}"].domain) for place in ("", "2", "3"))
    assert all(low[1] < high[0] for low, high in itertools.pairwise(domains))
    assert figure.layout.yaxis2.range[0] > figure.layout.yaxis2.range[1], "the input is at the top"
    labels = [note.text for note in figure.layout.annotations if note.name == "end label"]
    assert len(labels) == 4
    assert "training loss" in describe_race(sides)


def test_a_race_that_has_just_begun_is_drawn_too() -> None:
    one, other = a_race(epochs=4, done=1)
    empty = GradientNorms(other.norms.layers, other.norms.step[:0], other.norms.norms[:0])
    steps = dataclasses.replace(
        other.steps, **{f.name: getattr(other.steps, f.name)[:0] for f in dataclasses.fields(other.steps)}
    )
    waiting = dataclasses.replace(other, steps=steps, epochs=(), norms=empty)
    figure = race_figure((one, waiting), Look(), 40)
    assert sum(trace.type == "heatmap" for trace in figure.data) == 1
    assert figure.layout.xaxis.range == (0.5, 40.5)
    assert "no gradient has been kept yet" in describe_race((one, waiting))


def test_a_loss_beyond_the_axis_stands_on_its_edge_as_an_open_mark() -> None:
    one, other = a_race(epochs=4)
    far = dataclasses.replace(
        one, epochs=(dataclasses.replace(one.epochs[0], test_loss=1e6), *one.epochs[1:])
    )
    top = loss_top((far, other))
    assert top < 10
    trace = next(t for t in race_figure((far, other), Look(), 40).data if t.name == "plain, test")
    assert (trace.y[0], trace.customdata[0]) == (top, 1e6)
    assert trace.marker.symbol[0] == "square-open"
    assert trace.marker.symbol[1] == "square"


def test_zeros_are_empty_cells_and_what_is_not_finite_is_the_upper_end() -> None:
    table = np.array([[0.0, 1e-3, np.inf, 10.0, np.nan]], np.float32)
    ends = decades([table])
    assert ends == (-3, 1)
    np.testing.assert_allclose(logarithms(table, ends), [[np.nan, -3, 1, 1, 1]], rtol=1e-5)
    assert decades([np.zeros((2, 2), np.float32)]) == (-1, 0)
    assert decades([]) == (-1, 0)


@given(st.lists(st.floats(1e-30, 1e30), min_size=1, max_size=60))
def test_the_colours_hold_nearly_all_norms(values: list[float]) -> None:
    table = np.array([values], np.float32)
    low, high = decades([table])
    assert low < high
    inside = (np.log10(table.astype(np.float64)) >= low - 1e-6) & (np.log10(table) <= high + 1e-6)
    assert (~inside).sum() <= 2


def test_any_run_can_be_drawn_without_its_shortcuts() -> None:
    layers = (WeightLayer("a", 1), WeightLayer("b", 2), WeightLayer("s", 1, True))
    norms = GradientNorms(layers, np.array([1, 4]), np.array([[1, 10, 7], [0.1, 1, 7]], np.float32))
    figure = map_figure(norms, "A run", Look(), 10)
    assert list(figure.data[0].y) == [1, 2]
    np.testing.assert_allclose(figure.data[0].z, [[0, -1], [1, 0]], atol=1e-6)
    assert "at layer 1 1.00 at step 1 and 0.100 at step 4" in describe_map(norms, "A run")


def test_a_race_is_named_by_its_corner() -> None:
    words = race_words(Race(depth=56, batch_norm=False, initializer="glorot_uniform"))
    assert words == "56 layers, no batch norm, Glorot kernels"
    assert capital("he kernels of He") == "He kernels of He"
