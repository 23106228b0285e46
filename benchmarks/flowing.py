"""What flows through a block and back, against the same block as a Keras model that is built and asked."""

from __future__ import annotations

import numpy as np

from benchmarks.figure import Figure, median_ms
from resnet_core.network.alone import alone
from resnet_core.network.presets import PRESETS
from resnet_core.network.spec import BlockSpec, Shape
from resnet_core.probes.back import Stacks, back, stacked
from resnet_core.probes.flow import flow
from resnet_core.probes.question import Start

BLOCKS = {"identity block": ("identity_block", (15, 15, 256)), "basic block": ("basic", (64, 64, 64))}


def bench() -> list[Figure]:
    """Every edge of a block for one 64x64 picture, and its gradient, once TensorFlow is warm."""
    picture = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    start = Start()
    figures = []
    for title, (name, shape) in BLOCKS.items():
        block = PRESETS[name].block
        reference = median_ms(lambda block=block, shape=shape: _asked(block, shape), times=5)
        against = "keras.Model built and asked with predict"
        what = f"{title}, {'×'.join(map(str, shape))}"
        forward = median_ms(lambda block=block, shape=shape: flow(block, shape, start, picture), times=9)
        there = median_ms(lambda block=block, shape=shape: back(block, shape, start, picture, 1), times=9)
        figures += [
            Figure(f"flow, {what}", forward, "ms", reference, against),
            Figure(f"back, {what}", there, "ms", reference, against),
        ]
    block, shape = PRESETS["basic"].block, PRESETS["basic"].shape
    stacks = median_ms(lambda: stacked(block, shape, start, picture, Stacks(1, tuple(range(1, 11)))), times=3)
    one = median_ms(lambda: back(block, shape, start, picture, 1), times=9)
    return [
        *figures,
        Figure("stacks of 1 to 10 basic blocks", stacks, "ms", one, "one block, there and back"),
    ]


def _asked(block: BlockSpec, shape: Shape) -> object:
    from resnet_core.network.model import keras_model

    return keras_model(alone(block, shape), seed=1).predict(np.zeros((1, *shape), np.float32), verbose=0)
