"""Run every benchmark, or those named: ``python -m benchmarks [NAME ...]``."""

from __future__ import annotations

import os
import sys

from benchmarks import (
    building,
    describing,
    explaining,
    flowing,
    folding,
    gradients,
    looking,
    shattering,
    training,
)
from resnet_core.training.card import machine, versions

BENCHMARKS = {
    "describing": describing.bench,
    "building": building.bench,
    "flowing": flowing.bench,
    "explaining": explaining.bench,
    "folding": folding.bench,
    "gradients": gradients.bench,
    "looking": looking.bench,
    "shattering": shattering.bench,
    "training": training.bench,
}


def main() -> None:
    """Print each figure beside its reference."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    chosen = sys.argv[1:] or list(BENCHMARKS)
    unknown = sorted(set(chosen) - set(BENCHMARKS))
    if unknown:
        sys.exit(f"benchmarks are {', '.join(BENCHMARKS)}, but {', '.join(unknown)} came.")
    print(f"{machine()}\n{versions()}\nload {os.getloadavg()[0]:.1f}", flush=True)
    for name in chosen:
        for figure in BENCHMARKS[name]():
            print(figure, flush=True)
    print(f"load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
