"""The terms of the gradient: they sum to the true one, and each is what was worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np
import pytest

from resnet_core.network.graph import INPUT, walk
from resnet_core.network.model import without_softmax
from resnet_core.probes.gradient_setting import Setting, spec_of
from resnet_core.probes.gradient_terms import Run, Terms, gradient_terms, runs_of
from resnet_core.probes.gradients import pictures_of, profile
from resnet_core.probes.passing import Layers
from resnet_core.probes.question import Start
from tests.probes.test_gradients import X, Y


def small(kind: str, depth: int = 26, **more: object) -> Setting:
    return Setting(kind, depth, **{"width": 0.25, "pictures": 4, "side": 16, "seed": 3, **more})  # type: ignore[arg-type]


def measured(setting: Setting, place: int = 0, dtype: str = "float64") -> Terms:
    return gradient_terms(runs_of(setting, setting.kind)[place], X, Y, dtype)


@pytest.mark.parametrize(
    ("setting", "place"),
    [
        (small("preactivation"), 0),
        (small("preactivation", batch_norm=False, initializer="glorot_uniform"), 2),
        (small("residual"), 1),
        (small("residual", batch_norm=False, activation="tanh"), 0),
        (small("preactivation", branch="sqrt"), 1),
    ],
)
def test_the_terms_sum_to_the_gradient_that_one_tape_finds(setting: Setting, place: int) -> None:
    found = measured(setting, place)
    assert len(found.terms) == 8
    assert found.gap < 1e-10
    assert sum(one.share for one in found.terms) == pytest.approx(1, abs=1e-9)
    assert found.leaving <= sum(one.length for one in found.terms) * (1 + 1e-9)
    seen = profile(setting, X, Y, "float64")
    last = seen.points.index(found.run.blocks[-1])
    assert found.arriving == pytest.approx(seen.gradients[last], rel=1e-9)
    assert found.leaving == pytest.approx(seen.gradients[last - found.run.count], rel=1e-9)


def test_in_the_floats_of_training_they_sum_to_it_too() -> None:
    assert measured(small("residual", 20), dtype="float32").gap < 1e-4


def test_without_anything_behind_the_addition_the_shortest_path_changes_nothing() -> None:
    found = measured(small("preactivation", 14), -1)
    assert found.terms[0].through == ()
    assert found.terms[0].length == found.arriving
    masked = measured(small("residual", 14), -1)
    assert masked.terms[0].length < masked.arriving


@pytest.mark.parametrize("kind", ["preactivation", "residual"])
def test_branches_that_start_at_zero_leave_one_term(kind: str) -> None:
    found = measured(small(kind, 20, batch_norm=False, zero_init=True), -1)
    assert [one.length for one in found.terms[1:]] == [0.0] * 3
    assert found.terms[0].share == pytest.approx(1)


@pytest.mark.parametrize("kind", ["preactivation", "residual"])
def test_each_term_is_what_switching_branches_off_leaves(kind: str) -> None:
    """By brute force: every branch keeps its values, but lets the gradient through or not."""
    import tensorflow as tf

    setting = small(kind, pictures=2)
    found = measured(setting, -1)
    nodes = without_softmax(walk(spec_of(setting)))
    layers = Layers(Start(3), batch=True, dtype="float64")
    ends = {f"{name}_add": number for number, name in enumerate(found.run.blocks, start=1)}
    first = next(node for node in nodes if node.block and node.name.startswith(f"{found.run.blocks[0]}_"))
    at = nodes.index(first)
    start = layers.run(nodes[:at], {INPUT: pictures_of(setting, X, "float64")})

    @cache
    def gradient(open_ones: frozenset[int]) -> np.ndarray:
        tensors = {first.inputs[0]: start}
        with tf.GradientTape() as tape:
            tape.watch(start)
            for node in nodes[at:]:
                if node.name in ends and ends[node.name] not in open_ones:
                    branch = node.inputs[0]
                    tensors[branch] = tf.stop_gradient(tensors[branch])
                logits = layers.run([node], tensors)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(Y[:2], logits))
        return np.asarray(tape.gradient(loss, start))

    for term in found.terms:
        through = frozenset(term.through)
        inside = [frozenset(each) for n in range(len(through) + 1) for each in combinations(through, n)]
        alone = sum((-1) ** (len(through) - len(each)) * gradient(each) for each in inside)
        assert np.linalg.norm(alone) == pytest.approx(term.length, rel=1e-8)


def test_paths_are_sets_of_branches_the_shortest_first() -> None:
    assert [one.through for one in measured(small("residual"), -1, "float32").terms] == [
        (), (1,), (2,), (3,), (1, 2), (1, 3), (2, 3), (1, 2, 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "depth", "expected"),
    [
        ("residual", 8, ["conv2_block1"]),
        ("preactivation", 8, []),
        ("preactivation", 14, ["conv2_block2", "conv3_block2", "conv4_block2"]),
    ],
)
def test_in_shallow_nets_there_are_fewer_blocks_that_add_x_itself(
    kind: str, depth: int, expected: list[str]
) -> None:
    runs = runs_of(small(kind, depth), kind)
    assert [name for run in runs for name in run.blocks][: len(expected)] == expected
    assert len(runs) >= len(expected)


def test_deep_nets_offer_the_first_and_the_last_three_of_each_stage() -> None:
    runs = runs_of(Setting("plain", 56, shortcut="gated"), "preactivation")
    assert [(run.stage, run.first, run.count) for run in runs] == [
        (stage, first, 3) for stage in ("conv2", "conv3", "conv4") for first in (2, 7)
    ]
    assert {run.setting.shortcut for run in runs} == {"identity"}


def test_blocks_that_change_the_shape_are_refused() -> None:
    run = runs_of(small("residual"), "residual")[-1]
    wrong = Run(run.setting, "conv3", 1, 3)
    with pytest.raises(ValueError, match="add x itself"):
        gradient_terms(wrong, X, Y)
    assert replace(run, first=2) == run
    assert np.isfinite(gradient_terms(run, X, Y).leaving)
