"""One network being trained: the optimiser step and the forward pass, as TensorFlow graphs.

Our own step rather than Keras' `fit`: `fit` compiles with XLA, which on two cores takes half a minute
before the first batch, and reports no metrics of single steps. What is traced does not depend on the
photographs, so that a trainer can be ready before they are chosen.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.network.depth import weight_layers
from resnet_core.network.spec import NetworkSpec
from resnet_core.network.traced import traced
from resnet_core.network.weights import read_weights, set_weights
from resnet_core.training.adam import Adam
from resnet_core.training.beginning import Beginning
from resnet_core.training.recipes import Recipe

#: The label of a picture that shows no sign.
NO_SIGN = -1
#: Photographs a forward pass takes at once when nothing is trained.
FORWARD_BATCH = 60


def forward_in_batches(graph: Callable[[Any], Any], images: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
    """What a traced pass gives for images (N, height, width, channels), in pieces of `FORWARD_BATCH`.

    Two at a time: where an operation has half of the cores (see `precision`), one would leave the rest idle.
    """
    import tensorflow as tf

    def answered(start: int) -> NDArray[np.float32]:
        return graph(tf.constant(images[start : start + FORWARD_BATCH])).numpy()

    with ThreadPoolExecutor(2) as two:
        return list(two.map(answered, range(0, len(images), FORWARD_BATCH)))


@dataclasses.dataclass(frozen=True, eq=False)
class StepResult:
    """What a step says of its own photographs, as they were shown and before the step.

    Attributes:
        loss: in nats, the mean, with label smoothing where the recipe has it.
        accuracy: among the photographs that show a sign.
        losses: float32 (batch,), of each photograph.
        answers: int64 (batch,), the class with the largest logit for each.
        gradient: the Euclidean norm of the gradient with respect to all that learns. A number that is none
            in the weights shows here also where a ReLU has made it zero before it reached the loss.
        norms: float32 (layers,): the Euclidean norm of the gradient of the loss with respect to each kernel,
            in the order of `depth.weight_layers`; None where it was not asked for.
    """

    loss: float
    accuracy: float
    losses: NDArray[np.float32]
    answers: NDArray[np.int64]
    gradient: float
    norms: NDArray[np.float32] | None


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
        norms: whether a step can also say how large its gradient was.
        beginning: weights of another network to begin with, and which layers learn; by default all do.

    Attributes:
        begun: whether it was given a `beginning`; no other run can then take it up.

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

        self.network, self.recipe, self.asks_norms = network, recipe, norms
        self.model = keras_model(network, seed=seed, initializer=recipe.initializer, logits=True)
        self._drawn_alike = [(one, one.numpy()) for one in self.model.variables if one.name != "kernel"]
        if start is not None:
            set_weights(self.model, read_weights(start, network))
        self.begun = beginning is not None
        if beginning is not None:
            beginning.apply(self.model)
        self.classes: int = self.model.output_shape[-1]
        self.optimiser = Adam(
            self.model.trainable_variables,
            recipe.weight_decay,
            slow=beginning.below_head(self.model) if beginning else (),
            slower=beginning.rate_below_head if beginning else 1.0,
        )
        self.averages = [tf.Variable(now.value, trainable=False) for now in self._averaged_variables()]
        self._kernels = self._places_of_kernels() if norms else []
        self._give(images, labels, seed)
        pictures = tf.TensorSpec((None, *images.shape[1:]), tf.uint8)
        numbers, three = tf.TensorSpec((None,), tf.int32), tf.TensorSpec((3,), tf.int32)
        rate = tf.TensorSpec((), tf.float32)
        self._graph_step = traced(self._step, pictures, numbers, numbers, three, rate)
        self._graph_forward = traced(self._forward, pictures)

    def _give(self, images: NDArray[np.uint8], labels: NDArray[np.int64], seed: int) -> None:
        import tensorflow as tf

        self._data = (tf.constant(images), tf.constant(labels, tf.int32), tf.constant(seed, tf.int32))

    def fits(self, network: NetworkSpec, recipe: Recipe, *, norms: bool) -> bool:
        """Whether it can take up a run of that network and recipe as it stands, see `again`."""
        same = (network, recipe.traced, norms) == (self.network, self.recipe.traced, self.asks_norms)
        return same and not self.begun

    def again(
        self,
        recipe: Recipe,
        images: NDArray[np.uint8],
        labels: NDArray[np.int64],
        seed: int,
        start: Path | None = None,
    ) -> None:
        """Be what a new trainer of these arguments would be, to the last bit, with nothing to trace.

        Raises:
            ValueError: when the weights to begin with are not of its network.
        """
        from resnet_core.network.model import draw_kernels

        self.recipe = recipe
        for variable, value in self._drawn_alike:
            variable.assign(value)
        draw_kernels(self.model, seed, recipe.initializer)
        if start is not None:
            set_weights(self.model, read_weights(start, self.network))
        self.optimiser.forget()
        for average, now in zip(self.averages, self._averaged_variables(), strict=True):
            average.assign(now.value)
        self._give(images, labels, seed)

    def step(
        self, indices: NDArray[np.intp], step: int, learning_rate: float, *, norms: bool = True
    ) -> StepResult:
        """Take one optimiser step.

        Args:
            indices: of the photographs of this step.
            step: counted from 0; seeds the augmentation.
            learning_rate: of this step.
            norms: whether it says how large its gradient was, where the trainer can; that takes time.
        """
        import tensorflow as tf

        pictures, labels, seed = self._data
        said = norms and bool(self._kernels)
        which = tf.stack([seed, tf.constant(step, tf.int32), tf.constant(said, tf.int32)])
        found = self._graph_step(
            pictures, labels, tf.constant(indices, tf.int32), which, tf.constant(learning_rate, tf.float32)
        )
        losses, answers, gradient, lengths = (each.numpy() for each in found)
        labels = labels.numpy()[indices]
        shown = int(np.count_nonzero(labels != NO_SIGN))
        return StepResult(
            float(losses.mean()),
            int(np.count_nonzero(answers == labels)) / max(1, shown),
            losses,
            answers,
            float(gradient),
            lengths if said else None,
        )

    def _places_of_kernels(self) -> list[int]:
        """Where, among the trainable variables, the kernel of each layer with one is."""
        kernels = [self.model.get_layer(layer.name).kernel for layer in weight_layers(self.network)]
        places = {id(variable): at for at, variable in enumerate(self.model.trainable_variables)}
        return [places[id(kernel)] for kernel in kernels]

    def _step(
        self, pictures: Any, labels: Any, indices: Any, which: Any, learning_rate: Any
    ) -> tuple[Any, Any, Any, Any]:
        """One step, traced; `which`: the seed of the run, the number of the step, whether norms are asked."""
        import tensorflow as tf

        from resnet_core.hands.augmentation import seed_of
        from resnet_core.network.lean import lean_logits

        images = self._shown(tf.gather(pictures, indices), seed_of(which[0], which[1]))
        target = self._target(tf.gather(labels, indices))
        learnt = [variable.value for variable in self.model.trainable_variables]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            for variable in learnt:
                tape.watch(variable)
            logits = lean_logits(self.model, self.network, images, training=True, dtype=self.recipe.precision)
            losses = tf.nn.softmax_cross_entropy_with_logits(target, logits)
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, learnt)
        norms = self._norms([gradients[at] for at in self._kernels], which[2] > 0)
        self.optimiser.apply(gradients, learning_rate)
        self._average(which[1])
        return losses, tf.argmax(logits, axis=1), tf.linalg.global_norm(gradients), norms

    def _norms(self, gradients: list[Any], asked: Any) -> Any:
        import tensorflow as tf

        def found() -> Any:  # in 64 bits, as the square of 1e-23 is less than the smallest 32-bit float
            squares = [tf.reduce_sum(tf.cast(each, tf.float64) ** 2) for each in gradients]
            return tf.cast(tf.sqrt(tf.stack(squares)), tf.float32)

        nothing = tf.zeros(len(gradients))
        return tf.cond(asked, found, lambda: nothing) if gradients else nothing

    def _shown(self, pictures: Any, seed: Any) -> Any:
        """The photographs of a step as it sees them."""
        import tensorflow as tf

        from resnet_core.hands.augmentation import augment

        images = tf.cast(pictures, tf.float32) / 255
        return images if self.recipe.views is None else augment(images, seed, self.recipe.views)

    def _target(self, labels: Any) -> Any:
        import tensorflow as tf

        shows = tf.cast(labels != NO_SIGN, tf.float32)
        smooth = 1 - shows[:, None] * (1 - self.recipe.label_smoothing)
        return tf.one_hot(labels, self.classes) * (1 - smooth) + smooth / self.classes

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
        with self.averaged():
            batches = forward_in_batches(self._graph_forward, images)
        return np.concatenate(batches) if batches else np.empty((0, self.classes), np.float32)

    def _forward(self, images: Any) -> Any:
        import tensorflow as tf

        from resnet_core.network.lean import lean_logits

        images = tf.cast(images, tf.float32) / 255
        return tf.nn.softmax(lean_logits(self.model, self.network, images, training=False))
