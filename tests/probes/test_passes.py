"""What leaves every layer, and what is told of it, against Keras and against arithmetic by hand."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from resnet_core.network.catalogue import network
from resnet_core.network.graph import INPUT, walk
from resnet_core.network.model import keras_model
from resnet_core.network.spec import NetworkSpec
from resnet_core.network.weights import weights_of, write_weights
from resnet_core.probes import opened as opening
from resnet_core.probes import passes
from resnet_core.probes.inside import place_of, seen, stations
from resnet_core.probes.opened import Which, forget_networks, open_spec, opened
from resnet_core.probes.passes import forget_passes, made_in, maps_of, pass_through, passed, strengths
from resnet_core.training.settings import RunSettings
from resnet_core.training.trainer import Trainer
from tests.probes.blocks import PICTURE

SETTINGS = RunSettings("cifar_resnet8", 0.5, epochs=1, seed=5)


@pytest.fixture(scope="module")
def which(tmp_path_factory: pytest.TempPathFactory) -> Which:
    """A small network with weights of its own in a file."""
    path = tmp_path_factory.mktemp("weights") / "weights-000007.h5"
    model = keras_model(SETTINGS.spec(), seed=11, logits=True)
    rng = np.random.default_rng(0)
    for weight in (one for one in model.weights if one.name != "kernel"):  # as if it had seen something
        weight.assign(weight.numpy() + rng.uniform(0.0, 0.2, weight.shape))
    write_weights(path, model)
    return Which(SETTINGS, str(path))


def by_keras(which: Which) -> dict[str, np.ndarray]:
    """The same by a model of its own for each layer, called by Keras as it is."""
    from resnet_core.network.weights import read_weights, set_weights

    model = keras_model(which.spec, logits=True)
    set_weights(model, read_weights(which.weights, which.spec))
    given = PICTURE[None] / np.float32(255)
    return {
        node.name: np.asarray(keras.Model(model.input, model.get_layer(node.name).output)(given))[0]
        for node in walk(which.spec)
    }


def test_what_leaves_every_layer_is_what_keras_computes(which: Which) -> None:
    found = passed(which, PICTURE)
    expected = by_keras(which)
    assert found.maps.keys() == {INPUT, *expected}
    for name, values in expected.items():
        np.testing.assert_allclose(found.maps[name], values, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found.logits, expected[walk(which.spec)[-1].name], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found.maps[INPUT], PICTURE / 255, atol=1e-6)


def test_before_training_it_has_the_weights_with_which_its_run_begins() -> None:
    pictures = np.zeros((2, 64, 64, 3), np.uint8)
    trainer = Trainer(SETTINGS.trained_spec(), SETTINGS.recipe_used, pictures, np.arange(2), SETTINGS.seed)
    found, expected = opened(Which(SETTINGS, "")).weights, weights_of(trainer.model)
    assert found.keys() == expected.keys()
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values, name)
    assert any(name.endswith("gamma") and not values.any() for name, values in found.items())


def test_one_picture_goes_through_once_and_what_is_kept_is_bounded(
    which: Which, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_passes()
    first = passed(which, PICTURE)
    assert passed(which, PICTURE) is first
    maps_of(which, PICTURE, "stem_conv1")
    assert len(passes._kept.passes) == 1
    monkeypatch.setattr(passes._kept, "most", 2 * first.bytes)
    for shade in range(5):
        passed(which, np.full_like(PICTURE, shade))
    assert sum(one.bytes for one in passes._kept.passes.values()) <= 2 * first.bytes
    assert passed(which, PICTURE) is not first


def test_epochs_share_one_model_and_each_has_its_own_weights(which: Which) -> None:
    forget_networks()
    trained, before = opened(which), opened(Which(SETTINGS, ""))
    assert trained.model is before.model
    fresh = weights_of(keras_model(SETTINGS.trained_spec(), seed=5, initializer="he_normal"))
    for name, values in weights_of(before.model).items():
        np.testing.assert_array_equal(values, fresh[name])
    again = opened(which)
    for name, values in weights_of(again.model).items():
        np.testing.assert_allclose(values, again.weights[name])
    assert np.abs(passed(which, PICTURE).logits - passed(Which(SETTINGS, ""), PICTURE).logits).max() > 1e-3


def test_a_file_that_is_written_anew_is_read_anew(which: Which, tmp_path: Path) -> None:
    path = tmp_path / "weights-000001.h5"
    logits = []
    for seed in (1, 2):
        write_weights(path, keras_model(SETTINGS.spec(), seed=seed, logits=True))
        logits.append(passed(Which(SETTINGS, str(path)), PICTURE).logits)
    assert np.abs(logits[0] - logits[1]).max() > 1e-3


def test_networks_in_memory_are_few_and_can_be_forgotten(which: Which) -> None:
    for width in (0.1, 0.2, 0.3, 0.4):
        open_spec(network("cifar_resnet8", size=16, width=width))
    assert len(opening._held) == opening.KEPT
    assert len(opening._weights) <= opening.KEPT_WEIGHTS
    forget_networks()
    assert not opening._held
    assert not opening._weights


def test_gradient_times_activation_of_the_last_layers_is_weight_times_value(which: Which) -> None:
    """The score is W g + b, g the means of the maps: the gradient by g is a column of W."""
    found = strengths(which, PICTURE, 3)
    pooled = next(node for node in walk(which.spec) if node.part == "head")
    kernel = opened(which).weights[f"{walk(which.spec)[-1].name}/kernel"]
    values = passed(which, PICTURE).maps
    by_hand = kernel[:, 3] * values[pooled.name].reshape(-1)
    np.testing.assert_allclose(found[pooled.name], by_hand, rtol=1e-4, atol=1e-6)
    # Each mean is spread evenly over its map, so the sum over the map is the same.
    np.testing.assert_allclose(found[pooled.inputs[0]], by_hand, rtol=1e-3, atol=1e-5)
    with pytest.raises(ValueError, match="class should be below 6"):
        strengths(which, PICTURE, 6)


def test_every_number_of_a_map_can_be_made_again(which: Which) -> None:
    rng = np.random.default_rng(1)
    for node in walk(which.spec):
        maps = maps_of(which, PICTURE, node.name)
        at = tuple(int(rng.integers(size)) for size in maps.shape)
        found = made_in(which, PICTURE, node.name, at)  # type: ignore[arg-type]
        assert found.value == pytest.approx(float(maps[at]), rel=1e-3, abs=1e-4), node.name


def test_layers_that_are_not_there_are_refused_in_a_sentence(which: Which) -> None:
    for ask in (maps_of, lambda *args: made_in(*args, (0, 0, 0))):
        with pytest.raises(ValueError, match="has no layer called 'conv9_block1_add'"):
            ask(which, PICTURE, "conv9_block1_add")  # type: ignore[operator]
    with pytest.raises(ValueError, match="has no block 7"):
        stations(which, PICTURE, "conv2", 7)


def test_what_a_page_is_told_is_what_was_computed(which: Which) -> None:
    found, maps = seen(which, PICTURE), passed(which, PICTURE).maps
    logits = passed(which, PICTURE).logits.astype(np.float64)
    np.testing.assert_allclose(found.probabilities, np.exp(logits) / np.exp(logits).sum(), rtol=1e-6)
    assert found.label == int(logits.argmax())
    for name, (low, high) in found.ends.items():
        assert (low, high) == (maps[name].min(), maps[name].max())


def test_a_block_is_told_in_its_order_with_channels_that_add_up(which: Which) -> None:
    rows = stations(which, PICTURE, "conv3", 1)
    nodes = [node for node in walk(which.spec) if (node.stage, node.block) == ("conv3", 1)]
    assert [one.name for one in rows[1:]] == [node.name for node in nodes]
    assert (rows[0].name, rows[0].part) == (nodes[0].inputs[0], "x")
    maps = passed(which, PICTURE).maps
    for one in rows:
        np.testing.assert_array_equal(one.maps, maps[one.name][:, :, list(one.channels)])
        assert one.spread == pytest.approx(float(maps[one.name].astype(np.float64).std()))
    addition = next(one for one in rows if one.part == "add")
    branch, shortcut = (next(each for each in rows if each.name == name) for name in addition.node.inputs)  # type: ignore[union-attr]
    assert branch.channels == shortcut.channels == addition.channels
    np.testing.assert_allclose(branch.maps + shortcut.maps, addition.maps, atol=1e-5)


def test_places_in_a_network(which: Which) -> None:
    assert place_of(which.spec, "conv3_block1_add") == ("conv3", 1)
    assert place_of(which.spec, "stem_conv1") is None


def test_a_block_of_ones_own_and_a_network_for_imagenet_are_looked_into_alike() -> None:
    """Nothing knows ResNet-50: the same functions, by the names of the description."""
    imagenet = network("resnet50", size=224, classes=1000, width=0.05)
    own = RunSettings("own", 0.5, block="8x8x8~3x3-8_bn_relu_3x3-8_bn~id~relu", plan="1-1~1-2~1-2")
    for spec in (imagenet, own.spec()):
        picture = np.random.default_rng(0).integers(0, 256, spec.input_shape, np.uint8)
        found = pass_through(open_spec(spec), picture)
        assert found.maps.keys() == {INPUT, *(node.name for node in walk(spec))}
        assert found.logits.shape == (_classes(spec),)


def _classes(spec: NetworkSpec) -> int:
    return spec.head[-1].units  # type: ignore[union-attr]
