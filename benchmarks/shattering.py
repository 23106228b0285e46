"""The gradient along a line, which the page server takes itself, against TensorFlow and bare products."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.figure import Figure, median_ms
from resnet_core.probes.shattered import (
    POINTS,
    Setting,
    autocorrelation,
    draw,
    gradients,
    line,
    references,
)

DEPTH, SETTING = 50, Setting()


def bench() -> list[Figure]:
    """Both nets of depth 50 and width 200 at 256 inputs, for the first time."""
    depths = (2, 10, DEPTH)
    ours = median_ms(lambda: gradients.__wrapped__(SETTING, depths, 1), times=9)
    bare, taped = median_ms(_products, times=9), median_ms(_taped(), times=5)
    what = f"gradients of both nets, depth {DEPTH}, {POINTS} inputs"
    found, noises = gradients(SETTING, depths, 1), median_ms(references.__wrapped__, times=5)
    return [
        Figure(what, ours, "ms", bare, "its matrix products alone"),
        Figure(what, ours, "ms", taped, "TensorFlow's GradientTape, weights drawn before"),
        Figure(
            "their autocorrelation", median_ms(lambda: autocorrelation(found)), "ms", ours, "the gradients"
        ),
        Figure("both noises, 400 series each", noises, "ms", ours, "the gradients"),
    ]


def _products() -> None:
    """What no way can do without: values and derivatives of two nets through every matrix."""
    given, matrix = np.ones((4 * POINTS, SETTING.width)), np.ones((SETTING.width, SETTING.width))
    for _ in range(DEPTH):
        given @ matrix


def _taped() -> Callable[[], object]:
    import tensorflow as tf

    entry, matrices, last = draw(SETTING.width, DEPTH, 1)
    kept, relu, x = [tf.constant(one) for one in matrices], tf.nn.relu, tf.constant(line()[:, None])

    def both() -> object:
        with tf.GradientTape() as tape:
            tape.watch(x)
            start = tf.concat([x, tf.ones_like(x)], axis=1) @ entry
            plain = residual = start
            for first, second in zip(kept[::2], kept[1::2], strict=True):
                plain = relu(relu(plain) @ first) @ second
                residual = residual + SETTING.beta * (relu(relu(residual) @ first) @ second)
            outputs = tf.stack([relu(z) @ last[:, None] for z in (plain, residual)])
        return tape.gradient(outputs, x)  # of the sum of both: one pass back, as cheap as it gets

    return both
