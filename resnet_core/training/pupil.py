"""A trained network that learns a little more, with the averages of its batch norm left as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.network.imagenet import fixed_layers
from resnet_core.network.spec import NetworkSpec
from resnet_core.network.traced import traced
from resnet_core.network.weights import read_weights, set_weights, write_weights
from resnet_core.training.adam import Adam
from resnet_core.training.recipes import Recipe
from resnet_core.training.trainer import forward_in_batches


class Pupil:
    """A model with the weights of a run, an optimiser of its own, and the pictures it learns from.

    The batch norm uses the moving averages of the run and leaves them: half a batch of one person's hand, on
    one wall, says nothing of what pictures are like in general.

    Args:
        network: what the run trained.
        weights: file of its checkpoint.
        recipe: how to go on.
        images: (N, height, width, 3) uint8, all pictures to learn from.
        labels: (N,) class of each.
        seed: of the augmentation.
        mirrored: whether it answers with the mean over a picture and its mirror image, as the run does.

    Raises:
        ValueError: when the weights are not of that network.
    """

    def __init__(
        self,
        network: NetworkSpec,
        weights: Path,
        recipe: Recipe,
        *,
        images: NDArray[np.uint8],
        labels: NDArray[np.int64],
        seed: int,
        mirrored: bool = False,
    ) -> None:
        """Build the model; nothing is traced yet."""
        import tensorflow as tf

        from resnet_core.network.model import keras_model

        self.network, self.recipe, self.seed, self.mirrored = network, recipe, seed, mirrored
        self.model = keras_model(network, logits=True)
        set_weights(self.model, read_weights(weights, network))
        for name in fixed_layers(network):
            self.model.get_layer(name).trainable = False
        self.optimiser = Adam(self.model.trainable_variables)
        self._images, self._labels = tf.constant(images), tf.constant(labels)
        self._graph_step, self._graph_forward = traced(self._step), traced(self._forward)

    def step(self, indices: NDArray[np.intp], step: int, learning_rate: float) -> tuple[float, float]:
        """Take one optimiser step.

        Args:
            indices: of the pictures of this step.
            step: counted from 0; seeds the augmentation.
            learning_rate: of this step.

        Returns:
            Loss in nats, with label smoothing, and accuracy, both before the step.
        """
        import tensorflow as tf

        loss, accuracy = self._graph_step(
            tf.constant(indices, tf.int32),
            tf.constant(step, tf.int32),
            tf.constant(learning_rate, tf.float32),
        )
        return float(loss), float(accuracy)

    def _step(self, indices: Any, step: Any, learning_rate: Any) -> tuple[Any, Any]:
        import tensorflow as tf

        from resnet_core.hands.augmentation import augment, seed_of

        images = tf.cast(tf.gather(self._images, indices), tf.float32) / 255
        labels = tf.gather(self._labels, indices)
        if self.recipe.views is not None:
            images = augment(images, seed_of(self.seed, step), self.recipe.views)
        classes, smooth = self.model.output_shape[-1], self.recipe.label_smoothing
        target = tf.one_hot(labels, classes) * (1 - smooth) + smooth / classes
        variables = self.model.trainable_variables
        with tf.GradientTape() as tape:
            logits = self._network(images)
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(target, logits))
        gradients = tape.gradient(loss, variables)
        self.optimiser.apply(gradients, learning_rate)
        right = tf.equal(tf.argmax(logits, axis=1), labels)
        return loss, tf.reduce_mean(tf.cast(right, tf.float32))

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Class probabilities (N, classes) of pictures (N, height, width, 3), at least one."""
        return np.concatenate(forward_in_batches(self._graph_forward, images))

    def _forward(self, images: Any) -> Any:
        import tensorflow as tf

        from resnet_core.training.mirroring import logits

        return tf.nn.softmax(logits(self._network, tf.cast(images, tf.float32) / 255, self.mirrored))

    def _network(self, images: Any) -> Any:
        """What it says now; the moving averages of its batch norm stay as they are, see `TEACHING`."""
        from resnet_core.network.lean import lean_logits

        return lean_logits(self.model, self.network, images, training=False)

    def save(self, path: Path) -> None:
        """Write the weights; the file appears only when it is whole."""
        path.parent.mkdir(parents=True, exist_ok=True)
        write_weights(path, self.model)
