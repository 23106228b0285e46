"""Our way of training against the course notebook's, one after the other on one machine.

The notebook's way runs in a process of its own. Ours is pressed as in the app: a worker of the engine trains,
once cold (TensorFlow imported, nothing built) and otherwise standing ready, as it does while the Train page
is open. Seconds count from the press and are read from the store, as the page reads them. Numbers have the
precision that the page would choose here; the notebook's way has float32, as in the course.
"""

from __future__ import annotations

import dataclasses
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import psutil

from benchmarks.figure import Figure
from resnet_core.engine.engine import Engine
from resnet_core.hands import sets
from resnet_core.hands.dataset import HandSigns
from resnet_core.network.accounting import account
from resnet_core.network.traced import traced
from resnet_core.training.estimate import OPERATIONS, SIDE, matrix_rate
from resnet_core.training.evaluation import wilson
from resnet_core.training.precision import usual_precision
from resnet_core.training.recipes import RECIPES
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore

#: As in the course: ten epochs. `RESNET_BENCH_EPOCHS` shortens the notebook's way for a quick look.
NOTEBOOK_EPOCHS = int(os.environ.get("RESNET_BENCH_EPOCHS", "10"))
#: Seeds of the recipes for short runs, and of the best one.
SEEDS, BEST_SEEDS = (tuple(range(1, 1 + int(os.environ.get(f"RESNET_BENCH_{name}", default))))
                     for name, default in (("SEEDS", "3"), ("BEST_SEEDS", "5")))  # fmt: skip


def bench() -> list[Figure]:
    """Train on SIGNS, or on the rendered hands where it is not found, and compare."""
    data = sets.load(sets.default_name())
    rates = {"float32": matrix_rate(), "bfloat16": _elsewhere("matrix_rate_in_bfloat16")}
    said = ", ".join(f"{rate / 1e9:.0f} GFLOP/s in {name}" for name, rate in rates.items())
    print(f"on {data.title}; a matrix product of side {SIDE} (bfloat16: 1024): {said}", flush=True)
    notebook = _elsewhere("notebook_way")
    print(json.dumps({"the notebook's way": notebook}), flush=True)
    quarter = RunSettings(
        data=sets.default_name(), recipe="lecture", epochs=_epochs("lecture"),
        precision=usual_precision(RECIPES["lecture"]),
    )  # fmt: skip
    full = dataclasses.replace(quarter, width=1.0)
    best = dataclasses.replace(quarter, recipe="best", epochs=_epochs("best"))
    found: list[Figure] = []
    for name, settings, seeds in (
        ("lecture, full width", full, SEEDS),
        ("lecture, quarter width", quarter, SEEDS),
        ("best, quarter width", best, BEST_SEEDS),
    ):
        runs = _pressed(settings, seeds, data)
        for run in runs:
            print(json.dumps({name: run}), flush=True)
        found += _figures(name, runs, notebook, settings, rates)
    return found


def _epochs(recipe: str) -> int:
    return RunSettings(recipe=recipe).recipe_used.epochs


def _figures(
    name: str,
    runs: Sequence[dict[str, Any]],
    notebook: dict[str, Any],
    settings: RunSettings,
    rates: dict[str, float],
) -> list[Figure]:
    against = "the notebook's way, full width"
    figures = [
        Figure(f"{label}, {name}", _middle([run[key] for run in warm or runs]), unit, notebook[key], against)
        for label, key, unit, warm in (
            ("first loss, nothing ready", "first_point", "s", runs[:1]),
            ("first loss, standing ready", "first_point", "s", runs[1:]),
            ("photographs a second in steps", "images_per_second", "1/s", ()),
            ("photographs a second with tests and checkpoints", "images_per_second_in_all", "1/s", ()),
            ("seconds to 90 % clean", "to_90", "s", ()),
            ("seconds to 95 % clean", "to_95", "s", ()),
            ("clean test accuracy at the end", "clean", "", ()),
            ("seconds in all", "seconds", "s", ()),
            ("peak memory", "peak_mib", "MiB", ()),
        )
    ]
    work = OPERATIONS * account(settings.spec()).multiply_adds
    done = work * _middle([run["images_per_second"] for run in runs])
    theirs = OPERATIONS * account(RunSettings(width=1.0).spec()).multiply_adds
    reference = theirs * notebook["images_per_second"] / rates["float32"]
    shares = [
        Figure(f"share of the {kind} matrix product, {name}", done / rate, "", reference, against)
        for kind, rate in rates.items()
        if kind in ("float32", settings.precision)
    ]
    return [*figures, *shares]


def _middle(values: Sequence[float | None]) -> float:
    """The median, where what was never reached counts as the largest."""
    return statistics.median(float("inf") if value is None else value for value in values)


def _pressed(settings: RunSettings, seeds: Sequence[int], data: HandSigns) -> list[dict[str, Any]]:
    """Runs of these seeds, one after the other, in an engine of their own; the first begins cold."""
    engine = Engine()
    try:
        while not engine.state().ready:
            time.sleep(0.1)
        time.sleep(20)  # the workers import TensorFlow
        with tempfile.TemporaryDirectory() as folder:
            store = RunStore(folder)
            return [_press(engine, store, dataclasses.replace(settings, seed=seed), data) for seed in seeds]
    finally:
        engine.close()


