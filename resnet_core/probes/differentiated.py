"""A network and its gradient as two graphs: scores of pictures, and how a score changes with maps and pixels.

One backward pass gives the gradient at all layers that are asked for and at the picture, since it comes by
each of them on its way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from resnet_core.network.traced import traced

ANSWER = -1
"""In the place of a label: the class with the highest score."""
_BATCH = 32


class Back(NamedTuple):
    """What a pass there and back gives, for N pictures.

    Attributes:
        label: whose score was looked at.
        scores: (N, classes).
        maps: of each layer, (N, height, width, channels).
        gradients: of each layer, as its maps: how fast the score grows with each value.
        pixels: (N, height, width, 3), the same for the values of the picture.
    """

    label: int
    scores: NDArray[Any]
    maps: tuple[NDArray[Any], ...]
    gradients: tuple[NDArray[Any], ...]
    pixels: NDArray[Any]


class Differentiated:
    """A network that can be asked for its scores and their gradient; each graph is traced when first used.

    Weights can be set anew between two questions: the graphs are of the network, not of its weights.

    Args:
        model: a `keras.Model` that gives scores before the softmax, (N, height, width, 3) to (N, classes).
        layers: names of layers whose maps and gradients are wanted.
    """

    def __init__(self, model: Any, layers: Sequence[str]) -> None:
        """Trace nothing yet."""
        import keras
        import tensorflow as tf

        self.model = model
        self.layers = tuple(layers)
        self._dtype = model.inputs[0].dtype
        self._taps = keras.Model(model.input, [model.output, *(model.get_layer(n).output for n in layers)])
        pictures = tf.TensorSpec((None, *model.input_shape[1:]), self._dtype)
        label = tf.TensorSpec((), tf.int64)
        self._there = traced(self._forward, pictures)
        self._back = traced(self._backward, pictures, label)

    def scores(self, pictures: NDArray[Any]) -> NDArray[np.float64]:
        """(N, classes) of pictures (N, height, width, 3) with values from 0 to 1, in batches."""
        import tensorflow as tf

        parts = [
            self._there(tf.constant(pictures[at : at + _BATCH], self._dtype)).numpy()
            for at in range(0, len(pictures), _BATCH)
        ]
        return np.concatenate(parts).astype(np.float64)

    def back(self, pictures: NDArray[Any], label: int = ANSWER) -> Back:
        """The way there and back of pictures (N, height, width, 3) with values from 0 to 1.

        Args:
            pictures: few enough for one batch.
            label: whose score; by default the answer to the first picture.
        """
        import tensorflow as tf

        chosen, scores, maps, gradients, pixels = self._back(
            tf.constant(pictures, self._dtype), tf.constant(label, tf.int64)
        )
        return Back(
            int(chosen),
            scores.numpy(),
            tuple(one.numpy() for one in maps),
            tuple(one.numpy() for one in gradients),
            pixels.numpy(),
        )

    def _forward(self, pictures: Any) -> Any:
        return self.model(pictures, training=False)

    def _backward(self, pictures: Any, label: Any) -> Any:
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(pictures)
            scores, *maps = self._taps(pictures, training=False)
            chosen = tf.where(label < 0, tf.argmax(scores[0]), label)
            # Pictures of a batch do not know each other, so the gradient of the sum is that of each.
            score = tf.reduce_sum(tf.gather(scores, chosen, axis=1))
        *gradients, pixels = tape.gradient(
            score, [*maps, pictures], unconnected_gradients=tf.UnconnectedGradients.ZERO
        )
        return chosen, scores, maps, gradients, pixels
