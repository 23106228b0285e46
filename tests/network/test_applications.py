"""Our ResNet-50 is the one of `keras.applications`: same weights, same answers."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from resnet_core.network.applications import application_names, copy_from_application, copy_to_application
from resnet_core.network.catalogue import network
from resnet_core.network.model import keras_model

SPEC = network("resnet50")
CONTRASTS = np.array([0.2, 1, 3], np.float32).reshape(3, 1, 1, 1)
PICTURES = CONTRASTS * np.random.default_rng(0).uniform(-1, 1, (3, 64, 64, 3)).astype(np.float32)


@pytest.fixture(scope="module")
def application() -> keras.Model:
    """Their ResNet-50 with every variable random, biases and moving averages included."""
    model = keras.applications.ResNet50(weights=None, input_shape=(64, 64, 3), classes=6)
    draw = np.random.default_rng(7)
    for layer in model.layers:
        for variable in layer.weights:
            if variable.name in ("gamma", "moving_variance"):
                variable.assign(draw.uniform(0.5, 1.5, variable.shape))
            elif variable.name == "kernel":
                # A little more than Glorot's variance, so that biases do not drown the pictures.
                *window, channels, filters = variable.shape
                spread = 1.1 * (2 / (np.prod(window) * (channels + filters))) ** 0.5
                variable.assign(draw.normal(0, spread, variable.shape))
            else:
                variable.assign(draw.normal(0, 0.1, variable.shape))
    return model


def test_same_weights_give_the_same_answers(application: keras.Model) -> None:
    model = keras_model(SPEC)
    copy_from_application(application, model, SPEC)
    expected = np.array(application(PICTURES))
    assert expected.max() < 0.95, "a saturated softmax would hide differences"
    assert expected.std(axis=0).max() > 0.05, "answers that ignore the picture would hide differences"
    np.testing.assert_allclose(model(PICTURES), expected, atol=1e-4)
    np.testing.assert_allclose(
        model(PICTURES, training=True), application(PICTURES, training=True), atol=1e-4
    )


def test_the_copy_goes_both_ways(application: keras.Model) -> None:
    model = keras_model(SPEC, seed=5)
    before = np.array(model(PICTURES))
    copy_to_application(model, application, SPEC)
    np.testing.assert_allclose(application(PICTURES), before, atol=1e-4)


def test_every_layer_with_weights_has_its_name_there(application: keras.Model) -> None:
    theirs = {layer.name for layer in application.layers if layer.weights}
    assert set(application_names(SPEC).values()) == theirs
    assert application_names(network("resnet152"))["conv4_block36_branch_conv3"] == "conv4_block36_3_conv"


def test_another_number_of_classes_is_refused(application: keras.Model) -> None:
    spec = network("resnet50", classes=7)
    with pytest.raises(ValueError, match="shape"):
        copy_from_application(application, keras_model(spec), spec)
