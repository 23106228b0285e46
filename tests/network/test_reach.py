"""The receptive field of one value is where the gradient of that value is not zero."""

from __future__ import annotations

import numpy as np
import pytest

from resnet_core.network.accounting import account
from resnet_core.network.catalogue import network
from resnet_core.network.graph import INPUT, walk
from resnet_core.network.model import keras_model
from resnet_core.network.reach import Area, area
from resnet_core.network.spec import BlockSpec, Conv, NetworkSpec, StageSpec, ZeroPad


@pytest.mark.parametrize("name", ["cifar_resnet8", "cifar_plain8", "cifar_preact_resnet8"])
def test_the_area_is_where_the_gradient_of_a_value_is_not_zero(name: str) -> None:
    """With positive weights and pictures nothing cancels and no ReLU stops anything."""
    import keras
    import tensorflow as tf

    spec = network(name, size=24, classes=2, width=0.1)
    model = keras_model(spec, logits=True)
    for weight in model.trainable_weights:
        weight.assign(np.full(weight.shape, 0.1))
    names = [*[node.name for node in walk(spec)][::3], walk(spec)[-1].name]
    every = keras.Model(model.input, [model.get_layer(one).output for one in names])
    picture = tf.constant(np.ones((1, *spec.input_shape), np.float32))
    rng = np.random.default_rng(0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(picture)
        values = []
        for one in every(picture):
            shape = one.shape[1:-1]
            at = tuple(int(rng.integers(size)) for size in shape)
            values.append((at or (0, 0), one[(0, *at, 0)]))
    for layer, (at, value) in zip(names, values, strict=True):
        gradient = np.abs(tape.gradient(value, picture).numpy()[0]).sum(-1)
        rows, columns = np.flatnonzero(gradient.sum(1)), np.flatnonzero(gradient.sum(0))
        assert area(spec, layer, *at) == Area(rows[0], columns[0], rows[-1], columns[-1]), layer


def test_a_pixel_of_the_picture_is_itself_and_a_vector_sees_everything() -> None:
    spec = network("resnet18", size=64)
    assert area(spec, INPUT, 3, 5) == Area(3, 5, 3, 5)
    assert area(spec, walk(spec)[-1].name, 0, 0) == Area(0, 0, 63, 63)
    assert Area(3, 5, 3, 7).size == (1, 3)


def test_the_area_is_no_larger_than_the_field_that_is_counted() -> None:
    spec = network("resnet50", size=224)
    for layer in account(spec).layers[::7]:
        middle = layer.output_shape[0] // 2 if len(layer.output_shape) == 3 else 0
        found = area(spec, layer.name, middle, middle)
        assert found is not None
        assert max(found.size) <= min(layer.receptive_field, 224)


def test_what_comes_of_zeros_alone_has_no_area() -> None:
    block = BlockSpec((ZeroPad(3), Conv(1, 1)), None)
    spec = NetworkSpec("net", "Net", (8, 8, 3), (), (StageSpec("a", (block,)),), ())
    assert area(spec, "a_block1_branch_conv1", 0, 5) is None
    assert area(spec, "a_block1_branch_conv1", 3, 5) == Area(0, 2, 0, 2)
