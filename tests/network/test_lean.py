"""The lean pass gives what Keras gives: logits, gradients and moving averages."""

from __future__ import annotations

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf

from resnet_core.network.catalogue import network
from resnet_core.network.lean import _in_halves, _lean, lean_logits
from resnet_core.network.model import keras_model
from resnet_core.network.spec import Conv, Dropout, NetworkSpec

IMAGES = np.random.default_rng(5).random((6, 32, 32, 3), np.float32)


def with_dropout() -> NetworkSpec:
    spec = network("cifar_resnet8", size=32, classes=6)
    return dataclasses.replace(spec, head=(*spec.head[:-1], Dropout(0.5), spec.head[-1]))


SPECS = {
    "resnet50": network("resnet50", width=0.1, size=32, classes=6),
    "preactivation": network("cifar_preact_resnet8", size=32, classes=6),
    "dropout": with_dropout(),
}


@pytest.mark.parametrize("name", SPECS)
def test_it_is_the_pass_of_keras(name: str) -> None:
    spec = SPECS[name]
    ours, theirs = (keras_model(spec, seed=2, logits=True) for _ in range(2))
    training = name != "dropout"  # what is dropped is drawn anew in every pass
    results = []
    for model, call in (
        (ours, lambda: lean_logits(ours, spec, IMAGES, training=training)),
        (theirs, lambda: theirs(IMAGES, training=training)),
    ):
        with tf.GradientTape() as tape:
            logits = call()
            loss = tf.reduce_sum(logits**2)
        results.append((logits, tape.gradient(loss, [each.value for each in model.trainable_variables])))
    (logits, gradients), (expected, others) = results
    assert np.linalg.norm(logits - expected) <= 1e-3 * np.linalg.norm(expected)
    # Batch norm over few numbers magnifies the rounding of what comes before it, and the gradient of a bias
    # before a batch norm is nothing but rounding: so each is held against the largest of all.
    largest = max(np.linalg.norm(each) for each in others)
    for one, other in zip(gradients, others, strict=True):
        assert np.linalg.norm(one - other) <= 1e-2 * np.linalg.norm(other) + 1e-3 * largest
    for one, other in zip(ours.variables, theirs.variables, strict=True):
        np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-4, atol=1e-5)
    asked = lean_logits(ours, spec, IMAGES, training=False)
    np.testing.assert_allclose(asked, theirs(IMAGES, training=False), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    ("kernel", "height", "width"),
    [(3, 1, 1), (3, 2, 2), (3, 2, 1), (5, 2, 2), (2, 2, 2), (7, 1, 2), (1, 4, 3)],
)
def test_on_small_maps_a_convolution_is_the_same_convolution(kernel: int, height: int, width: int) -> None:
    layer = Conv(5, kernel, 1, "same", use_bias=True)
    own = keras.layers.Conv2D(5, kernel, padding="same", bias_initializer="normal", dtype="float64")
    x = tf.constant(np.random.default_rng(kernel).standard_normal((4, height, width, 3)))
    expected = own(x)
    with tf.GradientTape(persistent=True) as tape:
        watched = [x, own.kernel.value, own.bias.value]
        tape.watch(watched)
        ours, theirs = (tf.reduce_sum(made(x) ** 3) for made in (_lean(layer, own, True, "float64"), own))
    np.testing.assert_allclose(_lean(layer, own, True, "float64")(x), expected, rtol=1e-12)
    for one, other in zip(tape.gradient(ours, watched), tape.gradient(theirs, watched), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("pictures", "layer"),
    [
        (4, Conv(5, 3, 1, "same", use_bias=True)),
        (3, Conv(5, 1, 2, "valid", use_bias=True)),
        (1, Conv(5, 7, 2, "same", use_bias=False)),
    ],
)
def test_in_halves_a_convolution_is_the_same_convolution(pictures: int, layer: Conv) -> None:
    numbers = np.random.default_rng(pictures)
    watched = [
        tf.constant(numbers.standard_normal(shape))
        for shape in ((pictures, 9, 10, 3), (layer.kernel, layer.kernel, 3, 5), (5,))
    ]
    x, kernel, bias = watched
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(watched)
        whole = tf.nn.conv2d(x, kernel, layer.stride, layer.padding.upper()) + bias
        halves = _in_halves(layer, x, kernel, bias)
        ours, theirs = tf.reduce_sum(halves**3), tf.reduce_sum(whole**3)
    np.testing.assert_allclose(halves, whole, rtol=1e-12, atol=1e-12)
    for one, other in zip(tape.gradient(ours, watched), tape.gradient(theirs, watched), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-10)


def _gradients(model: keras.Model, spec: NetworkSpec, dtype: str) -> tuple[tf.Tensor, np.ndarray]:
    with tf.GradientTape() as tape:
        logits = lean_logits(model, spec, IMAGES, training=True, dtype=dtype)
        loss = tf.reduce_mean(tf.nn.softmax(logits)[:, 0])
    found = tape.gradient(loss, [each.value for each in model.trainable_variables])
    assert {each.dtype for each in found} == {tf.float32}
    return logits, np.concatenate([each.numpy().ravel() for each in found])


@pytest.mark.parametrize("name", ["cifar_resnet8", "cifar_preact_resnet8"])
def test_in_bfloat16_it_is_the_same_pass_with_fewer_bits(name: str) -> None:
    spec = network(name, size=32, classes=6)
    exact, rounded = (keras_model(spec, seed=2, logits=True) for _ in range(2))
    expected, gradient = _gradients(exact, spec, "float32")
    logits, approximate = _gradients(rounded, spec, "bfloat16")
    assert logits.dtype == tf.float32
    # A rounding of 2^-9 in each of dozens of layers; none at all would mean that it was float32 after all.
    assert 1e-4 < np.linalg.norm(logits - expected) / np.linalg.norm(expected) < 0.2
    cosine = gradient @ approximate / np.linalg.norm(gradient) / np.linalg.norm(approximate)
    assert 0.9 < cosine < 1 - 1e-6
    for one, other in zip(rounded.non_trainable_variables, exact.non_trainable_variables, strict=True):
        if one.dtype == "float32":
            np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=0.05, atol=0.05)
    with pytest.raises((ValueError, TypeError)):
        lean_logits(exact, spec, IMAGES, training=True, dtype="no such type")


def test_a_layer_that_does_not_learn_keeps_its_averages() -> None:
    spec = network("cifar_resnet8", size=32, classes=6)
    model = keras_model(spec, logits=True)
    frozen = next(layer for layer in model.layers if hasattr(layer, "moving_mean"))
    frozen.trainable = False
    expected = model(IMAGES, training=True)
    before = [each.numpy() for each in frozen.weights]
    model = keras_model(spec, logits=True)
    model.get_layer(frozen.name).trainable = False
    np.testing.assert_allclose(
        lean_logits(model, spec, IMAGES, training=True), expected, rtol=1e-3, atol=1e-4
    )
    for one, other in zip(model.get_layer(frozen.name).weights, before, strict=True):
        np.testing.assert_array_equal(one.numpy(), other)


def test_pictures_may_be_smaller_than_the_networks_own() -> None:
    spec = network("cifar_resnet8", size=64, classes=6)
    small = keras_model(dataclasses.replace(spec, input_shape=(32, 32, 3)), seed=2, logits=True)
    large = keras_model(spec, seed=2, logits=True)
    np.testing.assert_allclose(
        lean_logits(large, spec, IMAGES, training=False), small(IMAGES), rtol=1e-3, atol=1e-4
    )
