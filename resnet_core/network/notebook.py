"""The functions of the course notebook under their own names, thin over the description.

For who comes from there: `identity_block` and `convolutional_block` take a tensor and return one, with
the notebook's layers in its order and with its defaults. One of these defaults is worth knowing:
`training=True` makes batch norm use the statistics of the batch at hand even when the network predicts,
so the answer for one picture depends on the pictures beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import keras
from keras.initializers import GlorotUniform as glorot_uniform
from keras.initializers import RandomUniform as random_uniform

from resnet_core.network import blocks
from resnet_core.network.blocks import NOTEBOOK
from resnet_core.network.catalogue import network
from resnet_core.network.graph import INPUT, Node, block_nodes, walk
from resnet_core.network.model import connect, keras_layer
from resnet_core.network.spec import BatchNorm, BlockSpec

Tensor = Any
"""A Keras tensor or an array, (batch, height, width, channels)."""

Initializer = Callable[..., keras.initializers.Initializer]
"""Makes an initialiser when called with `seed=0`, as the classes of `keras.initializers` do."""


def identity_block(
    X: Tensor,
    f: int,
    filters: Sequence[int],
    training: bool = True,
    initializer: Initializer = random_uniform,
) -> Tensor:
    """Apply the identity block (He et al. 2015, figure 5 right): 1x1, f x f, 1x1, and `X` added.

    Args:
        X: maps (batch, height, width, channels).
        f: side of the middle convolution's window.
        filters: F1, F2, F3 of the three convolutions; F3 must be the channels of `X`.
        training: whether batch norm uses the statistics of the batch.
        initializer: of the kernels.

    Returns:
        Maps of the shape of `X`.

    Raises:
        ValueError: F3 is not the number of channels of `X`.
    """
    block = blocks.identity_block(_three(filters), f, NOTEBOOK)
    if filters[2] != X.shape[-1]:
        raise ValueError(f"F3 must be the {X.shape[-1]} channels of X, got {filters[2]}")
    return _apply(block, X, training, initializer)


def convolutional_block(  # noqa: PLR0917 - the signature is the notebook's
    X: Tensor,
    f: int,
    filters: Sequence[int],
    s: int = 2,
    training: bool = True,
    initializer: Initializer = glorot_uniform,
) -> Tensor:
    """Apply the convolutional block: as the identity block, with a 1x1 projection of `X` added.

    Args:
        X: maps (batch, height, width, channels).
        f: side of the middle convolution's window.
        filters: F1, F2, F3 of the three convolutions; the projection has F3 too.
        s: stride of the first convolution and of the projection.
        training: whether batch norm uses the statistics of the batch.
        initializer: of the kernels.

    Returns:
        Maps (batch, height / s, width / s, F3), halves rounded up.
    """
    block = blocks.convolutional_block(_three(filters), f, s, NOTEBOOK)
    return _apply(block, X, training, initializer)


def ResNet50(input_shape: tuple[int, int, int] = (64, 64, 3), classes: int = 6) -> keras.Model:
    """The notebook's ResNet-50 for pictures of `input_shape` (height, width, channels)."""
    spec = replace(network("notebook_resnet50", classes=classes), input_shape=input_shape)
    nodes = walk(spec)
    picture = keras.Input(spec.input_shape)
    X = connect([node for node in nodes if node.part == "stem"], picture, _maker(glorot_uniform))
    for block in spec.blocks():
        X = _apply(block, X, True, glorot_uniform if block.shortcut else random_uniform)
    head = [node for node in nodes if node.part == "head"]
    head[0] = replace(head[0], inputs=(INPUT,))
    return keras.Model(picture, connect(head, X, _maker(glorot_uniform)), name="ResNet50")


def _three(filters: Sequence[int]) -> tuple[int, int, int]:
    first, middle, last = filters
    return first, middle, last


def _apply(block: BlockSpec, X: Tensor, training: bool, initializer: Initializer) -> Tensor:
    return connect(block_nodes(block, INPUT, "block", 1), X, _maker(initializer, training))


def _maker(
    initializer: Initializer, training: bool | None = None
) -> Callable[[Node, int], Callable[[Tensor], Tensor]]:
    """Layers without names of their own, because a notebook may call the same function twice."""

    def make(node: Node, channels: int) -> Callable[[Tensor], Tensor]:
        layer = keras_layer(node.layer, channels, initializer(seed=0))
        if isinstance(node.layer, BatchNorm) and training is not None:
            return lambda x: layer(x, training=training)
        return layer

    return make
