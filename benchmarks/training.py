"""Our way of training against the course notebook's, one after the other, each in a process of its own."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from typing import Any

import numpy as np

from benchmarks.figure import Figure
from resnet_core.hands import sets

#: As in the course: ten epochs. `RESNET_BENCH_EPOCHS` shortens the notebook's way for a quick look.
NOTEBOOK_EPOCHS = int(os.environ.get("RESNET_BENCH_EPOCHS", "10"))


def bench() -> list[Figure]:
    """Train both ways on SIGNS, or on the rendered hands where it is not found, and compare."""
    print(f"on {sets.load(sets.default_name()).title}", flush=True)
    notebook, quarter = _elsewhere("notebook_way"), _elsewhere("our_way")
    against = "the notebook's way, full width"
    print(json.dumps({"notebook": notebook, "ours, quarter width": quarter}, indent=2), flush=True)
    return [
        Figure(f"{label}, ours at quarter width", quarter[key], unit, notebook[key], against)
        for label, key, unit in (
            ("first loss", "first_point", "s"),
            ("photographs a second", "images_per_second", "1/s"),
            ("seconds in all", "seconds", "s"),
            ("test accuracy", "test_accuracy", ""),
            ("clean test accuracy", "clean_test_accuracy", ""),
            ("peak memory", "peak_mib", "MiB"),
        )
    ]


def _elsewhere(function: str) -> dict[str, Any]:
    code = f"import json; from benchmarks import training; print(json.dumps(training.{function}()))"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def notebook_way() -> dict[str, Any]:
    """`keras.applications.ResNet50` with `compile` and `fit`, as in the course."""
    import keras

    data = sets.load(sets.default_name())
    x, y = data.train_x / np.float32(255), keras.utils.to_categorical(data.train_y, 6)
    began = time.monotonic()
    keras.utils.set_random_seed(1)
    model = keras.applications.ResNet50(weights=None, input_shape=(64, 64, 3), classes=6)
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    marks: list[float] = []
    mark = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: marks.append(time.monotonic())
    )
    model.fit(x, y, epochs=NOTEBOOK_EPOCHS, batch_size=32, verbose=0, callbacks=[mark])
    seconds = time.monotonic() - began
    right = model.predict(data.test_x / np.float32(255), verbose=0).argmax(1) == data.test_y
    steady = (len(marks) - 1) * 32 / (marks[-1] - marks[0])
    return _result(marks[0] - began, steady, seconds, NOTEBOOK_EPOCHS) | {
        "test_accuracy": float(right.mean()),
        "clean_test_accuracy": float(right[data.clean_test].mean()),
    }


def our_way() -> dict[str, Any]:
    """Our recipe at quarter width, as `python -m resnet_core train` does it."""
    from resnet_core.training.loop import train
    from resnet_core.training.settings import RunSettings
    from resnet_core.training.store import RunStore

    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(folder)
        run_id = store.create(RunSettings(data=sets.default_name()))
        train(run_id, folder)
        seconds = time.monotonic() - began
        run, steps = store.run(run_id), store.steps(run_id)
    if run.evaluation is None:
        raise RuntimeError(f"our way ended as {run.status}: {run.reason}")
    steady = (len(steps) - 1) * run.settings.batch_size / float(steps.seconds[-1] - steps.seconds[0])
    return _result(float(steps.seconds[0]), steady, seconds, run.epoch) | {
        "seed": run.settings.seed,
        "test_accuracy": run.evaluation.all.value,
        "test_interval": list(run.evaluation.all.interval),
        "clean_test_accuracy": run.evaluation.clean.value,
    }


def _result(first: float, rate: float, seconds: float, epochs: int) -> dict[str, Any]:
    return {
        "first_point": round(first, 2),
        "images_per_second": round(rate, 1),
        "seconds": round(seconds, 1),
        "epochs": epochs,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
