"""The accounting against Keras: shapes, parameters, what is trained, and what is connected to what."""

from __future__ import annotations

import functools
import math

import keras
import numpy as np
import pytest
from hypothesis import given, settings

from resnet_core.network.accounting import LayerAccount, account
from resnet_core.network.catalogue import NAMES, network
from resnet_core.network.graph import walk
from resnet_core.network.model import keras_layer, keras_model
from resnet_core.network.shapes import variables
from resnet_core.network.spec import Add, BlockSpec, Conv, Layer, NetworkSpec, Shape, StageSpec
from tests.network.strategies import networks

BUILT = [name for name in NAMES if name.endswith(("18", "50", "net20", "plain20"))]
"""Built as whole models; of the deeper ones every different layer is built on its own."""


def count(weights: list[keras.Variable]) -> int:
    return sum(math.prod(weight.shape) for weight in weights)


def assert_same_counts(spec: NetworkSpec, model: keras.Model) -> None:
    counted = account(spec)
    assert {layer.name for layer in model.layers} == {"input", *(layer.name for layer in counted.layers)}
    for layer in counted.layers:
        built = model.get_layer(layer.name)
        shapes = {weight.name: tuple(weight.shape) for weight in built.weights}
        assert variables(layer.node.layer, layer.input_shape) == shapes
        assert layer.parameters == built.count_params()
        assert layer.trainable == count(built.trainable_weights)
        assert (None, *layer.output_shape) == built.output.shape
        inputs = built.input if isinstance(layer.node.layer, Add) else [built.input]
        assert (None, *layer.input_shape) == inputs[0].shape
    assert counted.parameters == model.count_params()
    assert counted.trainable == count(model.trainable_weights)
    assert (None, *counted.output_shape) == model.output_shape


def assert_same_connections(spec: NetworkSpec, model: keras.Model) -> None:
    makers = {id(layer.output): layer.name for layer in model.layers}
    for node in walk(spec):
        built = model.get_layer(node.name).input
        tensors = built if isinstance(built, (list, tuple)) else [built]
        assert tuple(makers[id(tensor)] for tensor in tensors) == node.inputs


@pytest.mark.parametrize("name", BUILT)
def test_the_catalogue_is_what_keras_counts(name: str) -> None:
    spec = network(name, width=0.125)
    model = keras_model(spec)
    assert_same_counts(spec, model)
    assert_same_connections(spec, model)
    keras.backend.clear_session()


@functools.cache
def alone(layer: Layer, shape: Shape) -> tuple[Shape, int, int]:
    """What Keras says of one layer on its own: output shape, parameters, trained parameters."""
    built = keras_layer(layer, shape[-1], keras.initializers.Zeros())
    batched = (None, *shape)
    arguments = [batched, batched] if isinstance(layer, Add) else batched
    built.build(arguments)
    output = built.compute_output_shape(arguments)
    return tuple(output[1:]), built.count_params(), count(built.trainable_weights)


@pytest.mark.parametrize("name", NAMES)
def test_every_layer_of_the_catalogue_at_full_size_is_what_keras_counts(name: str) -> None:
    """CIFAR networks at 32 pixels and 10 classes, the notebook's at its 64, the others for ImageNet."""
    full = {"cifar": (32, 10), "notebook": (64, 6)}.get(name.split("_", maxsplit=1)[0], (224, 1000))
    layers: tuple[LayerAccount, ...] = account(network(name, size=full[0], classes=full[1])).layers
    for layer in layers:
        ours = (layer.output_shape, layer.parameters, layer.trainable)
        assert ours == alone(layer.node.layer, layer.input_shape)


def test_grouped_convolutions_are_what_keras_counts() -> None:
    """As in ResNeXt: each of two groups reads half of the channels."""
    block = BlockSpec((Conv(6, 1), Conv(4, 3, groups=2)), ())
    spec = NetworkSpec("net", "Net", (5, 5, 4), (), (StageSpec("a", (block,)),), ())
    model = keras_model(spec)
    assert_same_counts(spec, model)
    assert model.get_layer("a_block1_branch_conv2").kernel.shape == (3, 3, 3, 4)


@settings(max_examples=25)
@given(networks())
def test_random_descriptions_are_what_keras_counts(spec: NetworkSpec) -> None:
    model = keras_model(spec)
    assert_same_counts(spec, model)
    assert_same_connections(spec, model)
    # The shapes that Keras promises are also those of real numbers.
    assert model(np.ones((1, *spec.input_shape), np.float32)).shape == (1, *account(spec).output_shape)
    keras.backend.clear_session()
