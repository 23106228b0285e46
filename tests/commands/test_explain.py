"""``explain`` says and writes what the probes find."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from resnet_core.commands.main import main
from resnet_core.network.model import keras_model
from resnet_core.network.weights import write_weights
from resnet_core.probes.explaining import Covering
from resnet_core.probes.opened import Which
from resnet_core.probes.why import why, why_covered
from resnet_core.training.records import DONE
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore

SETTINGS = RunSettings(network="cifar_resnet8", width=0.25, epochs=1, seed=3)
PIXELS = np.random.default_rng(7).integers(0, 256, (64, 64, 3)).astype(np.uint8)
QUICK = ("--samples", "2", "--patch", "32", "--stride", "32", "--crop", "none")


@pytest.fixture
def run_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A run with one checkpoint, and a picture beside it."""
    monkeypatch.setenv("RESNET_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setenv("RESNET_RECORDINGS_DIR", str(tmp_path / "recordings"))
    store = RunStore(tmp_path / "runs")
    made = store.create(SETTINGS)
    store.begin(made, 1, {})
    store.add_steps(made, [(1, 1, 0.5, 1.0, 0.5, 1e-3)])
    store.checkpoints(made).mkdir(parents=True)
    write_weights(
        store.checkpoints(made) / "weights-000001.h5",
        keras_model(SETTINGS.spec(), seed=9, logits=True),
    )
    store.end(made, DONE)
    Image.fromarray(PIXELS).save(tmp_path / "hand.png")
    return made


def explain(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["explain", str(folder / "hand.png"), *QUICK, *options])


def test_it_writes_the_arrays_that_the_probes_find(run_id: str, tmp_path: Path) -> None:
    done = explain(tmp_path, "--run", run_id, "--label", "2", "--out", str(tmp_path / "out"), "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["label"], said["step"], said["run"]) == (2, 1, run_id)
    assert sorted(said["files"]) == sorted(map(str, (tmp_path / "out").iterdir()))
    which = Which(SETTINGS, str(RunStore(tmp_path / "runs").checkpoints(run_id) / "weights-000001.h5"))
    expected, arrays = why(which, PIXELS, 2), np.load(tmp_path / "out" / "why.npz")
    np.testing.assert_array_equal(arrays["picture"], PIXELS)
    np.testing.assert_allclose(said["scores"], expected.scores, rtol=1e-5)
    for cam in expected.cams:
        np.testing.assert_allclose(arrays[f"gradcam_{cam.place.name}"], cam.map, rtol=1e-3, atol=1e-6)
    covered = why_covered(which, PIXELS, Covering(32, 32))
    np.testing.assert_allclose(arrays["occlusion_drops"], covered.drops(2), rtol=1e-3, atol=1e-5)
    with (tmp_path / "out" / "why-stages.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    last = [float(row["value"]) for row in rows if row["map"] == "gradcam_conv4"]
    np.testing.assert_allclose(last, expected.cams[-1].map.ravel(), rtol=1e-3, atol=1e-6)
    assert Image.open(tmp_path / "out" / "gradcam_conv4.png").size == (512, 512)


def test_one_method_before_training(run_id: str, tmp_path: Path) -> None:
    done = explain(
        tmp_path, "--run", run_id, "--step", "0", "--method", "gradient", "--out", str(tmp_path / "out")
    )
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["gradient.png", "why.npz"]
    assert "The gradient: 410 pixels" in done.stdout
    assert "Grad-CAM" not in done.stdout
    assert "SmoothGrad" not in done.stdout


WRONG = {
    ("--label", "6"): "from 0 to 5, but 6 came",
    ("--step", "7"): "one of 0, 1, but 7 came",
    ("--patch", "65", "--method", "occlusion"): "at most 64 pixels",
    ("--samples", "0", "--method", "smoothgrad"): "noisy copies",
}


def test_what_cannot_be_asked_is_refused_in_a_sentence(run_id: str, tmp_path: Path) -> None:
    for options, sentence in WRONG.items():
        wrong = explain(tmp_path, "--run", run_id, *options)
        assert (wrong.exit_code, wrong.stdout) == (1, "")
        assert sentence in wrong.stderr
