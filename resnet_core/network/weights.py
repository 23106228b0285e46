"""Weights in and out of a network, by the names of layers and variables.

A file of weights is HDF5 with one dataset a variable, `layer/variable`. It may come from a stranger, so
names, shapes, types and sizes are compared with the description before any value is read, values are
checked before use, and nothing in the file is ever executed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import h5py
import numpy as np

from resnet_core.network.accounting import account
from resnet_core.network.shapes import variables, written
from resnet_core.network.spec import NetworkSpec, Shape

if TYPE_CHECKING:
    import keras

Weights = dict[str, np.ndarray]
"""Float32 arrays by `layer/variable`, for instance `stem_conv1/kernel`."""


class WeightsError(ValueError):
    """Weights do not fit the network; the message is one sentence with what was expected and what came."""


def weight_shapes(spec: NetworkSpec) -> dict[str, Shape]:
    """The shape of every variable of the network by `layer/variable`."""
    return {
        f"{layer.name}/{name}": shape
        for layer in account(spec).layers
        for name, shape in variables(layer.node.layer, layer.input_shape).items()
    }


def weights_of(model: keras.Model) -> Weights:
    """Copy the model's weights, the moving averages of batch norm included."""
    return {
        f"{layer.name}/{variable.name}": variable.numpy()
        for layer in model.layers
        for variable in layer.weights
    }


def set_weights(model: keras.Model, weights: Weights) -> None:
    """Give the model exactly these weights.

    Raises:
        WeightsError: a variable is missing, is not the model's, or has another shape. The model is then
            unchanged.
    """
    own = {f"{layer.name}/{variable.name}": variable for layer in model.layers for variable in layer.weights}
    _same_names(set(own), set(weights))
    for name, variable in own.items():
        _same_shape(name, tuple(variable.shape), weights[name].shape)
    for name, variable in own.items():
        variable.assign(weights[name])


def write_weights(path: str | Path, model: keras.Model, *, half: bool = False) -> None:
    """Write the model's weights; the file appears only when it is whole.

    Args:
        path: of the HDF5 file.
        model: built by `keras_model`.
        half: store 16-bit floats, half the size at three decimal digits.

    Raises:
        WeightsError: a weight is not finite, or too large for 16 bits.
    """
    path = Path(path)
    part = path.with_name(path.name + ".part")
    with h5py.File(part, "w") as file:
        put_weights(file, model, half=half)
    os.replace(part, path)


def put_weights(file: h5py.File, model: keras.Model, *, half: bool = False) -> None:
    """Put the model's weights into an open, empty file; arguments and errors as of `write_weights`."""
    for name, array in weights_of(model).items():
        with np.errstate(over="ignore"):
            stored = array.astype(np.float16 if half else np.float32)
        _finite(name, stored)
        file.create_dataset(name, data=stored)


def read_weights(path: str | Path | BinaryIO, spec: NetworkSpec) -> Weights:
    """Read the weights of `spec` from an HDF5 file (or the bytes of one) that `write_weights` made.

    Raises:
        WeightsError: it is not such a file, or not of this network.
    """
    return read_some(path, spec, weight_shapes(spec))


def read_some(path: str | Path | BinaryIO, spec: NetworkSpec, names: Iterable[str]) -> Weights:
    """Read a few weights of `spec`, by `layer/variable`, from a file as for `read_weights`.

    Raises:
        WeightsError: it is not such a file, or not of this network.
    """
    expected = weight_shapes(spec)
    try:
        with h5py.File(path, "r") as file:
            _same_names(set(expected), _names(file, most=len(expected)))
            return {name: _array(file, name, expected[name]) for name in names}
    except WeightsError:
        raise
    except (OSError, KeyError, RuntimeError, ValueError) as error:
        raise WeightsError(
            f"An HDF5 file of weights is expected, and this one cannot be read: {error}."
        ) from None


def _names(file: h5py.File, most: int) -> set[str]:
    """The names `layer/variable` in the file, stopping soon where there are far too many."""
    names: set[str] = set()
    for layer in file:
        group = _hard(file, layer)
        if not isinstance(group, h5py.Group):
            raise WeightsError(f"A group for each layer is expected, and {layer[:60]!r} is none.")
        for variable in group:
            names.add(f"{layer}/{variable}")
            if len(names) > 2 * most:
                raise WeightsError(f"{most} weights are expected, and the file has more than {2 * most}.")
    return names


def _hard(group: h5py.Group, name: str) -> h5py.Group | h5py.Dataset:
    """The member `name`, which must lie in this very file: a link could lead to any other."""
    if not isinstance(group.get(name, getlink=True), h5py.HardLink):
        raise WeightsError(f"Weights within the file are expected, and {name[:60]!r} is a link.")
    return group[name]


def _array(file: h5py.File, name: str, shape: Shape) -> np.ndarray:
    layer, variable = name.split("/")
    dataset = _hard(file[layer], variable)
    if not isinstance(dataset, h5py.Dataset) or dataset.dtype.kind != "f" or dataset.dtype.itemsize > 8:
        raise WeightsError(f"Floating-point numbers are expected for {name}, and something else came.")
    _same_shape(name, shape, dataset.shape)
    # External and virtual data live in other files, and chunks can outgrow a shape only if it can grow.
    if dataset.external or dataset.is_virtual or dataset.maxshape != dataset.shape:
        raise WeightsError(f"Values of fixed shape within the file are expected for {name}.")
    with np.errstate(over="ignore"):
        array = dataset[()].astype(np.float32)
    _finite(name, array)
    return array


def _same_names(expected: set[str], came: set[str]) -> None:
    missing, foreign = sorted(expected - came), sorted(came - expected)
    if missing:
        raise WeightsError(f"{len(expected)} weights are expected, and {missing[0]} is missing.")
    if foreign:
        raise WeightsError(
            f"{len(expected)} weights are expected, and {foreign[0][:90]!r} is not one of them."
        )


def _same_shape(name: str, expected: Shape, came: Shape) -> None:
    if expected != came:
        raise WeightsError(f"{name} must be {written(expected) or 'one number'}, got {written(came)}.")


def _finite(name: str, array: np.ndarray) -> None:
    if not np.isfinite(array).all():
        raise WeightsError(f"Finite numbers are expected for {name}, and it holds others.")
