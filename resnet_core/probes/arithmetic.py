"""How one number of a map was made: the patch, the kernel, the products and their sum, in plain NumPy.

Nothing here knows TensorFlow, so the same arithmetic is the test of what Keras computed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import singledispatch

import numpy as np
from numpy.typing import NDArray

from resnet_core.network.shapes import window
from resnet_core.network.spec import (
    Activation,
    Add,
    AveragePool,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Flatten,
    Gate,
    GlobalAveragePool,
    Layer,
    MaxPool,
    PadChannels,
    Scale,
    Subsample,
    ZeroPad,
)
from resnet_core.probes.functions import FUNCTIONS, sigmoid
from resnet_core.probes.made import Fact, Made, Term, Window

Maps = NDArray[np.float64]
At = tuple[int, int, int]
"""Row, column and channel, each from 0."""


def made(layer: Layer, inputs: Sequence[Maps], weights: Mapping[str, NDArray], at: At, batch: bool) -> Made:
    """How the number at one pixel of what a layer made came to be.

    Args:
        layer: which made it.
        inputs: what it was given, (height, width, channels), one array or for an addition two.
        weights: of the layer, by Keras' names: kernel, bias, gamma, beta, moving_mean, scale and so on.
        at: of the number, in the maps that leave the layer.
        batch: whether batch norm took mean and variance of what it was given.
    """
    if isinstance(layer, BatchNorm):
        return _normed(layer, inputs[0], weights, at, batch)
    if isinstance(layer, Add):
        values = [float(one[at]) for one in inputs]
        terms = (Term("the branch", values[0]), Term("the shortcut", values[1]))
        return Made(math.fsum(values), "sum", (), terms)
    return _made(layer, inputs[0], weights, at)


@singledispatch
def _made(layer: Layer, given: Maps, weights: Mapping[str, NDArray], at: At) -> Made:
    raise TypeError(f"a layer is expected, got {layer!r}")


@_made.register
def _(layer: Conv, given: Maps, weights: Mapping[str, NDArray], at: At) -> Made:
    kernel = np.asarray(weights["kernel"], np.float64)
    each = kernel.shape[2]  # channels of one group
    first = at[2] // (layer.filters // layer.groups) * each
    windows = tuple(
        Window(first + i, *_patch(layer, given[:, :, first + i], at), kernel[:, :, i, at[2]])
        for i in range(each)
    )
    terms = [Term(f"channel {one.channel}", math.fsum(one.products.ravel())) for one in windows]
    if layer.use_bias:
        terms.append(Term("bias", float(weights["bias"][at[2]])))
    return Made(math.fsum(term.value for term in terms), "sum", (), tuple(terms), windows)


@_made.register(MaxPool)
@_made.register(AveragePool)
def _(layer: MaxPool | AveragePool, given: Maps, weights: Mapping[str, NDArray], at: At) -> Made:
    one = Window(at[2], *_patch(layer, given[:, :, at[2]], at))
    if isinstance(layer, MaxPool):
        value = float(one.values[one.inside].max())
        return Made(value, "the largest of the window", windows=(one,))
    return _mean(one)


@_made.register
def _(layer: GlobalAveragePool, given: Maps, weights: Mapping[str, NDArray], at: At) -> Made:
    values = given[:, :, at[2]]
    return _mean(Window(at[2], values, np.ones(values.shape, bool)))


def _mean(one: Window) -> Made:
    total, count = math.fsum(one.values[one.inside]), int(one.inside.sum())
    facts = (Fact("sum", "of the window", total), Fact("n", "pixels of it inside the map", count))
    return Made(total / count, "sum / n", facts, windows=(one,))


def _normed(layer: BatchNorm, given: Maps, weights: Mapping[str, NDArray], at: At, batch: bool) -> Made:
    channel, z = at[2], float(given[at])
    if batch:
        values = given[:, :, channel]
        mean, variance, whose = float(values.mean()), float(values.var()), "of this map"
    else:
        mean, variance = (float(weights[f"moving_{what}"][channel]) for what in ("mean", "variance"))
        whose = "moving average of training"
    gamma, beta = float(weights["gamma"][channel]), float(weights["beta"][channel])
    facts = (
        Fact("z", "what entered", z),
        Fact("μ", f"mean, {whose}", mean),
        Fact("σ²", f"variance, {whose}", variance),
        Fact("ε", "keeps the root from 0", layer.epsilon),
        Fact("γ", "learnt scale", gamma),
        Fact("β", "learnt shift", beta),
    )
    value = gamma * (z - mean) / math.sqrt(variance + layer.epsilon) + beta
    return Made(value, "γ · (z − μ) / √(σ² + ε) + β", facts)


@_made.register
def _(layer: Activation, given: Maps, weights: Mapping[str, NDArray], at: At) -> Made:
    return _activated(
        layer.function, given[at[0], at[1]], at[2], (Fact("z", "what entered", float(given[at])),)
    )


def _activated(function: str, z: NDArray[np.float64], channel: int, facts: tuple[Fact, ...]) -> Made:
    if function != "softmax":
        apply, formula = FUNCTIONS[function]
        return Made(apply(float(z[channel])), formula, facts)
    largest = float(z.max())
    grown = np.exp(z - largest)
    total = math.fsum(grown)
    more = (
        Fact("m", "the largest z of all channels here", largest),
        Fact("S", "sum of exp(z − m) over them", total),
    )
    return Made(float(grown[channel]) / total, "exp(z − m) / S", (*facts, *more))


@_made.register
def _(layer: Dense, given: Maps, weights: Mapping[str, NDArray], at: At) -> Made:
    values, kernel = given.reshape(-1), np.asarray(weights["kernel"], np.float64)
    products = values * kernel[:, at[2]]
    terms = (
        *(Term(f"channel {i}", float(product)) for i, product in enumerate(products)),
        Term("bias", float(weights["bias"][at[2]])),
    )
    total = math.fsum(term.value for term in terms)
    if layer.activation == "linear":
        return Made(total, "sum", (), terms)
    z = values @ kernel + np.asarray(weights["bias"], np.float64)
    after = _activated(layer.activation, z, at[2], (Fact("z", "the sum", total),))
    return Made(after.value, after.formula, after.facts, terms)


@_made.register
def _(layer: Gate, given: Maps, weights: Mapping[str, NDArray], at: At) -> Made:
    pixel, kernel = given[at[0], at[1]], np.asarray(weights["kernel"], np.float64)[0, 0]
    terms = (
        *(Term(f"channel {i}", float(product)) for i, product in enumerate(pixel * kernel[:, at[2]])),
        Term("bias", float(weights["bias"][at[2]])),
    )
    z, x = math.fsum(term.value for term in terms), float(pixel[at[2]])
    g = sigmoid(z)
    facts = (
        Fact("z", "the sum", z),
        Fact("g", "the gate, 1 / (1 + exp(−z))", g),
        Fact("x", "what entered", x),
    )
    if layer.complement:  # 1 - sigmoid(z) is sigmoid(-z), which keeps its digits where g is near 1
        return Made(sigmoid(-z) * x, "(1 − g) · x", facts, terms)
    return Made(g * x, "g · x", facts, terms)


@_made.register
def _(layer: Scale, given: Maps, weights: Mapping[str, NDArray], at: At) -> Made:
    a = float(weights["scale"]) if layer.learnable else float(layer.value)
    whose = "learnt scale" if layer.learnable else "fixed scale"
    return Made(
        a * float(given[at]), "a · x", (Fact("a", whose, a), Fact("x", "what entered", float(given[at])))
    )


@_made.register
def _(layer: ZeroPad, given: Maps, weights: Mapping[str, NDArray], at: At) -> Made:
    row, column = at[0] - layer.pixels, at[1] - layer.pixels
    if 0 <= row < given.shape[0] and 0 <= column < given.shape[1]:
        return _copied(given, (row, column, at[2]))
    return Made(0.0, "0, set around the map")


@_made.register
def _(layer: PadChannels, given: Maps, weights: Mapping[str, NDArray], at: At) -> Made:
    return _copied(given, at) if at[2] < given.shape[2] else Made(0.0, "0, a map of zeros")


@_made.register
def _(layer: Subsample, given: Maps, weights: Mapping[str, NDArray], at: At) -> Made:
    return _copied(given, (at[0] * layer.stride, at[1] * layer.stride, at[2]))


@_made.register
def _(layer: Flatten, given: Maps, weights: Mapping[str, NDArray], at: At) -> Made:
    row, column, channel = (int(one) for one in np.unravel_index(at[2], given.shape))
    return _copied(given, (row, column, channel))


@_made.register
def _(layer: Dropout, given: Maps, weights: Mapping[str, NDArray], at: At) -> Made:
    return _copied(given, at)


def _copied(given: Maps, place: At) -> Made:
    value = float(given[place])
    where = f"row {place[0]}, column {place[1]}, channel {place[2]} of what entered"
    return Made(value, "x, unchanged", (Fact("x", where, value),))


def _patch(
    layer: Conv | MaxPool | AveragePool, plane: NDArray[np.float64], at: At
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The pixels under the window that made a number, and which of them lie in the map."""
    places = []
    for side, size in zip(at[:2], plane.shape, strict=True):
        covered, stride, before = window(layer, size)
        places.append(np.arange(covered) + side * stride - before)
    inside = np.logical_and.outer(
        *[(one >= 0) & (one < size) for one, size in zip(places, plane.shape, strict=True)]
    )
    clipped = [one.clip(0, size - 1) for one, size in zip(places, plane.shape, strict=True)]
    return np.where(inside, plane[np.ix_(*clipped)], 0.0), inside
