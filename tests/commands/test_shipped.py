"""Classifying and evaluating with a run that ships, as a person or a script calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from resnet_core.hands.signs import read_h5
from resnet_core.training.calibration import expected_calibration_error
from resnet_core.training.evaluation import wilson
from tests.hands_factory import pictures
from tests.source_tree import ROOT

pytestmark = pytest.mark.slow

TEMPERATURE = 2.0
# Trains a little, takes the median of the calibrated largest probabilities as the threshold, and records.
RECORD = """
import sys
from pathlib import Path
import numpy as np
from resnet_core.hands.signs import load_signs
from resnet_core.training.calibration import Calibration, softmax
from resnet_core.training.loop import train
from resnet_core.training.predict import forward_pass, newest_weights
from resnet_core.training.recorder import write_recording
from resnet_core.training.reliance import rely
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore

store, hands, folder = RunStore(recordings=()), load_signs(), Path(sys.argv[1])
settings = RunSettings("cifar_resnet8", 1.0, data="signs", epochs=2, batch_size=16)
run_id = store.create(settings, "Shipped")
train(run_id)
run = store.run(run_id)
assert run.status == "done", run.reason
logits = forward_pass(run.settings, str(newest_weights(store, run_id)))(hands.test_x)
np.save(folder / "logits.npy", logits)
threshold = round(float(np.median(softmax(logits, 2.0).max(axis=1))), 4)
measured = rely(
    Calibration(2.0, threshold), {"signs": (logits, hands.test_y)}, {}, chosen_on="-", measured_on="-"
)
first = run.step // 2
write_recording(store, run_id, folder / "recordings" / "shipped", checkpoints=[first], reliance=measured)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shipping")


@pytest.fixture(scope="module")
def surroundings(folder: Path, tiny_signs_folder: Path) -> dict[str, str]:
    """An app with a recorded run and no other."""
    own = {
        "RESNET_DATA_DIR": str(tiny_signs_folder),
        "RESNET_SETTINGS": str(folder / "settings.json"),
        "RESNET_RECORDINGS_DIR": str(folder / "recordings"),
    }
    made = {**os.environ, **own, "RESNET_RUNS_DIR": str(folder / "training")}
    subprocess.run(
        [sys.executable, "-c", RECORD, str(folder)], cwd=ROOT, env=made, check=True, capture_output=True
    )
    return {**made, "RESNET_RUNS_DIR": str(folder / "runs")}


def told(surroundings: dict[str, str], *arguments: str) -> Any:
    command = [sys.executable, "-m", "resnet_core", *arguments, "--json"]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def recorded(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "recordings" / "shipped" / "run.json").read_text())


def calibrated(folder: Path) -> np.ndarray:
    """What the network said in full precision when it was recorded, with the temperature."""
    powers = np.exp(np.load(folder / "logits.npy").astype(float) / TEMPERATURE)
    return powers / powers.sum(axis=1, keepdims=True)


def test_what_ships_is_small_and_keeps_the_checkpoints_that_were_named(
    surroundings: dict[str, str], folder: Path
) -> None:
    last = recorded(folder)["step"]
    found = sorted(path.name for path in (folder / "recordings" / "shipped").iterdir())
    assert found == ["run.json", f"weights-{last // 2:06d}.h5", f"weights-{last:06d}.h5"]
    (whole,) = (folder / "training").glob(f"*/checkpoints/weights-{last:06d}.h5")
    half = folder / "recordings" / "shipped" / f"weights-{last:06d}.h5"
    assert half.stat().st_size < 0.75 * whole.stat().st_size


def test_classify_asks_what_ships_and_abstains_below_its_threshold(
    surroundings: dict[str, str], folder: Path, tiny_signs_folder: Path
) -> None:
    images, _, _ = read_h5(tiny_signs_folder / "test_signs.h5", "test")
    files = []
    for index, image in enumerate(images):
        files.append(str(folder / f"{index}.png"))
        Image.fromarray(image).save(files[-1])
    answers = told(surroundings, "classify", *files)
    threshold = recorded(folder)["card"]["calibration"]["calibration"]["threshold"]
    expected = calibrated(folder)
    assert [answer["file"] for answer in answers] == files
    for answer, shares in zip(answers, expected, strict=True):
        assert answer["probabilities"] == pytest.approx(shares.tolist(), abs=0.01), "half precision"
        best = int(np.argmax(answer["probabilities"]))
        assert answer["label"] == (best if max(answer["probabilities"]) >= threshold else None)
        assert (answer["crop"], answer["box"]) == ("square", [0, 0, 64, 64])
    labels = [answer["label"] for answer in answers]
    assert None in labels
    assert set(labels) != {None}


def test_the_crop_is_the_one_asked_for(surroundings: dict[str, str], folder: Path) -> None:
    file = folder / "wide.png"
    Image.fromarray(pictures(np.array([2]), 5)[0]).resize((300, 200)).save(file)
    (square,) = told(surroundings, "classify", "--crop", "square", str(file))
    (everything,) = told(surroundings, "classify", "--crop", "none", str(file))
    assert (square["crop"], square["box"]) == ("square", [50, 0, 250, 200])
    assert (everything["crop"], everything["box"]) == ("none", [0, 0, 300, 200])
    assert square["probabilities"] != everything["probabilities"]


def test_evaluate_tells_accuracy_abstention_and_calibration_error(
    surroundings: dict[str, str], folder: Path, tiny_signs_folder: Path
) -> None:
    found = told(surroundings, "evaluate", "--data", str(tiny_signs_folder / "test_signs.h5"))
    _, labels, _ = read_h5(tiny_signs_folder / "test_signs.h5", "test")
    shares = calibrated(folder)
    assert found["run"] == "shipped"
    assert found["count"] == 24
    assert found["accuracy"] == pytest.approx((shares.argmax(axis=1) == labels).mean(), abs=1.5 / 24)
    assert found["calibration_error"] == pytest.approx(expected_calibration_error(shares, labels), abs=0.1)
    assert found["temperature"] == TEMPERATURE
    assert 0 < found["abstained"] < 24
    assert found["abstention"] == found["abstained"] / 24
    assert found["abstention_interval"] == pytest.approx(wilson(found["abstained"], 24))
    assert 0 <= found["accuracy_of_answers"] <= 1


def test_the_list_says_which_run_is_recorded(surroundings: dict[str, str]) -> None:
    (listed,) = told(surroundings, "runs")
    assert listed["run"] == "shipped"
    assert len(listed["recorded"]) == len("2026-11-23")
