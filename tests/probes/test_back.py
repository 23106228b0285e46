"""What flows back, against finite differences, against a gradient worked by hand, and against the algebra."""

from __future__ import annotations

import numpy as np
import pytest

from resnet_core.network.alone import alone
from resnet_core.network.graph import INPUT, walk
from resnet_core.network.inspection import inspect
from resnet_core.network.presets import PRESETS
from resnet_core.network.spec import Activation, BatchNorm, BlockSpec, Conv, Gate, MaxPool, Scale, Subsample
from resnet_core.probes.back import Stacks, adds_exactly, back, chain, most_blocks, pushed_direction, stacked
from resnet_core.probes.flow import flow, prepared
from resnet_core.probes.passing import tensor
from resnet_core.probes.question import Start
from tests.probes.blocks import PICTURE

SHAPE = (5, 4, 3)
RELU = Activation("relu")
SMOOTH = {  # no kinks, which finite differences would step over
    "conv and batch norm": BlockSpec((Conv(3, 3), BatchNorm(), Activation("tanh"), Conv(3, 3)), ()),
    "gate on the shortcut": BlockSpec((Conv(3, 3),), (Gate(0.5),), (Activation("softplus"),)),
    "entry and exit": BlockSpec((Conv(3, 3),), (), (Activation("tanh"),), (BatchNorm(), Activation("silu"))),
    "a projection": BlockSpec((Conv(2, 3, 2),), (Conv(2, 1, 2, "valid"),)),
}


def loss(block: BlockSpec, x: np.ndarray, seed: int) -> float:
    layers, _, _ = prepared(block, SHAPE, Start(), PICTURE)
    y = layers.run(walk(alone(block, SHAPE)), {INPUT: tensor(x)}).numpy()[0]
    return float((pushed_direction(y.shape, seed) * y).sum())


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("shortcut", [True, False])
def test_it_is_what_finite_differences_say(name: str, shortcut: bool) -> None:
    block = SMOOTH[name]
    result = back(block, SHAPE, Start(), PICTURE, 3)
    twin = block if shortcut else BlockSpec(block.branch, None, block.exit, block.entry)
    found = result.residual if shortcut else result.plain
    assert found is not None
    x = flow(block, SHAPE, Start(), PICTURE).maps["x"]
    step = 1e-6
    for at in [(0, 0, 0), (2, 1, 2), (4, 3, 1)]:
        moved = np.zeros(SHAPE)
        moved[at] = step
        slope = (loss(twin, x + moved, 3) - loss(twin, x - moved, 3)) / (2 * step)
        assert found[at] == pytest.approx(slope, rel=1e-5, abs=1e-7)
    assert result.losses[0 if shortcut else 1] == pytest.approx(loss(twin, x, 3))


def test_a_gradient_worked_by_hand() -> None:
    """y = 3 x + x: a push v arrives as 3 v without the shortcut, and as 4 v with it."""
    result = back(BlockSpec((Scale(3.0),), ()), SHAPE, Start(), PICTURE, 1)
    v = pushed_direction(SHAPE, 1)
    assert np.linalg.norm(v) == pytest.approx(1)
    np.testing.assert_allclose(result.plain, 3 * v)
    np.testing.assert_allclose(result.residual, 4 * v)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["preactivation", "empty"])
def test_the_shortcut_adds_exactly_the_push(name: str) -> None:
    block, shape = PRESETS[name].block, PRESETS[name].shape
    assert adds_exactly(block)
    result = back(block, shape, Start(), PICTURE, 1)
    np.testing.assert_allclose(result.residual, result.plain + result.direction, atol=1e-15)  # type: ignore[arg-type]


def test_behind_a_relu_it_does_not() -> None:
    preset = PRESETS["basic"]
    assert not adds_exactly(preset.block)
    result = back(preset.block, preset.shape, Start(), PICTURE, 1)
    assert result.residual is not None
    assert np.abs(result.residual - result.plain - result.direction).max() > 1e-3


def test_a_branch_that_begins_with_zero_lets_nothing_back() -> None:
    result = back(PRESETS["zero_gamma"].block, (8, 8, 64), Start(), PICTURE, 1)
    assert (result.plain == 0).all()
    assert result.residual is not None
    assert result.residual.any()


def test_a_plain_block_is_compared_with_x_added_where_that_fits() -> None:
    result = back(BlockSpec((Scale(3.0),), None), SHAPE, Start(), PICTURE, 1)
    assert result.added
    assert result.residual is not None
    narrow = back(BlockSpec((Conv(2, 3),), None), SHAPE, Start(), PICTURE, 1)
    assert (narrow.added, narrow.residual, narrow.losses[0]) == (False, None, None)


def test_a_stack_of_one_is_the_block_itself() -> None:
    block = PRESETS["basic"].block
    shape = (6, 6, 64)
    norms = stacked(block, shape, Start(4), PICTURE, Stacks(2, (1, 3)))
    result = back(block, shape, Start(4), PICTURE, 2)
    assert norms.depths == (1, 3)
    assert norms.residual[0] == pytest.approx(np.linalg.norm(result.residual))  # type: ignore[arg-type]
    assert norms.plain[0] == pytest.approx(np.linalg.norm(result.plain))
    assert stacked(block, shape, Start(4), PICTURE, Stacks(2, (3,))).plain == pytest.approx(norms.plain[1:])


def test_stacks_worked_by_hand() -> None:
    """Each block multiplies by 0.5 without its shortcut and by 1.5 with it."""
    norms = stacked(BlockSpec((Scale(0.5),), ()), SHAPE, Start(), PICTURE, Stacks(1, (1, 2, 5)))
    np.testing.assert_allclose(norms.plain, [0.5, 0.25, 0.5**5])
    np.testing.assert_allclose(norms.residual, [1.5, 1.5**2, 1.5**5])


def test_a_block_that_changes_the_shape_is_followed_by_ones_that_keep_it() -> None:
    preset = PRESETS["option_b"]
    blocks = chain(preset.block, preset.shape, 4)
    assert blocks[0] == preset.block
    after = inspect(preset.block, preset.shape).output
    assert after is not None
    assert {inspect(block, after).output for block in blocks[1:]} == {after}
    with pytest.raises(ValueError, match="only blocks that keep a shape can be stacked"):
        chain(BlockSpec((Conv(3, 3, 1, "valid"),), None), (9, 9, 3), 2)
    with pytest.raises(ValueError, match="stacked"):
        chain(BlockSpec((MaxPool(2, 2), Subsample(2), Conv(3, 3, 1, "valid")), None), (30, 30, 3), 2)


def test_what_a_chart_costs_is_bounded() -> None:
    assert most_blocks(PRESETS["basic"].block, (16, 16, 64)) == 20
    assert 1 <= most_blocks(PRESETS["basic"].block, (64, 64, 64)) < 20
