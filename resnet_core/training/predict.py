"""Asking a trained network: what a worker does for the Classify page, a command or an evaluation."""

from __future__ import annotations

import functools
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from resnet_core.network.catalogue import network
from resnet_core.network.weights import read_weights, set_weights
from resnet_core.training import checkpoint
from resnet_core.training.records import RunError
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore

#: Models held in a worker's memory; a full-width ResNet-50 takes about 95 MB.
MODELS = 4
#: Photographs a forward pass takes at once.
BATCH = 120


class Answer(NamedTuple):
    """Probabilities of (N, classes) and the seconds that the forward pass took."""

    probabilities: NDArray[np.float32]
    seconds: float


def newest_weights(store: RunStore, run_id: str) -> Path:
    """The file with the newest weights of a run.

    Raises:
        RunError: when the run has no checkpoint yet, or is not there.
    """
    store.run(run_id)
    found = checkpoint.checkpoints(store.checkpoints(run_id))
    if not found:
        raise RunError("This run has no checkpoint yet: the first is written at the end of its first epoch.")
    return found[-1].path


def predict(settings: RunSettings, weights: str, images: NDArray[np.uint8], classes: int = 6) -> Answer:
    """Class probabilities of photographs.

    Args:
        settings: of the run that was trained.
        weights: file of a checkpoint.
        images: (N, height, width, 3) uint8.
        classes: of the run's data set.

    Raises:
        ValueError: when the weights are not of that network.
    """
    forward = _forward(settings.network, settings.width, images.shape[1], classes, weights)
    began = time.perf_counter()
    parts = [forward(images[start : start + BATCH]) for start in range(0, len(images), BATCH)]
    seconds = time.perf_counter() - began
    return Answer(np.concatenate(parts) if parts else np.empty((0, classes), np.float32), seconds)


@functools.lru_cache(maxsize=MODELS)
def _forward(name: str, width: float, size: int, classes: int, weights: str) -> Any:
    """A traced forward pass, warmed up so that the time of an answer is the time of an answer."""
    import tensorflow as tf

    from resnet_core.network.model import keras_model

    spec = network(name, size=size, classes=classes, width=width)
    model = keras_model(spec)
    set_weights(model, read_weights(weights, spec))
    graph = tf.function(
        lambda images: model(tf.cast(images, tf.float32) / 255, training=False),
        jit_compile=False,
        input_signature=[tf.TensorSpec((None, size, size, 3), tf.uint8)],
    )

    def forward(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return graph(tf.constant(images)).numpy()

    forward(np.zeros((1, size, size, 3), np.uint8))
    return forward
