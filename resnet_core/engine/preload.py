"""What a worker does when it starts: import TensorFlow before anybody asks, and let people go first.

And what all workers do when somebody wants to be forgotten.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import threading
from typing import Any

from resnet_core.engine.host import TRAINING
from resnet_core.training.predict import forget_models

#: A training run yields to the pages and to quick measurements when the cores are short.
TRAINING_NICENESS = 5


def dask_setup(worker: Any) -> None:
    """Called by dask in every new worker process.

    TensorFlow takes 3 to 6 seconds to import; in a thread, so that the worker can join meanwhile.
    """
    if TRAINING in worker.state.total_resources and hasattr(os, "nice"):
        os.nice(TRAINING_NICENESS)
    threading.Thread(target=_import_tensorflow, name="import-tensorflow", daemon=True).start()


def _import_tensorflow() -> None:
    with contextlib.suppress(ImportError):  # the first task that needs it will say so to a person
        importlib.import_module("tensorflow")
        importlib.import_module("keras")


async def forget() -> None:
    """Drop the networks in the worker's memory, beside its event loop: one may just be being built."""
    await asyncio.to_thread(forget_models)
