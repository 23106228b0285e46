"""A block alone is a network like any other: counted, built and written as a program that runs."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings

from resnet_core.network.accounting import account
from resnet_core.network.alone import alone
from resnet_core.network.blocks import basic_block, convolutional_block, identity_block, plain, preactivation
from resnet_core.network.model import keras_model
from resnet_core.network.source import source
from resnet_core.network.spec import BlockSpec, NetworkSpec, Scale, Shape
from tests.network.strategies import networks

BLOCKS = [
    identity_block((4, 4, 8)),
    convolutional_block((4, 4, 16)),
    preactivation(basic_block(16, 2, "B")),
    basic_block(16, 2, "A"),
    plain(basic_block(8)),
    BlockSpec((Scale(0.0, True),), ()),
    BlockSpec((), ()),
    BlockSpec((), None),
]


def assert_runs(block: BlockSpec, shape: Shape) -> None:
    spec = alone(block, shape)
    program: dict[str, Any] = {"__name__": "written"}
    exec(compile(source(spec), "<written>", "exec"), program)
    counted = account(spec)
    for model in (program["build_own_block"](), keras_model(spec)):
        rows = [(layer.name, layer.output.shape[1:], layer.count_params()) for layer in model.layers[1:]]
        wanted = [(layer.name, layer.output_shape, layer.parameters) for layer in counted.layers]
        assert sorted(rows) == sorted(wanted)
        assert model.count_params() == counted.parameters
        assert model(np.ones((1, *shape), np.float32)).shape == (1, *counted.output_shape)
    keras.backend.clear_session()


@pytest.mark.parametrize("block", BLOCKS)
def test_the_program_of_a_block_is_what_the_accounting_counts(block: BlockSpec) -> None:
    assert_runs(block, (6, 6, 8))


@settings(max_examples=10)
@given(networks(side=8))
def test_so_is_that_of_random_blocks(spec: NetworkSpec) -> None:
    for stage, counts in zip(spec.stages, account(spec).stages, strict=True):
        for block, block_counts in zip(stage.blocks, counts.blocks, strict=True):
            assert_runs(block, block_counts.input_shape)
