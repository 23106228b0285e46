"""Accounting by hand and by brute force; test_keras_counts.py compares it with Keras."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet_core.network.accounting import account
from resnet_core.network.catalogue import NAMES, network
from resnet_core.network.graph import walk
from resnet_core.network.shapes import ShapeError, multiply_adds, output_shape
from resnet_core.network.spec import (
    BatchNorm,
    BlockSpec,
    Conv,
    Dense,
    Flatten,
    Gate,
    GlobalAveragePool,
    Layer,
    NetworkSpec,
    PadChannels,
    StageSpec,
)
from tests.network.strategies import networks


def one_block(block: BlockSpec, shape: tuple[int, int, int] = (8, 8, 4)) -> NetworkSpec:
    return NetworkSpec("net", "Net", shape, (), (StageSpec("conv2", (block,)),), ())


def test_a_block_counted_by_hand() -> None:
    """3x3 kernels of 4 x 6 and 6 x 6 channels on 8 x 8 pixels, biases, and 4 x 6 of the projection."""
    branch = (Conv(6, 3), BatchNorm(), Conv(6, 3))
    counted = account(one_block(BlockSpec(branch, (Conv(6, 1, use_bias=False),)))).stages[0].blocks[0]
    assert counted.parameters == (9 * 4 * 6 + 6) + 4 * 6 + (9 * 6 * 6 + 6) + 4 * 6
    assert counted.trainable == counted.parameters - 2 * 6
    assert counted.multiply_adds == 64 * (9 * 4 * 6 + 9 * 6 * 6 + 4 * 6)
    assert (counted.input_shape, counted.output_shape) == ((8, 8, 4), (8, 8, 6))
    assert (counted.receptive_field, counted.jump) == (5, 1)


@pytest.mark.parametrize("name", NAMES)
def test_parts_add_up_to_the_whole(name: str) -> None:
    counted = account(network(name))
    parts = (counted.stem, *counted.stages, counted.head)
    for figure in ("parameters", "trainable", "multiply_adds"):
        whole = getattr(counted, figure)
        assert whole == sum(getattr(layer, figure) for layer in counted.layers)
        assert whole == sum(getattr(part, figure) for part in parts)
        for stage in counted.stages:
            assert getattr(stage, figure) == sum(getattr(block, figure) for block in stage.blocks)
    for before, after in itertools.pairwise(parts):
        assert before.output_shape == after.input_shape
    assert [layer.node for layer in counted.layers] == list(walk(network(name)))


def brute_force(layer: Conv | Dense, shape: tuple[int, ...]) -> int:
    """One product at a time: for every output value, every kernel value that it is made of."""
    if isinstance(layer, Dense):
        return sum(1 for _ in itertools.product(range(shape[0]), range(layer.units)))
    sides = [
        [start for start in range(0, size + extra, layer.stride) if start + layer.kernel <= size + extra]
        for size, extra in zip(shape[:2], zeros(layer, shape), strict=True)
    ]
    each_group = shape[2] // layer.groups
    products = 0
    for _, _, filter_ in itertools.product(*sides, range(layer.filters)):
        group = filter_ // (layer.filters // layer.groups)
        channels = range(group * each_group, (group + 1) * each_group)
        products += sum(1 for _ in itertools.product(range(layer.kernel), range(layer.kernel), channels))
    return products


def zeros(layer: Conv, shape: tuple[int, ...]) -> list[int]:
    """How many zeros `same` adds to each side, found by trying: until the map has the wanted size."""
    if layer.padding == "valid":
        return [0, 0]
    wanted = [math.ceil(size / layer.stride) for size in shape[:2]]
    return [
        next(extra for extra in range(99) if (size + extra - layer.kernel) // layer.stride + 1 == steps)
        for size, steps in zip(shape[:2], wanted, strict=True)
    ]


@settings(max_examples=60)
@given(networks(side=7))
def test_multiply_adds_are_the_products_counted_one_by_one(spec: NetworkSpec) -> None:
    for layer in account(spec).layers:
        if isinstance(layer.node.layer, (Conv, Dense)):
            assert layer.multiply_adds == brute_force(layer.node.layer, layer.input_shape)
        elif isinstance(layer.node.layer, Gate):
            inside = Conv(layer.input_shape[2], 1)
            assert layer.multiply_adds == brute_force(inside, layer.input_shape)
        else:
            assert layer.multiply_adds == 0


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 4))
def test_a_wider_input_costs_in_proportion(height: int, width: int, times: int) -> None:
    layer = Conv(3, 3)
    small = multiply_adds(layer, (height, width, 2), (height, width, 3))
    assert multiply_adds(layer, (height, width, 2 * times), (height, width, 3)) == times * small


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        (
            BlockSpec((Conv(6, 3, 2),), ()),
            "conv2_block1_add: the branch brings 4 x 4 x 6, the shortcut 8 x 8 x 4.",
        ),
        (
            BlockSpec((Conv(6, 9, 1, "valid"),), None),
            "conv2_block1_branch_conv1: a window of 9 x 9 does not fit into maps of 8 x 8 x 4.",
        ),
        (
            BlockSpec((Conv(6, 3, groups=3),), None),
            "conv2_block1_branch_conv1: 4 channels do not divide into 3 groups.",
        ),
        (
            BlockSpec((PadChannels(3),), None),
            "conv2_block1_branch_zeros1: zero padding cannot make 3 channels of 4.",
        ),
        (
            BlockSpec((Dense(3),), None),
            "conv2_block1_branch_dense1: it needs a vector, and maps of 8 x 8 x 4 reach it.",
        ),
        (
            BlockSpec((Flatten(), Conv(3, 3)), None),
            "conv2_block1_branch_conv1: it needs maps of height x width x channels, and 256 values reach it.",
        ),
    ],
)
def test_shapes_that_do_not_fit_get_a_sentence_with_the_place(block: BlockSpec, sentence: str) -> None:
    with pytest.raises(ShapeError) as refusal:
        account(one_block(block))
    assert str(refusal.value) == sentence


def test_a_network_without_layers_passes_its_input_on() -> None:
    counted = account(NetworkSpec("net", "Net", (4, 5, 3), (), (StageSpec("a", ()),), ()))
    assert (counted.output_shape, counted.parameters, counted.receptive_field) == ((4, 5, 3), 0, 1)


@pytest.mark.parametrize("layer", [GlobalAveragePool(), Flatten()])
def test_a_vector_from_a_map(layer: Layer) -> None:
    assert output_shape(layer, ((3, 5, 7),)) == ((7,) if isinstance(layer, GlobalAveragePool) else (105,))
