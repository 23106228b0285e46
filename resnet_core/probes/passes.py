"""One picture through a whole network: what leaves every layer, from one pass, kept for whoever asks next."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.network.graph import INPUT, Node, walk
from resnet_core.network.traced import traced
from resnet_core.probes.arithmetic import At, made
from resnet_core.probes.made import Made
from resnet_core.probes.opened import Opened, Which, opened

Maps = NDArray[np.float32]
Picture = NDArray[np.uint8]

MOST_BYTES = 256 * 2**20
"""What stays of all passes together; the one that nobody asked for longest goes first."""


@dataclass(frozen=True, eq=False)
class Passed:
    """What left every layer of a network.

    Attributes:
        maps: (height, width, channels), or (values,) where a vector leaves, by the name of the layer; what
            entered the network under `graph.INPUT`, values from 0 to 1.
        logits: (classes,): what leaves the network, before the softmax.
        seconds: that the pass took.
    """

    maps: Mapping[str, Maps]
    logits: Maps
    seconds: float

    @property
    def bytes(self) -> int:
        """What the maps take in memory."""
        return sum(one.nbytes for one in self.maps.values())


class _Kept:
    """Passes by network and picture, bounded in bytes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.passes: OrderedDict[tuple[str, str], Passed] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: tuple[str, str]) -> Passed | None:
        with self.lock:
            if key in self.passes:
                self.passes.move_to_end(key)
            return self.passes.get(key)

    def put(self, key: tuple[str, str], found: Passed) -> None:
        with self.lock:
            self.passes[key] = found
            total = sum(one.bytes for one in self.passes.values())
            while total > self.most and len(self.passes) > 1:
                total -= self.passes.popitem(last=False)[1].bytes


_kept = _Kept(MOST_BYTES)


def passed(which: Which, picture: Picture) -> Passed:
    """What leaves every layer; one pass, and none where the picture went through the network lately.

    Args:
        which: the network.
        picture: (height, width, 3) of unsigned bytes.

    Raises:
        ValueError, OSError: as in `opened`.
    """
    return pass_through(opened(which), picture)


def pass_through(network: Opened, picture: Picture) -> Passed:
    """The same for a network that is open."""
    key = network.name, hashlib.sha256(picture.tobytes()).hexdigest()
    found = _kept.get(key)
    if found is None:
        found = _pass(network, picture)
        _kept.put(key, found)
    return found


def forget_passes() -> None:
    """Drop what is kept in this process' memory."""
    with _kept.lock:
        _kept.passes.clear()


def _pass(network: Opened, picture: Picture) -> Passed:
    forward = _forward(network)
    began = time.perf_counter()
    leaving = {name: values.numpy()[0] for name, values in forward(picture[None]).items()}
    seconds = time.perf_counter() - began
    maps = {INPUT: picture.astype(np.float32) / 255, **leaving}
    return Passed(maps, maps[walk(network.spec)[-1].name].reshape(-1), seconds)


def _forward(network: Opened) -> Any:
    """The pass that returns everything, traced once for all weights of a description."""
    import tensorflow as tf

    if "layers" not in network.traced:
        model = everything(network)
        network.traced["layers"] = traced(
            lambda pictures: model(tf.cast(pictures, tf.float32) / 255, training=False),
            tf.TensorSpec((None, *network.spec.input_shape), tf.uint8),
        )
    return network.traced["layers"]


def everything(network: Opened) -> Any:
    """A `keras.Model` that returns what leaves each layer, by name; made once for each description."""
    import keras

    if "everything" not in network.traced:
        model = network.model
        outputs = {node.name: model.get_layer(node.name).output for node in walk(network.spec)}
        network.traced["everything"] = keras.Model(model.input, outputs)
    return network.traced["everything"]


def maps_of(which: Which, picture: Picture, layer: str) -> Maps:
    """What leaves one layer: (height, width, channels), of a vector (1, 1, values).

    Raises:
        ValueError: the network has no layer of that name, or as in `passed`.
    """
    return as_maps(passed(which, picture).maps[_node(which, layer).name])


def strengths(which: Which, picture: Picture, label: int) -> dict[str, NDArray[np.float32]]:
    """How much each channel speaks for a class: gradient times activation, summed over the map; by layer.

    The gradient is that of the score of the class before the softmax. To first order this is by how much the
    score would fall if the channel were 0 everywhere.

    Args:
        which: the network.
        picture: as in `passed`.
        label: the class.

    Raises:
        ValueError: there is no such class, or as in `passed`.
    """
    import tensorflow as tf

    network = opened(which)
    nodes = walk(network.spec)
    if not 0 <= label < network.model.output_shape[-1]:
        raise ValueError(f"The class should be below {network.model.output_shape[-1]}, but {label} came.")
    with tf.GradientTape() as tape:
        given = tf.constant(picture[None].astype(np.float32) / 255)
        tape.watch(given)
        leaving = everything(network)(given, training=False)
        score = leaving[nodes[-1].name][0, label]
    names = [node.name for node in nodes]
    gradients = tape.gradient(score, [leaving[name] for name in names], unconnected_gradients="zero")
    found = {}
    for name, gradient in zip(names, gradients, strict=True):
        product = np.asarray((gradient * leaving[name]).numpy(), np.float64)
        found[name] = product.reshape(-1, product.shape[-1]).sum(0).astype(np.float32)
    return found


def made_in(which: Which, picture: Picture, layer: str, at: At) -> Made:
    """How one number of a map was made, from what entered its layer and the layer's weights.

    Args:
        which: the network.
        picture: as in `passed`.
        layer: its name.
        at: row, column and channel; of a vector row 0 and column 0.

    Raises:
        ValueError: as in `maps_of`.
    """
    from resnet_core.network.model import without_softmax

    network, place = opened(which), walk(which.spec).index(_node(which, layer))
    node = without_softmax(walk(which.spec))[place]  # as the network is run here
    maps = pass_through(network, picture).maps
    prefix = f"{layer}/"
    own = {
        name.removeprefix(prefix): value for name, value in network.weights.items() if name.startswith(prefix)
    }
    inputs = [as_maps(maps[name]).astype(np.float64) for name in node.inputs]
    return made(node.layer, inputs, own, at, batch=False)


def as_maps(values: NDArray[Any]) -> NDArray[Any]:
    """Maps as they are; a vector as maps of one pixel each."""
    return values if values.ndim == 3 else values.reshape(1, 1, -1)


def _node(which: Which, layer: str) -> Node:
    found = next((node for node in walk(which.spec) if node.name == layer), None)
    if found is None:
        raise ValueError(f"The network of this run has no layer called {layer[:60]!r}.")
    return found
