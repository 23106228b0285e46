"""Weights from files that Keras wrote predict the same here; a hostile file is refused and runs nothing."""

from __future__ import annotations

import dataclasses
import io
import os
import pickle
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from resnet_core.network.catalogue import network
from resnet_core.network.graph import walk
from resnet_core.network.model import connect, keras_layer, keras_model
from resnet_core.network.naming import COURSE, NUMBERED, OWN, expected_name
from resnet_core.network.spec import NetworkSpec
from resnet_core.network.weights import WeightsError, set_weights, weight_shapes, weights_of, write_weights
from resnet_core.training.weights_in import MEMBER, read_any

SPEC = network("cifar_resnet8", size=16, width=0.25)
X = np.random.default_rng(5).random((4, 16, 16, 3), np.float32)
KERNEL = "model_weights/stem_conv1/stem_conv1/kernel"


def shuffled(model: keras.Model, seed: int = 1) -> keras.Model:
    """The model with weights that no initialiser draws, moving averages too."""
    generator = np.random.default_rng(seed)
    for layer in model.layers:
        drawn = [generator.normal(0, 0.3, w.shape) for w in layer.get_weights()]
        for value, variable in zip(drawn, layer.weights, strict=True):
            variable.assign(np.abs(value) + 0.5 if variable.name == "moving_variance" else value)
    return model


def ours(spec: NetworkSpec, path: Path | bytes, x: np.ndarray) -> np.ndarray:
    model = keras_model(spec, seed=9)
    set_weights(model, read_any(path, spec).weights)
    return np.asarray(model(x))


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return shuffled(keras_model(SPEC))


