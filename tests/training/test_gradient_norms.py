"""The norms of a run's gradients: against an independent tape, through stop and go on, and by block."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from resnet_core.network.catalogue import network, without_batch_norm
from resnet_core.network.depth import WeightLayer, weight_layers
from resnet_core.network.spec import BatchNorm
from resnet_core.training.gradient_norms import GradientNorms, from_bytes, is_kept, to_bytes
from resnet_core.training.loop import train
from resnet_core.training.recipes import RACE
from resnet_core.training.records import DONE, STOPPED
from resnet_core.training.settings import RunSettings, SettingsError
from resnet_core.training.store import RunStore
from resnet_core.training.trainer import Trainer

PICTURES = np.random.default_rng(4).integers(0, 256, (8, 16, 16, 3), dtype=np.uint8)
LABELS = np.arange(8) % 6
SMALL = RunSettings(
    network="cifar_plain8", width=0.25, recipe="race", learning_rate=0.002, epochs=3, batch_size=16, side=16,
    validation_share=0.0, gradients_every=3,
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path, tiny_signs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
    return RunStore(tmp_path / "runs")


def test_the_norms_of_a_step_are_those_of_a_tape_of_its_own_and_of_finite_differences() -> None:
    """Without batch norm, so that 32-bit finite differences are smooth enough to be compared with."""
    import tensorflow as tf

    spec = without_batch_norm(network("cifar_resnet8", size=16, classes=6, width=0.25))
    layers = weight_layers(spec)
    one, other = (Trainer(spec, RACE, PICTURES, LABELS, 3, norms=norms) for norms in (True, False))
    x, y = tf.constant(PICTURES, tf.float32) / 255, tf.constant(LABELS)

    def loss() -> tf.Tensor:
        return tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(y, other.model(x, training=True))
        )

    for step in range(2):
        kernels = [other.model.get_layer(layer.name).kernel for layer in layers]
        with tf.GradientTape() as tape:
            value = loss()
        gradients = [np.asarray(each, np.float64) for each in tape.gradient(value, kernels)]
        for place in (0, len(kernels) // 2, len(kernels) - 1) if step == 0 else ():
            before, norm = kernels[place].numpy(), np.linalg.norm(gradients[place])
            ends = []
            for sign in (1, -1):  # along its own gradient the loss changes as fast as the gradient is long
                kernels[place].assign(before + sign * 1e-2 * gradients[place] / norm)
                ends.append(float(loss()))
            kernels[place].assign(before)
            assert (ends[0] - ends[1]) / 2e-2 == pytest.approx(norm, rel=0.03)
        said = one.step(np.arange(8), step, 0.05)
        assert said.loss == pytest.approx(float(value), rel=1e-5)
        assert said.norms is not None
        np.testing.assert_allclose(said.norms, [np.linalg.norm(each) for each in gradients], rtol=1e-4)
        without = other.step(np.arange(8), step, 0.05)
        assert (without.loss, without.accuracy) == pytest.approx((said.loss, said.accuracy), rel=1e-4)
        assert without.norms is None, "who does not ask does not pay"
    assert one.step(np.arange(8), 2, 0.05, norms=False).norms is None


def test_every_layer_with_a_kernel_has_its_place_in_the_depth() -> None:
    layers = weight_layers(network("cifar_resnet20", size=32, classes=6))
    assert [layer.number for layer in layers] == list(range(1, 21))
    assert not any(layer.shortcut for layer in layers)
    wide = weight_layers(network("resnet18", size=32, classes=6))
    assert sum(layer.shortcut for layer in wide) == 3
    assert sum(not layer.shortcut for layer in wide) == 18
    assert [layer.number for layer in wide] == sorted(layer.number for layer in wide)


def test_a_run_keeps_them_only_when_asked_and_goes_on_as_if_it_had_not_stopped(store: RunStore) -> None:
    undisturbed, stopped, silent = (
        store.create(settings) for settings in (SMALL, SMALL, dataclasses.replace(SMALL, gradients_every=0))
    )
    train(undisturbed, store.folder)
    train(silent, store.folder)
    train(stopped, store.folder, lambda line: store.request_stop(stopped))
    assert store.run(stopped).status == STOPPED
    done, before = store.run(stopped).step, len(store.gradient_norms(stopped))
    store.add_gradients(stopped, [(done + 1, np.ones(8, np.float32))])  # as if its worker had died later
    store.requeue(stopped)
    train(stopped, store.folder)
    assert store.run(stopped).status == DONE
    found, again = store.gradient_norms(undisturbed), store.gradient_norms(stopped)
    assert found.step.tolist() == [
        step for step in range(1, store.run(undisturbed).steps + 1) if (step - 1) % 3 == 0
    ]
    assert 0 < before < len(again) == len(found)
    np.testing.assert_array_equal(again.step, found.step)
    np.testing.assert_allclose(again.norms, found.norms, rtol=1e-2)
    assert len(store.gradient_norms(silent)) == 0
    np.testing.assert_allclose(store.steps(silent).loss, store.steps(undisturbed).loss, rtol=1e-3)
    assert len(store.gradient_norms(stopped, after=int(again.step[-2]))) == 1
    store.rewind(stopped, 4, 0, 0.0)
    assert store.gradient_norms(stopped).step.tolist() == [1, 4]
    store.delete(undisturbed)
    assert store._database.rows("SELECT * FROM gradients WHERE run = ?", (undisturbed,)) == []


def test_the_store_gives_back_what_it_was_given() -> None:
    layers = tuple(WeightLayer(f"conv{i}", i) for i in (1, 2, 3))
    table = np.array([[1e-20, 2.5, np.inf], [0.0, 1.0, 3e30]], np.float32)
    again = from_bytes([(1, to_bytes(table[0])), (5, to_bytes(table[1]))], layers)
    np.testing.assert_array_equal(again.norms, table)
    assert again.step.tolist() == [1, 5]
    assert from_bytes([], layers).norms.shape == (0, 3)
    with pytest.raises(ValueError, match="shape"):
        GradientNorms(layers, np.array([1]), table)
    assert [is_kept(step, 3) for step in range(1, 6)] == [True, False, False, True, False]
    assert not is_kept(1, 0)


def test_blocks_and_the_main_path_are_sums_and_parts_of_it() -> None:
    layers = (
        WeightLayer("stem_conv1", 1), WeightLayer("conv2_block1_branch_conv1", 2),
        WeightLayer("conv2_block1_shortcut_conv1", 1, True), WeightLayer("conv2_block1_branch_conv2", 3),
        WeightLayer("head_dense1", 4),
    )  # fmt: skip
    norms = GradientNorms(layers, np.array([1]), np.array([[1, 3, 12, 4, 2]], np.float32))
    names, table = norms.by_block()
    assert names == ("stem", "conv2_block1", "head")
    np.testing.assert_allclose(table, [[1, 13, 2]])
    assert norms.on_the_main_path().norms.tolist() == [[1, 3, 4, 2]]


def test_a_network_without_batch_norm_is_what_settings_say() -> None:
    spec = dataclasses.replace(SMALL, batch_norm=False, initializer="glorot_uniform").spec(size=16)
    assert not any(
        isinstance(layer, BatchNorm) for block in spec.blocks() for layer in (*block.branch, *block.exit)
    )
    glorot = dataclasses.replace(SMALL, initializer="glorot_uniform")
    assert glorot.recipe_used.initializer == "glorot_uniform"
    assert SMALL.recipe_used.initializer == "he_normal"
    for wrong in ({"initializer": "zeros"}, {"side": 8}, {"batch_norm": 1}, {"gradients_every": -1}):
        with pytest.raises(SettingsError):
            dataclasses.replace(SMALL, **wrong)  # type: ignore[arg-type]
