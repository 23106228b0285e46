"""A run that begins with a file of weights: which are taken, which learn, and how fast."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import keras
import numpy as np
import pytest
from click.testing import CliRunner

from resnet_core import places
from resnet_core.commands.main import main
from resnet_core.network.catalogue import network
from resnet_core.network.imagenet import MEANS, PREPARES, prepared, with_imagenet_pixels
from resnet_core.network.model import keras_model
from resnet_core.network.weights import WeightsError, read_weights, set_weights, weights_of, write_weights
from resnet_core.training import weights_files
from resnet_core.training.beginning import Beginning, beginning_of, fit
from resnet_core.training.loop import described, train
from resnet_core.training.predict import newest_weights, predict
from resnet_core.training.recipes import NOTEBOOK
from resnet_core.training.records import DONE, FAILED, STOPPED
from resnet_core.training.settings import RunSettings, SettingsError
from resnet_core.training.store import RunStore
from resnet_core.training.trainer import Trainer
from tests.hands_factory import write_signs
from tests.training.keras_files import shuffled

SETTINGS = RunSettings(network="cifar_resnet8", width=0.25, epochs=1, batch_size=32, recipe="ours")
SPEC = SETTINGS.spec()
PICTURES = np.random.default_rng(4).integers(0, 256, (8, 64, 64, 3), dtype=np.uint8)
LABELS = np.arange(8) % 6
IMAGENET = ("resnet18", 0.05)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own with made-up photographs."""
    monkeypatch.setenv("RESNET_DATA_DIR", str(write_signs(tmp_path / "data")))
    monkeypatch.setenv("RESNET_RUNS_DIR", str(tmp_path / "runs"))
    return tmp_path


@pytest.fixture(scope="module")
def trained() -> keras.Model:
    """Stands for a network that somebody has trained on ten classes of something else."""
    return shuffled(keras_model(network("cifar_resnet8", classes=10, width=0.25)))


def given(model: keras.Model, folder: Path) -> weights_files.WeightsFile:
    model.save(folder / "ten.h5")
    return weights_files.keep((folder / "ten.h5").read_bytes(), "ten.h5")


def test_a_file_is_kept_by_its_digest_and_a_changed_one_is_refused(folder: Path) -> None:
    for content in (b"", b"anything", b"GIF89a"):
        with pytest.raises(WeightsError, match=r"should be a .keras or .h5 of Keras, but a"):
            weights_files.keep(content, "x.h5")
    zipped = b"PK\x03\x04any"
    file = weights_files.keep(zipped, "../a name.h5")
    assert weights_files.kept() == (file,)
    assert (file.name, file.size, weights_files.called(file.digest)) == ("a name.h5", 7, file.title)
    assert weights_files.content_of(file.digest) == zipped
    file.path.write_bytes(b"something else")
    with pytest.raises(WeightsError, match="has been changed"):
        weights_files.content_of(file.digest)
    weights_files.forget(file.digest)
    assert list(places.weights_folder().iterdir()) == []
    with pytest.raises(WeightsError, match="but they are not there"):
        weights_files.content_of(file.digest)
    assert weights_files.kept() == ()
    with pytest.raises(WeightsError):
        weights_files.content_of("../" * 20)


def test_the_head_is_drawn_anew_where_the_classes_differ(folder: Path, trained: keras.Model) -> None:
    settings = dataclasses.replace(SETTINGS, weights=given(trained, folder).digest, frozen_stages=2)
    found = fit(settings, 6)
    assert (found.replaced, found.title) == (("head_dense1",), "this app")
    beginning = beginning_of(settings, SPEC)
    assert beginning is not None
    one = Trainer(SPEC, settings.recipe_used, PICTURES, LABELS, 1, beginning=beginning)
    theirs = weights_of(trained)
    for name, value in weights_of(one.model).items():
        assert (name.startswith("head_dense1/")) == (not np.array_equal(value, theirs.get(name, np.nan))), (
            name
        )
    frozen = {layer.name for layer in one.model.layers if layer.weights and not layer.trainable}
    assert {name.split("_")[0] for name in frozen} == {"stem", "conv2"}


def test_frozen_layers_stay_to_the_last_bit_batch_norm_too(folder: Path, trained: keras.Model) -> None:
    settings = dataclasses.replace(SETTINGS, weights=given(trained, folder).digest, frozen_stages=3)
    recipe = dataclasses.replace(settings.recipe_used, views=None)
    one = Trainer(SPEC, recipe, PICTURES, LABELS, 1, beginning=beginning_of(settings, SPEC))
    before = weights_of(one.model)
    first = np.asarray(one.model.get_layer("conv3_block1_add").output.shape)
    assert first.size
    for step in range(2):
        one.step(np.arange(8), step, 1e-2)
    for name, value in weights_of(one.model).items():
        stays = name.startswith(("stem", "conv2", "conv3"))
        assert np.array_equal(value, before[name]) == stays, name
    # In training mode the frozen part answers as at the end, with its moving averages; the rest does not.
    x = PICTURES.astype(np.float32) / 255
    below = keras.Model(one.model.input, one.model.get_layer("conv3_block1_add").output)
    np.testing.assert_array_equal(below(x, training=True), below(x, training=False))
    assert not np.allclose(one.model(x, training=True), one.model(x, training=False))


