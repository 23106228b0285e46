"""Signs that are ruled out never occur in a forward pass; those of small blocks are worked out by hand."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet_core.challenges.signs import BOTH, NEITHER, Signs, branch_signs, output_signs, signs
from resnet_core.network.alone import alone
from resnet_core.network.blocktext import read
from resnet_core.network.model import keras_model
from resnet_core.network.presets import PRESETS
from resnet_core.network.spec import Activation, BlockSpec, Conv, Gate, Layer, Scale
from tests.network.strategies import SAME_SHAPE

SHAPE = (4, 4, 2)
LAYERS: st.SearchStrategy[Layer] = st.one_of(
    SAME_SHAPE,
    st.sampled_from((Conv(2, 3), Conv(2, 3, use_bias=False), Scale(0.0), Scale(-1.0), Gate(), Activation())),
)
PATHS = st.lists(LAYERS, max_size=3).map(tuple)


@settings(max_examples=25, deadline=None)
@given(st.builds(BlockSpec, PATHS, st.none() | PATHS, PATHS, PATHS), st.integers(0, 9))
def test_what_is_ruled_out_never_occurs(block: BlockSpec, seed: int) -> None:
    model = keras_model(alone(block, SHAPE))
    draw = np.random.default_rng(seed)
    model.set_weights([_any_weights(draw, one) for one in model.weights])
    names = [layer.name for layer in model.layers]
    every = keras.Model(model.input, {name: model.get_layer(name).output for name in names})
    values = every(draw.normal(size=(4, *SHAPE)).astype("float32"), training=True)
    for name, value in values.items():
        known, found = signs(block)[name], keras.ops.convert_to_numpy(value)
        assert known.negative or found.min() >= 0
        assert known.positive or found.max() <= 0


def _any_weights(draw: np.random.Generator, variable: keras.Variable) -> np.ndarray:
    values = draw.normal(size=variable.shape)
    return np.abs(values) if "variance" in variable.name else values


@pytest.mark.parametrize(
    ("text", "branch", "output"),
    [
        ("8x8x4 | 3x3,4 bn | id | relu", BOTH, Signs(False, True)),
        ("8x8x4 | 3x3,4 bn relu | id", Signs(False, True), BOTH),
        ("8x8x4 | relu | relu", Signs(False, True), Signs(False, True)),
        ("8x8x4 | relu scale,-1 | relu scale,-2", Signs(True, False), Signs(True, False)),
        ("8x8x4 | relu scale,1,learn | relu", BOTH, BOTH),
        ("8x8x4 | scale,0 | scale,0", NEITHER, NEITHER),
        ("8x8x4 | scale,0 3x3,4,nobias | plain", NEITHER, NEITHER),
        ("8x8x4 | scale,0 3x3,4 | plain", BOTH, BOTH),
        ("8x8x4 | sigmoid | plain", Signs(False, True), Signs(False, True)),
        ("8x8x4 | id | id", BOTH, BOTH),
    ],
)
def test_signs_worked_out_by_hand(text: str, branch: Signs, output: Signs) -> None:
    block, _ = read(text)
    assert (branch_signs(block), output_signs(block)) == (branch, output)


def test_only_blocks_that_end_with_relu_hand_on_nothing_negative() -> None:
    free = {name for name, preset in PRESETS.items() if output_signs(preset.block).negative}
    assert free == {"empty", "preactivation"}
