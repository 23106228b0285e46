"""A trainer that stands ready in this process: built and traced before anybody presses Train.

Building and tracing take most of the wait for the first loss. They do not depend on the photographs, on the
seed, or on the learning rate, so they can be done while a person still reads the page, and what a run leaves
behind serves the next one of the same network. It is let go when nobody has trained for a while.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import gc
import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resnet_core.network.spec import NetworkSpec
from resnet_core.training.beginning import Beginning
from resnet_core.training.recipes import Recipe
from resnet_core.training.settings import RunSettings
from resnet_core.training.trainer import Trainer

#: Seconds after which a trainer that nobody took up is let go.
KEPT = 600.0

_lock = threading.Lock()
_ready: Trainer | None = None
_clock: threading.Timer | None = None


def trainer_for(
    network: NetworkSpec,
    recipe: Recipe,
    images: NDArray[np.uint8],
    labels: NDArray[np.int64],
    seed: int,
    *,
    start: Path | None = None,
    norms: bool = False,
    beginning: Beginning | None = None,
) -> Trainer:
    """A trainer of these arguments, see `Trainer`: the one that stands ready where it fits, or a new one.

    Raises:
        ValueError: as `Trainer`.
    """
    ready = _taken()
    if ready is not None and beginning is None and ready.fits(network, recipe, norms=norms):
        ready.again(recipe, images, labels, seed, start)
        return ready
    del ready  # before another one is built: two would need twice the memory
    return Trainer(network, recipe, images, labels, seed, start=start, norms=norms, beginning=beginning)


def keep(trainer: Trainer) -> None:
    """Let a trainer stand ready whose run is over, if another run can take it up."""
    global _ready, _clock  # noqa: PLW0603
    if trainer.begun:
        return
    with _lock:
        _stop_clock()
        _ready = trainer
        _clock = threading.Timer(KEPT, let_go)
        _clock.daemon = True
        _clock.start()


def stand_by(settings: RunSettings, classes: int) -> None:
    """Build and trace what a run of these settings will need, on blank pictures.

    Args:
        settings: of a run that begins with random weights.
        classes: of the data set.

    Raises:
        ValueError: when there is no such network.
    """
    spec = settings.trained_spec(size=settings.side, classes=classes)
    blank = np.zeros((settings.batch_size, *spec.input_shape), np.uint8)
    labels = np.zeros(len(blank), np.int64)
    recipe, norms = settings.recipe_used, settings.gradients_every > 0
    ready = _taken()
    if ready is None or not ready.fits(spec, recipe, norms=norms):
        del ready
        ready = Trainer(spec, recipe, blank, labels, settings.seed, norms=norms)
        ready.step(np.arange(len(blank)), 0, 0.0)
        ready.probabilities(blank)
    keep(ready)


def let_go() -> None:
    """Drop the trainer that stands ready, and give its memory back to the system."""
    global _ready  # noqa: PLW0603
    with _lock:
        _stop_clock()
        _ready = None
    gc.collect()
    name = ctypes.util.find_library("c")
    trim = getattr(ctypes.CDLL(name), "malloc_trim", None) if name else None
    if trim is not None:  # only glibc keeps what was freed until it is told
        trim(0)


def _taken() -> Trainer | None:
    """The trainer that stands ready, which is then whoever asked for it has to keep."""
    global _ready
    with _lock:
        _stop_clock()
        ready, _ready = _ready, None
    return ready


def _stop_clock() -> None:
    if _clock is not None:
        _clock.cancel()
