"""The embedded engine's own process: a scheduler and two workers of dask.distributed.

It runs apart from the page server, because starting processes from within Streamlit would run the app
again in each of them, and because workers must end with the app: this process ends when its standard
input does, however its parent went. Started as ``python -m resnet_core.engine.host``, it prints one line of
JSON with the scheduler's address once both workers are there.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import tempfile
from typing import Any

import dask
from distributed import Nanny, Scheduler
from distributed.deploy.spec import SpecCluster

from resnet_core.training.precision import training_environment

#: One worker answers people at once; the other trains. Neither ever takes the other's work.
QUICK, TRAINING = "quick", "training"

#: How glibc's allocator keeps freed memory. The workers' own default gives it back to the system at once,
#: and TensorFlow, which frees its tensors after every step, then spends its time on page faults.
_MEMORY = {"MALLOC_TRIM_THRESHOLD_": str(2**32), "MALLOC_MMAP_THRESHOLD_": str(2**30)}


def worker_options(resource: str) -> dict[str, Any]:
    """How a worker for `resource` is started; a nanny starts it again when it dies."""
    return {
        "nthreads": 1,  # one task at a time; TensorFlow itself uses every core
        "resources": {resource: 1},
        "host": "127.0.0.1",
        "dashboard_address": "127.0.0.1:0",
        "memory_limit": 0,  # a limit would kill a training run in the middle of a step
        "preload": ["resnet_core.engine.preload"],
        "env": {
            "TF_CPP_MIN_LOG_LEVEL": "3",
            **(training_environment() if resource == TRAINING else {}),
        },
        "local_directory": tempfile.gettempdir(),
        "silence_logs": logging.ERROR,
    }


async def serve() -> None:
    """Run scheduler and workers until standard input ends."""
    dask.config.set(
        {
            "distributed.worker.daemon": True,
            "distributed.scheduler.allowed-failures": 3,
            # The cluster gives up a worker that is not back after 15 s, as may happen on a busy machine,
            # and would then not start it again; its nanny does that.
            "distributed.deploy.lost-worker-timeout": "1 day",
            "distributed.nanny.pre-spawn-environ": _MEMORY,
        }
    )
    logging.getLogger("distributed").setLevel(logging.ERROR)
    workers = {name: {"cls": Nanny, "options": worker_options(name)} for name in (QUICK, TRAINING)}
    scheduler = {
        "cls": Scheduler,
        "options": {"host": "127.0.0.1", "port": 0, "dashboard_address": "127.0.0.1:0"},
    }
    async with SpecCluster(workers=workers, scheduler=scheduler, asynchronous=True) as cluster:
        print(json.dumps({"address": cluster.scheduler_address}), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)


if __name__ == "__main__":
    asyncio.run(serve())
