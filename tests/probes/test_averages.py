"""Moving averages against Keras' own layer and plain loops; two ways of asking against `keras.Model`."""

from __future__ import annotations

import dataclasses
import math

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet_core.hands import sets
from resnet_core.hands.dataset import HandSigns
from resnet_core.network.catalogue import network as described
from resnet_core.network.weights import set_weights, write_weights
from resnet_core.probes import averages, two_ways
from resnet_core.probes.averages import (
    Averages,
    arrived,
    averages_in,
    batch,
    batch_count,
    come,
    distances,
    fresh,
    half,
    mean_of,
    moved,
    norm_names,
    parts_of,
    together,
    weights_of_batches,
)
from resnet_core.probes.opened import Which, opened
from resnet_core.probes.two_ways import batch_statistics, both_ways, right_with
from resnet_core.training.order import Plan
from resnet_core.training.settings import RunSettings

SETTINGS = RunSettings("cifar_resnet8", 0.25, recipe="notebook", epochs=1, batch_size=16, seed=3)
MOMENTA = st.sampled_from([0.0, 0.5, 0.9, 0.99, 0.999])


def some_averages(seed: int, *leading: int, channels: tuple[int, ...] = (2, 3)) -> Averages:
    draw = np.random.default_rng(seed)
    names = tuple(f"bn{number}" for number in range(len(channels)))
    shape = (*leading, sum(channels))
    means, variances = draw.normal(0, 2, shape), draw.uniform(0.1, 4, shape)
    return Averages(names, channels, means.astype(np.float32), variances.astype(np.float32))


@pytest.fixture(scope="module")
def hands(tiny_signs: HandSigns) -> HandSigns:
    return tiny_signs


@pytest.fixture(autouse=True)
def known(hands: HandSigns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sets, "load", lambda name: hands)


@pytest.fixture(scope="module")
def which(tmp_path_factory: pytest.TempPathFactory, hands: HandSigns) -> Which:
    """A network whose batch norms have been through some batches, as in training."""
    model = opened(Which(SETTINGS, "")).model
    for step in range(4):
        model(batch(SETTINGS, hands, step).astype(np.float32) / 255, training=True)
    path = tmp_path_factory.mktemp("trained") / "weights-000004.h5"
    write_weights(path, model)
    return Which(SETTINGS, str(path))


def fresh_model(which: Which) -> keras.Model:
    """A model of its own with the weights, at momentum 0.9."""
    from resnet_core.network.catalogue import with_batch_norm
    from resnet_core.network.model import keras_model

    spec = with_batch_norm(which.spec, momentum=0.9, zero_gamma=False)
    model = keras_model(spec, logits=True)
    set_weights(model, opened(which).weights)
    return model


# What is NumPy only


@settings(max_examples=20)
@given(momentum=MOMENTA, steps=st.integers(0, 30), batches=st.integers(1, 7), seed=st.integers(0, 9))
def test_averages_moved_at_once_are_those_moved_step_by_step(
    momentum: float, steps: int, batches: int, seed: int
) -> None:
    start, seen = some_averages(seed), some_averages(seed + 10, batches)
    means, variances = start.means.astype(float), start.variances.astype(float)
    for step in range(steps):
        means = momentum * means + (1 - momentum) * seen.means[step % batches]
        variances = momentum * variances + (1 - momentum) * seen.variances[step % batches]
    found = moved(start, seen, momentum, steps)
    np.testing.assert_allclose(found.means, means, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found.variances, variances, rtol=1e-5, atol=1e-6)
    assert weights_of_batches(momentum, steps, batches).sum() == pytest.approx(arrived(momentum, steps))


@pytest.mark.parametrize("momentum", [0.5, 0.9, 0.99])
def test_the_averages_are_those_of_keras_own_layer(momentum: float) -> None:
    layer = keras.layers.BatchNormalization(momentum=momentum, name="oracle")
    layer.build((None, 4, 4, 3))
    draw = np.random.default_rng(1)
    pictures = draw.normal(2, 3, (12, 8, 4, 4, 3)).astype(np.float32)
    start = Averages(("oracle",), (3,), layer.moving_mean.numpy(), layer.moving_variance.numpy())
    seen = Averages(
        ("oracle",), (3,), pictures.mean((1, 2, 3)), pictures.var((1, 2, 3))
    )  # the biased variance: PyTorch keeps the unbiased one
    for one in pictures:
        layer(one, training=True)
    found = moved(start, seen, momentum, len(pictures))
    np.testing.assert_allclose(found.means, layer.moving_mean.numpy(), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found.variances, layer.moving_variance.numpy(), rtol=1e-4)


@given(momentum=st.floats(0.01, 0.9999))
def test_half_has_arrived_where_the_closed_form_says(momentum: float) -> None:
    assert arrived(momentum, half(momentum)) == pytest.approx(0.5)
    assert arrived(momentum, 0) == 0
    assert half(0.0) == 0


def test_of_one_steady_batch_the_share_that_has_come_is_the_closed_form() -> None:
    start, seen = some_averages(1), some_averages(2, 1)
    goal = mean_of(seen)
    for steps in (0, 1, 20, 400):
        now = moved(start, seen, 0.97, steps)
        assert come(start, now, goal) == pytest.approx(arrived(0.97, steps), abs=1e-5)
    assert come(goal, goal, goal) == 1


