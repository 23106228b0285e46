"""The pass through a network in TensorFlow's own operations, for the loops where time counts.

It gives what `model(images, training=...)` gives, from the same variables. Keras calls fifty layers through
a layer of its own each time a step is traced, which takes seconds, and works out the batch norm in separate
operations, where TensorFlow has one for all of it. It can also do the work between the layers in bfloat16.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from resnet_core.network.graph import Node, walk
from resnet_core.network.model import connect, without_softmax
from resnet_core.network.spec import Activation, Add, BatchNorm, Conv, NetworkSpec

#: Sides in pixels up to which a map has so few places that the kernel is what a convolution mostly moves:
#: there a convolution of one place, and the gradient of a larger kernel, are faster as products of matrices.
SMALL, SMALLEST = 4, 2
#: Side in pixels from which on a map has so many places that a convolution in bfloat16, where an operation
#: has half of the cores (see `training.precision`), is faster as two of half the pictures, side by side.
LARGE = 8


def lean_logits(
    model: keras.Model, network: NetworkSpec, images: Any, *, training: bool, dtype: str = "float32"
) -> Any:
    """What enters the softmax of a network.

    Args:
        model: made by `keras_model` from `network`; its variables are used, and the moving averages of its
            batch norm move where `training` is true.
        network: the description.
        images: float32 (batch, height, width, channels), 0 to 1; height and width may be other ones than
            the network's where nothing after the stages depends on them.
        training: whether batch norm works with the statistics of the batch and dropout drops. A layer that
            is not trainable works as it does when asked, as in Keras.
        dtype: of what convolutions, batch norms, ReLUs and sums take and give: ``float32`` or ``bfloat16``.
            Variables, batch statistics, all other layers and what is returned are float32 in any case, as in
            training with mixed precision (Micikevicius et al. 2018, arXiv:1710.03740).

    Returns:
        float32 (batch, classes).
    """

    def make(node: Node, channels: int) -> Callable[[Any], Any]:
        return _lean(node.layer, model.get_layer(node.name), training, dtype)

    return tf.cast(connect(without_softmax(walk(network)), images, make), tf.float32)


def _lean(layer: Any, own: keras.layers.Layer, training: bool, dtype: str) -> Callable[[Any], Any]:
    """The operation of a layer; Keras' own call, which casts to float32, where nothing is won by another."""
    if isinstance(layer, Conv) and layer.groups == 1:
        return lambda x: _convolution(layer, own, tf.cast(x, dtype))
    if isinstance(layer, BatchNorm):
        if training and own.trainable:
            return lambda x: _batch_norm(layer, own, x, dtype) if len(x.shape) == 4 else own(x, training=True)
        return lambda x: _with_moving_averages(layer, own, tf.cast(x, tf.float32))
    if isinstance(layer, Activation) and layer.function == "relu":
        return tf.nn.relu
    if isinstance(layer, Add):
        return lambda branches: tf.add_n([tf.cast(each, dtype) for each in branches])
    return lambda x: own(x, training=training)


def _convolution(layer: Conv, own: keras.layers.Layer, x: Any) -> Any:
    kernel = tf.cast(own.kernel.value, x.dtype)
    side = max(x.shape[1] or SMALL + 1, x.shape[2] or SMALL + 1)
    if layer.stride == 1 and tuple(kernel.shape[:2]) == (1, 1) and side <= SMALL:
        y = _one_by_one(x, kernel)
    elif layer.stride == 1 and layer.padding == "same" and side <= SMALLEST:
        y = _on_few_places(x, kernel)
    elif x.dtype == tf.bfloat16 and side // layer.stride >= LARGE:
        bias = tf.cast(own.bias.value, x.dtype) if layer.use_bias else tf.zeros(layer.filters, x.dtype)
        return _in_halves(layer, x, kernel, bias)
    else:
        y = tf.nn.conv2d(x, kernel, layer.stride, layer.padding.upper())
    return tf.nn.bias_add(y, tf.cast(own.bias.value, x.dtype)) if layer.use_bias else y


