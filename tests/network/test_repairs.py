"""Repairs: each makes the block fit, changes only what it names, and costs what it says."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import event, given
from hypothesis import strategies as st

from resnet_core.network.accounting import account
from resnet_core.network.alone import alone
from resnet_core.network.blocks import CIFAR, RELU, basic_block, convolutional_block, identity_block
from resnet_core.network.inspection import inspect
from resnet_core.network.repairs import repairs
from resnet_core.network.spec import BlockSpec, Conv, Dropout, Shape
from tests.network.strategies import MAP_LAYERS

_PATHS = st.lists(MAP_LAYERS, max_size=3).map(tuple)
BLOCKS = st.builds(BlockSpec, _PATHS, _PATHS, st.sampled_from(((), (RELU,))), st.just(()) | _PATHS)
SHAPES = st.tuples(st.integers(4, 9), st.integers(4, 9), st.integers(1, 6))


@given(BLOCKS, SHAPES)
def test_every_repair_makes_the_block_fit_and_costs_what_it_says(block: BlockSpec, shape: Shape) -> None:
    now = inspect(block, shape)
    found = repairs(block, shape)
    assert not found or (now.addition is not None and now.addition.problem)
    event(f"{len(found)} repairs")
    for repair in found:
        counted = account(alone(repair.block, shape))  # raises where a shape does not fit
        assert repair.parameters == counted.parameters - now.totals.parameters
        assert repair.multiply_adds == counted.multiply_adds - now.totals.multiply_adds
        assert (repair.block.entry, repair.block.exit) == (block.entry, block.exit)
        assert (repair.block.branch == block.branch) != (repair.block.shortcut == block.shortcut)


def test_what_fits_needs_none() -> None:
    assert repairs(identity_block((16, 16, 64)), (8, 8, 64)) == ()


def test_the_convolutional_block_without_its_projection_gets_it_back() -> None:
    whole = convolutional_block((64, 64, 256), style=CIFAR)
    projected, padded, changed = repairs(replace(whole, shortcut=()), (16, 16, 64))
    assert projected.block == whole
    assert projected.parameters == 64 * 256 + 4 * 256
    assert projected.multiply_adds == 8 * 8 * 64 * 256
    assert padded.block == replace(whole, shortcut=basic_block(256, 2, "A").shortcut)
    assert (padded.parameters, padded.multiply_adds) == (0, 0)
    assert inspect(changed.block, (16, 16, 64)).output == (16, 16, 64)
    assert [repair.title for repair in (projected, padded, changed)] == [
        "Project x",
        "Pad x with zeros",
        "Change the branch",
    ]


def test_the_projection_has_biases_where_the_branch_has_them() -> None:
    whole = convolutional_block((64, 64, 256))
    (projected, *_) = repairs(replace(whole, shortcut=()), (16, 16, 64))
    assert projected.block == whole


def test_fewer_channels_cannot_be_padded() -> None:
    titles = [one.title for one in repairs(BlockSpec((Conv(8, 3),), (), (RELU,)), (8, 8, 64))]
    assert titles == ["Project x", "Change the branch"]


def test_a_branch_without_convolution_gets_one() -> None:
    (*_, changed) = repairs(BlockSpec((Dropout(0.5),), (Conv(8, 1, 2),)), (8, 8, 4))
    assert changed.block.branch == (Dropout(0.5), Conv(8, 1, 2, "valid"))


def test_what_fails_before_the_sum_is_not_repaired_there() -> None:
    assert repairs(BlockSpec((Conv(8, 9, padding="valid"),), ()), (4, 4, 4)) == ()