def test_below_the_head_a_step_is_that_of_a_lower_learning_rate(trained: keras.Model) -> None:
    """Against Keras' Adam with the lower rate, from the same weights, through several steps."""
    recipe = dataclasses.replace(NOTEBOOK, views=None)
    spec = network("cifar_resnet8", classes=10, width=0.25)

    def steps(rate: float, beginning: Beginning | None) -> dict[str, np.ndarray]:
        one = Trainer(spec, recipe, PICTURES, LABELS, 1, beginning=beginning)
        set_weights(one.model, weights_of(trained))
        one.step(np.arange(8), 0, rate)
        return weights_of(one.model)

    slow, low, full = (
        steps(1e-2, Beginning({}, rate_below_head=0.1, head="head_dense1")),
        steps(1e-3, None),
        steps(1e-2, None),
    )
    for name, value in slow.items():
        expected = full if name.startswith("head") else low
        np.testing.assert_allclose(value, expected[name], atol=2e-7, err_msg=name)
    assert not np.allclose(low["stem_conv1/kernel"], full["stem_conv1/kernel"], atol=1e-4)


@pytest.fixture(scope="module")
def application() -> keras.Model:
    """A network of the layout of keras.applications, small, with random weights as if of ImageNet."""
    return shuffled(keras_model(network(IMAGENET[0], classes=6, width=IMAGENET[1])))


def test_pixels_are_prepared_as_keras_prepares_them(application: keras.Model) -> None:
    spec = network(IMAGENET[0], classes=6, width=IMAGENET[1])
    ours = keras_model(with_imagenet_pixels(spec))
    weights = {
        name: value * (1e-2 if name == "stem_conv1/kernel" else 1)
        for name, value in weights_of(application).items()
    }
    set_weights(application, weights)
    set_weights(ours, prepared(weights, spec))
    theirs = application(keras.applications.resnet.preprocess_input(PICTURES.astype(np.float32)))
    np.testing.assert_allclose(ours(PICTURES.astype(np.float32) / 255), theirs, atol=1e-5)
    assert np.isclose(
        np.asarray(ours.get_layer(PREPARES)(np.zeros((1, 1, 1, 3)))), [-mean for mean in MEANS]
    ).all()


def test_a_run_learns_from_a_file_and_its_answers_are_those_of_its_checkpoint(
    folder: Path, application: keras.Model
) -> None:
    write_weights(folder / "imagenet.h5", application)
    file = weights_files.keep((folder / "imagenet.h5").read_bytes(), "imagenet.h5")
    settings = dataclasses.replace(
        SETTINGS,
        network=IMAGENET[0],
        width=IMAGENET[1],
        weights=file.digest,
        frozen_stages=2,
        rate_below_head=0.1,
        imagenet_pixels=True,
    )
    store = RunStore()
    run_id = store.create(settings)
    assert f"begun with {file.digest[:8]}" in store.run(run_id).title
    train(run_id, store.folder)
    run = store.run(run_id)
    assert (run.status, run.reason) == (DONE, "")
    from resnet_core.training.data import load_data

    data = load_data("signs")
    kept = read_weights(newest_weights(store, run_id), described(settings, data))
    np.testing.assert_array_equal(kept[f"{PREPARES}/beta"], -np.array(MEANS, np.float32))
    np.testing.assert_array_equal(
        kept["stem_conv1/kernel"], weights_of(application)["stem_conv1/kernel"][:, :, ::-1]
    )
    answers = predict(settings, str(newest_weights(store, run_id)), data.test_x).probabilities.argmax(1)
    assert run.evaluation is not None
    assert int((answers == data.test_y).sum()) == run.evaluation.all.correct


def test_a_run_goes_on_without_the_file_and_begins_not_without_it(folder: Path, trained: keras.Model) -> None:
    file = given(trained, folder)
    settings = dataclasses.replace(SETTINGS, epochs=2, weights=file.digest, frozen_stages=2)
    store = RunStore()
    run_id = store.create(settings)
    train(run_id, store.folder, lambda line: store.request_stop(run_id))
    assert store.run(run_id).status == STOPPED
    file.path.unlink()
    store.requeue(run_id)
    train(run_id, store.folder)
    assert (store.run(run_id).status, store.run(run_id).reason) == (DONE, "")
    kept = read_weights(newest_weights(store, run_id), SPEC)
    np.testing.assert_array_equal(
        kept["conv2_block1_branch_conv1/kernel"], weights_of(trained)["conv2_block1_branch_conv1/kernel"]
    )
    other = store.create(settings)
    train(other, store.folder)
    assert store.run(other).status == FAILED
    assert "but they are not there" in store.run(other).reason


def test_settings_that_make_no_sense_are_refused(folder: Path, trained: keras.Model) -> None:
    for wrong in (
        {"weights": "abc"},
        {"frozen_stages": 1},
        {"rate_below_head": 0.5},
        {"imagenet_pixels": True},
    ):
        with pytest.raises(SettingsError):
            dataclasses.replace(SETTINGS, **wrong)
    digest = given(trained, folder).digest
    with pytest.raises(SettingsError, match="frozen_stages must be at most 4"):
        fit(dataclasses.replace(SETTINGS, weights=digest, frozen_stages=5), 6)
    with pytest.raises(WeightsError, match="is missing"):
        fit(dataclasses.replace(SETTINGS, network="cifar_resnet14", weights=digest), 6)


def test_the_command_trains_from_a_file(folder: Path, trained: keras.Model) -> None:
    trained.save(folder / "ten.keras")
    arguments = [
        "train", "--network", "cifar_resnet8", "--width", "0.25", "--data", "signs", "--epochs", "1",
        "--weights", str(folder / "ten.keras"), "--freeze", "3", "--lower", "0.1", "--json",
    ]  # fmt: skip
    said = CliRunner().invoke(main, arguments)
    assert said.exit_code == 0, said.output
    settings = json.loads(said.stdout)["settings"]
    assert (settings["frozen_stages"], settings["rate_below_head"]) == (3, 0.1)
    assert "drawn anew: head_dense1" in said.stderr
