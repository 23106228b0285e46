"""A run's network as it was at one of its checkpoints, or before training, held in a worker's memory.

Networks of one description share what is slow to make: where epochs are looked through, weights are set in
a network that is there already, and what was traced for it stays.
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
from resnet_core.network.weights import Weights, read_weights, set_weights
from resnet_core.training.settings import RunSettings

#: Networks held in a worker's memory, and how many of them are of one description.
KEPT, ALIKE = 5, 3


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
        """The description.

        Raises:
            ValueError: settings of a network that this version does not know.
        """
        return self.settings.spec(size=self.size, classes=self.classes)


@dataclass(frozen=True, eq=False)
class Opened:
    """A network with weights.

    It is one until other weights of the same description have been opened `ALIKE` times: who needs several
    epochs takes what it wants of each before it opens the next.

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
_kept: OrderedDict[_Key, Opened] = OrderedDict()
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
        found = _kept.get(key)
        if found is None:
            found = _kept[key] = _open(key, initializer)
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(key)
        return found


def _open(key: _Key, initializer: str) -> Opened:
    from resnet_core.network.model import keras_model
    from resnet_core.network.weights import weights_of

    spec, path, seed, changed = key
    name = f"{spec.name}/{hash(spec)}/{path}/{seed}/{changed}"
    if not path:
        model = keras_model(spec, seed=seed, initializer=initializer, logits=True)
        return Opened(spec, model, weights_of(model), name)
    weights = read_weights(path, spec)
    alike = [one for one in _kept if one[0] == spec]
    if len(alike) >= ALIKE:
        oldest = _kept.pop(alike[0])
        set_weights(oldest.model, weights)
        return Opened(spec, oldest.model, weights, name, oldest.traced)
    model = keras_model(spec, logits=True)
    set_weights(model, weights)
    return Opened(spec, model, weights, name)


def forget_networks() -> None:
    """Drop the networks in this process' memory; each is read again when it is asked for."""
    with _lock:
        _kept.clear()
    gc.collect()  # a model and what was traced of it hold each other
