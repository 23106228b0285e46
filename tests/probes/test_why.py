"""What a run's answer hangs on, at its checkpoints: the same as from the network built anew."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from resnet_core.network.model import keras_model
from resnet_core.network.weights import write_weights
from resnet_core.probes.differentiated import Differentiated
from resnet_core.probes.explaining import Covering, Smoothing, places
from resnet_core.probes.explanations import look
from resnet_core.probes.opened import Which
from resnet_core.probes.why import film, map_film, why, why_covered, why_smoothed
from resnet_core.training.settings import RunSettings

SETTINGS = RunSettings(network="cifar_resnet8", width=0.25, seed=3)
PICTURE = np.random.default_rng(2).integers(0, 256, (64, 64, 3)).astype(np.uint8)


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> list[Which]:
    """Before training, and two made-up checkpoints."""
    folder, spec = tmp_path_factory.mktemp("checkpoints"), SETTINGS.trained_spec()
    for seed in (10, 11):
        write_weights(folder / f"weights-0000{seed}.h5", keras_model(spec, seed=seed, logits=True))
    paths = ["", *(str(folder / f"weights-0000{seed}.h5") for seed in (10, 11))]
    return [Which(SETTINGS, path) for path in paths]


def test_each_checkpoint_is_looked_at_with_its_own_weights(steps: list[Which]) -> None:
    """Whichever was looked at before; before training the weights are those drawn by the seed of the run."""
    where = places(SETTINGS.trained_spec())
    for which, seed in [*zip(steps, (3, 10, 11), strict=True), (steps[0], 3)]:
        found = why(which, PICTURE, 2)
        model = keras_model(SETTINGS.trained_spec(), seed=seed, logits=True)
        network = Differentiated(model, [place.layer for place in where])
        expected = look(network, where, PICTURE / np.float32(255), 2)
        np.testing.assert_allclose(found.scores, expected.scores, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(found.gradient, expected.gradient, rtol=1e-3, atol=1e-5)
        for one, other in zip(found.cams, expected.cams, strict=True):
            np.testing.assert_allclose(one.map, other.map, rtol=1e-3, atol=1e-5)


def test_a_film_is_one_look_after_the_other(steps: list[Which]) -> None:
    for frame, which in zip(film(steps, PICTURE, 4), steps, strict=True):
        alone = why(which, PICTURE, 4)
        np.testing.assert_allclose(frame.scores, alone.scores, rtol=1e-5)
        np.testing.assert_allclose(frame.cams[-1].map, alone.cams[-1].map, rtol=1e-4, atol=1e-6)
        assert frame.label == 4


def test_a_film_of_one_map_is_that_map_at_each_checkpoint(steps: list[Which]) -> None:
    layer = places(SETTINGS.trained_spec())[1].layer
    for (scores, values), seed in zip(map_film(steps, PICTURE, layer, 3), (3, 10, 11), strict=True):
        model = keras_model(SETTINGS.trained_spec(), seed=seed, logits=True)
        both = keras.Model(model.input, [model.get_layer(layer).output, model.output])
        maps, expected = both(PICTURE[None] / np.float32(255), training=False)
        np.testing.assert_allclose(values, np.asarray(maps)[0, :, :, 3], rtol=1e-3, atol=1e-5)
        np.testing.assert_allclose(scores, np.asarray(expected)[0], rtol=1e-3, atol=1e-5)
    with pytest.raises(ValueError, match="channels 0 to"):
        map_film(steps, PICTURE, layer, 999)


def test_noise_and_squares_ask_the_same_network(steps: list[Which]) -> None:
    plain = why(steps[1], PICTURE)
    covered = why_covered(steps[1], PICTURE, Covering(32, 32))
    np.testing.assert_allclose(covered.plain, plain.scores, rtol=1e-4, atol=1e-5)
    quiet = why_smoothed(steps[1], PICTURE, plain.label, Smoothing(2, 0.0))
    np.testing.assert_allclose(quiet.gradient, plain.gradient, rtol=1e-3, atol=1e-5)


def test_a_picture_of_another_size_is_refused(steps: list[Which]) -> None:
    with pytest.raises(ValueError, match="64×64×3, but 32×32×3 came"):
        why(steps[0], PICTURE[:32, :32])
