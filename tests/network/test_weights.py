"""Weights come back as they went out, and a file that is anything else is refused with a sentence."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from resnet_core.network.catalogue import network
from resnet_core.network.model import keras_model
from resnet_core.network.spec import BlockSpec, Conv, NetworkSpec, Scale, StageSpec
from resnet_core.network.weights import (
    WeightsError,
    read_weights,
    set_weights,
    weight_shapes,
    weights_of,
    write_weights,
)

SPEC = network("cifar_resnet8", size=16, width=0.25)
KERNEL = "stem_conv1/kernel"


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return keras_model(SPEC)


@pytest.fixture
def path(model: keras.Model, tmp_path: Path) -> Path:
    write_weights(tmp_path / "weights.h5", model)
    return tmp_path / "weights.h5"


def test_weights_come_back_as_they_went_out(model: keras.Model, path: Path) -> None:
    weights = read_weights(path, SPEC)
    assert {name: array.shape for name, array in weights.items()} == weight_shapes(SPEC)
    other = keras_model(SPEC, seed=9)
    set_weights(other, weights)
    for name, array in weights_of(other).items():
        np.testing.assert_array_equal(array, weights_of(model)[name])
    assert [file.name for file in path.parent.iterdir()] == ["weights.h5"]


def test_the_bytes_of_an_upload_are_read_like_a_file(path: Path) -> None:
    uploaded = read_weights(io.BytesIO(path.read_bytes()), SPEC)
    np.testing.assert_array_equal(uploaded[KERNEL], read_weights(path, SPEC)[KERNEL])


def test_half_precision_is_smaller_and_keeps_three_digits(model: keras.Model, path: Path) -> None:
    half = path.with_name("half.h5")
    write_weights(half, model, half=True)
    assert half.stat().st_size < path.stat().st_size
    for name, array in read_weights(half, SPEC).items():
        assert array.dtype == np.float32
        np.testing.assert_allclose(array, read_weights(path, SPEC)[name], rtol=1e-3, atol=1e-6)


def test_a_learnable_scale_is_a_weight(tmp_path: Path) -> None:
    block = BlockSpec((Conv(3, 3), Scale(0.25, True)), ())
    spec = NetworkSpec("net", "Net", (4, 4, 3), (), (StageSpec("a", (block,)),), ())
    write_weights(tmp_path / "w.h5", keras_model(spec))
    assert read_weights(tmp_path / "w.h5", spec)["a_block1_branch_scale1/scale"] == 0.25


def replace_kernel(file: h5py.File, **dataset: object) -> None:
    del file[KERNEL]
    file.create_dataset(KERNEL, **dataset)


SHAPE = weight_shapes(SPEC)[KERNEL]
HARMS: dict[str, tuple[Callable[[h5py.File], object], str]] = {
    "missing": (lambda file: file.__delitem__(KERNEL), "stem_conv1/kernel is missing"),
    "foreign": (
        lambda file: file.create_dataset("evil/kernel", data=1.0),
        "'evil/kernel' is not one of them",
    ),
    "not a group": (lambda file: file.create_dataset("evil", data=1.0), "'evil' is none"),
    "many": (lambda file: [file.create_group(f"x/{i}") for i in range(999)], "the file has more than"),
    "shape": (
        lambda file: replace_kernel(file, data=np.zeros((3, 3, 3, 5))),
        "stem_conv1/kernel must be 3 x 3 x 3 x 4, got 3 x 3 x 3 x 5",
    ),
    "huge": (
        lambda file: replace_kernel(
            file, shape=(10**6, 10**6, 10**3, 10**3), dtype="f4", chunks=(1, 1, 1, 1)
        ),
        "stem_conv1/kernel must be 3 x 3 x 3 x 4, got 1000000 x",
    ),
    "huge chunks": (
        lambda file: replace_kernel(
            file, shape=SHAPE, maxshape=(None,) * 4, chunks=(3, 3, 3, 10**7), dtype="f4"
        ),
        "Values of fixed shape within the file are expected",
    ),
    "integers": (
        lambda file: replace_kernel(file, data=np.zeros(SHAPE, np.int64)),
        "Floating-point numbers are expected for stem_conv1/kernel",
    ),
    "text": (
        lambda file: replace_kernel(file, data=np.full(SHAPE, b"rm -rf")),
        "Floating-point numbers are expected for stem_conv1/kernel",
    ),
    "not a number": (
        lambda file: file[KERNEL].write_direct(np.full(SHAPE, np.nan, np.float32)),
        "Finite numbers are expected for stem_conv1/kernel",
    ),
    "too large for 32 bits": (
        lambda file: replace_kernel(file, data=np.full(SHAPE, 1e300)),
        "Finite numbers are expected for stem_conv1/kernel",
    ),
    "external data": (
        lambda file: replace_kernel(
            file, shape=SHAPE, dtype="f4", external=[("/etc/hostname", 0, h5py.h5f.UNLIMITED)]
        ),
        "Values of fixed shape within the file are expected",
    ),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_harmed_file_is_refused_with_a_sentence(path: Path, harm: str) -> None:
    change, sentence = HARMS[harm]
    with h5py.File(path, "r+") as file:
        change(file)
    with pytest.raises(WeightsError, match=sentence):
        read_weights(path, SPEC)


@pytest.mark.parametrize("link", [h5py.SoftLink("/stem_bn1/gamma"), h5py.ExternalLink("other.h5", "/kernel")])
@pytest.mark.parametrize("name", [KERNEL, "stem_conv1"])
def test_links_are_not_followed(path: Path, name: str, link: object) -> None:
    with h5py.File(path, "r+") as file:
        del file[name]
        file[name] = link
    with pytest.raises(WeightsError, match="is a link"):
        read_weights(path, SPEC)


def test_virtual_data_of_another_file_is_not_read(path: Path) -> None:
    layout = h5py.VirtualLayout(shape=SHAPE, dtype="f4")
    layout[...] = h5py.VirtualSource("other.h5", "kernel", shape=SHAPE)
    with h5py.File(path, "r+") as file:
        del file[KERNEL]
        file.create_virtual_dataset(KERNEL, layout)
    with pytest.raises(WeightsError, match="Values of fixed shape within the file are expected"):
        read_weights(path, SPEC)


@pytest.mark.parametrize("kept", [0, 4, 100, 2000])
def test_a_cut_file_is_refused(path: Path, kept: int) -> None:
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(WeightsError, match="An HDF5 file of weights is expected"):
        read_weights(path, SPEC)


def test_a_page_and_a_missing_file_are_refused(path: Path) -> None:
    path.write_text("<!doctype html><title>Not found</title>")
    for wrong in (path, path.with_name("nowhere.h5")):
        with pytest.raises(WeightsError, match="An HDF5 file of weights is expected"):
            read_weights(wrong, SPEC)


def test_weights_of_another_network_leave_the_model_unchanged(model: keras.Model) -> None:
    before = weights_of(model)
    other = weights_of(keras_model(network("cifar_resnet8", size=16, width=0.5)))
    with pytest.raises(WeightsError, match="must be 3 x 3 x 3 x 4, got 3 x 3 x 3 x 8"):
        set_weights(model, other)
    with pytest.raises(WeightsError, match=r"weights are expected, and .* is missing"):
        set_weights(model, {})
    for name, array in weights_of(model).items():
        np.testing.assert_array_equal(array, before[name])


def test_weights_that_are_not_finite_are_not_written(tmp_path: Path) -> None:
    broken = keras_model(SPEC)
    broken.get_layer("stem_bn1").moving_variance.assign(np.full(4, 1e6))
    with pytest.raises(WeightsError, match="Finite numbers are expected for stem_bn1/moving_variance"):
        write_weights(tmp_path / "half.h5", broken, half=True)
    assert not (tmp_path / "half.h5").exists()
