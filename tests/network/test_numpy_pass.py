"""The pass in NumPy gives what Keras gives."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from resnet_core.network.catalogue import network
from resnet_core.network.model import keras_model
from resnet_core.network.numpy_pass import is_known, numpy_logits
from resnet_core.network.spec import Activation, Conv, Dropout, Gate, MaxPool, NetworkSpec
from resnet_core.network.weights import weights_of

DRAW = np.random.default_rng(6)


def odd() -> NetworkSpec:
    """With windows, strides and zeros of every kind that the papers' networks do not have."""
    stem = (
        Conv(5, 4, stride=3, padding="same"),
        MaxPool(3, 1),
        Conv(16, 3, stride=2, padding="valid"),
        Dropout(0.5),
    )
    return dataclasses.replace(network("cifar_resnet8", size=37, classes=3), stem=stem)


SPECS = {
    "resnet50": network("resnet50", width=0.1, size=64, classes=6),
    "option_a": network("cifar_resnet8", size=32, classes=10),
    "preactivation": network("preact_resnet18", width=0.1, size=32, classes=6),
    "odd": odd(),
}


@pytest.mark.parametrize("name", SPECS)
def test_it_is_the_pass_of_keras(name: str) -> None:
    spec = SPECS[name]
    model = keras_model(spec, seed=3, logits=True)
    for variable in model.variables:  # as after training: nothing is zero or one any more
        low, high = (0.5, 1.5) if variable.name in ("moving_variance", "gamma") else (-0.3, 0.3)
        if variable.name != "kernel":
            variable.assign(DRAW.uniform(low, high, variable.shape))
    images = DRAW.random((3, *spec.input_shape), np.float32)
    expected = np.asarray(model(images, training=False))
    assert is_known(spec)
    found = numpy_logits(spec, weights_of(model), images)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())


@pytest.mark.parametrize(
    "layer", [Gate(), Activation("elu"), Conv(4, 3, groups=2), MaxPool(2, 2, padding="same")]
)
def test_what_it_does_not_know_it_says(layer: object) -> None:
    assert not is_known(dataclasses.replace(odd(), stem=(layer,)))
