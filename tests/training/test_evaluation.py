"""Accuracies, intervals and mistakes against independent counts."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.training.evaluation import Evaluation, evaluate, wilson


def test_wilson_of_a_known_case() -> None:
    # 114 of 120 right: the interval that PROVENANCE of the data and the course's 0.95 lead to.
    low, high = wilson(114, 120)
    assert low == pytest.approx(0.895, abs=5e-4)
    assert high == pytest.approx(0.977, abs=5e-4)


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_bounds_solve_the_equation_they_come_from(case: tuple[int, int]) -> None:
    """A bound p satisfies (share - p)^2 = z^2 p (1 - p) / n: the normal test inverted."""
    correct, count = case
    share, z = correct / count, 1.959963984540054
    low, high = wilson(correct, count)
    assert 0 <= low <= share <= high <= 1
    for bound in (low, high):
        if 0 < bound < 1:
            assert (share - bound) ** 2 == pytest.approx(z * z * bound * (1 - bound) / count, rel=1e-6)


@pytest.mark.parametrize(("correct", "count"), [(0, 0), (-1, 5), (6, 5)])
def test_wilson_refuses_nonsense(correct: int, count: int) -> None:
    with pytest.raises(ValueError, match="expected 0 <= correct"):
        wilson(correct, count)


def test_a_worked_example() -> None:
    probabilities = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.5, 0.4, 0.1], [0.05, 0.9, 0.05]])
    labels = np.array([0, 1, 1, 2])
    clean = np.array([False, True, True, True])
    found = evaluate(probabilities, labels, clean)
    assert (found.all.correct, found.all.count) == (2, 4)
    assert (found.clean.correct, found.clean.count) == (1, 3)
    assert found.confusion == ((1, 0, 0), (1, 1, 0), (0, 1, 0))
    assert [(m.index, m.label, m.answer) for m in found.mistakes] == [(3, 2, 1), (2, 1, 0)]
    assert found.loss == pytest.approx(-np.log([0.7, 0.6, 0.4, 0.05]).mean())


@given(st.integers(1, 60), st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_counts_agree_with_brute_force_and_survive_json(count: int, classes: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    probabilities = random.dirichlet(np.ones(classes), count)
    labels = random.integers(0, classes, count)
    found = evaluate(probabilities, labels)
    answers = [max(range(classes), key=lambda c: row[c]) for row in probabilities]
    for true in range(classes):
        for answer in range(classes):
            pairs = sum(a == answer and t == true for a, t in zip(answers, labels, strict=True))
            assert found.confusion[true][answer] == pairs
    assert found.all.correct + len(found.mistakes) == count
    assert Evaluation.from_dict(json.loads(json.dumps(found.to_dict()))) == found
