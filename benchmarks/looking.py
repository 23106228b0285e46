"""Looking inside a network: one pass for all layers against Keras' own `predict`, and what a click costs."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.figure import Figure, median_ms
from resnet_core.network.catalogue import network
from resnet_core.probes.opened import Which, open_spec
from resnet_core.probes.passes import forget_passes, maps_of, pass_through
from resnet_core.training.settings import RunSettings

LAYERS = ("stem_conv1", "conv3_block2_exit_relu1", "conv5_block3_exit_relu1")


def bench() -> list[Figure]:
    """Quarter and full width, 64x64: a first pass of a picture, and any layer once it has gone through."""
    picture = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    figures = []
    for title, width in (("quarter width", 0.25), ("full width", 1.0)):
        model = open_spec(network("resnet50", width=width))
        reference = median_ms(lambda model=model: _predict(model.model, picture), times=7)
        every = median_ms(lambda model=model: _fresh(model, picture), times=9)
        figures.append(Figure(f"all layers in one pass, {title}", every, "ms", reference, "Keras' predict"))
    which = Which(RunSettings("resnet50", 0.25, epochs=1), "")
    for layer in LAYERS:
        taken = median_ms(lambda layer=layer: maps_of(which, picture, layer))
        figures.append(Figure(f"one more layer: {layer}", taken, "ms"))
    return [*figures, *_clicks(which, picture)]


def _clicks(which: Which, picture: np.ndarray) -> list[Figure]:
    """From the click to the arrays in the page's process, through the engine."""
    from resnet_core.engine.engine import Engine
    from resnet_core.probes.inside import seen, stations

    engine = Engine()
    try:
        while not engine.state().ready:
            time.sleep(0.1)
        engine.measure(seen, which, picture, page="bench").result(600)
        taken = []
        for layer in LAYERS * 3:
            shade = np.clip(picture.astype(int) + len(taken), 0, 255).astype(np.uint8)
            engine.measure(seen, which, shade, page="bench").result(600)
            began = time.perf_counter()
            engine.measure(maps_of, which, shade, layer, page="bench/maps").result(600)
            engine.measure(stations, which, shade, "conv3", 2, page="bench/block").result(600)
            taken.append((time.perf_counter() - began) * 1e3)
        return [Figure("a layer and its block through the engine", float(np.median(taken)), "ms")]
    finally:
        engine.close()


def _predict(model: object, picture: np.ndarray) -> object:
    return model.predict(picture[None] / np.float32(255), verbose=0)  # type: ignore[attr-defined]


def _fresh(model: object, picture: np.ndarray) -> object:
    forget_passes()
    return pass_through(model, picture)  # type: ignore[arg-type]
