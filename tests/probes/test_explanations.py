"""Maps of what a score hangs on, against what is worked out by hand, brute force and another library."""

from __future__ import annotations

from itertools import pairwise

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet_core.network.blocktext import read
from resnet_core.network.catalogue import network
from resnet_core.network.graph import walk
from resnet_core.network.model import connect, keras_layer, keras_model, without_softmax
from resnet_core.network.spec import Activation, Conv, Dense, GlobalAveragePool, NetworkSpec, Shape
from resnet_core.network.stacking import StagePlan, stack
from resnet_core.network.weights import weights_of
from resnet_core.probes.differentiated import Differentiated
from resnet_core.probes.explaining import (
    FILLS,
    HEAD,
    Covered,
    Covering,
    Smoothing,
    places,
    strongest_colour,
)
from resnet_core.probes.explanations import cover, look, noisy, smooth
from resnet_core.probes.passing import Layers

PICTURE = np.random.default_rng(5).random((16, 16, 3))
SMALL = network("cifar_resnet8", size=16, classes=6, width=0.25)


def asked(spec: NetworkSpec, model: keras.Model) -> Differentiated:
    return Differentiated(model, [place.layer for place in places(spec)])


def in_64_bits(spec: NetworkSpec) -> keras.Model:
    """The network in 64-bit floats, so that finite differences are exact to many digits."""
    start = keras.Input(spec.input_shape, dtype="float64", name="input")
    kernel = keras.initializers.HeNormal

    def make(node, channels):  # type: ignore[no-untyped-def]
        return keras_layer(node.layer, channels, kernel(seed=len(node.name)), node.name, 0, dtype="float64")

    return keras.Model(start, connect(without_softmax(walk(spec)), start, make))


@pytest.fixture(scope="module")
def small() -> Differentiated:
    return asked(SMALL, keras_model(SMALL, seed=3, logits=True))


@pytest.fixture(scope="module")
def small_64() -> Differentiated:
    return asked(SMALL, in_64_bits(SMALL))


def test_grad_cam_of_a_network_that_is_worked_out_by_hand() -> None:
    """A 1x1 convolution with ReLU, the mean of each map, and a dense layer: y = w . mean(A) + b."""
    head = (GlobalAveragePool(), Dense(2, activation="softmax"))
    spec = NetworkSpec("hand", "By hand", (2, 2, 3), (Conv(2, 1), Activation("relu")), (), head)
    model = keras_model(spec, logits=True)
    kernel = np.zeros((1, 1, 3, 2), np.float32)
    kernel[0, 0, 0, 0] = 2  # the first map is twice the red
    kernel[0, 0, 1, 1], kernel[0, 0, 2, 1] = 1, -1  # the second is green less blue, where that is positive
    model.get_layer("stem_conv1").set_weights([kernel, np.zeros(2)])
    model.get_layer("head_dense1").set_weights([np.array([[4.0, -1.0], [-8.0, 3.0]]), np.array([0.5, 0.0])])
    picture = np.zeros((2, 2, 3))
    picture[0, 0, 0], picture[0, 1, 0] = 1.0, 0.5
    picture[1, 0, 1], picture[1, 1, 2] = 1.0, 1.0
    (where,) = places(spec)
    assert (where.name, where.layer, where.shape) == (HEAD, "stem_relu1", (2, 2, 2))
    first = look(asked(spec, model), [where], picture, 0)
    # A1 = [[2, 1], [0, 0]] and A2 = [[0, 0], [1, 0]]; y0 = 4 * 3/4 - 8 * 1/4 + 0.5 and y1 = -3/4 + 3/4
    np.testing.assert_allclose(first.scores, [1.5, 0.0])
    np.testing.assert_allclose(first.cams[0].weights, [1.0, -2.0])
    np.testing.assert_allclose(first.cams[0].weighted, [[2, 1], [-2, 0]])
    np.testing.assert_allclose(first.cams[0].map, [[2, 1], [0, 0]])
    assert (first.label, first.answer) == (0, 0)
    second = look(asked(spec, model), [where], picture, 1)
    np.testing.assert_allclose(second.cams[0].map, [[0, 0], [0.75, 0]])
    # dy0/d(red) = 4/4 * 2 where the ReLU is open, and 0 where it is shut
    np.testing.assert_allclose(first.gradient[0, 0], [2, 0, 0])
    np.testing.assert_allclose(first.gradient[1, 0], [0, -2, 2])


