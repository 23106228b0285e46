"""The answer of a run that ships, worked out where it is asked for: without TensorFlow and without a worker.

So the first picture is answered as soon as the page is there, while the workers are still starting.
"""

from __future__ import annotations

import functools
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resnet_core.network.accounting import account
from resnet_core.network.numpy_pass import is_known, numpy_logits
from resnet_core.network.weights import Weights, read_weights
from resnet_core.training.calibration import softmax
from resnet_core.training.predict import Answer
from resnet_core.training.records import Run
from resnet_core.training.settings import RunSettings

#: Multiply-adds that are worked out at once: about a twentieth of a second on one core.
MOST_WORK = 100_000_000


def is_quick(run: Run, count: int) -> bool:
    """Whether a run ships, so that its weights never change, and is small enough for so many pictures."""
    if not run.recorded:
        return False
    spec = run.settings.spec(classes=run.classes)
    passes = 2 if run.calibration and run.calibration.mirrored else 1
    return is_known(spec) and account(spec).multiply_adds * count * passes <= MOST_WORK


def answer_here(run: Run, weights: Path, images: NDArray[np.uint8]) -> Answer:
    """Class probabilities of photographs, as `predict` finds them.

    Args:
        run: one that `is_quick`.
        weights: file of its checkpoint.
        images: (N, height, width, 3) uint8.

    Raises:
        ValueError: when the weights are not of that network.
    """
    spec, kept = run.settings.spec(classes=run.classes), _weights(weights, run.settings, run.classes)
    calibration = run.calibration
    began = time.perf_counter()
    pixels: NDArray[np.float32] = np.divide(images, 255, dtype=np.float32)
    logits = numpy_logits(spec, kept, pixels)
    if calibration and calibration.mirrored:
        logits = np.mean([logits, numpy_logits(spec, kept, pixels[:, :, ::-1])], axis=0, dtype=np.float32)
    seconds = time.perf_counter() - began
    temperature = calibration.temperature if calibration else 1.0
    return Answer(softmax(logits, temperature).astype(np.float32), seconds, calibration)


@functools.lru_cache(maxsize=4)
def _weights(path: Path, settings: RunSettings, classes: int) -> Weights:
    return read_weights(path, settings.spec(classes=classes))
