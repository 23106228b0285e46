"""A run's network as it was at one of its checkpoints, or before training, held in a worker's memory.

There is one `keras.Model` of each description. Where other weights of it are asked for, they are set in the
model that is there already, and what was traced for it stays: to go from epoch to epoch takes a tenth of the
time.
"""

from __future__ import annotations

import gc
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resnet_core.hands.dataset import SIZE
from resnet_core.network.spec import NetworkSpec
from resnet_core.network.weights import Weights, read_weights, set_weights, weights_of
from resnet_core.training.settings import RunSettings

#: Networks of different descriptions, and sets of weights, that are held in a worker's memory.
KEPT, KEPT_WEIGHTS = 3, 4


@dataclass(frozen=True)
class Which:
    """Which network is meant; plain values, so that pages can say it.

    Attributes:
        settings: of the run.
        weights: file of a checkpoint; "" for the random weights with which the run began.
        classes: of its data set.
        size: side of the pictures in pixels.
    """

    settings: RunSettings
    weights: str
    classes: int = 6
    size: int = SIZE

    @property
    def spec(self) -> NetworkSpec:
        """The description, with what the recipe sets in its batch norm: a branch may start at zero.

        Raises:
            ValueError: settings of a network that this version does not know.
        """
        return self.settings.trained_spec(size=self.size, classes=self.classes)


@dataclass(frozen=True, eq=False)
class Opened:
    """A network with weights.

    Its model has these weights until others of the same description are opened: who needs several epochs
    takes what it wants of each before it opens the next.

    Attributes:
        spec: its description.
        model: a `keras.Model`, (batch, height, width, 3) of values from 0 to 1 to logits; its layers have
            the names of `graph.walk`.
        weights: by `layer/variable`.
        name: tells these weights of this network from all others.
        traced: functions that were traced for the model, by a name of whoever made them; they stay when
            other weights are set.
    """

    spec: NetworkSpec
    model: Any
    weights: Weights
    name: str
    traced: dict[str, Any] = field(default_factory=dict)


_Key = tuple[NetworkSpec, str, int, str]


@dataclass(eq=False)
class _Held:
    """A model, what was traced for it, and whose weights it has now."""

    model: Any
    traced: dict[str, Any] = field(default_factory=dict)
    key: _Key | None = None


_held: OrderedDict[NetworkSpec, _Held] = OrderedDict()
_weights: OrderedDict[_Key, Weights] = OrderedDict()
_lock = threading.RLock()


def opened(which: Which) -> Opened:
    """The network that is meant, from memory where it is there.

    Raises:
        ValueError: the weights are not of that network, or cannot be read.
        OSError: there is no such file.
    """
    return open_spec(which.spec, which.weights, which.settings.seed, which.settings.recipe_used.initializer)


def open_spec(spec: NetworkSpec, weights: str = "", seed: int = 0, initializer: str = "he_normal") -> Opened:
    """A network of any description, from memory where it is there.

    Args:
        spec: of the network.
        weights: file of its weights; "" for random ones.
        seed: of random weights.
        initializer: of random weights.

    Raises:
        ValueError, OSError: as in `opened`.
    """
    # Training that goes on from an older checkpoint writes a file of the same name anew.
    changed = str(Path(weights).stat().st_mtime_ns) if weights else initializer
    key = (spec, weights, seed if not weights else 0, changed)
    with _lock:
        known = _weights_of(key, initializer)
        held = _held.get(spec)
        if held is None:
            held = _held[spec] = _Held(_model(spec, 0, initializer))
        if held.key != key:
            set_weights(held.model, known)
            held.key = key
        _trim(_held, spec, KEPT)
        name = f"{spec.name}/{hash(spec)}/{weights}/{key[2]}/{changed}"
        return Opened(spec, held.model, known, name, held.traced)


def _weights_of(key: _Key, initializer: str) -> Weights:
    if key not in _weights:
        spec, path, seed, _ = key
        _weights[key] = read_weights(path, spec) if path else weights_of(_model(spec, seed, initializer))
    _trim(_weights, key, KEPT_WEIGHTS)
    return _weights[key]


def _model(spec: NetworkSpec, seed: int, initializer: str) -> Any:
    from resnet_core.network.model import keras_model

    return keras_model(spec, seed=seed, initializer=initializer, logits=True)


def _trim(kept: OrderedDict[Any, Any], used: Any, most: int) -> None:
    """Puts the one that was used last in the order, and drops the first of too many."""
    kept.move_to_end(used)
    while len(kept) > most:
        kept.popitem(last=False)


def forget_networks() -> None:
    """Drop the networks in this process' memory; each is read again when it is asked for."""
    with _lock:
        _held.clear()
        _weights.clear()
    gc.collect()  # a model and what was traced of it hold each other
