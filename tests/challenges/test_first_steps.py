"""What is said of a block before and in training, against Keras itself: outputs, gradients and steps."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet_core.challenges.first_steps import asleep, has_weights, starts_as_identity, starts_at_zero
from resnet_core.network.alone import alone
from resnet_core.network.blocktext import read
from resnet_core.network.editing import Place
from resnet_core.network.inspection import inspect
from resnet_core.network.model import keras_model
from resnet_core.network.presets import PRESETS
from resnet_core.network.spec import Activation, BatchNorm, BlockSpec, Conv, Layer, Layers, Scale

SHAPE = (5, 5, 3)
ROUNDING = 1e-4
LAYERS: st.SearchStrategy[Layer] = st.sampled_from(
    (
        Conv(3, 3),
        Conv(3, 1, padding="valid", use_bias=False),
        BatchNorm(epsilon=1e-3),
        BatchNorm(epsilon=1e-3, gamma="zeros"),
        Activation("relu"),
        Activation("tanh"),
        Activation("sigmoid"),
        Scale(0.0),
        Scale(0.0, True),
        Scale(0.5, True),
    )
)


def changed(block: BlockSpec, steps: int = 4) -> dict[Place, float]:
    """The largest change of the kernel or factor of each layer of the branch in a few steps of descent."""
    model = keras_model(alone(block, SHAPE), initializer="glorot_uniform")
    draw = np.random.default_rng(0)
    x, wanted = (tf.constant(draw.normal(size=(6, *SHAPE)), "float32") for _ in range(2))
    weights = model.trainable_variables
    before = {variable.path: keras.ops.convert_to_numpy(variable) for variable in weights}
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(x, training=True) - wanted))
        slopes = tape.gradient(loss, [variable.value for variable in weights])
        for variable, slope in zip(weights, slopes, strict=True):
            if slope is not None:
                variable.assign_sub(0.1 * slope)
    return {
        view.place: _moved(model.get_layer(view.node.name), before)
        for view in inspect(block, SHAPE).layers
        if view.place and view.place.part == "branch" and has_weights(view.node.layer)
    }


def _moved(layer: keras.Layer, before: dict[str, np.ndarray]) -> float:
    main = layer.trainable_variables[0]  # kernel, gamma or scale
    return float(np.max(np.abs(keras.ops.convert_to_numpy(main) - before[main.path])))


@settings(max_examples=25, deadline=None)
@given(st.lists(LAYERS, min_size=1, max_size=6).map(tuple))
def test_what_is_called_asleep_does_not_move(branch: Layers) -> None:
    block = BlockSpec(branch)
    moved = changed(block)
    assert [place for place in asleep(block) if moved[place] > ROUNDING] == []


@settings(max_examples=25, deadline=None)
@given(st.lists(LAYERS, max_size=6).map(tuple), st.sampled_from(((), (Activation("relu"),))))
def test_identity_at_the_start_is_what_a_forward_pass_says(branch: Layers, last: Layers) -> None:
    block = BlockSpec(branch, (), last)
    x = np.abs(np.random.default_rng(1).normal(size=(4, *SHAPE))).astype("float32")
    y = keras.ops.convert_to_numpy(keras_model(alone(block, SHAPE))(x, training=True))
    # Batch norm of a constant is 0 but for the rounding of its mean, made 30 times larger.
    assert starts_as_identity(block) == bool(np.allclose(x, y, rtol=0, atol=1e-3))


@pytest.mark.parametrize(
    ("text", "still"),
    [
        ("5x5x3 | 3x3,3 bn relu 3x3,3 bn,zeros | id | relu", []),
        ("5x5x3 | 3x3,3 relu 3x3,3 scale,0,learn | id | relu", []),
        ("5x5x3 | 3x3,3 bn relu 3x3,3 bn,zeros relu | id", [0, 1, 3, 4]),
        ("5x5x3 | 3x3,3 bn,zeros relu 3x3,3 bn,zeros | id", [0, 1, 3, 4]),
        ("5x5x3 | 3x3,3 bn,zeros tanh 3x3,3 bn | id", []),
        ("5x5x3 | 3x3,3 bn scale,0 | id", [0, 1]),
        ("5x5x3 | 3x3,3 scale,0,learn scale,0,learn | id", [0, 1, 2]),
        ("5x5x3 | 3x3,3 bn | id", []),
        ("5x5x3 | id | id", []),
    ],
)
def test_who_sleeps_and_who_moves(text: str, still: list[int]) -> None:
    block, _ = read(text)
    assert [place.index for place in asleep(block)] == still
    moved = changed(block)
    assert {place.index for place, most in moved.items() if most <= ROUNDING} == set(still)


def test_of_the_presets_two_start_as_the_identity_and_none_sleeps() -> None:
    begin = {name for name, preset in PRESETS.items() if starts_as_identity(preset.block)}
    assert begin == {"zero_gamma", "rezero"}
    assert all(not asleep(preset.block) for preset in PRESETS.values())
    assert not starts_at_zero(PRESETS["empty"].block)
