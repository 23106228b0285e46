"""The course notebook's functions: its signatures, its layers in its order, its numbers."""

from __future__ import annotations

import inspect
from typing import Any

import keras
import numpy as np
import pytest

from resnet_core.network import notebook
from resnet_core.network.notebook import convolutional_block, identity_block

Row = tuple[Any, ...]
NORM, RELU, ADD = ("BatchNormalization", 0.99, 1e-3), ("Activation", "relu"), ("Add",)


def conv(filters: int, kernel: int, stride: int = 1, padding: str = "valid") -> Row:
    return ("Conv2D", filters, (kernel, kernel), (stride, stride), padding, True)


def branch(f: int, filters: list[int], stride: int = 1) -> list[Row]:
    first, middle, last = filters
    return [
        *(conv(first, 1, stride), NORM, RELU),
        *(conv(middle, f, 1, "same"), NORM, RELU),
        *(conv(last, 1), NORM),
    ]


def identity(f: int, filters: list[int]) -> list[Row]:
    return [*branch(f, filters), ADD, RELU]


def convolutional(f: int, filters: list[int], s: int) -> list[Row]:
    return [*branch(f, filters, s), conv(filters[2], 1, s), NORM, ADD, RELU]


def rows(model: keras.Model) -> list[Row]:
    """Class and main arguments of each layer, in the order in which the layers were made."""
    found: list[Row] = []
    for operation in sorted(model.layers, key=_made):
        config, kind = operation.get_config(), type(operation).__name__
        wanted = {
            "Conv2D": ("filters", "kernel_size", "strides", "padding", "use_bias"),
            "BatchNormalization": ("momentum", "epsilon"),
            "Activation": ("activation",),
            "ZeroPadding2D": ("padding",),
            "MaxPooling2D": ("pool_size", "strides", "padding"),
            "AveragePooling2D": ("pool_size", "strides", "padding"),
            "Dense": ("units", "activation"),
        }.get(kind, ())
        found.append((kind, *(config[key] for key in wanted)))
    return found[1:]


_MADE: dict[int, int] = {}


def _made(layer: keras.layers.Layer) -> int:
    return _MADE.get(id(layer), -1)


@pytest.fixture(autouse=True)
def _remember_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keras sorts a model's layers by depth; the order in which they were called is kept here."""
    original = keras.layers.Layer.__call__

    def call(self: keras.layers.Layer, *arguments: Any, **named: Any) -> Any:
        _MADE.setdefault(id(self), len(_MADE))
        return original(self, *arguments, **named)

    _MADE.clear()
    monkeypatch.setattr(keras.layers.Layer, "__call__", call)


def test_signatures_and_defaults_are_the_notebooks() -> None:
    def defaults(function: Any) -> dict[str, Any]:
        return {name: value.default for name, value in inspect.signature(function).parameters.items()}

    empty = inspect.Parameter.empty
    uniform, glorot = keras.initializers.RandomUniform, keras.initializers.GlorotUniform
    assert defaults(identity_block) == {
        "X": empty, "f": empty, "filters": empty, "training": True, "initializer": uniform
    }  # fmt: skip
    assert defaults(convolutional_block) == {
        "X": empty, "f": empty, "filters": empty, "s": 2, "training": True, "initializer": glorot
    }  # fmt: skip
    assert defaults(notebook.ResNet50) == {"input_shape": (64, 64, 3), "classes": 6}


def test_resnet50_has_the_notebooks_layers_in_its_order() -> None:
    model = notebook.ResNet50()
    expected: list[Row] = [
        ("ZeroPadding2D", ((3, 3), (3, 3))),
        *(conv(64, 7, 2), NORM, RELU),
        ("MaxPooling2D", (3, 3), (2, 2), "valid"),
    ]
    for filters, s, identities in (
        ([64, 64, 256], 1, 2),
        ([128, 128, 512], 2, 3),
        ([256, 256, 1024], 2, 5),
        ([512, 512, 2048], 2, 2),
    ):
        expected += convolutional(3, filters, s) + identity(3, filters) * identities
    expected += [("AveragePooling2D", (2, 2), (2, 2), "valid"), ("Flatten",), ("Dense", 6, "softmax")]
    assert rows(model) == expected
    glorot, uniform = [("GlorotUniform", 0)], [("RandomUniform", 0)]
    stages = [start for n in (2, 3, 5, 2) for start in glorot * 4 + uniform * 3 * n]
    assert starts(model) == glorot + stages + glorot
    assert model.count_params() == 23_600_006
    assert sum(np.prod(weight.shape) for weight in model.trainable_weights) == 23_546_886
    assert model.input_shape == (None, 64, 64, 3)
    assert model.output_shape == (None, 6)