def _press(engine: Engine, store: RunStore, settings: RunSettings, data: HandSigns) -> dict[str, Any]:
    pressed = time.monotonic()
    run_id = store.create(settings)
    engine.train(run_id, store)
    first, peak = 0.0, 0
    while not store.run(run_id).ended:
        if not first and len(store.steps(run_id)):
            first = time.monotonic() - pressed
        peak = max(peak, *_memory_of_workers())
        time.sleep(0.02 if not first else 0.2)
    run, steps = store.run(run_id), store.steps(run_id)
    if run.evaluation is None:
        raise RuntimeError(f"our way ended as {run.status}: {run.reason}")
    waited = first - float(steps.seconds[0])
    clean = _clean_by_epoch(store, run_id, data)
    when = [record.seconds + waited for record in store.epochs(run_id)]
    took, same = np.diff(steps.seconds), np.diff(steps.epoch) == 0  # between epochs are test and checkpoint
    return {
        "seed": settings.seed, "first_point": round(first, 2),
        "images_per_second": round(settings.batch_size / float(took[same].mean()), 1),
        "images_per_second_in_all": round(settings.batch_size / float(took.mean()), 1),
        "seconds": round(when[-1], 1), "epochs": run.epoch, "to_90": _reached(0.9, clean, when),
        "to_95": _reached(0.95, clean, when), "clean": clean[-1],
        "interval": [round(end, 3) for end in run.evaluation.clean.interval], "peak_mib": peak,
    }  # fmt: skip


def _memory_of_workers() -> list[int]:
    """MiB resident in each process below this one."""
    found = [0]
    for child in psutil.Process().children(recursive=True):
        try:
            found.append(child.memory_info().rss // 2**20)
        except psutil.Error:  # it has just ended
            continue
    return found


def _clean_by_epoch(store: RunStore, run_id: str, data: HandSigns) -> list[float]:
    """Accuracy on the clean test photographs after each epoch, from the weights that were kept of it."""
    from resnet_core.network.model import keras_model
    from resnet_core.network.weights import read_weights, set_weights
    from resnet_core.training.checkpoint import checkpoints

    spec = store.run(run_id).settings.trained_spec(classes=len(data.classes))
    model, kept = keras_model(spec), {one.step: one.path for one in checkpoints(store.checkpoints(run_id))}
    images, labels = data.test_x[data.clean_test] / np.float32(255), data.test_y[data.clean_test]
    found = []
    for record in store.epochs(run_id):
        set_weights(model, read_weights(kept[record.step], spec))
        found.append(float((model.predict(images, verbose=0).argmax(1) == labels).mean()))
    return found


def _reached(goal: float, accuracies: Sequence[float], when: Sequence[float]) -> float | None:
    """When an accuracy was first reached; None where it never was."""
    pairs = zip(accuracies, when, strict=True)
    return next((round(seconds, 1) for accuracy, seconds in pairs if accuracy >= goal), None)


def _elsewhere(function: str) -> Any:
    code = f"import json; from benchmarks import training; print(json.dumps(training.{function}()))"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def matrix_rate_in_bfloat16(size: int = 1024, times: int = 5) -> float:
    """Floating-point operations a second of a matrix product of bfloat16 numbers in TensorFlow, at best."""
    import tensorflow as tf

    a = tf.ones((size, size), tf.bfloat16)
    product = traced(lambda: tf.matmul(a, a))
    product()
    took = []
    for _ in range(times):
        began = time.perf_counter()
        product()
        took.append(time.perf_counter() - began)
    return 2 * size**3 / min(took)


def notebook_way() -> dict[str, Any]:
    """`keras.applications.ResNet50` with `compile` and `fit`, as in the course; tests are not timed."""
    import keras

    data = sets.load(sets.default_name())
    x, y = data.train_x / np.float32(255), keras.utils.to_categorical(data.train_y, 6)
    test, labels = data.test_x[data.clean_test] / np.float32(255), data.test_y[data.clean_test]
    began = time.monotonic()
    keras.utils.set_random_seed(1)
    model = keras.applications.ResNet50(weights=None, input_shape=(64, 64, 3), classes=6)
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    marks, when, clean, testing = [], [], [], [0.0]

    def tested(epoch: int, logs: object) -> None:
        now = time.monotonic()
        when.append(now - began - testing[0])
        clean.append(float((model.predict(test, verbose=0).argmax(1) == labels).mean()))
        testing[0] += time.monotonic() - now

    model.fit(x, y, epochs=NOTEBOOK_EPOCHS, batch_size=32, verbose=0, callbacks=[
        keras.callbacks.LambdaCallback(
            on_train_batch_end=lambda batch, logs: marks.append(time.monotonic() - began - testing[0]),
            on_epoch_end=tested,
        )
    ])  # fmt: skip
    right = round(clean[-1] * len(labels))
    return {
        "seed": 1, "first_point": round(marks[0], 2),
        "images_per_second": round((speed := (len(marks) - 1) * 32 / (marks[-1] - marks[0])), 1),
        "images_per_second_in_all": round(speed, 1),
        "seconds": round(when[-1], 1), "epochs": NOTEBOOK_EPOCHS, "to_90": _reached(0.9, clean, when),
        "to_95": _reached(0.95, clean, when), "clean": clean[-1],
        "interval": [round(end, 3) for end in wilson(right, len(labels))],
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip
