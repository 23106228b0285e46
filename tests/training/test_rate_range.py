"""Looking for a learning rate: what is read from losses, and that the losses are those of plain Keras."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet_core.hands.dataset import HandSigns
from resnet_core.network.model import keras_model
from resnet_core.training.loop import described, train
from resnet_core.training.order import Plan
from resnet_core.training.rate_range import (
    EXPLODED,
    before_explosion,
    explosion,
    found,
    of_steps,
    other,
    range_of,
    smoothed,
)
from resnet_core.training.recipes import NOTEBOOK, RANGE_FROM, RANGES, RECIPES
from resnet_core.training.records import DONE
from resnet_core.training.settings import RunSettings
from resnet_core.training.split import validation_split
from resnet_core.training.store import RunStore

LOSSES = st.lists(st.floats(0.01, 50), min_size=1, max_size=60)


def rates(count: int) -> np.ndarray:
    return np.logspace(-6, 0, count)


def valley(count: int, fall: float, rise: float) -> np.ndarray:
    """A loss that falls around one place as a sigmoid does, and grows beyond another."""
    at = np.arange(count)
    return 0.4 + 1.4 / (1 + np.exp((at - fall) / 3)) + 0.3 * np.exp(np.clip((at - rise) / 3, -50, 20))


@given(LOSSES)
def test_nothing_before_the_explosion_is_as_large_and_what_comes_after_does_not_count(
    losses: list[float],
) -> None:
    place = explosion(losses)
    lately = [float(np.mean(losses[max(0, at - 4) : at + 1])) for at in range(len(losses))]
    for at in range(len(losses) if place is None else place):
        assert lately[at] <= EXPLODED * min(lately[:at], default=math.inf) * (1 + 1e-9)
    if place is not None:
        assert lately[place] >= EXPLODED * min(lately[:place]) * (1 - 1e-9)
        assert explosion([*losses[: place + 1], 7.0, 0.001]) == place
        assert len(before_explosion(losses)) == place


@given(LOSSES)
def test_places_do_not_depend_on_the_unit_of_the_loss(losses: list[float]) -> None:
    one, same = found(rates(len(losses)), losses), found(rates(len(losses)), [4 * each for each in losses])
    assert one == same
    if one.lowest is not None:
        assert one.steepest is not None
        assert 0 <= one.steepest <= one.lowest < (one.exploded or len(losses))


@given(st.floats(20, 45), st.floats(60, 80))
def test_in_a_valley_the_steepest_the_lowest_and_the_explosion_come_in_their_order(
    fall: float, rise: float
) -> None:
    losses = valley(100, fall, rise)
    seen = found(rates(100), losses)
    assert seen.steepest is not None
    assert seen.lowest is not None
    assert seen.exploded is not None
    assert abs(seen.steepest - fall) <= 2
    assert seen.steepest < seen.lowest < seen.exploded
    assert seen.lowest < (seen.worse or seen.exploded) <= seen.exploded
    assert seen.rises is not None
    assert seen.lowest <= seen.rises < (seen.worse or seen.exploded)
    slopes = np.diff(before_explosion(losses))
    assert (slopes[seen.lowest :] >= 0).all(), "from the lowest on it rises"


def test_a_loss_that_never_falls_says_nothing_and_no_number_is_an_explosion() -> None:
    assert found(rates(50), np.ones(50)).steepest is None
    assert found(rates(50), np.linspace(1, 2, 50)).lowest is None
    losses = valley(100, 30, 200)
    losses[80:] = np.nan
    assert found(rates(100), losses).exploded == 80
    assert found(rates(100), valley(100, 30, 200)).exploded is None
    assert np.isfinite(before_explosion(losses)).all()
    with pytest.raises(ValueError, match="rates that grow"):
        found([1.0, 1.0], [1.0, 1.0])


def test_noise_alone_is_hardly_ever_taken_for_a_fall_and_hides_none() -> None:
    taken = 0
    for seed in range(100):
        noise = np.random.default_rng(seed).normal(0, 0.1, 100)
        taken += found(rates(100), 1.8 + noise).steepest is not None
        assert abs((found(rates(100), valley(100, 40, 70) + noise).steepest or 0) - 40) <= 8
        louder = found(rates(100), valley(100, 40, 70) + 5 * noise).steepest
        assert louder is None or abs(louder - 40) <= 20
    assert taken <= 5


def test_smoothing_keeps_a_constant_and_moves_nothing() -> None:
    np.testing.assert_allclose(smoothed(np.full(30, 1.7)), 1.7)
    peak = np.zeros(41)
    peak[20] = 1
    assert smoothed(peak).argmax() == 20


@given(last=st.floats(1e-3, 10), steps=st.integers(2, 300))
def test_the_rate_grows_by_one_factor_from_the_first_to_the_last(last: float, steps: int) -> None:
    recipe = dataclasses.replace(RANGES["range-notebook"], learning_rate=last)
    grown = np.array([recipe.learning_rate_at(step, steps) for step in range(steps)])
    np.testing.assert_allclose([grown[0], grown[-1]], [RANGE_FROM, last])
    np.testing.assert_allclose(grown[1:] / grown[:-1], (last / RANGE_FROM) ** (1 / (steps - 1)))


@settings(max_examples=30)
@given(st.sampled_from(list(RECIPES)), st.integers(2, 64), st.floats(0, 0.5))
def test_a_range_has_about_a_hundred_steps_and_is_no_run_to_be_asked(
    recipe: str, batch: int, share: float
) -> None:
    longer = RunSettings(recipe=recipe, batch_size=batch, validation_share=share)
    short = range_of(longer, 1.0, 1080)
    each = (1080 - round(1080 * share)) / batch
    assert abs(short.epochs * each - 100) <= max(50, each)
    assert short.recipe == f"range-{recipe}"
    assert (short.is_range, short.can_be_asked) == (True, False)
    assert (longer.is_range, longer.can_be_asked) == (False, True)
    assert range_of(short, 1.0, 1080).recipe == short.recipe


def test_what_is_compared_with_differs_in_one_thing() -> None:
    one = RunSettings("cifar_resnet20", 1.0)
    assert other(one, "plain") == RunSettings("cifar_plain20", 1.0)
    assert other(one, "norm") == RunSettings("cifar_resnet20", 1.0, batch_norm=False)
    assert other(one, "batch") == RunSettings("cifar_resnet20", 1.0, batch_size=8)
    assert other(one, "none") is None
    assert other(RunSettings("plain50"), "plain") is None


def test_the_losses_of_a_range_are_those_of_plain_keras(tmp_path: Path, tiny_signs: HandSigns) -> None:
    asked = RunSettings(
        "cifar_resnet8", 0.25, recipe="range-notebook", epochs=1, batch_size=16, learning_rate=0.1, seed=4
    )
    store = RunStore(tmp_path, recordings=())
    run_id = store.create(asked)
    train(run_id, store.folder, data=tiny_signs)
    assert store.run(run_id).status == DONE
    grown, losses = of_steps(store.steps(run_id))
    kept, _ = validation_split(tiny_signs.train_x, tiny_signs.train_y, asked.validation_share)
    plan = Plan(len(kept), 16, NOTEBOOK.drop_last, 1, 4)
    model = keras_model(described(asked, tiny_signs), seed=4, initializer="glorot_uniform", logits=True)
    optimiser = keras.optimizers.Adam()
    expected = []
    for step in range(plan.steps):
        optimiser.learning_rate = 1e-6 * (0.1 / 1e-6) ** (step / (plan.steps - 1))
        where = kept[plan.indices(step)]
        with tf.GradientTape() as tape:
            logits = model(tiny_signs.train_x[where].astype(np.float32) / 255, training=True)
            loss = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(tiny_signs.train_y[where], logits)
            )
        gradients = tape.gradient(loss, model.trainable_variables)
        optimiser.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        expected.append(float(loss))
    np.testing.assert_allclose(
        grown, 1e-6 * (0.1 / 1e-6) ** (np.arange(plan.steps) / (plan.steps - 1)), rtol=1e-5
    )
    np.testing.assert_allclose(losses, expected, rtol=2e-3)
