"""One picture through the layers of a block, layer by layer, in 64-bit floats.

Networks are trained in 32 bits; here twice as many are taken, so that sums written out on a page add up to
what they made. Weights are those of 32 bits, to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.network.graph import Node
from resnet_core.network.spec import BatchNorm
from resnet_core.network.weights import Weights
from resnet_core.probes.question import Start

DTYPE = "float64"


class Layers:
    """The Keras layers of nodes, each made when it is first reached.

    Args:
        weighing: how to draw weights, or the weights by `layer/variable`.
        batch: whether batch norm takes the mean and variance of what enters it, as in a step of training,
            and not its moving averages.
        dtype: of weights and arithmetic.
        zeroed: names of nodes whose kernels start at zero and are not drawn.
    """

    def __init__(
        self,
        weighing: Start | Weights,
        *,
        batch: bool,
        dtype: str = DTYPE,
        zeroed: frozenset[str] = frozenset(),
    ) -> None:
        """Begin without any."""
        self._weighing = weighing
        self._batch = batch
        self._dtype = dtype
        self._zeroed = zeroed
        self._made: dict[str, Any] = {}

    def run(self, nodes: Iterable[Node], tensors: dict[str, Any]) -> Any:
        """Run through the nodes and return what leaves the last.

        Args:
            nodes: as from `graph.walk`; those whose output is known already are passed over.
            tensors: (1, height, width, channels) by the name of the node; what leaves each is added.
        """
        last = None
        for node in nodes:
            if node.name not in tensors:
                inputs = [tensors[name] for name in node.inputs]
                tensors[node.name] = self._called(node, inputs)
            last = tensors[node.name]
        return last

    def weights(self) -> Weights:
        """A copy of all weights by `layer/variable`, 32-bit floats."""
        return {
            f"{name}/{variable.name}": np.asarray(variable.numpy(), np.float32)
            for name, layer in self._made.items()
            for variable in layer.weights
        }

    def kernel(self, name: str) -> Any:
        """The kernel of a node that was reached, as the variable that a tape knows."""
        return self._made[name].kernel.value

    def _called(self, node: Node, inputs: list[Any]) -> Any:
        layer = self._made.get(node.name)
        if layer is None:
            layer = self._made[node.name] = self._make(node, inputs[0])
        given = inputs if len(inputs) > 1 else inputs[0]
        # Dropout is off in any case: what it would let through is chance.
        return (
            layer(given, training=True) if self._batch and isinstance(node.layer, BatchNorm) else layer(given)
        )

    def _make(self, node: Node, reached: Any) -> Any:
        from resnet_core.network.model import INITIALIZERS, keras_layer, seed_of

        channels = int(reached.shape[-1])
        if isinstance(self._weighing, Start):
            own = seed_of(self._weighing.seed, node.name)
            drawn = "zeros" if node.name in self._zeroed else self._weighing.initializer
            kernel = _rounded(_initializer(drawn, own))
            return keras_layer(node.layer, channels, kernel, node.name, own, dtype=self._dtype)
        kernel = _rounded(INITIALIZERS["he_normal"](seed=0))  # until the weights are set
        layer = keras_layer(node.layer, channels, kernel, node.name, 0, dtype=self._dtype)
        known = {name: value for name, value in self._weighing.items() if name.startswith(f"{node.name}/")}
        if known and not layer.built:
            layer.build(tuple(reached.shape))
        for variable in layer.weights:
            variable.assign(known[f"{node.name}/{variable.name}"])
        return layer


def _initializer(name: str, seed: int) -> Callable[..., Any]:
    import keras

    from resnet_core.network.model import INITIALIZERS

    return keras.initializers.Zeros() if name == "zeros" else INITIALIZERS[name](seed=seed)


def _rounded(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Draws in 32 bits, as a network that is trained does, so that the values are the same."""
    import keras

    return lambda shape, dtype=None: keras.ops.cast(kernel(shape, dtype="float32"), dtype or DTYPE)


def tensor(values: NDArray[Any]) -> Any:
    """An array without the batch as a tensor with a batch of one."""
    import tensorflow as tf

    return tf.constant(values[None], DTYPE)


def array(value: Any) -> NDArray[np.float64]:
    """The values of a tensor with a batch of one, without the batch."""
    return np.asarray(value.numpy()[0], np.float64)
