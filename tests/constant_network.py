"""A network that says the same whatever it sees, made without training, for tests of what is around it."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from resnet_core.network.catalogue import network
from resnet_core.network.weights import weight_shapes
from resnet_core.training.records import DONE
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore

NAME = "cifar_resnet8"
CLASSES = 6


def constant_weights(path: Path, label: int, share: float) -> Path:
    """Writes weights with which the network gives `label` that share, and every other class the same rest.

    All is zero but the spread that batch norm divides by, and the last bias.
    """
    bias = np.zeros(CLASSES, np.float32)
    bias[label] = np.log(share * (CLASSES - 1) / (1 - share))
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        for name, shape in weight_shapes(network(NAME, size=64, classes=CLASSES)).items():
            file[name] = np.full(shape, float(name.endswith("moving_variance")), np.float32)
        file["head_dense1/bias"][...] = bias
    return path


def constant_run(store: RunStore, label: int, share: float = 0.9) -> str:
    """Adds a run of that network to a store, as if it had been trained for a step; returns its id."""
    run_id = store.create(RunSettings(network=NAME, width=1.0, epochs=1), "Always the same")
    store.begin(run_id, 1, {})
    store.add_steps(run_id, [(1, 1, 0.5, 1.0, 0.5, 1e-3)])
    constant_weights(store.checkpoints(run_id) / "weights-000001.h5", label, share)
    store.end(run_id, DONE)
    return run_id
