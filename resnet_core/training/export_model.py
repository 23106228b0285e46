"""A trained network as a model of plain Keras, which opens where this project is not installed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resnet_core.network.catalogue import with_batch_norm
from resnet_core.network.graph import INPUT, Node, walk
from resnet_core.network.spec import Gate, NetworkSpec, Scale
from resnet_core.network.weights import Weights, read_weights, set_weights
from resnet_core.training.records import Run

if TYPE_CHECKING:
    import keras

PLAIN = (
    "A learnt number on a path (Scale) is written as a fixed Rescaling, and a learnt gate as a 1 x 1 "
    "convolution with a sigmoid and a Multiply, so that plain Keras opens the file; both predict the same."
)
"""What becomes of the two layers that Keras does not bring."""


def network_of(run: Run) -> NetworkSpec:
    """The network that a run trained, with its recipe's batch norm, for pictures of the side it saw."""
    recipe = run.settings.recipe_used
    spec = run.settings.spec(size=run.settings.side, classes=run.classes)
    return with_batch_norm(spec, momentum=recipe.batch_norm_momentum, zero_gamma=recipe.zero_gamma)


def plain_model(spec: NetworkSpec, weights: Weights) -> keras.Model:
    """A model of Keras' own layers alone, named as in `graph.walk`.

    Args:
        spec: the network.
        weights: as `read_weights` gives them.

    Returns:
        From pictures (batch, height, width, 3) with values from 0 to 1 to probabilities (batch, classes).
    """
    import keras

    from resnet_core.network.model import connect, keras_layer

    kernel = keras.initializers.HeNormal()

    def make(node: Node, channels: int) -> Callable[[Any], Any]:
        if isinstance(node.layer, Scale) and node.layer.learnable:
            return keras.layers.Rescaling(float(weights[f"{node.name}/scale"]), name=node.name)
        if isinstance(node.layer, Gate):
            return _gate(node.name, channels)
        return keras_layer(node.layer, channels, kernel, name=node.name, seed=0)

    picture = keras.Input(spec.input_shape, name=INPUT)
    model = keras.Model(picture, connect(walk(spec), picture, make), name=spec.name)
    set_weights(model, _renamed(spec, weights))
    return model


def _gate(name: str, channels: int) -> Callable[[Any], Any]:
    """`sigmoid(conv(x)) * x`, as `gate_layer.Gate` computes it."""
    import keras

    gate = keras.layers.Conv2D(channels, 1, activation="sigmoid", name=f"{name}_sigmoid")
    product = keras.layers.Multiply(name=name)
    return lambda x: product([gate(x), x])


def _renamed(spec: NetworkSpec, weights: Weights) -> Weights:
    """The weights by the layers of the plain model: 1 - sigmoid(z) is sigmoid(-z)."""
    layers = {node.name: node.layer for node in walk(spec)}
    renamed: Weights = {}
    for name, values in weights.items():
        layer_name, variable = name.split("/")
        layer = layers[layer_name]
        if isinstance(layer, Gate):
            renamed[f"{layer_name}_sigmoid/{variable}"] = -values if layer.complement else values
        elif not isinstance(layer, Scale):
            renamed[name] = values
    return renamed


def save_model(path: Path, spec: NetworkSpec, weights_file: Path) -> None:
    """Write the trained network to `path`, in the form that its ending names: .keras, .h5 or .weights.h5.

    A `.weights.h5` holds the layers as the program of the Network page makes them, Scale and Gate too.

    Raises:
        WeightsError: when the weights are not of that network.
    """
    from resnet_core.network.model import keras_model

    weights = read_weights(weights_file, spec)
    if path.name.endswith(".weights.h5"):
        model = keras_model(spec)
        set_weights(model, weights)
        model.save_weights(path)
    else:
        plain_model(spec, weights).save(path)
