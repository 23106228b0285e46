"""The program that is written builds, when run, the network that it was written from."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings

from resnet_core.network.accounting import account
from resnet_core.network.catalogue import NAMES, network, with_batch_norm
from resnet_core.network.model import keras_model
from resnet_core.network.shapes import ShapeError
from resnet_core.network.source import source
from resnet_core.network.spec import BlockSpec, Conv, Gate, NetworkSpec, Scale, StageSpec
from resnet_core.network.weights import set_weights, weights_of
from tests.network.strategies import networks

BUILT = (
    "resnet18",
    "resnet50",
    "notebook_plain50",
    "cifar_resnet14",
    "cifar_preact_resnet14",
    "preact_plain18",
)


def run(spec: NetworkSpec) -> keras.Model:
    program: dict[str, Any] = {"__name__": "written"}
    exec(compile(source(spec), "<written>", "exec"), program)
    return program[f"build_{spec.name}"]()


def summary(model: keras.Model) -> list[tuple[object, ...]]:
    """What `model.summary()` shows: name, class, output shape, parameters and what each layer reads."""
    makers = {id(layer.output): layer.name for layer in model.layers}
    rows: list[tuple[object, ...]] = []
    for layer in model.layers:
        inputs = layer.input if isinstance(layer.input, (list, tuple)) else [layer.input]
        reads = [makers[id(tensor)] for tensor in inputs]
        rows.append((layer.name, type(layer).__name__, layer.output.shape, layer.count_params(), reads))
    return rows


def settings_of(model: keras.Model) -> dict[str, dict[str, Any]]:
    """All arguments of all layers but the seeds."""
    configs = {layer.name: layer.get_config() for layer in model.layers}
    for config in configs.values():
        config.pop("seed", None)
        config.get("kernel_initializer", {}).get("config", {}).pop("seed", None)
    return configs


def assert_builds_the_same(spec: NetworkSpec) -> None:
    written, ours = run(spec), keras_model(spec)
    assert summary(written) == summary(ours)
    assert settings_of(written) == settings_of(ours)
    set_weights(written, weights_of(ours))
    pictures = np.random.default_rng(0).normal(size=(1, *spec.input_shape)).astype(np.float32)
    np.testing.assert_allclose(written(pictures), ours(pictures), rtol=1e-5, atol=1e-6)
    keras.backend.clear_session()


@pytest.mark.parametrize("name", BUILT)
def test_the_program_builds_the_same_network(name: str) -> None:
    assert_builds_the_same(network(name, width=0.13))


def test_other_batch_norm_settings_are_written() -> None:
    assert_builds_the_same(with_batch_norm(network("cifar_resnet8"), momentum=0.9, zero_gamma=True))


@settings(max_examples=20)
@given(networks(side=8))
def test_programs_of_random_networks_build_the_same(spec: NetworkSpec) -> None:
    assert_builds_the_same(spec)


@pytest.mark.parametrize("name", NAMES)
def test_programs_are_short_and_say_what_they_build(name: str) -> None:
    spec = network(name)
    text = source(spec)
    functions = [part for part in ast.parse(text).body if isinstance(part, ast.FunctionDef)]
    assert functions[-1].name == f"build_{name}"
    assert all(ast.get_docstring(function) for function in functions)
    assert len(text.splitlines()) < 130, "a loop for blocks that repeat, a function for each kind"
    assert max(map(len, text.splitlines())) <= 100
    assert f"{account(spec).parameters:,} parameters" in text


def test_what_differs_between_blocks_is_an_argument() -> None:
    text = source(network("resnet50"))
    assert "def identity_block(x, filters, name):" in text
    assert "def convolutional_block(x, filters, stride, name):" in text
    assert 'x = convolutional_block(x, filters=128, stride=2, name="conv3_block1")' in text
    assert "for number in range(2, 5):" in text
    assert "layers.Conv2D(4 * filters, 1," in text


def test_filters_without_a_common_factor_get_arguments_of_their_own() -> None:
    blocks = tuple(BlockSpec((Conv(a, 3), Conv(b, 3)), None) for a, b in ((3, 5), (4, 7), (3, 5)))
    spec = NetworkSpec("net", "Net", (6, 6, 3), (), (StageSpec("a", blocks),), ())
    assert "def plain_block(x, filters, filters_2, name):" in source(spec)
    assert_builds_the_same(spec)


def test_a_gate_brings_its_class() -> None:
    block = BlockSpec((Conv(3, 3),), (Gate(-6.0), Gate(0.5, False)))
    spec = NetworkSpec("net", "Net", (6, 6, 3), (), (StageSpec("a", (block, block)),), ())
    assert "class Gate(keras.layers.Layer):" in source(spec)
    assert_builds_the_same(spec)


def test_a_learnable_scale_brings_its_class() -> None:
    block = BlockSpec((Conv(3, 3), Scale(0.0, True)), ())
    spec = NetworkSpec("net", "Net", (6, 6, 3), (), (StageSpec("a", (block, block)),), ())
    assert "class Scale(keras.layers.Layer):" in source(spec)
    assert summary(run(spec)) == summary(keras_model(spec))
    assert "class Scale" not in source(network("resnet18"))


@pytest.mark.parametrize(
    "title", ['"""; raise SystemExit', "back\\slash\\", 'ends with "', "# hash {braces}"]
)
def test_a_title_stays_a_title(title: str) -> None:
    spec = NetworkSpec("class", title, (6, 6, 3), (Conv(2, 3),), (), ())
    assert ast.get_docstring(ast.parse(source(spec))).startswith(f"{title}: 6 x 6 x 3 in")  # type: ignore[union-attr]
    assert summary(run(spec)) == summary(keras_model(spec))


def test_a_network_that_cannot_be_built_is_not_written() -> None:
    block = BlockSpec((Conv(4, 3),), ())
    with pytest.raises(ShapeError, match="a_block1_add"):
        source(NetworkSpec("net", "Net", (6, 6, 3), (), (StageSpec("a", (block,)),), ()))


def test_the_program_runs_on_its_own() -> None:
    """As a person would run it: a fresh interpreter that prints the summary."""
    spec = network("cifar_resnet8", width=0.25)
    ran = subprocess.run(
        [sys.executable, "-c", source(spec)], capture_output=True, text=True, check=True, env=_environment()
    )
    assert f"Total params: {account(spec).parameters:,}" in ran.stdout
    assert "conv4_block1_add" in ran.stdout


def _environment() -> dict[str, str]:
    return {**os.environ, "COLUMNS": "200", "TF_CPP_MIN_LOG_LEVEL": "3"}
