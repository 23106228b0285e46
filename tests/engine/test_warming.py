"""The worker that answers people builds the networks that ship beforehand, and nothing is built twice."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from pathlib import Path

import pytest

from resnet_core.engine import preload
from resnet_core.training.predict import newest_weights
from resnet_core.training.store import RunStore
from tests import recordings
from tests.source_tree import ROOT

# Puts real weights of a small network into the recording, warms up, asks as a page does, and tells how often
# a network was built and found.
WARM = """
import json, os
from pathlib import Path
import numpy as np
from resnet_core.engine.preload import warm
from resnet_core.network.catalogue import network
from resnet_core.network.model import keras_model
from resnet_core.network.weights import write_weights
from resnet_core.training import predict
from resnet_core.training.store import RunStore

store = RunStore(os.environ["RESNET_RUNS_DIR"])
run = store.run("shipped")
spec = network(run.settings.network, size=64, classes=6, width=run.settings.width)
weights = predict.newest_weights(store, run.id)
write_weights(weights, keras_model(spec), half=True)
warm()
built = predict._forward.cache_info()
pictures = np.zeros((2, 64, 64, 3), np.uint8)
answer = predict.predict(run.settings, str(weights), pictures, run.classes, run.calibration)
found = predict._forward.cache_info()
print(json.dumps([built.misses, found.misses, found.hits, answer.probabilities.shape]))
"""


@pytest.mark.parametrize("mirrored", [None, False, True])
def test_what_is_built_is_what_a_page_will_ask_for(
    mirrored: bool | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = None
    if mirrored is not None:
        calibration = dataclasses.replace(recordings.CALIBRATION, mirrored=mirrored)
        measured = dataclasses.replace(recordings.a_reliance(), calibration=calibration)
    recordings.write(tmp_path / "recordings", reliance=measured)
    monkeypatch.setenv("RESNET_RECORDINGS_DIR", str(tmp_path / "recordings"))
    built: list[tuple] = []
    monkeypatch.setattr(preload, "forward_pass", lambda *args, **named: built.append((*args, named)))
    preload.warm()
    store = RunStore(tmp_path / "runs")
    run = store.run("shipped")
    named = {"classes": run.classes, "mirrored": bool(mirrored)}
    assert built == [(run.settings, str(newest_weights(store, run.id)), named)]


def test_with_nothing_that_ships_there_is_nothing_to_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNET_RECORDINGS_DIR", str(tmp_path / "none"))
    monkeypatch.setattr(preload, "forward_pass", lambda *args, **named: pytest.fail("nothing to build"))
    preload.warm()


@pytest.mark.slow
def test_the_first_question_finds_the_network_already_built(tmp_path: Path) -> None:
    recordings.write(tmp_path / "recordings", network="cifar_resnet8")
    own = {
        "RESNET_RECORDINGS_DIR": str(tmp_path / "recordings"),
        "RESNET_RUNS_DIR": str(tmp_path / "runs"),
        "RESNET_SETTINGS": str(tmp_path / "settings.json"),
    }
    done = subprocess.run(
        [sys.executable, "-c", WARM],
        cwd=ROOT,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == [1, 1, 1, [2, 6]]


def test_work_waits_until_tensorflow_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = threading.Event()
    monkeypatch.setattr(preload, "_imported", imported)
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(preload.prepared, pow, 2, 3)
        with pytest.raises(NotYet):
            asked.result(0.2)
        imported.set()
        assert asked.result(60) == 8


def test_an_import_that_fails_lets_work_go_on_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = threading.Event()
    monkeypatch.setattr(preload, "_imported", imported)

    def fail(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(preload.importlib, "import_module", fail)
    preload._prepare(quick=True)
    assert preload.prepared(pow, 2, 3) == 8
