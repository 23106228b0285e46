"""How long a run will take, before it starts. NumPy only."""

from __future__ import annotations

import dataclasses
import functools
import time

import numpy as np

from resnet_core.training.records import DONE, Run
from resnet_core.training.settings import RunSettings

# Measured for this project on two cores whose matrix-product rate was 205 GFLOP/s: 26.3 ms a photograph for
# ResNet-50 at 64 x 64 (1.92 GFLOP with its backward pass) and 4.2 ms at a quarter of the width (0.126 GFLOP).
# A line through both has a fixed part, the cost of dispatching 50 small layers, and a part that grows.
_REFERENCE_RATE = 205e9
_SECONDS_A_PHOTOGRAPH = 2.6e-3
_SECONDS_A_GFLOP = 12.3e-3
#: Building and tracing 50 layers on that machine.
_SECONDS_TO_START = 15.0
#: Of the networks that were measured.
_LAYERS = 50
#: A training step does the work of a forward pass three times, and a multiply-add is two operations.
OPERATIONS = 6


@dataclasses.dataclass(frozen=True)
class Estimate:
    """Expected seconds, and where the expectation comes from."""

    seconds: float
    basis: str


def expected(
    settings: RunSettings, multiply_adds: int, photographs: int, past: list[Run], layers: int = _LAYERS
) -> Estimate:
    """The expected duration of a run.

    Args:
        settings: of the run.
        multiply_adds: of one forward pass on one photograph.
        photographs: trained on in each epoch.
        past: runs of this store; one of the same network that ended well on this machine is the best guide.
        layers: of the network; what is not arithmetic grows with them.
    """
    for run in past:
        same = (run.settings.architecture, run.settings.side) == (settings.architecture, settings.side)
        if same and run.status == DONE and run.seconds > 0 and not run.recorded:
            each = run.seconds / (run.settings.epochs * max(1, run.card["data"]["training"]))
            return Estimate(
                each * settings.epochs * photographs, f"from the run “{run.title}” on this machine"
            )
    slower = _REFERENCE_RATE / matrix_rate()
    gflop = OPERATIONS * multiply_adds / 1e9
    share = layers / _LAYERS
    each = (_SECONDS_A_PHOTOGRAPH * share + _SECONDS_A_GFLOP * gflop) * slower
    seconds = _SECONDS_TO_START * share * slower + each * settings.epochs * photographs
    return Estimate(seconds, f"from a matrix product measured here at {matrix_rate() / 1e9:.0f} GFLOP/s")


@functools.lru_cache(maxsize=1)
def matrix_rate(size: int = 1024, times: int = 3) -> float:
    """Floating-point operations a second of a float32 matrix product on this machine; the best of a few."""
    a = np.ones((size, size), np.float32)
    best = min(_seconds_of_product(a) for _ in range(times))
    return 2 * size**3 / best


def _seconds_of_product(a: np.ndarray) -> float:
    began = time.perf_counter()
    a @ a
    return time.perf_counter() - began
