"""How long a run will take, before it starts. NumPy only."""

from __future__ import annotations

import dataclasses
import math
import time

import numpy as np

from resnet_core.training.records import DONE, Run
from resnet_core.training.settings import RunSettings

# Measured for this project on two cores whose matrix product ran at 200 GFLOP/s, tests and checkpoints
# included: ResNet-50 at 64 x 64 has 1.88 GFLOP a photograph with its backward pass, and at a quarter of the
# width 0.129. In float32 a photograph took 14.2 and 3.0 ms, in bfloat16 11.7 and 2.4 ms. A line through both
# has a fixed part, the cost of dispatching 50 small layers, and a part that grows.
_REFERENCE_RATE = 200e9
#: Seconds a photograph, and seconds a GFLOP, by precision.
_SECONDS = {"float32": (2.2e-3, 6.4e-3), "bfloat16": (1.7e-3, 5.3e-3)}
#: Building and tracing 50 layers on that machine.
_SECONDS_TO_START = 6.0
#: Of the networks that were measured.
_LAYERS = 50
#: Of the matrices: so small that a product is over before the system takes a core away.
SIDE = 512
#: Products, of which the fastest counts.
_TRIES = 64
#: Seconds after which the rate of the matrix product is looked for again.
AGAIN = 20.0
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
        if _alike(run.settings, settings) and run.status == DONE and run.seconds > 0 and not run.recorded:
            each = run.seconds / (run.settings.epochs * max(1, run.card["data"]["training"]))
            return Estimate(
                each * settings.epochs * photographs, f"from the run “{run.title}” on this machine"
            )
    slower = _REFERENCE_RATE / matrix_rate()
    gflop = OPERATIONS * multiply_adds / 1e9
    share = layers / _LAYERS
    fixed, growing = _SECONDS[settings.precision]
    each = (fixed * share + growing * gflop) * slower
    seconds = _SECONDS_TO_START * share * slower + each * settings.epochs * photographs
    return Estimate(seconds, f"from a matrix product measured here at {matrix_rate() / 1e9:.0f} GFLOP/s")


def _alike(one: RunSettings, other: RunSettings) -> bool:
    """Whether a photograph takes as long in a step of either."""
    return all(getattr(one, part) == getattr(other, part) for part in ("architecture", "side", "precision"))


@dataclasses.dataclass
class _Seen:
    """The best rate seen so far, and when it was last looked for."""

    rate: float = 0.0
    at: float = -math.inf


_seen = _Seen()


def matrix_rate() -> float:
    """Floating-point operations a second of a float32 matrix product on this machine, the best that was seen.

    It is looked for again every now and then: the first time others may have been busy. Whoever starts
    workers should ask before, since two cores that import TensorFlow show an eighth of what they can do.
    """
    if time.monotonic() - _seen.at > AGAIN:
        a = np.ones((SIDE, SIDE), np.float32)
        best = min(_seconds_of_product(a) for _ in range(_TRIES))
        _seen.rate, _seen.at = max(_seen.rate, 2 * SIDE**3 / best), time.monotonic()
    return _seen.rate


def _seconds_of_product(a: np.ndarray) -> float:
    began = time.perf_counter()
    a @ a
    return time.perf_counter() - began