@pytest.fixture(scope="module")
def folder(model: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model in every form. Not to be written to."""
    made = tmp_path_factory.mktemp("forms")
    model.save(made / "model.keras")
    model.save(made / "model.h5")
    model.save_weights(made / "model.weights.h5")
    write_weights(made / "checkpoint.h5", model)
    return made


@pytest.mark.parametrize("form", ["model.keras", "model.h5", "model.weights.h5", "checkpoint.h5"])
def test_what_keras_wrote_predicts_the_same_here(model: keras.Model, folder: Path, form: str) -> None:
    np.testing.assert_allclose(ours(SPEC, folder / form, X), model(X), atol=1e-6)
    assert read_any((folder / form).read_bytes(), SPEC).title == OWN


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


def test_a_deeper_network_and_a_shallower_one_are_told_apart(folder: Path, tmp_path: Path) -> None:
    deeper = network("cifar_resnet14", size=16, width=0.25)
    with pytest.raises(WeightsError, match="layers with weights, but conv2_block2_branch_conv1 is missing"):
        read_any(folder / "model.h5", deeper)
    write_weights(tmp_path / "deeper.h5", keras_model(deeper))
    with pytest.raises(WeightsError, match="is not one of them: it may be of a deeper network"):
        read_any(tmp_path / "deeper.h5", SPEC)
    with pytest.raises(WeightsError, match="3 x 3 x 3 x 8 for stem_conv1 kernel, but 3 x 3 x 3 x 4 came"):
        read_any(folder / "model.h5", network("cifar_resnet8", size=16, width=0.5))
    with pytest.raises(WeightsError, match="should name its layers as this app does"):
        read_any(application_like(tmp_path), SPEC)


def application_like(folder: Path) -> Path:
    with h5py.File(folder / "foreign.h5", "w") as file:
        file["some_layer/kernel:0"] = np.zeros(3, np.float32)
    return folder / "foreign.h5"


class _Touch:
    """Unpickled, it makes a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("form", ["evil.keras", "evil.h5"])
def test_a_lambda_and_a_pickle_in_the_file_never_run(model: keras.Model, tmp_path: Path, form: str) -> None:
    """The oracle is Keras, told to trust the file: it does run what is in there."""
    proof, pickled = tmp_path / "it_ran", tmp_path / "unpickled"
    code = f"lambda x: (__import__('pathlib').Path({str(proof)!r}).touch(), x)[1]"
    last = keras.layers.Lambda(eval(code), name="evil")(model.output)
    keras.Model(model.input, last).save(tmp_path / form)
    payload = pickle.dumps(_Touch(pickled))
    if form.endswith(".keras"):
        with zipfile.ZipFile(tmp_path / form, "a") as archive:
            archive.writestr("assets/payload.pkl", payload)
    else:
        with h5py.File(tmp_path / form, "a") as file:
            file.attrs["payload"] = np.void(payload)
    proof.unlink(missing_ok=True)
    keras.models.load_model(tmp_path / form, safe_mode=False)
    assert proof.exists()
    proof.unlink()
    np.testing.assert_allclose(ours(SPEC, tmp_path / form, X), model(X), atol=1e-6)
    assert not proof.exists()
    assert not pickled.exists()


def _replaced(file: h5py.File, **dataset: object) -> None:
    del file[KERNEL]
    file.create_dataset(KERNEL, **dataset)


SHAPE = weight_shapes(SPEC)["stem_conv1/kernel"]
HARMS: dict[str, tuple[Callable[[h5py.File], object], str]] = {
    "a huge array": (
        lambda file: _replaced(file, shape=(10**6, 10**6, 10**3, 10**3), dtype="f4", chunks=(1, 1, 1, 1)),
        "should have 3 x 3 x 3 x 4 for stem_conv1 kernel, but 1000000 x",
    ),
    "a wrong shape": (
        lambda file: _replaced(file, data=np.zeros((3, 3, 3, 5), np.float32)),
        "3 x 3 x 3 x 4 for stem_conv1 kernel, but 3 x 3 x 3 x 5 came",
    ),
    "nothing written": (
        lambda file: _replaced(file, shape=SHAPE, dtype="f4", chunks=(3, 3, 3, 4)),
        "should hold 1 pieces",
    ),
    "a gzip bomb": (
        lambda file: _replaced(
            file, shape=SHAPE, maxshape=(None,) * 4, dtype="f4", chunks=(99, 99, 99, 99), compression="gzip"
        ),
        "bytes for a piece",
    ),
    "whole numbers": (lambda file: _replaced(file, data=np.zeros(SHAPE, int)), "floating-point numbers"),
    "not a number": (
        lambda file: file[KERNEL].write_direct(np.full(SHAPE, np.nan, np.float32)),
        "should hold finite numbers for stem_conv1 kernel",
    ),
    "values in a secret file": (
        lambda file: _replaced(file, shape=SHAPE, dtype="f4", external=[("/etc/hostname", 0, 432)]),
        "its values lie in another file",
    ),
    "too many members": (
        lambda file: [file["model_weights"].create_group(f"x{i}") for i in range(3000)],
        "should have at most",
    ),
    "groups within groups": (
        lambda file: file.create_group("/".join("abcdefghijklmnopq")),
        "at most 12 times",
    ),
    "a group within itself": (
        lambda file: file["model_weights"].__setitem__("again", file["model_weights"]),
        "should have at most|two called",
    ),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_harmed_file_is_refused_with_a_sentence(folder: Path, tmp_path: Path, harm: str) -> None:
    change, sentence = HARMS[harm]
    path = tmp_path / "harmed.h5"
    path.write_bytes((folder / "model.h5").read_bytes())
    with h5py.File(path, "r+") as file:
        change(file)
    with pytest.raises(WeightsError, match=sentence):
        read_any(path, SPEC)


@pytest.mark.parametrize("name", [KERNEL, "model_weights/stem_conv1", "model_weights"])
def test_links_are_not_followed(folder: Path, tmp_path: Path, name: str) -> None:
    secret, path = tmp_path / "secret.h5", tmp_path / "linked.h5"
    secret.write_bytes((folder / "model.h5").read_bytes())
    for link in (h5py.ExternalLink(str(secret), f"/{name}"), h5py.SoftLink("/elsewhere")):
        path.write_bytes((folder / "model.h5").read_bytes())
        with h5py.File(path, "r+") as file:
            if isinstance(link, h5py.SoftLink):
                file.move(name, "elsewhere")
            else:
                del file[name]
            file[name] = link
        with pytest.raises(WeightsError, match="holds a link to another place"):
            read_any(path, SPEC)


def test_virtual_data_of_another_file_is_not_read(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "virtual.h5"
    path.write_bytes((folder / "model.h5").read_bytes())
    layout = h5py.VirtualLayout(shape=SHAPE, dtype="f4")
    layout[...] = h5py.VirtualSource(str(folder / "model.h5"), KERNEL, shape=SHAPE)
    with h5py.File(path, "r+") as file:
        del file[KERNEL]
        file.create_virtual_dataset(KERNEL, layout)
    with pytest.raises(WeightsError, match="its values lie in another file"):
        read_any(path, SPEC)


@pytest.mark.parametrize("form", ["model.keras", "model.h5", "model.weights.h5"])
@pytest.mark.parametrize("kept", [0, 3, 500, 30_000])
def test_a_cut_file_is_refused(folder: Path, form: str, kept: int) -> None:
    with pytest.raises(WeightsError):
        read_any((folder / form).read_bytes()[:kept], SPEC)


def zipped(content: bytes, compression: int = zipfile.ZIP_STORED, name: str = MEMBER) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def test_a_zip_bomb_is_refused_before_it_unpacks(folder: Path) -> None:
    bomb = zipped(bytes(60_000_000), zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    with pytest.raises(
        WeightsError, match=r"should need at most .* bytes for model.weights.h5, but it claims 60,000,000"
    ):
        read_any(bomb, SPEC)
    lying = bomb.replace((60_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    with pytest.raises(WeightsError):
        read_any(lying, SPEC)


def test_other_zips_are_refused(folder: Path) -> None:
    weights = (folder / "model.weights.h5").read_bytes()
    for content, sentence in {
        zipped(weights, name="weights.h5"): "should hold one model.weights.h5",
        zipped(weights, zipfile.ZIP_LZMA): "packed in another way",
        zipped(zlib.compress(weights)): "should be an HDF5 file",
        zipped(weights)[:-30]: "is cut off",
    }.items():
        with pytest.raises(WeightsError, match=sentence):
            read_any(content, SPEC)
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(6000):
            archive.writestr(f"{number:0200d}", b"")
    with pytest.raises(WeightsError, match="its table is far longer"):
        read_any(many.getvalue(), SPEC)


def test_other_files_are_refused(tmp_path: Path) -> None:
    for content in (b"", b"no weights", b"PK\x03\x04", pickle.dumps(_Touch(tmp_path / "made"))):
        with pytest.raises(WeightsError):
            read_any(content, SPEC)
    with pytest.raises(WeightsError):
        read_any(tmp_path / "nowhere.h5", SPEC)
    assert not (tmp_path / "made").exists()


def test_weights_go_out_and_in_by_every_name(folder: Path) -> None:
    """Also where the classes differ and the network has a title of its own."""
    other = dataclasses.replace(SPEC, name="other", title="Another")
    found = read_any(folder / "model.keras", other)
    assert found.weights.keys() == weight_shapes(other).keys() == weights_of(keras_model(other)).keys()
