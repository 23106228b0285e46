"""Weights from files that Keras wrote predict the same here, by whatever names their layers have."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from resnet_core.network.catalogue import network
from resnet_core.network.graph import walk
from resnet_core.network.imagenet import prepared, with_imagenet_pixels
from resnet_core.network.model import connect, keras_layer, keras_model
from resnet_core.network.naming import COURSE, NUMBERED, OWN, expected_name
from resnet_core.network.weights import WeightsError, set_weights, weight_shapes, weights_of, write_weights
from resnet_core.training.weights_in import read_any
from tests.training.keras_files import SPEC, X, ours, shuffled


@pytest.mark.parametrize("form", ["model.keras", "model.h5", "model.weights.h5", "checkpoint.h5"])
def test_what_keras_wrote_predicts_the_same_here(small: keras.Model, forms: Path, form: str) -> None:
    np.testing.assert_allclose(ours(SPEC, forms / form, X), small(X), atol=1e-6)
    assert read_any((forms / form).read_bytes(), SPEC).title == OWN


def test_a_compiled_and_fitted_model_brings_its_optimiser_and_that_is_left_alone(tmp_path: Path) -> None:
    fitted = shuffled(keras_model(SPEC))
    fitted.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"], run_eagerly=True)
    fitted.train_on_batch(X, np.arange(4))
    for name in ("fitted.keras", "fitted.h5"):
        fitted.save(tmp_path / name)
        np.testing.assert_allclose(ours(SPEC, tmp_path / name, X), fitted(X), atol=1e-6)


@pytest.mark.parametrize("title", [COURSE, NUMBERED])
def test_the_names_of_the_course_are_known(tmp_path: Path, title: str) -> None:
    """The layout of the course's resnet50.h5: named in its first version, numbered by Keras in its second."""
    spec = network("notebook_resnet50", size=64, width=0.05)
    picture, number = keras.Input(spec.input_shape), iter(range(40, 1000))

    def named(name: str, kind: str) -> str:
        if name == "head_dense1":
            return "fc6" if title == COURSE else "dense_3"
        if title == COURSE:
            return expected_name(spec, name, COURSE)
        return f"{ {'conv': 'conv2d', 'bn': 'batch_normalization'}.get(kind, kind) }_{next(number)}"

    def make(node, channels):  # type: ignore[no-untyped-def]
        kernel = keras.initializers.GlorotUniform(seed=0)
        return keras_layer(node.layer, channels, kernel, name=named(node.name, node.layer.kind))

    theirs = shuffled(keras.Model(picture, connect(walk(spec), picture, make)))
    names = {layer.name for layer in theirs.layers}
    assert names >= (
        {"conv1", "bn_conv1", "res2a_branch2a", "bn2a_branch1", "res5c_branch2c"}
        if title == COURSE
        else set()
    )
    theirs.save(tmp_path / "resnet50.h5")
    x = np.random.default_rng(1).random((2, 64, 64, 3), np.float32)
    found = read_any(tmp_path / "resnet50.h5", spec)
    assert (found.title, found.replaced) == (title, ())
    np.testing.assert_allclose(ours(spec, tmp_path / "resnet50.h5", x), theirs(x), atol=1e-5)


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> tuple[keras.Model, Path]:
    """`keras.applications.ResNet50` of ten classes with random weights, and its file."""
    made = keras.applications.ResNet50(weights=None, input_shape=(64, 64, 3), classes=10)
    generator = np.random.default_rng(2)
    for variable in made.variables:
        if variable.name.startswith(("moving", "gamma", "beta", "bias")):
            low = 0.0 if variable.name in ("bias", "beta", "moving_mean") else 0.5
            variable.assign(generator.uniform(low, low + 0.2, variable.shape))
    path = tmp_path_factory.mktemp("application") / "resnet50.h5"
    made.save(path)
    return made, path


def test_keras_applications_predicts_the_same_here(application: tuple[keras.Model, Path]) -> None:
    made, path = application
    x = np.random.default_rng(1).random((2, 64, 64, 3), np.float32)
    np.testing.assert_allclose(ours(network("resnet50", classes=10), path, x), made(x), atol=1e-5)


def test_keras_applications_with_its_own_preparation_predicts_the_same_here(
    application: tuple[keras.Model, Path],
) -> None:
    """Through the layer that prepares, from pixels from 0 to 1 on; the margins of the padding included."""
    made, path = application
    spec = network("resnet50", classes=10)
    model = keras_model(with_imagenet_pixels(spec))
    set_weights(model, prepared(read_any(path, spec).weights, spec))
    first = made.get_layer("conv1_conv"), model.get_layer("stem_conv1")
    for layer in first:  # so that no softmax hides a difference
        layer.kernel.assign(layer.kernel.numpy() / 100)
    x = np.random.default_rng(1).integers(0, 256, (2, 64, 64, 3)).astype(np.float32)
    theirs = made(keras.applications.resnet.preprocess_input(x.copy()))
    first[0].kernel.assign(first[0].kernel.numpy() * 100)
    assert np.ptp(theirs) < 0.99
    np.testing.assert_allclose(model(x / 255), theirs, atol=1e-5)


def test_the_head_of_other_classes_is_left_out_where_that_may_be(
    application: tuple[keras.Model, Path], tmp_path: Path
) -> None:
    spec = network("resnet50", classes=6)
    with pytest.raises(
        WeightsError, match=r"2048 x 6 for predictions \(head_dense1 here\) kernel, but 2048 x 10"
    ):
        read_any(application[1], spec)
    found = read_any(application[1], spec, new_head=True)
    assert found.replaced == ("head_dense1/kernel", "head_dense1/bias")
    assert found.weights.keys() | set(found.replaced) == weight_shapes(spec).keys()


def test_a_deeper_network_and_a_shallower_one_are_told_apart(forms: Path, tmp_path: Path) -> None:
    deeper = network("cifar_resnet14", size=16, width=0.25)
    with pytest.raises(WeightsError, match="layers with weights, but conv2_block2_branch_conv1 is missing"):
        read_any(forms / "model.h5", deeper)
    write_weights(tmp_path / "deeper.h5", keras_model(deeper))
    with pytest.raises(WeightsError, match="is not one of them: it may be of a deeper network"):
        read_any(tmp_path / "deeper.h5", SPEC)
    with pytest.raises(WeightsError, match="3 x 3 x 3 x 8 for stem_conv1 kernel, but 3 x 3 x 3 x 4 came"):
        read_any(forms / "model.h5", network("cifar_resnet8", size=16, width=0.5))
    with pytest.raises(WeightsError, match="should name its layers as this app does"):
        read_any(application_like(tmp_path), SPEC)


def application_like(folder: Path) -> Path:
    with h5py.File(folder / "foreign.h5", "w") as file:
        file["some_layer/kernel:0"] = np.zeros(3, np.float32)
    return folder / "foreign.h5"


def test_weights_go_out_and_in_by_every_name(forms: Path) -> None:
    """Also where the classes differ and the network has a title of its own."""
    other = dataclasses.replace(SPEC, name="other", title="Another")
    found = read_any(forms / "model.keras", other)
    assert found.weights.keys() == weight_shapes(other).keys() == weights_of(keras_model(other)).keys()