def _one_by_one(x: Any, kernel: Any) -> Any:
    """A convolution of one place is a product of matrices."""
    rows = tf.reshape(x, (-1, x.shape[3])) @ kernel[0, 0]
    return tf.reshape(rows, (-1, x.shape[1], x.shape[2], kernel.shape[3]))


@tf.custom_gradient
def _on_few_places(x: Any, kernel: Any) -> Any:
    """A convolution of the same size, whose kernel's gradient is a product of matrices for each place in it.

    `tf.nn.conv2d` shares that gradient out over the places of the map, of which there are only a few here.
    """

    def gradients(above: Any) -> tuple[Any, Any]:
        high, wide, come, leave = kernel.shape
        below = tf.raw_ops.Conv2DBackpropInput(
            input_sizes=tf.shape(x), filter=kernel, out_backprop=above, strides=[1] * 4, padding="SAME"
        )
        around = [[0, 0], *([(size - 1) // 2, size // 2] for size in (high, wide)), [0, 0]]
        padded, rows = tf.pad(x, around), tf.reshape(above, (-1, leave))
        seen = [
            padded[:, down : down + x.shape[1], right : right + x.shape[2]]
            for down in range(high)
            for right in range(wide)
        ]
        products = [tf.matmul(tf.reshape(each, (-1, come)), rows, transpose_a=True) for each in seen]
        return below, tf.reshape(tf.stack(products), kernel.shape)

    return tf.nn.conv2d(x, kernel, 1, "SAME"), gradients


def _in_halves(layer: Conv, x: Any, kernel: Any, bias: Any) -> Any:
    """A convolution as two of half the pictures; not so its gradients, which are two operations anyway."""
    way: dict[str, Any] = {"strides": [1, layer.stride, layer.stride, 1], "padding": layer.padding.upper()}

    @tf.custom_gradient
    def convolved(x: Any, kernel: Any, bias: Any) -> tuple[Any, Callable[[Any], tuple[Any, Any, Any]]]:
        half = tf.shape(x)[0] // 2
        parts = [tf.nn.bias_add(tf.nn.conv2d(part, kernel, **way), bias) for part in (x[:half], x[half:])]

        def gradients(above: Any) -> tuple[Any, Any, Any]:
            return (
                tf.raw_ops.Conv2DBackpropInput(
                    input_sizes=tf.shape(x), filter=kernel, out_backprop=above, **way
                ),
                tf.raw_ops.Conv2DBackpropFilter(
                    input=x, filter_sizes=tf.shape(kernel), out_backprop=above, **way
                ),
                tf.raw_ops.BiasAddGrad(out_backprop=above),
            )

        return tf.concat(parts, 0), gradients

    return convolved(x, kernel, bias)


def _batch_norm(layer: BatchNorm, own: keras.layers.Layer, x: Any, dtype: str) -> Any:
    """With the statistics of the batch (Ioffe and Szegedy 2015, algorithm 1), which move the averages."""
    y, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
        x=tf.cast(x, dtype), scale=own.gamma.value, offset=own.beta.value, mean=[], variance=[],
        epsilon=layer.epsilon, is_training=True,
    )  # fmt: skip
    count = tf.cast(tf.size(x) // x.shape[-1], tf.float32)
    # The operation divides the squares by count - 1, Keras by count.
    for average, now in (
        (own.moving_mean, mean),
        (own.moving_variance, variance * ((count - 1) / count)),
    ):
        average.assign(average.value * layer.momentum + now * (1 - layer.momentum))
    return y


def _with_moving_averages(layer: BatchNorm, own: keras.layers.Layer, x: Any) -> Any:
    mean, variance = own.moving_mean.value, own.moving_variance.value
    scale, offset = own.gamma.value, own.beta.value
    if len(x.shape) == 4:
        return tf.raw_ops.FusedBatchNormV3(
            x=x, scale=scale, offset=offset, mean=mean, variance=variance, epsilon=layer.epsilon,
            is_training=False,
        ).y  # fmt: skip
    return tf.nn.batch_normalization(x, mean, variance, offset, scale, layer.epsilon)
