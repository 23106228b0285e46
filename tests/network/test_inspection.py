"""What is told of a block against the accounting wherever it fits, and what is told where it does not."""

from __future__ import annotations

import math
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.network.accounting import account
from resnet_core.network.alone import STAGE, alone
from resnet_core.network.blocks import convolutional_block, plain
from resnet_core.network.editing import Place, places
from resnet_core.network.graph import walk
from resnet_core.network.inspection import Totals, difference, inspect
from resnet_core.network.shapes import ShapeError
from resnet_core.network.spec import Activation, Add, BlockSpec, Conv, Flatten, NetworkSpec, Shape
from tests.network.strategies import ANY_BLOCK, networks

SHAPE = (16, 16, 64)
BROKEN = BlockSpec((Conv(64, 1), Activation(), Conv(256, 3, 2)), (), (Activation(),))


@given(networks())
def test_a_block_that_fits_is_what_the_accounting_counts(spec: NetworkSpec) -> None:
    for stage, stage_counts in zip(spec.stages, account(spec).stages, strict=True):
        for block, counts in zip(stage.blocks, stage_counts.blocks, strict=True):
            assert_accounted(block, counts.input_shape)


@given(ANY_BLOCK, st.tuples(*[st.integers(1, 9)] * 3))
def test_any_block_is_inspected_or_told_where_it_breaks(block: BlockSpec, shape: Shape) -> None:
    looked = inspect(block, shape)
    assert [layer.node for layer in looked.layers] == list(walk(alone(block, shape)))
    assert [layer.place for layer in looked.layers if layer.place] == list(places(block))
    if looked.fits:
        assert_accounted(block, shape)
        return
    with pytest.raises(ShapeError) as refused:
        account(alone(block, shape))
    broken = next(layer for layer in looked.layers if layer.problem)
    assert str(refused.value) == f"{broken.node.name}: {looked.problem}."
    assert broken.place == looked.place
    assert broken.output is None


def assert_accounted(block: BlockSpec, shape: Shape) -> None:
    looked, counted = inspect(block, shape), account(alone(block, shape))
    assert (looked.output, looked.problem, looked.place) == (counted.output_shape, "", None)
    for ours, theirs in zip(looked.layers, counted.layers, strict=True):
        assert (ours.node, ours.inputs[0], ours.output) == (
            theirs.node,
            theirs.input_shape,
            theirs.output_shape,
        )
        for figure in ("parameters", "trainable", "multiply_adds", "receptive_field"):
            assert getattr(ours, figure) == getattr(theirs, figure)
        assert ours.activations == math.prod(theirs.output_shape)
    for figure in ("parameters", "trainable", "multiply_adds", "receptive_field"):
        assert getattr(looked.totals, figure) == getattr(counted, figure)
    assert looked.totals.activations == sum(math.prod(layer.output_shape) for layer in counted.layers)


def test_a_broken_sum_says_what_both_paths_bring() -> None:
    looked = inspect(BROKEN, SHAPE)
    addition = looked.addition
    assert addition is not None
    assert addition.problem == looked.problem == "the branch brings 8 x 8 x 256, the shortcut 16 x 16 x 64"
    assert addition.inputs == ((8, 8, 256), (16, 16, 64))
    assert (looked.place, looked.output, looked.totals.receptive_field) == (None, None, None)
    assert looked.totals.parameters == (64 * 64 + 64) + (9 * 64 * 256 + 256)
    behind = looked.at(Place("exit", 0))
    assert (behind.inputs, behind.output, behind.problem) == ((None,), None, "")


def test_a_layer_that_cannot_work_is_the_place_of_the_problem() -> None:
    looked = inspect(BlockSpec((Flatten(), Conv(4, 3), Activation()), ()), SHAPE)
    assert looked.place == Place("branch", 1)
    assert looked.problem.startswith("it needs maps of height x width x channels")
    assert looked.addition is not None
    assert looked.addition.inputs == (None, SHAPE)


def test_a_block_without_layers_passes_x_on() -> None:
    looked = inspect(BlockSpec((), None), SHAPE)
    assert (looked.layers, looked.output, looked.addition) == ((), SHAPE, None)
    assert looked.totals == Totals(0, 0, 0, 0, 1)


def test_a_difference_counts_from_one_to_the_other() -> None:
    block = convolutional_block((16, 16, 64))
    one, other = inspect(plain(block), SHAPE).totals, inspect(block, SHAPE).totals
    more = difference(one, other)
    assert more.parameters == (64 * 64 + 64) + 4 * 64, "the projection and its batch norm"
    assert more.multiply_adds == 64 * 64 * 64
    assert more.activations == 3 * 8 * 8 * 64, "projection, batch norm, addition"
    assert more.bytes == 4 * more.activations
    assert more.receptive_field == 0
    back = difference(other, one)
    assert all(getattr(back, field.name) == -getattr(more, field.name) for field in fields(Totals))
    assert difference(one, inspect(BROKEN, SHAPE).totals).receptive_field is None


def test_no_layer_and_no_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="The block has no layer 9 in its exit"):
        inspect(BROKEN, SHAPE).at(Place("exit", 8))
    with pytest.raises(ValueError, match="input_shape must be height, width, channels, got"):
        inspect(BROKEN, (8, 8))


def test_layers_are_named_after_the_stage_of_a_block_alone() -> None:
    names = [layer.node.name for layer in inspect(BROKEN, SHAPE).layers]
    assert all(name.startswith(f"{STAGE}_block1_") for name in names)
    assert isinstance(inspect(BROKEN, SHAPE).addition.node.layer, Add)  # type: ignore[union-attr]