@pytest.mark.parametrize("label", [0, 5])
def test_before_a_pooling_and_a_dense_layer_grad_cam_is_the_class_activation_map(
    small: Differentiated, label: int
) -> None:
    """Zhou et al. 2016: the maps times the weights of the class, whose mean is the score."""
    cam = look(small, places(SMALL), PICTURE, label).cams[-1]
    maps = keras.Model(small.model.input, small.model.get_layer(cam.place.layer).output)(PICTURE[None])
    kernel, bias = small.model.get_layer("head_dense1").get_weights()
    activation_map = np.asarray(maps, np.float64)[0] @ kernel[:, label].astype(np.float64)
    cells = cam.weighted.size
    np.testing.assert_allclose(cam.weighted * cells, activation_map, rtol=1e-4, atol=1e-5)
    score = small.scores(PICTURE[None])[0, label]
    np.testing.assert_allclose(activation_map.mean() + bias[label], score, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_grad_cam_against_a_small_change_of_every_activation(small_64: Differentiated, number: int) -> None:
    """By central differences, through the layers one by one and not through the graph that is tested."""
    label, step = 2, 1e-6
    cam = look(small_64, places(SMALL), PICTURE, label).cams[number]
    nodes = without_softmax(walk(SMALL))
    after = [node.name for node in nodes].index(cam.place.layer) + 1
    maps = keras.Model(small_64.model.input, small_64.model.get_layer(cam.place.layer).output)(PICTURE[None])
    start = np.asarray(maps, np.float64)
    changes = np.eye(start.size).reshape(-1, *start.shape[1:]) * step
    layers = Layers(weights_of(small_64.model), batch=False)
    up, down = (
        layers.run(nodes[after:], {cam.place.layer: keras.ops.convert_to_tensor(start + sign * changes)})
        for sign in (1, -1)
    )
    differences = (np.asarray(up)[:, label] - np.asarray(down)[:, label]) / (2 * step)
    alpha = differences.reshape(start.shape[1:]).mean((0, 1))
    np.testing.assert_allclose(cam.weights, alpha, rtol=1e-5, atol=1e-8)
    np.testing.assert_allclose(cam.map, np.maximum(0, start[0] @ alpha), rtol=1e-5, atol=1e-8)


def test_the_gradient_against_a_small_change_of_every_value(small_64: Differentiated) -> None:
    label, step = 4, 1e-6
    found = look(small_64, places(SMALL), PICTURE, label).gradient
    changes = np.eye(PICTURE.size).reshape(-1, *PICTURE.shape) * step
    up, down = (small_64.scores(PICTURE + sign * changes)[:, label] for sign in (1, -1))
    np.testing.assert_allclose(found, ((up - down) / (2 * step)).reshape(PICTURE.shape), rtol=1e-5, atol=1e-7)


def test_grad_cam_and_gradient_against_tf_keras_vis(small: Differentiated) -> None:
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.saliency import Saliency
    from tf_keras_vis.utils.scores import CategoricalScore

    picture = PICTURE[None].astype(np.float32)
    found = look(small, places(SMALL), PICTURE, 2)
    how = {"seek_penultimate_conv_layer": False, "expand_cam": False, "normalize_cam": False}
    for cam in found.cams:
        theirs = Gradcam(small.model, clone=False)(
            CategoricalScore(2), picture, penultimate_layer=cam.place.layer, **how
        )
        np.testing.assert_allclose(cam.map, np.asarray(theirs)[0], rtol=1e-4, atol=1e-6)
    saliency = Saliency(small.model, clone=False)(CategoricalScore(2), picture, normalize_map=False)
    np.testing.assert_allclose(
        strongest_colour(found.gradient), np.asarray(saliency)[0], rtol=1e-4, atol=1e-6
    )


def test_smoothgrad_is_the_mean_of_the_gradients_of_its_own_noisy_copies(small: Differentiated) -> None:
    smoothing = Smoothing(samples=19, sigma=0.2, seed=4)
    found = smooth(small, PICTURE, 1, smoothing)
    copies = noisy(PICTURE, smoothing)
    one_by_one = [look(small, places(SMALL), copy, 1).gradient for copy in copies]
    np.testing.assert_allclose(found.gradient, np.mean(one_by_one, axis=0), rtol=1e-4, atol=1e-6)
    spread = 0.2 * (PICTURE.max() - PICTURE.min())
    assert np.std(copies - PICTURE) == pytest.approx(spread, rel=0.05)


def test_smoothgrad_without_noise_is_the_gradient(small: Differentiated) -> None:
    plain = look(small, places(SMALL), PICTURE, 1).gradient
    found = smooth(small, PICTURE, 1, Smoothing(3, 0.0)).gradient
    np.testing.assert_allclose(found, plain, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("fill", FILLS)
def test_occlusion_is_that_of_one_square_after_the_other(small: Differentiated, fill: str) -> None:
    covering = Covering(patch=6, stride=4, fill=fill)
    found = cover(small, PICTURE, covering)
    colour = {"grey": 0.5, "black": 0.0, "white": 1.0, "mean": PICTURE.mean((0, 1))}[fill]
    assert found.rows == found.columns == (0, 4, 8, 10)
    plain = small.model(PICTURE[None], training=False).numpy()[0]
    for i, row in enumerate(found.rows):
        for j, column in enumerate(found.columns):
            covered = PICTURE.copy()
            covered[row : row + 6, column : column + 6] = colour
            scores = small.model(covered[None], training=False).numpy()[0]
            np.testing.assert_allclose(found.scores[i, j], scores, rtol=1e-4, atol=1e-5)
            assert found.drops(3)[i, j] == pytest.approx(plain[3] - scores[3], abs=1e-4)
            shares = [np.exp(one)[3] / np.exp(one).sum() for one in (plain, scores)]
            assert found.probability_drops(3)[i, j] == pytest.approx(shares[0] - shares[1], abs=1e-4)
            assert found.answers()[i, j] == scores.argmax()


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 5), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_a_pixel_has_the_mean_of_the_squares_that_cover_it(
    height: int, width: int, patch: int, stride: int, seed: int
) -> None:
    covering = Covering(min(patch, height, width), stride)
    rows, columns = covering.starts(height), covering.starts(width)
    assert rows[0] == 0
    assert rows[-1] + covering.patch == height
    assert all(0 < after - before <= stride for before, after in pairwise(rows))
    scores = np.random.default_rng(seed).normal(size=(len(rows), len(columns), 2))
    found = Covered(covering, rows, columns, (height, width), np.zeros(2), scores, 0.0)
    for row in range(height):
        for column in range(width):
            drops = [
                -scores[i, j, 1]
                for i, top in enumerate(rows)
                for j, left in enumerate(columns)
                if top <= row < top + covering.patch and left <= column < left + covering.patch
            ]
            assert found.map(1)[row, column] == pytest.approx(np.mean(drops) if drops else 0.0, abs=1e-12)


OWN = stack(
    *read("8x8x4 | 3x3,4 bn relu 3x3,4 bn | id | relu"), StagePlan((2, 1), (1.0, 2.0), (1, 2), "small")
)


@pytest.mark.parametrize(
    ("spec", "names", "sides"),
    [
        (network("resnet50", size=64), ["conv2", "conv3", "conv4", "conv5"], [16, 8, 4, 2]),
        (network("resnet50", size=224, classes=1000), ["conv2", "conv3", "conv4", "conv5"], [56, 28, 14, 7]),
        (network("notebook_resnet50", size=64), ["conv2", "conv3", "conv4", "conv5"], [15, 8, 4, 2]),
        (network("cifar_plain20", size=32), ["conv2", "conv3", "conv4"], [32, 16, 8]),
        (network("cifar_preact_resnet20", size=32), ["conv2", "conv3", "conv4", HEAD], [32, 16, 8, 8]),
        (OWN, ["conv2", "conv3"], [64, 32]),
    ],
    ids=lambda value: value.name if isinstance(value, NetworkSpec) else None,
)
def test_every_stage_has_a_place_and_the_last_maps_too(
    spec: NetworkSpec, names: list[str], sides: list[int]
) -> None:
    found = places(spec)
    assert [place.name for place in found] == names
    assert [place.shape[0] for place in found] == sides


@pytest.mark.parametrize(
    "spec",
    [
        network("cifar_preact_resnet8", size=16, width=0.25),
        network("resnet18", size=224, classes=10, width=0.05),
        OWN,
    ],
    ids=lambda spec: spec.name,
)
def test_other_networks_and_sizes_work_the_same_way(spec: NetworkSpec) -> None:
    shape: Shape = spec.input_shape
    picture = np.random.default_rng(1).random(shape)
    found = look(asked(spec, keras_model(spec, seed=1, logits=True)), places(spec), picture)
    assert found.label == found.answer == found.scores.argmax()
    assert [cam.map.shape for cam in found.cams] == [place.shape[:2] for place in places(spec)]
    assert all((cam.map >= 0).all() for cam in found.cams)
    assert found.gradient.shape == shape


@settings(max_examples=5)
@given(st.integers(-30, 30).filter(lambda label: not -1 <= label < 6))
def test_a_class_that_is_none_is_refused(small: Differentiated, label: int) -> None:
    with pytest.raises(ValueError, match="from 0 to 5"):
        look(small, places(SMALL), PICTURE, label)


def test_what_cannot_be_covered_is_refused(small: Differentiated) -> None:
    with pytest.raises(ValueError, match="at most 16 pixels"):
        cover(small, PICTURE, Covering(patch=17))
    with pytest.raises(ValueError, match="larger stride"):
        cover(small, np.zeros((64, 64, 3)), Covering(patch=1, stride=1))
