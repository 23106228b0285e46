"""The Classify page with a real engine and a network that was really trained, if only a little."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from resnet_core.engine.engine import Engine
from resnet_core.hands.signs import load_signs
from resnet_core.training.store import RunStore
from resnet_core.ui import services
from tests.hands.pictures import encoded
from tests.pages.visiting import raised, visit, words
from tests.source_tree import ROOT

pytestmark = pytest.mark.slow

TRAIN = """
import sys
import numpy as np
from resnet_core.hands.signs import load_signs
from resnet_core.training.loop import train
from resnet_core.training.predict import newest_weights, predict
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore

store = RunStore()
run_id = store.create(RunSettings("cifar_resnet8", 1.0, epochs=1, batch_size=16), "Tiny")
train(run_id)
run = store.run(run_id)
assert run.status == "done", run.reason
answer = predict(run.settings, str(newest_weights(store, run_id)), load_signs().test_x)
np.save(sys.argv[1], answer.probabilities)
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, tiny_signs_folder: Path) -> Path:
    """A folder of runs with one trained run, and with its answers to the test in answers.npy.

    In a process of its own, which ends: TensorFlow has no place in the process of the pages.
    """
    folder = tmp_path_factory.mktemp("runs")
    own = {
        "RESNET_DATA_DIR": str(tiny_signs_folder),
        "RESNET_RUNS_DIR": str(folder),
        "RESNET_RECORDINGS_DIR": str(folder / "recordings"),
    }
    subprocess.run(
        [sys.executable, "-c", TRAIN, str(folder / "answers.npy")],
        cwd=ROOT,
        env={**os.environ, **own},
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    made = Engine()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def app_of(
    engine: Engine, trained: Path, tiny_signs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
    monkeypatch.setenv("RESNET_RUNS_DIR", str(trained))
    monkeypatch.setenv("RESNET_RECORDINGS_DIR", str(trained / "recordings"))
    monkeypatch.setattr(services, "engine", lambda: engine)
    services.store.clear()
    yield
    services.store.clear()


def answered(app: AppTest) -> np.ndarray:
    """The probabilities of the bars, once the engine is ready and has answered."""
    end = time.monotonic() + 90
    while not app.get("plotly_chart"):
        assert raised(app) == []
        assert [error.value for error in app.error] == []
        assert time.monotonic() < end, words(app)
        time.sleep(0.2)
        app.run()
    (bars,) = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    return np.frombuffer(base64.b64decode(bars["x"]["bdata"]), bars["x"]["dtype"])


def test_a_sample_is_answered_as_the_network_answers_it_elsewhere(trained: Path) -> None:
    expected = np.load(trained / "answers.npy")
    for index in (0, 7):
        assert answered(visit("classify", sample=str(index))) == pytest.approx(expected[index], abs=1e-5)


def test_an_uploaded_picture_is_answered_like_the_sample_it_shows(trained: Path) -> None:
    photograph = load_signs().test_x[5]
    app = visit("classify", picture="files")
    app.file_uploader(key="pictures").upload("copy.png", encoded(Image.fromarray(photograph)))
    assert answered(app.run()) == pytest.approx(np.load(trained / "answers.npy")[5], abs=1e-5)


def test_weights_that_cannot_be_read_are_a_sentence(trained: Path) -> None:
    assert len(answered(visit("classify"))) == 6
    store = RunStore(trained)
    (run,) = store.runs()
    (store.checkpoints(run.id) / "weights-999999.h5").write_bytes(b"no weights")
    app = visit("classify")
    assert raised(app) == []
    (error,) = app.error
    assert "HDF5 file of weights is expected" in error.value
    (store.checkpoints(run.id) / "weights-999999.h5").unlink()
