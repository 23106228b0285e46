"""The card of a run: what somebody needs to know to judge it or to repeat it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from typing import Any

import psutil

from resnet_core.hands.dataset import HandSigns
from resnet_core.network.accounting import account
from resnet_core.network.spec import NetworkSpec

_PACKAGES = ("keras", "numpy", "tensorflow", "tensorflow-cpu")


def run_card(network: NetworkSpec, data: HandSigns, trained_on: int, validated_on: int) -> dict[str, Any]:
    """Machine, versions, data and size of a run, as plain values."""
    cost = account(network)
    return {
        "machine": machine(),
        "versions": versions(),
        "data": {
            "name": data.name,
            "digest": data.digest,
            "training": trained_on,
            "validation": validated_on,
            "test": len(data.test_y),
            "clean_test": int(data.clean_test.sum()),
        },
        "network": {
            "title": network.title,
            "parameters": cost.parameters,
            "trainable": cost.trainable,
            "multiply_adds": cost.multiply_adds,
        },
    }


def machine() -> dict[str, Any]:
    """Processor, cores, memory and system; no name that tells whose machine it is."""
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
    }


def versions() -> dict[str, str]:
    """Python's version and those of the packages that decide the numbers."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue  # tensorflow and tensorflow-cpu are the same thing under two names
    return found
