"""Our optimiser takes the steps of Keras' own."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from resnet_core.training.adam import Adam

SHAPES = {"kernel": (3, 3, 2, 4), "bias": (4,), "gamma": (4,), "beta": (4,), "scale": ()}


def variables() -> list[keras.Variable]:
    draw = np.random.default_rng(3)
    return [keras.Variable(draw.normal(size=shape).astype(np.float32), name=n) for n, shape in SHAPES.items()]


@pytest.mark.parametrize("weight_decay", [0.0, 0.05])
def test_it_takes_the_steps_of_keras(weight_decay: float) -> None:
    ours, theirs = variables(), variables()
    mine = Adam(ours, weight_decay)
    keras_own = keras.optimizers.AdamW(weight_decay=weight_decay) if weight_decay else keras.optimizers.Adam()
    if weight_decay:
        keras_own.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    draw = np.random.default_rng(4)
    step = tf.function(mine.apply)
    for rate in (1e-2, 3e-3, 1e-1, 1e-4):
        gradients = [tf.constant(draw.normal(size=each.shape).astype(np.float32)) for each in ours]
        step(gradients, tf.constant(rate))
        keras_own.learning_rate.assign(rate)
        keras_own.apply(gradients, theirs)
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-5, atol=1e-7)


def test_what_is_slow_goes_that_part_of_the_way_and_all_is_forgotten() -> None:
    alike, slowed = variables(), variables()
    gradients = [tf.ones(each.shape) for each in alike]
    Adam(alike).apply(gradients, tf.constant(0.1))
    one = Adam(slowed, slow=slowed[:2], slower=0.25)
    one.apply(gradients, tf.constant(0.1))
    for at, (part, before, whole) in enumerate(zip(slowed, variables(), alike, strict=True)):
        went = (part.numpy() - before.numpy()) / (whole.numpy() - before.numpy())
        np.testing.assert_allclose(went, 0.25 if at < 2 else 1.0, rtol=1e-3)
    one.forget()
    assert all((variable.numpy() == 0).all() for variable in one.variables)
