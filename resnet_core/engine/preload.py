"""What a worker does when it starts: import TensorFlow before anybody asks, and let people go first.

And what all workers do when somebody wants to be forgotten.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from resnet_core.engine.host import QUICK, TRAINING
from resnet_core.probes.opened import forget_networks
from resnet_core.probes.passes import forget_passes
from resnet_core.training.predict import forget_models, forward_pass
from resnet_core.training.recording import shipped

log = logging.getLogger(__name__)

Result = TypeVar("Result")

#: A training run yields to the pages and to quick measurements when the cores are short.
TRAINING_NICENESS = 5

#: Seconds for which a worker for training lets the one for quick questions, and the first page, start first:
#: on two cores the first answer comes a second or two sooner. Whoever presses Train meanwhile ends the wait.
HEAD_START = 6.0

_asked = threading.Event()
_imported = threading.Event()
_imported.set()  # nobody waits in a process that imports nothing beforehand


def dask_setup(worker: Any) -> None:
    """Called by dask in every new worker process.

    TensorFlow takes 3 to 6 seconds to import; in a thread, so that the worker can join meanwhile.
    """
    if TRAINING in worker.state.total_resources and hasattr(os, "nice"):
        os.nice(TRAINING_NICENESS)
    quick = QUICK in worker.state.total_resources
    _imported.clear()
    threading.Thread(target=_prepare, args=(quick,), name="import-tensorflow", daemon=True).start()


def _prepare(quick: bool) -> None:
    """Import TensorFlow; where people ask, build the networks that ship, which takes seconds more."""
    if not quick:
        _asked.wait(HEAD_START)
    try:
        try:
            importlib.import_module("tensorflow")
            importlib.import_module("keras")
        finally:
            _imported.set()
        if quick:
            warm()
    except (ImportError, ValueError, OSError):  # the first task that needs it will say so to a person
        log.warning("this worker could not prepare itself", exc_info=True)


def prepared(function: Callable[..., Result], *args: Any, **named: Any) -> Result:
    """Call a function in a worker, once TensorFlow is imported there.

    Two threads that import parts of it at the same time can each be given a half of the other's.
    """
    _asked.set()
    _imported.wait()
    return function(*args, **named)


def warm() -> None:
    """Build the forward pass of every run that ships with weights, as the first question about it would.

    Raises:
        ValueError: when a recorded run, or its weights, cannot be used.
    """
    for recording in shipped():
        run, weights = recording.run, recording.weights
        if weights is None:
            continue
        mirrored = run.calibration.mirrored if run.calibration else False
        forward_pass(run.settings, str(weights), classes=run.classes, mirrored=mirrored)


async def forget() -> None:
    """Drop the networks in the worker's memory, beside its event loop: one may just be being built."""
    await asyncio.to_thread(forget_models)
    await asyncio.to_thread(forget_networks)
    await asyncio.to_thread(forget_passes)
