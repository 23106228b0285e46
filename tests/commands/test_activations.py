"""``activations`` says and writes what the probes find."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from resnet_core.commands.main import main
from resnet_core.network.graph import INPUT, walk
from resnet_core.probes.opened import Which
from resnet_core.probes.passes import maps_of, passed
from resnet_core.probes.residuals import residuals
from resnet_core.training.store import RunStore
from tests.commands.test_explain import PIXELS, SETTINGS, run_id

__all__ = ["run_id"]
LAYER = "conv3_block1_exit_relu1"


def activations(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["activations", str(folder / "hand.png"), "--crop", "none", *options])


def test_it_writes_the_arrays_that_the_probes_find(run_id: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = activations(tmp_path, "--run", run_id, "--layer", LAYER, "--out", str(out), "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert sorted(said["files"]) == sorted(map(str, out.iterdir()))
    which = Which(SETTINGS, str(RunStore(tmp_path / "runs").checkpoints(run_id) / "weights-000001.h5"))
    maps, arrays = maps_of(which, PIXELS, LAYER), np.load(out / "activations.npz")
    np.testing.assert_array_equal(arrays["picture"], PIXELS)
    np.testing.assert_allclose(arrays[f"maps/{LAYER}"], maps, rtol=1e-3, atol=1e-6)
    for told, row in zip(said["blocks"], residuals(which, PIXELS), strict=True):
        assert told["block"] == row.block
        assert told["ratio"] == pytest.approx(row.ratio, rel=1e-4)
    with (out / f"{LAYER}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    np.testing.assert_allclose([float(row["largest"]) for row in rows], maps.max((0, 1)), rtol=1e-4)
    assert min(Image.open(out / f"{LAYER}.png").size) >= 64
    assert said["layers"][0]["shape"] == list(maps.shape)


def test_every_layer_before_training(run_id: str, tmp_path: Path) -> None:
    done = activations(tmp_path, "--run", run_id, "--step", "0", "--layer", "all", "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert [one["name"] for one in said["layers"]] == [node.name for node in walk(SETTINGS.trained_spec())]
    assert said["files"] == []
    logits = passed(Which(SETTINGS, ""), PIXELS).logits
    assert said["answer"] == int(logits.argmax())
    assert INPUT not in {one["name"] for one in said["layers"]}


def test_a_layer_that_is_not_there_is_refused_in_a_sentence(run_id: str, tmp_path: Path) -> None:
    wrong = activations(tmp_path, "--run", run_id, "--layer", "conv9_block1_add")
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert "has no layer called 'conv9_block1_add'" in wrong.stderr
