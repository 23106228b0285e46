"""A small network as Keras writes it, and what this program answers with weights out of a file."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np

from resnet_core.network.catalogue import network
from resnet_core.network.model import keras_model
from resnet_core.network.spec import NetworkSpec
from resnet_core.network.weights import set_weights, weight_shapes
from resnet_core.training.weights_in import read_any

SPEC = network("cifar_resnet8", size=16, width=0.25)
X = np.random.default_rng(5).random((4, 16, 16, 3), np.float32)
SHAPE = weight_shapes(SPEC)["stem_conv1/kernel"]
KERNEL = "model_weights/stem_conv1/stem_conv1/kernel"


def shuffled(model: keras.Model, seed: int = 1) -> keras.Model:
    """The model with weights that no initialiser draws, moving averages too."""
    generator = np.random.default_rng(seed)
    for layer in model.layers:
        drawn = [generator.normal(0, 0.3, w.shape) for w in layer.get_weights()]
        for value, variable in zip(drawn, layer.weights, strict=True):
            variable.assign(np.abs(value) + 0.5 if variable.name == "moving_variance" else value)
    return model


def ours(spec: NetworkSpec, path: Path | bytes, x: np.ndarray) -> np.ndarray:
    model = keras_model(spec, seed=9)
    set_weights(model, read_any(path, spec).weights)
    return np.asarray(model(x))
