"""Why an answer was given: all stages in one pass there and back, against the goal and plain TensorFlow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.figure import Figure, median_ms
from resnet_core.probes.explaining import Covering, Smoothing, places
from resnet_core.probes.opened import Which, opened
from resnet_core.probes.why import film, why, why_covered, why_smoothed
from resnet_core.training.settings import RunSettings

GOALS = {0.25: 500.0, 1.0: 1500.0}
"""Milliseconds for Grad-CAM at all stages of ResNet-50 once it is warm, by width."""


def bench() -> list[Figure]:
    """Each method for one 64x64 picture, once TensorFlow is warm; random weights cost the same."""
    picture = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    figures = []
    for width, goal in GOALS.items():
        which = Which(RunSettings(network="resnet50", width=width, seed=1), "")
        name = f"ResNet-50, width {width:g}"
        stages = median_ms(lambda which=which: why(which, picture, 2), times=9)
        tape = median_ms(lambda which=which: _stage_by_stage(which, picture), times=1)
        noise = median_ms(lambda which=which: why_smoothed(which, picture, 2, Smoothing()), times=3)
        squares = median_ms(lambda which=which: why_covered(which, picture, Covering()), times=3)
        one = median_ms(lambda which=which: _predicted(which, picture), times=5)
        figures += [
            Figure(f"Grad-CAM, all stages, {name}", stages, "ms", goal, "the goal"),
            Figure(f"Grad-CAM, all stages, {name}", stages, "ms", tape, "a tape for each stage, not traced"),
            Figure(f"SmoothGrad, n = 32, {name}", noise, "ms", 32 * stages, "32 passes one by one"),
            Figure(f"occlusion, 49 places, {name}", squares, "ms", 49 * one, "predict, 49 times"),
        ]
    which = Which(RunSettings(network="resnet50", width=0.25, seed=1), "")
    two = (which, replace(which, settings=replace(which.settings, seed=2)))
    frames = median_ms(lambda: film(two, picture, 2), times=3)
    warm = median_ms(lambda: film((which, which), picture, 2), times=3)
    return [*figures, Figure("two epochs of a film, width 0.25", frames, "ms", warm, "without other weights")]


def _stage_by_stage(which: Which, picture: NDArray[np.uint8]) -> list[Any]:
    """As it is usually written: a model of two outputs and a tape, for each stage anew."""
    import keras
    import tensorflow as tf

    model, found = opened(which).model, []
    for place in places(which.spec):
        both = keras.Model(model.input, [model.get_layer(place.layer).output, model.output])
        with tf.GradientTape() as tape:
            maps, scores = both(tf.constant(picture[None] / np.float32(255)), training=False)
            score = scores[:, 2]
        weights = tf.reduce_mean(tape.gradient(score, maps), axis=(1, 2))
        found.append(tf.nn.relu(tf.reduce_sum(maps * weights[:, None, None], axis=-1)).numpy())
    return found


def _predicted(which: Which, picture: NDArray[np.uint8]) -> object:
    return opened(which).model.predict(picture[None] / np.float32(255), verbose=0)
