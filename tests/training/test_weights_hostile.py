"""A hostile file of weights is refused with a sentence, and nothing in it ever runs."""

from __future__ import annotations

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

from resnet_core.network.weights import WeightsError
from resnet_core.training.weights_in import MEMBER, read_any
from tests.training.keras_files import KERNEL, SHAPE, SPEC, X, ours


class _Touch:
    """Unpickled, it makes a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("form", ["evil.keras", "evil.h5"])
def test_a_lambda_and_a_pickle_in_the_file_never_run(small: keras.Model, tmp_path: Path, form: str) -> None:
    """The oracle is Keras, told to trust the file: it does run what is in there."""
    proof, pickled = tmp_path / "it_ran", tmp_path / "unpickled"
    code = f"lambda x: (__import__('pathlib').Path({str(proof)!r}).touch(), x)[1]"
    last = keras.layers.Lambda(eval(code), name="evil")(small.output)
    keras.Model(small.input, last).save(tmp_path / form)
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
    np.testing.assert_allclose(ours(SPEC, tmp_path / form, X), small(X), atol=1e-6)
    assert not proof.exists()
    assert not pickled.exists()


def _replaced(file: h5py.File, **dataset: object) -> None:
    del file[KERNEL]
    file.create_dataset(KERNEL, **dataset)


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
def test_a_harmed_file_is_refused_with_a_sentence(forms: Path, tmp_path: Path, harm: str) -> None:
    change, sentence = HARMS[harm]
    path = tmp_path / "harmed.h5"
    path.write_bytes((forms / "model.h5").read_bytes())
    with h5py.File(path, "r+") as file:
        change(file)
    with pytest.raises(WeightsError, match=sentence):
        read_any(path, SPEC)


@pytest.mark.parametrize("name", [KERNEL, "model_weights/stem_conv1", "model_weights"])
def test_links_are_not_followed(forms: Path, tmp_path: Path, name: str) -> None:
    secret, path = tmp_path / "secret.h5", tmp_path / "linked.h5"
    secret.write_bytes((forms / "model.h5").read_bytes())
    for link in (h5py.ExternalLink(str(secret), f"/{name}"), h5py.SoftLink("/elsewhere")):
        path.write_bytes((forms / "model.h5").read_bytes())
        with h5py.File(path, "r+") as file:
            if isinstance(link, h5py.SoftLink):
                file.move(name, "elsewhere")
            else:
                del file[name]
            file[name] = link
        with pytest.raises(WeightsError, match="holds a link to another place"):
            read_any(path, SPEC)


def test_virtual_data_of_another_file_is_not_read(forms: Path, tmp_path: Path) -> None:
    path = tmp_path / "virtual.h5"
    path.write_bytes((forms / "model.h5").read_bytes())
    layout = h5py.VirtualLayout(shape=SHAPE, dtype="f4")
    layout[...] = h5py.VirtualSource(str(forms / "model.h5"), KERNEL, shape=SHAPE)
    with h5py.File(path, "r+") as file:
        del file[KERNEL]
        file.create_virtual_dataset(KERNEL, layout)
    with pytest.raises(WeightsError, match="its values lie in another file"):
        read_any(path, SPEC)


@pytest.mark.parametrize("form", ["model.keras", "model.h5", "model.weights.h5"])
@pytest.mark.parametrize("kept", [0, 3, 500, 30_000])
def test_a_cut_file_is_refused(forms: Path, form: str, kept: int) -> None:
    with pytest.raises(WeightsError):
        read_any((forms / form).read_bytes()[:kept], SPEC)


def zipped(content: bytes, compression: int = zipfile.ZIP_STORED, name: str = MEMBER) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def test_a_zip_bomb_is_refused_before_it_unpacks(forms: Path) -> None:
    bomb = zipped(bytes(60_000_000), zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    with pytest.raises(
        WeightsError, match=r"should need at most .* bytes for model.weights.h5, but it claims 60,000,000"
    ):
        read_any(bomb, SPEC)
    lying = bomb.replace((60_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    with pytest.raises(WeightsError):
        read_any(lying, SPEC)


def test_other_zips_are_refused(forms: Path) -> None:
    weights = (forms / "model.weights.h5").read_bytes()
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
