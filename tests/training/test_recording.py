"""Recorded runs: what was written is read, strangers' descriptions are refused, and nobody changes one."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.training.recorder import MOST_STEPS, description
from resnet_core.training.recording import MOST_JSON, RecordingError, read_recording, shipped
from resnet_core.training.records import RUNNING, RunError
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore
from tests import recordings


def test_what_was_written_is_read(tmp_path: Path) -> None:
    measured = recordings.a_reliance()
    read = read_recording(recordings.write(tmp_path, "hands", reliance=measured))
    written = recordings.a_run()
    assert read.run.reliance == measured
    assert read.run.calibration == recordings.CALIBRATION
    assert (read.run.id, read.run.recorded) == ("hands", recordings.DAY)
    assert (read.run.title, read.run.settings) == (written.title, written.settings)
    assert read.run.evaluation is not None
    assert written.evaluation is not None
    assert read.run.evaluation.confusion == written.evaluation.confusion
    assert read.run.evaluation.mistakes[0].probability == pytest.approx(0.9166667, abs=1e-6)
    assert read.steps.step.tolist() == list(range(1, 49))
    assert read.steps.loss == pytest.approx(recordings.some_steps(48).loss, rel=1e-5)
    assert [record.epoch for record in read.epochs] == [1, 2, 3, 4]
    assert read.run.ended


def test_without_a_calibration_there_is_none(tmp_path: Path) -> None:
    run = read_recording(recordings.write(tmp_path)).run
    assert (run.reliance, run.calibration) == (None, None)


@given(st.integers(0, 20_000))
def test_steps_are_thinned_to_a_true_and_small_choice(count: int) -> None:
    run, steps = recordings.a_run(steps=max(1, count)), recordings.some_steps(count)
    text = description(run, steps, [], recordings.a_reliance())
    assert len(text) <= MOST_JSON
    kept = json.loads(text)["step_metrics"]
    assert len(kept["step"]) == count if count <= MOST_STEPS else len(kept["step"]) <= MOST_STEPS + 1
    assert kept["step"][:1] == steps.step[:1].tolist()
    assert kept["step"][-1:] == steps.step[-1:].tolist()
    at = np.array(kept["step"], int) - 1
    assert kept["loss"] == pytest.approx(steps.loss[at].tolist(), rel=1e-5)
    assert kept["epoch"] == steps.epoch[at].tolist()


def test_only_a_run_that_is_done_is_recorded() -> None:
    run = dataclasses.replace(recordings.a_run(), status=RUNNING)
    with pytest.raises(RecordingError, match="is running"):
        description(run, recordings.some_steps(3), [], None)


def _without(key: str) -> Callable[[dict[str, Any]], Any]:
    return lambda said: said.pop(key)


def _with(*path: str, value: Any) -> Callable[[dict[str, Any]], Any]:
    def change(said: Any) -> None:
        for key in path[:-1]:
            said = said[key]
        said[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_without("title"), "title is missing"),
        (_with("surplus", value=1), "'surplus' came"),
        (_with("format", value=2), "format should be 1"),
        (_with("title", value=["a"]), "title should be a text"),
        (_with("title", value="a" * 5000), "title should be a text"),
        (_with("created", value=1e300), "seconds since 1970"),
        (_with("seconds", value=-1.0), "do not belong together"),
        (_with("epoch", value=10**30), "epoch should be a whole number"),
        (_with("epoch", value=True), "epoch should be a whole number"),
        (_with("settings", "network", value="resnet51"), "resnet50"),
        (_with("settings", "width", value=1e9), "width must be"),
        (_with("settings", "surplus", value=1), "surplus"),
        (_with("card", "data", "digest", value=5), "digest"),
        (_with("card", "data", "test", value="many"), "count training"),
        (_with("card", "versions", value={"keras": {"a": 1}}), "card.versions"),
        (_with("card", "calibration", value={}), "calibration should have exactly"),
        (_with("card", "calibration", "calibration", "temperature", value=0), "temperature must be"),
        (_with("evaluation", "all", "correct", value=999), "999 of 120"),
        (_with("evaluation", "confusion", value=[[1], [2]]), "square table"),
        (_with("evaluation", "confusion", value=[[1]]), "one of 1 came"),
        (_with("evaluation", "loss", value=None), "loss should be a finite number"),
        (_with("step_metrics", "loss", value=[1.0]), "one length"),
        (_with("step_metrics", "step", value=list(range(48, 0, -1))), "counted upwards"),
        (_with("step_metrics", "step", value=5), "should be a list"),
        (_with("epoch_metrics", value=[]), None),
    ],
)  # fmt: skip
def test_a_strangers_description_is_refused_with_what_was_expected(
    tmp_path: Path, change: Callable[[dict[str, Any]], Any], expected: str | None
) -> None:
    folder = recordings.write(tmp_path, reliance=recordings.a_reliance())
    said = json.loads((folder / "run.json").read_text())
    change(said)
    (folder / "run.json").write_text(json.dumps(said))
    if expected is None:
        assert read_recording(folder).epochs == ()
        return
    with pytest.raises(RecordingError, match="'shipped' cannot be used") as refusal:
        read_recording(folder)
    assert expected in str(refusal.value)
    assert len(str(refusal.value)) < 900


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", "should be JSON"),
        (b"\xff\xfe", "should be JSON"),
        (b"[" * 100_000, "should be JSON"),
        (b'{"format": NaN}', "should be JSON"),
        (b"[1]", "should be an object"),
        (b" " * (MOST_JSON + 1), "at most 200,000 bytes"),
    ],
)
def test_what_is_no_description_is_refused(tmp_path: Path, text: bytes, expected: str) -> None:
    folder = recordings.write(tmp_path)
    (folder / "run.json").write_bytes(text)
    with pytest.raises(RecordingError, match=expected):
        read_recording(folder)


def test_weights_need_not_be_there_but_the_folder_must_be_well_named(tmp_path: Path) -> None:
    with_weights = read_recording(recordings.write(tmp_path))
    assert with_weights.weights == tmp_path / "shipped" / "weights-000048.h5"
    alone = read_recording(recordings.write(tmp_path, "alone", weights=False))
    assert (alone.weights, alone.run.title) == (None, with_weights.run.title)
    with pytest.raises(RecordingError, match="small letters"):
        read_recording(recordings.write(tmp_path, "No <b>name</b>"))
    with pytest.raises(RecordingError, match="cannot be used"):
        read_recording(tmp_path / "nothing-here")


def test_those_that_ship_are_found_and_none_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNET_RECORDINGS_DIR", str(tmp_path / "none"))
    assert shipped() == ()
    recordings.write(tmp_path / "two", "b")
    recordings.write(tmp_path / "two", "a")
    monkeypatch.setenv("RESNET_RECORDINGS_DIR", str(tmp_path / "two"))
    assert [each.run.id for each in shipped()] == ["a", "b"]
    assert [run.id for run in RunStore(tmp_path / "runs").runs()] == ["a", "b"]


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs", recordings=[read_recording(recordings.write(tmp_path))])


def test_the_store_serves_a_recording_after_its_own_runs(store: RunStore, tmp_path: Path) -> None:
    own = store.create(RunSettings())
    assert [run.id for run in store.runs()] == [own, "shipped"]
    assert [run.recorded for run in store.runs()] == ["", recordings.DAY]
    assert store.run("shipped").title == "Ours, as shipped"
    assert store.checkpoints("shipped") == tmp_path / "shipped"
    assert store.steps("shipped", after=40).step.tolist() == list(range(41, 49))
    assert len(store.epochs("shipped")) == 4


@pytest.mark.parametrize(
    "change",
    [
        lambda store: store.rename("shipped", "mine"),
        lambda store: store.delete("shipped"),
        lambda store: store.requeue("shipped"),
        lambda store: store.request_stop("shipped"),
        lambda store: store.begin("shipped", 1, {}),
        lambda store: store.end("shipped", "failed"),
    ],
)
def test_nobody_changes_a_recording(store: RunStore, change: Callable[[RunStore], None]) -> None:
    before = store.run("shipped")
    with pytest.raises(RunError, match="ships with the app and cannot be changed"):
        change(store)
    assert store.run("shipped") == before
    assert (store.checkpoints("shipped") / "run.json").exists()
