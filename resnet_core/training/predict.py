"""Asking a trained network: what a worker does for the Classify page, a command or an evaluation."""

from __future__ import annotations

import functools
import gc
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from resnet_core.hands.dataset import SIZE
from resnet_core.network.architecture import Architecture
from resnet_core.network.traced import traced
from resnet_core.network.weights import read_weights, set_weights
from resnet_core.training import checkpoint
from resnet_core.training.calibration import Calibration, answered, softmax
from resnet_core.training.records import RunError
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore
from resnet_core.training.trainer import FORWARD_BATCH

Forward = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


class _Asked(NamedTuple):
    """What a forward pass is built from."""

    architecture: Architecture
    size: int
    classes: int
    weights: str
    mirrored: bool


#: Models held in a worker's memory; a full-width ResNet-50 takes about 95 MB.
MODELS = 4
_BUILDING = threading.Lock()
#: Those of them that are built, by what they were built from.
_BUILT: weakref.WeakValueDictionary[_Asked, Forward] = weakref.WeakValueDictionary()


class Answer(NamedTuple):
    """What a network answers about N pictures.

    Attributes:
        probabilities: (N, classes), with the temperature of the calibration.
        seconds: that the forward pass took; the one of the mirror image too where there is one.
        calibration: that was used; None where none was measured for the run, which then always answers.
    """

    probabilities: NDArray[np.float32]
    seconds: float
    calibration: Calibration | None = None

    @property
    def labels(self) -> tuple[int | None, ...]:
        """The likeliest class of each picture, or None: no hand, or not sure."""
        return answered(self.probabilities, self.calibration.threshold if self.calibration else 0.0)


def newest_weights(store: RunStore, run_id: str) -> Path:
    """The file with the newest weights of a run.

    Raises:
        RunError: when the run has no checkpoint yet, was recorded without weights, or is not there.
    """
    run = store.run(run_id)
    found = checkpoint.checkpoints(store.checkpoints(run_id))
    if not found and run.recorded:
        raise RunError("Of this recorded run the curves are kept, and not its weights.")
    if not found:
        raise RunError("This run has no checkpoint yet: the first is written at the end of its first epoch.")
    return found[-1].path


def predict(
    settings: RunSettings,
    weights: str,
    images: NDArray[np.uint8],
    classes: int = 6,
    calibration: Calibration | None = None,
) -> Answer:
    """Class probabilities of photographs.

    Args:
        settings: of the run that was trained.
        weights: file of a checkpoint.
        images: (N, height, width, 3) uint8.
        classes: of the run's data set.
        calibration: of the run; without one the temperature is 1, there is always an answer, and mirror
            images are not asked about.

    Raises:
        ValueError: when the weights are not of that network.
    """
    mirrored = calibration.mirrored if calibration else False
    forward = forward_pass(settings, weights, images.shape[1], classes, mirrored=mirrored)
    began = time.perf_counter()
    parts = [forward(images[at : at + FORWARD_BATCH]) for at in range(0, len(images), FORWARD_BATCH)]
    seconds = time.perf_counter() - began
    logits = np.concatenate(parts) if parts else np.empty((0, classes), np.float32)
    temperature = calibration.temperature if calibration else 1.0
    return Answer(softmax(logits, temperature).astype(np.float32), seconds, calibration)


def forward_pass(
    settings: RunSettings, weights: str, size: int = SIZE, classes: int = 6, *, mirrored: bool = False
) -> Forward:
    """Logits (N, classes) of photographs (N, size, size, 3), traced and warmed up; kept for the next caller.

    Args:
        settings: of the run that was trained.
        weights: file of a checkpoint.
        size: height and width of the photographs in pixels.
        classes: of the run's data set.
        mirrored: whether the logits are means over a photograph and its mirror image.

    Raises:
        ValueError: when the weights are not of that network.
    """
    asked = _Asked(settings.architecture, size, classes, weights, mirrored)
    if asked in _BUILT:  # a frame of a camera does not wait while somebody else's network is being built
        return _forward(asked)
    with _BUILDING:  # who asks while it is being built waits for that one, and does not build another
        made = _BUILT[asked] = _forward(asked)
    return made


@functools.lru_cache(maxsize=MODELS)
def _forward(asked: _Asked) -> Forward:
    import tensorflow as tf

    from resnet_core.network.lean import lean_logits
    from resnet_core.network.model import keras_model
    from resnet_core.training.mirroring import logits

    size = asked.size
    spec = asked.architecture.spec(size=size, classes=asked.classes)
    model = keras_model(spec, logits=True)
    set_weights(model, read_weights(asked.weights, spec))

    def network(images: tf.Tensor) -> tf.Tensor:
        return lean_logits(model, spec, images, training=False)

    graph = traced(
        lambda images: logits(network, tf.cast(images, tf.float32) / 255, asked.mirrored),
        tf.TensorSpec((None, size, size, 3), tf.uint8),
    )

    def forward(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return graph(tf.constant(images)).numpy()

    forward(np.zeros((1, size, size, 3), np.uint8))  # so that the time of an answer is that of an answer
    return forward


def forget_models() -> None:
    """Drop the models in this process' memory; each is read again when it is asked for."""
    with _BUILDING:
        _forward.cache_clear()
    gc.collect()  # a model and its graph hold each other
