"""The Keras model: seeds, starts, logits, and the arithmetic of layers that Keras does not bring."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from resnet_core.network.accounting import ShapeError
from resnet_core.network.catalogue import network, with_batch_norm
from resnet_core.network.model import INITIALIZERS, keras_model, seed_of
from resnet_core.network.spec import (
    Activation,
    BlockSpec,
    Conv,
    Dropout,
    Gate,
    GlobalAveragePool,
    Layers,
    NetworkSpec,
    PadChannels,
    Scale,
    StageSpec,
    Subsample,
)
from resnet_core.network.weights import weights_of

PICTURES = np.random.default_rng(1).normal(size=(2, 16, 16, 3)).astype(np.float32)


def one_block(block: BlockSpec, head: Layers = ()) -> NetworkSpec:
    return NetworkSpec("net", "Net", (16, 16, 3), (), (StageSpec("conv2", (block,)),), head)


def answer(spec: NetworkSpec) -> np.ndarray:
    return np.array(keras_model(spec)(PICTURES))


def test_plain_and_residual_twins_start_from_the_same_kernels() -> None:
    residual = weights_of(keras_model(network("cifar_resnet8"), seed=3))
    plain = weights_of(keras_model(network("cifar_plain8"), seed=3))
    assert plain.keys() == residual.keys()
    for name, values in plain.items():
        np.testing.assert_array_equal(values, residual[name])


def test_the_seed_decides_every_kernel_and_no_two_are_alike() -> None:
    spec = network("cifar_resnet8", size=16)
    first, again, other = (weights_of(keras_model(spec, seed=seed)) for seed in (0, 0, 1))
    kernels = [name for name in first if name.endswith("kernel")]
    for name in kernels:
        np.testing.assert_array_equal(first[name], again[name])
        assert not np.allclose(first[name], other[name])
    beginnings = {tuple(first[name].ravel()[:4].round(6)) for name in kernels}
    assert len(beginnings) == len(kernels)
    assert len({seed_of(0, name) for name in kernels} | {seed_of(1, name) for name in kernels}) == 2 * len(
        kernels
    )


@pytest.mark.parametrize(("initializer", "variance"), [("he_normal", 2.0), ("lecun_normal", 1.0)])
def test_kernels_have_the_variance_of_their_initializer(initializer: str, variance: float) -> None:
    """He et al. 2015, section 3.4: variance 2 / (k k channels); LeCun has 1 in place of 2."""
    weights = weights_of(keras_model(network("cifar_resnet8", size=16), initializer=initializer))
    kernel = weights["conv4_block1_branch_conv2/kernel"]
    assert kernel.var() == pytest.approx(variance / (9 * 64), rel=0.05)


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_every_initializer_can_be_named(initializer: str) -> None:
    model = keras_model(network("cifar_plain8", size=8, width=0.25), initializer=initializer)
    assert np.isfinite(model(PICTURES[:, :8, :8])).all()


def test_an_unknown_initializer_is_refused() -> None:
    with pytest.raises(ValueError, match=r"initializer must be one of he_normal, .*, got 'zeros'"):
        keras_model(network("cifar_plain8"), initializer="zeros")


def test_shapes_that_do_not_fit_are_refused_before_keras_sees_them() -> None:
    with pytest.raises(ShapeError, match="conv2_block1_add: the branch brings 16 x 16 x 4"):
        keras_model(one_block(BlockSpec((Conv(4, 3),), ())))


def test_logits_leave_the_softmax_off_and_nothing_else() -> None:
    spec = network("cifar_resnet8", size=16)
    logits = np.array(keras_model(spec, logits=True)(PICTURES), np.float64)
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(probabilities, answer(spec), atol=1e-6)
    headless = one_block(BlockSpec((Conv(3, 3),), ()))
    np.testing.assert_array_equal(keras_model(headless, logits=True)(PICTURES), answer(headless))


def test_the_identity_shortcut_adds_x() -> None:
    block = BlockSpec((Conv(3, 3),), ())
    plain = answer(one_block(BlockSpec(block.branch, None)))
    np.testing.assert_allclose(answer(one_block(block)), plain + PICTURES, atol=1e-6)


def test_option_a_takes_every_second_pixel_and_appends_zeros() -> None:
    """He et al. 2015, section 3.3, option A; the branch is multiplied by zero."""
    block = BlockSpec((Conv(5, 3, 2), Scale(0.0)), (Subsample(2), PadChannels(5)))
    expected = np.zeros((2, 8, 8, 5), np.float32)
    expected[..., :3] = PICTURES[:, ::2, ::2]
    np.testing.assert_array_equal(answer(one_block(block)), expected)


@pytest.mark.parametrize("learnable", [False, True])
def test_scale_multiplies(learnable: bool) -> None:
    spec = one_block(BlockSpec((Scale(0.5, learnable),), None))
    model = keras_model(spec)
    np.testing.assert_allclose(model(PICTURES), 0.5 * PICTURES, atol=1e-7)
    assert len(model.trainable_weights) == (1 if learnable else 0)


def test_a_model_with_a_learnable_scale_survives_saving(tmp_path) -> None:  # type: ignore[no-untyped-def]
    spec = one_block(BlockSpec((Conv(3, 3), Scale(0.25, True)), ()), (GlobalAveragePool(),))
    model = keras_model(spec)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded(PICTURES), model(PICTURES), atol=1e-6)
    assert loaded.get_layer("conv2_block1_branch_scale1").value == 0.25


@pytest.mark.parametrize("complement", [True, False])
def test_a_gate_multiplies_by_a_sigmoid_of_what_enters(complement: bool) -> None:
    spec = NetworkSpec("net", "Net", (4, 4, 3), (Gate(-1.5, complement),), (), ())
    model = keras_model(spec, seed=3)
    weights = weights_of(model)
    np.testing.assert_array_equal(weights["stem_gate1/bias"], np.full(3, -1.5, np.float32))
    x = np.random.default_rng(0).normal(size=(2, 4, 4, 3)).astype(np.float32)
    gate = 1 / (1 + np.exp(-(x @ weights["stem_gate1/kernel"][0, 0] - 1.5)))
    np.testing.assert_allclose(model(x), (1 - gate if complement else gate) * x, rtol=1e-4, atol=1e-6)


def test_a_model_with_a_gate_survives_saving(tmp_path) -> None:  # type: ignore[no-untyped-def]
    model = keras_model(NetworkSpec("net", "Net", (4, 4, 3), (Gate(-2.0, False),), (), ()))
    model.save(tmp_path / "gate.keras")
    loaded = keras.models.load_model(tmp_path / "gate.keras")
    x = np.ones((1, 4, 4, 3), np.float32)
    np.testing.assert_array_equal(loaded(x), model(x))


def test_zero_gamma_makes_residual_blocks_the_identity_after_relu() -> None:
    spec = with_batch_norm(network("cifar_resnet8", size=16), zero_gamma=True)
    first = spec.stages[0].blocks[0]
    block = one_block(BlockSpec(_narrow(first.branch), (), (Activation("relu"),)))
    np.testing.assert_allclose(answer(block), np.maximum(PICTURES, 0), atol=1e-6)


def _narrow(layers: Layers) -> Layers:
    return tuple(Conv(3, layer.kernel) if isinstance(layer, Conv) else layer for layer in layers)


def test_dropout_draws_from_the_seed_of_its_name() -> None:
    spec = one_block(BlockSpec((Dropout(0.5),), None))
    first, again, other = (np.array(keras_model(spec, seed=s)(PICTURES, training=True)) for s in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_a_network_without_layers_is_the_identity() -> None:
    spec = NetworkSpec("net", "Net", (16, 16, 3), (), (), ())
    np.testing.assert_array_equal(answer(spec), PICTURES)
