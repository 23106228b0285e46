"""Receptive fields against published figures, index sets, and the gradient of one output value in Keras."""

from __future__ import annotations

import functools

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from resnet_core.network.accounting import account
from resnet_core.network.catalogue import network
from resnet_core.network.graph import INPUT, walk
from resnet_core.network.model import keras_model
from resnet_core.network.shapes import window
from resnet_core.network.spec import (
    AveragePool,
    BlockSpec,
    Conv,
    Layer,
    NetworkSpec,
    Scale,
    StageSpec,
    Subsample,
    ZeroPad,
)
from tests.network.strategies import networks

LINEAR: st.SearchStrategy[Layer] = st.one_of(
    st.builds(
        Conv, st.integers(1, 2), st.integers(1, 5), st.integers(1, 2), st.sampled_from(("same", "valid"))
    ),
    st.builds(AveragePool, st.integers(1, 3), st.integers(1, 2), st.sampled_from(("same", "valid"))),
    st.builds(Subsample, st.integers(1, 3)),
    st.builds(ZeroPad, st.integers(0, 2)),
    st.just(Scale(2.0)),
)


@pytest.mark.parametrize(
    ("name", "pixels"), [("resnet50", 483), ("resnet101", 1027), ("resnet152", 1507), ("cifar_resnet20", 81)]
)
def test_published_receptive_fields(name: str, pixels: int) -> None:
    """Araujo, Norris and Sim 2019 (Distill) give 483, 1027 and 1507 for version 1 with jump 32."""
    last = account(network(name, size=224)).stages[-1]
    assert last.receptive_field == pixels
    assert last.jump == (4 if "cifar" in name else 32)


def test_shortcuts_do_not_widen_the_field_of_the_catalogue() -> None:
    for name in ("resnet18", "resnet50", "cifar_resnet56"):
        residual, plain = account(network(name)), account(network(name.replace("resnet", "plain")))
        assert residual.stages[-1].receptive_field == plain.stages[-1].receptive_field


def by_sets(spec: NetworkSpec, axis: int) -> dict[str, int]:
    """The field of every map by following each position back through sets of positions."""
    counted = {layer.name: layer for layer in account(spec).layers}
    nodes = {node.name: node for node in walk(spec)}

    @functools.cache
    def reached(name: str, position: int) -> frozenset[int]:
        if name == INPUT:
            return frozenset({position})
        node = nodes[name]
        if len(node.inputs) == 2:
            return reached(node.inputs[0], position) | reached(node.inputs[1], position)
        covered, stride, before = window(node.layer, counted[name].input_shape[axis])
        start = position * stride - before
        return frozenset().union(*(reached(node.inputs[0], start + i) for i in range(covered)))

    return {
        name: max(
            max(pixels) - min(pixels) + 1
            for pixels in (reached(name, i) for i in range(layer.output_shape[axis]))
        )
        for name, layer in counted.items()
        if len(layer.output_shape) == 3
    }


@settings(max_examples=60)
@given(networks(LINEAR, side=9))
def test_the_field_is_what_index_sets_reach(spec: NetworkSpec) -> None:
    down, across = by_sets(spec, 0), by_sets(spec, 1)
    fields = {layer.name: layer.receptive_field for layer in account(spec).layers if layer.name in down}
    assert fields == {name: max(down[name], across[name]) for name in down}


def gradient_extent(spec: NetworkSpec) -> int:
    """Rows of the picture that the middle value of the last map depends on, in a net of positive weights."""
    model = keras_model(spec)
    for weight in model.trainable_weights:
        weight.assign(np.ones(weight.shape))
    picture = tf.Variable(np.ones((1, *spec.input_shape), np.float32))
    with tf.GradientTape() as tape:
        maps = model(picture)
        value = tf.reduce_sum(maps[0, maps.shape[1] // 2, maps.shape[2] // 2])
    rows = np.flatnonzero(np.abs(tape.gradient(value, picture).numpy()).sum(axis=(0, 2, 3)))
    assert rows[0] > 0, "the field must not be cut at the border"
    assert rows[-1] < spec.input_shape[0] - 1
    return int(rows[-1] - rows[0] + 1)


@settings(max_examples=12)
@given(st.lists(LINEAR, min_size=1, max_size=4), st.integers(1, 3), st.integers(0, 7))
def test_the_field_is_where_the_gradient_is_not_zero(layers: list[Layer], kernel: int, beside: int) -> None:
    shortcut = (Conv(2, beside),) if beside else None
    block = BlockSpec((Conv(2, kernel), Conv(2, 3)), shortcut)
    spec = NetworkSpec("net", "Net", (65, 65, 1), tuple(layers), (StageSpec("a", (block,)),), ())
    counted = account(spec)
    assume(counted.receptive_field < 28)
    assert gradient_extent(spec) == counted.receptive_field
    keras.backend.clear_session()


@pytest.mark.parametrize("swapped", [False, True])
def test_the_wider_path_decides(swapped: bool) -> None:
    paths = ((Conv(3, 3),), (Conv(3, 7),))
    block = BlockSpec(*(reversed(paths) if swapped else paths))
    assert (
        account(NetworkSpec("net", "Net", (9, 9, 3), (), (StageSpec("a", (block,)),), ())).receptive_field
        == 7
    )


@given(st.integers(1, 30), st.integers(1, 9), st.integers(1, 5))
@settings(max_examples=25)
def test_zeros_stand_where_keras_puts_them(size: int, kernel: int, stride: int) -> None:
    """Of ones, a kernel of ones counts the pixels that the first position really sees."""
    layer = keras.layers.Conv2D(1, kernel, stride, padding="same", kernel_initializer="ones")
    seen = np.array(layer(np.ones((1, size, size, 1), np.float32)))[0, 0, 0, 0] ** 0.5
    _, _, before = window(Conv(1, kernel, stride), size)
    assert seen == pytest.approx(min(kernel - before, size))


@pytest.mark.parametrize(("name", "pixels"), [("cifar_plain8", 25), ("cifar_resnet8", 25)])
def test_the_gradient_of_a_whole_network(name: str, pixels: int) -> None:
    spec = network(name, size=97, classes=2, width=0.1)
    stages_only = NetworkSpec(spec.name, spec.title, spec.input_shape, spec.stem, spec.stages, ())
    assert account(stages_only).receptive_field == gradient_extent(stages_only) == pixels


def test_paths_of_different_jump_reach_furthest_at_an_end_of_the_map() -> None:
    """A 4-pixel row: every second pixel beside a valid 3x3; position 1 reaches 1 to 3 and 2, 0 reaches 0."""
    block = BlockSpec((Conv(3, 3, 1, "valid"),), (Subsample(2),))
    spec = NetworkSpec("net", "Net", (4, 4, 3), (), (StageSpec("a", (block,)),), ())
    assert (account(spec).receptive_field, account(spec).jump) == (3, 2)
    wide = BlockSpec((Conv(3, 17, 1, "valid"),), (Subsample(9),))
    spec = NetworkSpec("net", "Net", (18, 18, 3), (), (StageSpec("a", (wide,)),), ())
    assert account(spec).receptive_field == 17