def starts(model: keras.Model) -> list[tuple[str, int]]:
    """The initialiser of each kernel and its seed, in the order in which the layers were made."""
    kernels = [layer for layer in sorted(model.layers, key=_made) if hasattr(layer, "kernel")]
    return [(type(k.kernel_initializer).__name__, k.kernel_initializer.seed) for k in kernels]


def one(seed: int) -> keras.initializers.Initializer:
    return keras.initializers.Constant(1)


def test_identity_block_by_hand() -> None:
    """All kernels 1, so ones with three channels become 3, 4 x 4 x 3 (2 x 2 window), and 4 times that.

    Batch norm at rest divides by sqrt(1 + 0.001) three times. At the last column half the window of the
    2x2 convolution is padding, and at the last row and column three quarters are.
    """
    X = np.ones((1, 4, 4, 3), np.float32)
    Y = np.array(identity_block(X, 2, [4, 4, 3], training=False, initializer=one))
    through = 3 * 16 * 4 / 1.001**1.5
    expected = np.full((4, 4), through + 1)
    expected[3, :] = expected[:, 3] = through / 2 + 1
    expected[3, 3] = through / 4 + 1
    np.testing.assert_allclose(Y, np.broadcast_to(expected[None, :, :, None], Y.shape), rtol=1e-5)


def test_relu_follows_the_addition() -> None:
    X = -np.ones((1, 4, 4, 3), np.float32)
    Y = identity_block(X, 2, [4, 4, 3], training=False, initializer=one)
    np.testing.assert_array_equal(Y, np.zeros_like(X))


def test_convolutional_block_halves_the_map_and_projects() -> None:
    X = np.ones((1, 5, 5, 3), np.float32)
    Y = np.array(convolutional_block(X, 1, [2, 4, 6], training=False, initializer=one))
    root = 1.001**0.5
    np.testing.assert_allclose(Y, np.full((1, 3, 3, 6), 3 * 2 * 4 / root**3 + 3 / root), rtol=1e-5)
    assert convolutional_block(X, 3, [2, 4, 6], s=1).shape == (1, 5, 5, 6)


def test_training_takes_the_statistics_of_the_batch() -> None:
    """With the batch's own statistics a constant factor of X changes next to nothing."""
    X = np.random.default_rng(0).normal(size=(4, 6, 6, 3)).astype(np.float32)
    small, large = (np.array(convolutional_block(f * X, 3, [2, 2, 4], training=True)) for f in (1, 100))
    np.testing.assert_allclose(small, large, atol=0.05)
    still = [np.array(convolutional_block(f * X, 3, [2, 2, 4], training=False)) for f in (1, 100)]
    assert np.abs(still[1]).max() > 10 * np.abs(still[0]).max()


def test_filters_that_do_not_fit_x_are_told() -> None:
    X = np.ones((1, 4, 4, 3), np.float32)
    with pytest.raises(ValueError, match="F3 must be the 3 channels of X, got 5"):
        identity_block(X, 2, [4, 4, 5])
    with pytest.raises(ValueError, match="filters must be a whole number"):
        identity_block(X, 2, [0, 4, 3])


def test_blocks_can_be_called_again_and_again_in_one_model() -> None:
    picture = keras.Input((8, 8, 3))
    X = identity_block(picture, 3, [2, 2, 3])
    model = keras.Model(picture, identity_block(X, 3, [2, 2, 3]))
    assert len({layer.name for layer in model.layers}) == 21
