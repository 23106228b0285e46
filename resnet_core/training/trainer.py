"""One network being trained: the optimiser step and the forward pass, as TensorFlow graphs.

Our own step rather than Keras' `fit`: `fit` compiles with XLA, which on two cores takes half a minute
before the first batch, and reports no metrics of single steps.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.network.depth import weight_layers
from resnet_core.network.spec import NetworkSpec
from resnet_core.network.weights import read_weights, set_weights
from resnet_core.training.beginning import Beginning
from resnet_core.training.recipes import Recipe

#: The label of a picture that shows no sign.
NO_SIGN = -1
#: Photographs a forward pass takes at once when nothing is trained.
FORWARD_BATCH = 120


class Trainer:
    """A model, its optimiser and the photographs it learns from.

    Args:
        network: what to build.
        recipe: how to train it.
        images: (N, height, width, 3) uint8, all photographs to train on.
        labels: (N,) class of each, or `NO_SIGN` for a picture of none: its target is the same probability for
            every class, so that the network learns to be unsure (Hendrycks et al. 2019, arXiv:1812.04606).
        seed: of weights and augmentation.
        start: file of a checkpoint whose weights it begins with; by default they are drawn.
        norms: whether each step also says how large its gradient was, see `norms`.
        beginning: weights of another network to begin with, and which layers learn; by default all do.

    Attributes:
        norms: float32 (layers,), of the latest step: the Euclidean norm of the gradient of the loss with
            respect to each kernel, before the step, in the order of `depth.weight_layers`. None where it was
            not asked for, or before the first step.

    Raises:
        ValueError: when the weights to begin with are not of that network.
    """

    def __init__(
        self,
        network: NetworkSpec,
        recipe: Recipe,
        images: NDArray[np.uint8],
        labels: NDArray[np.int64],
        seed: int,
        *,
        start: Path | None = None,
        norms: bool = False,
        beginning: Beginning | None = None,
    ) -> None:
        """Build the model and its optimiser; nothing is traced yet."""
        import tensorflow as tf

        from resnet_core.network.model import keras_model

        self.network = network
        self.recipe = recipe
        self.seed = seed
        self.model = keras_model(network, seed=seed, initializer=recipe.initializer, logits=True)
        if start is not None:
            set_weights(self.model, read_weights(start, network))
        if beginning is not None:
            beginning.apply(self.model)
        self._slow = beginning.below_head(self.model) if beginning else []
        self._slower = beginning.rate_below_head if beginning else 1.0
        self.classes: int = self.model.output_shape[-1]
        self.optimiser = _optimiser(recipe)
        self.optimiser.build(self.model.trainable_variables)
        self.averages = [tf.Variable(now.value, trainable=False) for now in self._averaged_variables()]
        self.norms: NDArray[np.float32] | None = None
        self._kernels = self._places_of_kernels() if norms else []
        self._images = tf.constant(images)
        self._labels = tf.constant(labels)
        self._graph_step = tf.function(self._step, jit_compile=False, reduce_retracing=True)
        self._graph_forward = tf.function(self._forward, jit_compile=False, reduce_retracing=True)

    def step(self, indices: NDArray[np.intp], step: int, learning_rate: float) -> tuple[float, float]:
        """Take one optimiser step.

        Args:
            indices: of the photographs of this step.
            step: counted from 0; seeds the augmentation.
            learning_rate: of this step.

        Returns:
            Loss in nats, with label smoothing where the recipe has it, and accuracy among the pictures that
            show a sign, both before the step.
        """
        import tensorflow as tf

        loss, accuracy, norms = self._graph_step(
            tf.constant(indices, tf.int32),
            tf.constant(step, tf.int32),
            tf.constant(learning_rate, tf.float32),
        )
        if self._kernels:
            self.norms = norms.numpy()
        return float(loss), float(accuracy)

    def _places_of_kernels(self) -> list[int]:
        """Where, among the trainable variables, the kernel of each layer with one is."""
        kernels = [self.model.get_layer(layer.name).kernel for layer in weight_layers(self.network)]
        places = {id(variable): at for at, variable in enumerate(self.model.trainable_variables)}
        return [places[id(kernel)] for kernel in kernels]

    def _step(self, indices: Any, step: Any, learning_rate: Any) -> tuple[Any, Any, Any]:
        import tensorflow as tf

        from resnet_core.hands.augmentation import augment

        images = tf.cast(tf.gather(self._images, indices), tf.float32) / 255
        labels = tf.gather(self._labels, indices)
        if self.recipe.views is not None:
            images = augment(images, tf.stack([self.seed, step * 16]), self.recipe.views)
        shows = tf.cast(labels != NO_SIGN, tf.float32)
        smooth = 1 - shows[:, None] * (1 - self.recipe.label_smoothing)
        target = tf.one_hot(labels, self.classes) * (1 - smooth) + smooth / self.classes
        variables = self.model.trainable_variables
        with tf.GradientTape() as tape:
            logits = self.model(images, training=True)
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(target, logits))
        gradients = tape.gradient(loss, variables)
        # In 64 bits, as the square of 1e-23 is less than the smallest 32-bit float.
        squares = [tf.reduce_sum(tf.cast(gradients[at], tf.float64) ** 2) for at in self._kernels]
        norms = tf.cast(tf.sqrt(tf.stack(squares)), tf.float32) if squares else tf.zeros(0)
        self.optimiser.learning_rate.assign(learning_rate)
        before = [tf.identity(variable.value) for variable in self._slow]
        self.optimiser.apply(gradients)
        # A part of Adam's step is Adam's step with that part of the learning rate: what it remembers of the
        # gradients does not depend on the rate.
        for variable, old in zip(self._slow, before, strict=True):
            variable.assign(old + self._slower * (variable.value - old))
        self._average(step)
        right = tf.cast(tf.equal(tf.argmax(logits, axis=1), labels), tf.float32)
        return loss, tf.math.divide_no_nan(tf.reduce_sum(right), tf.reduce_sum(shows)), norms

    def _averaged_variables(self) -> list[Any]:
        return list(self.model.variables) if self.recipe.average else []

    def _average(self, step: Any) -> None:
        """Move the averages a little towards the weights; faster in the first steps, which begin far off."""
        import tensorflow as tf

        done = tf.cast(step, tf.float32)
        keep = tf.minimum(self.recipe.average, (1 + done) / (10 + done))
        for average, now in zip(self.averages, self._averaged_variables(), strict=True):
            average.assign_add((1 - keep) * (now.value - average))

    @contextlib.contextmanager
    def averaged(self) -> Iterator[None]:
        """Within it the model holds the averaged weights, where the recipe averages."""
        variables = self._averaged_variables()
        latest = [variable.numpy() for variable in variables]
        for variable, average in zip(variables, self.averages, strict=True):
            variable.assign(average)
        try:
            yield
        finally:
            for variable, value in zip(variables, latest, strict=True):
                variable.assign(value)

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Class probabilities (N, classes) of photographs (N, height, width, 3), with moving averages."""
        import tensorflow as tf

        with self.averaged():
            batches = [
                self._graph_forward(tf.constant(images[start : start + FORWARD_BATCH])).numpy()
                for start in range(0, len(images), FORWARD_BATCH)
            ]
        return np.concatenate(batches) if batches else np.empty((0, self.classes), np.float32)

    def _forward(self, images: Any) -> Any:
        import tensorflow as tf

        return tf.nn.softmax(self.model(tf.cast(images, tf.float32) / 255, training=False))


def _optimiser(recipe: Recipe) -> Any:
    import keras

    if recipe.optimiser == "adam":
        return keras.optimizers.Adam(recipe.learning_rate)
    if recipe.optimiser == "adamw":
        optimiser = keras.optimizers.AdamW(recipe.learning_rate, weight_decay=recipe.weight_decay)
        # Shrinking a bias or the scale of a batch norm regularises nothing.
        optimiser.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        return optimiser
    raise ValueError(f"optimiser must be adam or adamw, but {recipe.optimiser!r} came.")
