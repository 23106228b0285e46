"""What enters a block of a trained run: the picture through all the layers of the run before it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from resnet_core.network.graph import walk
from resnet_core.network.spec import BlockSpec, NetworkSpec, Shape
from resnet_core.network.weights import Weights
from resnet_core.probes.opened import Which, opened
from resnet_core.probes.question import PREFIX, Trained, blocks_of


def block_of(taken: Trained) -> tuple[BlockSpec, Shape]:
    """The block of a run, and the shape that enters it there.

    Raises:
        ValueError: the run's network has no block of that name.
    """
    found = blocks_of(_spec(taken)).get(taken.block)
    if found is None:
        raise ValueError(f"The network of this run has no block called {taken.block[:60]!r}.")
    return found


def entering(taken: Trained, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """x of the block: (height, width, channels), what the network itself computes, in 32-bit floats.

    Args:
        taken: the block of a run.
        picture: (64, 64, 3) of unsigned bytes.
    """
    return _trunk(taken)[0](picture)


def learned(taken: Trained) -> Weights:
    """The weights of the block, under the names that its layers have where it stands alone."""
    return _trunk(taken)[1]


def _spec(taken: Trained) -> NetworkSpec:
    """The network as its settings describe it: what a recipe lets batch norms start with is learned over."""
    return taken.settings.spec(classes=taken.classes)


def _which(taken: Trained) -> Which:
    return Which(taken.settings, taken.weights, taken.classes)


def _trunk(taken: Trained) -> tuple[Callable[[NDArray[np.uint8]], NDArray[np.float32]], Weights]:
    """The pass up to the block, and the block's weights."""
    import keras
    import tensorflow as tf

    block_of(taken)
    found = opened(_which(taken))
    model, weights = found.model, found.weights
    stage, number = taken.block.rsplit("_block", 1)
    first = next(node for node in walk(found.spec) if (node.stage, node.block) == (stage, int(number)))
    before = keras.Model(model.input, model.get_layer(first.inputs[0]).output)
    own = {
        PREFIX + name.removeprefix(f"{taken.block}_"): value
        for name, value in weights.items()
        if name.startswith(f"{taken.block}_")
    }

    def forward(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
        return before(tf.cast(picture[None], tf.float32) / 255, training=False).numpy()[0]

    return forward, own
