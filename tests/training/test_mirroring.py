"""Asking about a mirror image too: the mean of two answers, the same for either hand, wherever one asks."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from resnet_core.network.catalogue import network
from resnet_core.network.model import keras_model
from resnet_core.network.weights import write_weights
from resnet_core.training.calibration import Calibration, softmax
from resnet_core.training.looking import Network, make_ready
from resnet_core.training.mirroring import logits
from resnet_core.training.predict import forward_pass, predict
from resnet_core.training.pupil import Pupil
from resnet_core.training.recipes import TEACHING
from resnet_core.training.reliance import Reliance
from resnet_core.training.settings import RunSettings
from resnet_core.training.strict import read_as
from tests.constant_network import CLASSES, NAME
from tests.recordings import a_reliance

SETTINGS = RunSettings(network=NAME, width=1.0)
PICTURES = np.random.default_rng(3).integers(0, 256, (5, 64, 64, 3), np.uint8)
MIRRORED = np.ascontiguousarray(PICTURES[:, :, ::-1])


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a network that was never trained, so that left and right are not the same to it."""
    model = keras_model(network(NAME, size=64, classes=CLASSES), seed=2, initializer="he_normal")
    path = tmp_path_factory.mktemp("mirroring") / "weights.h5"
    write_weights(path, model)
    return path


def test_it_is_the_mean_of_both_answers(weights: Path) -> None:
    plain = forward_pass(SETTINGS, str(weights))
    both = forward_pass(SETTINGS, str(weights), mirrored=True)
    assert not np.allclose(plain(PICTURES), plain(MIRRORED), atol=1e-3)
    np.testing.assert_allclose(both(PICTURES), (plain(PICTURES) + plain(MIRRORED)) / 2, atol=1e-5)
    np.testing.assert_allclose(both(PICTURES), both(MIRRORED), atol=1e-5)


def test_the_calibration_of_a_run_says_whether_it_is_asked_twice(weights: Path) -> None:
    for mirrored in (False, True):
        calibration = Calibration(0.8, 0.4, mirrored)
        answer = predict(SETTINGS, str(weights), PICTURES, CLASSES, calibration)
        expected = softmax(forward_pass(SETTINGS, str(weights), mirrored=mirrored)(PICTURES), 0.8)
        np.testing.assert_allclose(answer.probabilities, expected, atol=1e-6)
        assert answer.calibration == calibration


def test_the_camera_makes_ready_what_it_will_ask(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(
        "resnet_core.training.looking.forward_pass", lambda *_, mirrored: asked.append(mirrored)
    )
    for calibration in (None, Calibration(mirrored=True)):
        make_ready(Network(SETTINGS, str(weights), CLASSES, calibration), "")
    assert asked == [False, True]


def test_a_lesson_examines_as_the_run_answers(weights: Path) -> None:
    spec = network(NAME, size=64, classes=CLASSES)
    pupil = Pupil(spec, weights, TEACHING, images=PICTURES, labels=np.arange(5), seed=1, mirrored=True)
    both = forward_pass(SETTINGS, str(weights), mirrored=True)
    np.testing.assert_allclose(pupil.probabilities(PICTURES), softmax(both(PICTURES)), atol=1e-5)


def test_a_single_row_keeps_its_shape() -> None:
    model = keras.Sequential([keras.layers.Input((4, 4, 3)), keras.layers.Flatten(), keras.layers.Dense(6)])
    assert logits(model, np.zeros((1, 4, 4, 3), np.float32), True).shape == (1, 6)


def test_what_was_recorded_before_is_not_mirrored() -> None:
    said = a_reliance().to_dict()
    assert said["calibration"].pop("mirrored") is False
    for name in ("before", "after", "abstentions"):
        said[name] = list(said[name])
    assert read_as(Reliance, said, "card").calibration.mirrored is False
    said["calibration"]["mirrored"] = "yes"
    with pytest.raises(ValueError, match="mirrored should be true or false"):
        read_as(Reliance, said, "card")
    del said["calibration"]["threshold"]
    with pytest.raises(ValueError, match="threshold is missing"):
        read_as(Reliance, said, "card")