def test_distances_count_in_standard_deviations_of_each_channel() -> None:
    goal = Averages(("a", "b"), (2, 1), np.float32([1, -1, 5]), np.float32([4, 9, 1]))
    off = Averages(("a", "b"), (2, 1), np.float32([3, -1, 5]), np.float32([4, 9, 16]))
    one, other = distances(off, goal, epsilon=0.0)
    assert (one.layer, one.shift, one.factor) == ("a", pytest.approx(math.sqrt(1 / 2)), pytest.approx(1))
    assert (other.layer, other.shift, other.factor) == ("b", 0, pytest.approx(4))
    assert all((each.shift, each.factor) == (0, 1) for each in distances(goal, goal))


def test_the_batches_are_those_that_the_run_saw(hands: HandSigns) -> None:
    plan = Plan(len(hands.train_y), 16, False, 1, 3)
    own = dataclasses.replace(SETTINGS, validation_share=0.0)
    np.testing.assert_array_equal(batch(own, hands, 7), hands.train_x[plan.indices(7)])
    assert batch_count(own, hands) == plan.steps_per_epoch == averages.steps_per_epoch(own, hands)
    assert [stop - start for start, stop in parts_of(own, hands)] == [6]
    assert batch_count(dataclasses.replace(own, batch_size=2), hands) == 40


# What needs a network


def test_with_batch_statistics_it_is_the_model_in_training(which: Which, hands: HandSigns) -> None:
    model, pictures = fresh_model(which), batch(SETTINGS, hands, 9)
    names = norm_names(which.spec)
    before = averages_in(opened(which).weights, names)
    logits, means, variances = two_ways._with_batch(opened(which), names)(pictures)
    expected = model(pictures.astype(np.float32) / 255, training=True)
    np.testing.assert_allclose(logits, expected, rtol=1e-3, atol=1e-4)
    seen = Averages(names, before.channels, means.numpy()[None], variances.numpy()[None])
    kept = averages_in(
        {f"{name}/{part}": getattr(model.get_layer(name), part).numpy()
         for name in names for part in ("moving_mean", "moving_variance")},
        names,
    )  # fmt: skip
    found = moved(before, seen, 0.9, 1)
    np.testing.assert_allclose(found.means, kept.means, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found.variances, kept.variances, rtol=1e-4, atol=1e-6)
    held = averages_in(opened(which).weights, names)
    np.testing.assert_array_equal(held.means, before.means)


def test_a_reset_model_run_through_the_batches_gives_the_same_averages_and_answers(
    which: Which, hands: HandSigns
) -> None:
    model, names = fresh_model(which), norm_names(which.spec)
    for name in names:
        layer = model.get_layer(name)
        layer.moving_mean.assign(np.zeros(layer.moving_mean.shape))
        layer.moving_variance.assign(np.ones(layer.moving_variance.shape))
    for step in range(5):
        model(batch(SETTINGS, hands, step).astype(np.float32) / 255, training=True)
    halves = [batch_statistics(which, "signs", hands.digest, *part) for part in ((0, 2), (2, 5))]
    seen = together(halves)
    found = moved(fresh(mean_of(seen)), seen, 0.9, 5)
    expected = np.concatenate([model.get_layer(name).moving_variance.numpy() for name in names])
    np.testing.assert_allclose(found.variances, expected, rtol=1e-4, atol=1e-6)
    asked = np.asarray(model(hands.test_x.astype(np.float32) / 255, training=False)).argmax(1)
    (right,) = right_with(which, "signs", hands.digest, found.means[None], found.variances[None])
    assert right[1] == int((asked == hands.test_y).sum())


def test_both_ways_are_the_model_asked_in_training_and_at_rest(which: Which, hands: HandSigns) -> None:
    found = both_ways(which, "signs", hands.digest)
    model = fresh_model(which)
    training, test = two_ways._asked(which, hands)
    assert {one.tobytes() for one in training.x} <= {one.tobytes() for one in hands.train_x}
    assert sorted(one.tobytes() for one in test.x) == sorted(one.tobytes() for one in hands.test_x)
    values = test.x.astype(np.float32) / 255
    at_rest = np.asarray(model(values, training=False)).argmax(1)
    assert (found.test.moving, found.test.count) == (int((at_rest == test.y).sum()), 24)
    assert found.answers == tuple(np.bincount(at_rest, minlength=6).tolist())
    right = sum(
        int((np.asarray(model(values[part], training=True)).argmax(1) == test.y[part]).sum())
        for part in np.split(np.arange(24), 2)
    )
    assert (found.test.batch, found.batch_size) == (right, 14)
    own = two_ways.moving_averages(which)
    again = right_with(which, "signs", hands.digest, own.means[None], own.variances[None])
    assert again == ((found.training.moving, found.test.moving),)


def test_what_cannot_be_compared_is_a_sentence(which: Which, hands: HandSigns) -> None:
    with pytest.raises(ValueError, match="have changed meanwhile"):
        both_ways(which, "signs", "another")
    without = Which(dataclasses.replace(SETTINGS, batch_norm=False), "")
    with pytest.raises(ValueError, match="no batch norm that learns"):
        both_ways(without, "signs", hands.digest)
    assert averages.momentum_of(without.spec) is None
    assert averages.momentum_of(which.spec) == 0.99
    assert norm_names(described("cifar_resnet8"))[0].startswith("stem")
