"""What flows through a block is what Keras' own model computes, with the shortcut and without."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from hypothesis import given, settings

from resnet_core.network.alone import alone
from resnet_core.network.catalogue import network
from resnet_core.network.model import INITIALIZERS as KERAS_INITIALIZERS
from resnet_core.network.model import keras_model
from resnet_core.network.presets import PRESETS
from resnet_core.network.spec import BlockSpec, Conv, Shape
from resnet_core.network.weights import weights_of
from resnet_core.probes import opened, question
from resnet_core.probes.edges import edges, never_negative
from resnet_core.probes.flow import flow
from resnet_core.probes.question import INITIALIZERS, Start, Trained, blocks_of, refusal, twins
from resnet_core.probes.trunk import entering
from resnet_core.training.predict import newest_weights
from resnet_core.training.recording import shipped
from resnet_core.training.store import RunStore
from tests.probes.blocks import PICTURE, fitting_blocks

SMALL = PRESETS["basic"].block, (8, 8, 64)


@pytest.mark.parametrize("name", ["identity_block", "option_a", "preactivation", "gated", "rezero", "plain"])
def test_the_sum_and_y_are_those_of_the_keras_model(name: str) -> None:
    block, shape = PRESETS[name].block, PRESETS[name].shape
    result = flow(block, shape, Start(7), PICTURE)
    model = keras_model(alone(twins(block, shape).residual, shape), seed=7)
    outputs = [
        model.get_layer(edge.node.name).output for edge in result.edges if edge.node and edge.path != "alone"
    ]
    expected = keras.Model(model.input, outputs)(result.maps["x"][None].astype(np.float32), training=True)
    keys = [edge.key for edge in result.edges if edge.node and edge.path != "alone"]
    if not any("dropout" in name for name in keys):
        for key, values in zip(keys, expected, strict=True):
            np.testing.assert_allclose(result.maps[key], np.array(values)[0], rtol=1e-3, atol=1e-4)


def test_the_weights_are_those_with_which_the_network_would_begin() -> None:
    for name in INITIALIZERS:
        result = flow(*SMALL, Start(3, name), PICTURE)
        expected = weights_of(keras_model(alone(*SMALL), seed=3, initializer=name))
        for key, values in result.weights.items():
            if "moving" not in key:
                np.testing.assert_array_equal(values, expected[key])


def test_the_initialisers_are_those_of_keras() -> None:
    assert set(INITIALIZERS) <= set(KERAS_INITIALIZERS)


@settings(max_examples=25)
@given(fitting_blocks())
def test_every_edge_has_its_maps_and_the_sum_is_a_sum(drawn: tuple[BlockSpec, Shape]) -> None:
    block, shape = drawn
    result = flow(block, shape, Start(), PICTURE)
    assert result.maps.keys() == {edge.key for edge in result.edges}
    assert result.maps["x"].shape == shape
    assert (result.maps["x"] >= 0).all()
    positive = never_negative(result.edges, x=True)
    for edge in result.edges:
        if edge.key in positive:
            assert (result.maps[edge.key] >= 0).all()
        if edge.path == "sum":
            branch, shortcut = (result.maps[key] for key in edge.inputs)
            np.testing.assert_allclose(result.maps["sum"], branch + shortcut)
            np.testing.assert_array_equal(result.maps["alone"], branch)


def test_edges_are_read_like_the_diagram() -> None:
    found = edges(PRESETS["option_b"].block, PRESETS["option_b"].shape)
    named = [(edge.path, edge.symbol) for edge in found if edge.symbol]
    assert named == [
        ("x", "x"),
        ("branch", "F(x)"),
        ("shortcut", "s(x)"),
        ("sum", "F(x) + s(x)"),
        ("exit", "y"),
        ("alone", "F(x)"),
        ("alone", "y"),
    ]


def test_the_same_question_has_the_same_answer_and_another_seed_another() -> None:
    one, again, other = (flow(*SMALL, Start(seed), PICTURE).maps["sum"] for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert np.abs(one - other).max() > 0.1


def test_too_large_and_unfitting_blocks_are_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(*SMALL) == ""
    assert "the branch brings" in refusal(BlockSpec((Conv(3, 3),), ()), (8, 8, 4))
    assert "values on its edges" in refusal(PRESETS["basic"].block, (256, 256, 64))
    monkeypatch.setattr(question, "MOST_WEIGHTS", 1000)
    with pytest.raises(ValueError, match=r"too large .* weights, and 1\u202f000 are the most"):
        flow(*SMALL, Start(), PICTURE)


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """A block of the run that ships."""
    run = shipped()[0].run
    store = RunStore(tmp_path_factory.mktemp("runs"))
    return Trained(run.settings, str(newest_weights(store, run.id)), run.classes, "conv3_block2")


def test_a_trained_block_computes_what_it_computes_in_its_network(taken: Trained) -> None:
    spec = network(taken.settings.network, width=taken.settings.width, classes=taken.classes)
    block, shape = blocks_of(spec)[taken.block]
    result = flow(block, shape, taken, PICTURE)
    assert not result.batch
    from resnet_core.network.weights import read_weights, set_weights

    model = keras_model(spec, logits=True)
    set_weights(model, read_weights(taken.weights, spec))
    names = [f"{taken.block}_branch_bn1", f"{taken.block}_add", f"{taken.block}_exit_relu1"]
    inside = keras.Model(model.input, [model.get_layer(name).output for name in names])
    for key, values in zip(
        ("branch.1", "sum", "exit.0"), inside(PICTURE[None] / np.float32(255)), strict=True
    ):
        np.testing.assert_allclose(result.maps[key], np.array(values)[0], rtol=1e-3, atol=1e-4)


def test_weights_of_another_block_are_refused(taken: Trained) -> None:
    with pytest.raises(ValueError, match="not the block of this run"):
        flow(*SMALL, taken, PICTURE)
    stranger = Trained(taken.settings, taken.weights, taken.classes, "conv9_block1")
    with pytest.raises(ValueError, match="has no block called"):
        flow(*SMALL, stranger, PICTURE)


def test_the_networks_of_runs_can_be_forgotten(taken: Trained) -> None:
    entering(taken, PICTURE)
    assert opened._held
    opened.forget_networks()
    assert not opened._held
