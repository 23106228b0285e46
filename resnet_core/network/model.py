"""A `keras.Model` from a description, from scratch, with the layer names of `graph.walk`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import keras

from resnet_core.network.accounting import account
from resnet_core.network.calls import keras_call
from resnet_core.network.gate_layer import Gate as GateLayer
from resnet_core.network.graph import INPUT, Node, walk
from resnet_core.network.scale_layer import Scale
from resnet_core.network.spec import Conv, Dense, Dropout, Gate, Layer, NetworkSpec

_OWN = {"Scale": Scale, "Gate": GateLayer}

INITIALIZERS = {
    "he_normal": keras.initializers.HeNormal,
    "he_uniform": keras.initializers.HeUniform,
    "glorot_normal": keras.initializers.GlorotNormal,
    "glorot_uniform": keras.initializers.GlorotUniform,
    "lecun_normal": keras.initializers.LecunNormal,
    "lecun_uniform": keras.initializers.LecunUniform,
    "orthogonal": keras.initializers.Orthogonal,
    "random_normal": keras.initializers.RandomNormal,
    "random_uniform": keras.initializers.RandomUniform,
}
"""How kernels can start; `he_normal` is what He et al. 2015, section 3.4, take."""


def keras_model(
    spec: NetworkSpec, *, seed: int = 0, initializer: str = "he_normal", logits: bool = False
) -> keras.Model:
    """Build the network as a functional model, (batch, height, width, channels) to (batch, classes).

    Args:
        spec: the network.
        seed: of the run. Every kernel draws from a seed of its own, made of `seed` and the layer's name,
            so a plain network and its residual twin start from the same kernels.
        initializer: a name in `INITIALIZERS`, for all kernels; biases start at zero.
        logits: leave the softmax off the last dense layer.

    Raises:
        ShapeError: the shapes do not fit.
        ValueError: an unknown initializer.
    """
    if initializer not in INITIALIZERS:
        raise ValueError(f"initializer must be one of {', '.join(INITIALIZERS)}, got {initializer!r}")
    account(spec)
    nodes = walk(spec)
    if logits:
        nodes = without_softmax(nodes)
    kernel = INITIALIZERS[initializer]

    def make(node: Node, channels: int) -> keras.layers.Layer:
        own = seed_of(seed, node.name)
        return keras_layer(node.layer, channels, kernel(seed=own), name=node.name, seed=own)

    picture = keras.Input(spec.input_shape, name=INPUT)
    return keras.Model(picture, connect(nodes, picture, make), name=spec.name)


def draw_kernels(model: keras.Model, seed: int, initializer: str) -> None:
    """Give a model of `keras_model` the kernels that it would begin with had it been built with that seed."""
    for layer in model.layers:
        if hasattr(layer, "kernel"):
            kernel = INITIALIZERS[initializer](seed=seed_of(seed, layer.name))
            layer.kernel.assign(kernel(layer.kernel.shape))


def seed_of(seed: int, name: str) -> int:
    """The seed of one layer: 31 bits of the SHA-256 of the run's seed and the layer's name."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def keras_layer(
    layer: Layer,
    channels: int,
    kernel: keras.initializers.Initializer,
    name: str | None = None,
    seed: int | None = None,
    *,
    dtype: str | None = None,
) -> keras.layers.Layer:
    """Make one Keras layer for maps of `channels` channels.

    Args:
        layer: its description.
        channels: of what enters.
        kernel: the initialiser of the kernel of a convolution, a dense layer or a gate.
        name: the layer's name; Keras makes one up where it is `None`.
        seed: of dropout.
        dtype: of its weights and arithmetic; Keras' own, 32-bit floats, where it is `None`.
    """
    call = keras_call(layer, channels)
    own: dict[str, Any] = {} if dtype is None else {"dtype": dtype}
    if isinstance(layer, (Conv, Dense, Gate)):
        own["kernel_initializer"] = kernel
    if isinstance(layer, Dropout):
        own["seed"] = seed
    made: Any = _OWN[call.function] if call.function in _OWN else getattr(keras.layers, call.function)
    return made(*call.positional, **call.named, **own, name=name)


def connect(
    nodes: Iterable[Node],
    start: keras.KerasTensor,
    make: Callable[[Node, int], Callable[[Any], Any]],
) -> keras.KerasTensor:
    """Run `start` through the nodes in their order and return what leaves the last.

    Args:
        nodes: as from `graph.walk` or `graph.block_nodes`; `graph.INPUT` stands for `start`.
        start: a Keras tensor, or an array of numbers.
        make: makes the Keras layer of a node for a number of channels.
    """
    tensors = {INPUT: start}
    last = start
    for node in nodes:
        inputs = [tensors[name] for name in node.inputs]
        layer = make(node, inputs[0].shape[-1])
        last = layer(inputs if len(inputs) > 1 else inputs[0])
        tensors[node.name] = last
    return last


def without_softmax(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """The nodes with the last dense layer linear, so that logits leave it."""
    for last in reversed(range(len(nodes))):
        layer = nodes[last].layer
        if isinstance(layer, Dense):
            bare = replace(nodes[last], layer=replace(layer, activation="linear"))
            return (*nodes[:last], bare, *nodes[last + 1 :])
    return nodes
