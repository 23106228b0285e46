"""The Averages page: with what ships, and with a run of one's own that is really measured."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from resnet_core.engine.engine import EngineState
from resnet_core.probes.averages import Averages
from resnet_core.probes.lesson_runs import lesson_runs
from resnet_core.probes.two_ways import BothWays, Right
from resnet_core.training.records import DONE, EpochRecord
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore
from resnet_core.ui import averages_asking, pieces
from tests.pages.standing import StandingEngine
from tests.pages.visiting import raised, visit, words


@pytest.fixture(autouse=True)
def empty_memory() -> None:
    pieces.kept.clear()


def figure(app: AppTest, place: int) -> dict:
    return json.loads(app.get("plotly_chart")[place].proto.spec)


def test_the_recorded_run_answers_at_once_and_says_that_it_is_recorded(
    own_store: RunStore, standing_engine: StandingEngine
) -> None:
    standing_engine.now = EngineState(False, "The engine is starting.")
    app = visit("averages", begin="backwards")
    assert raised(app) == []
    signs = next(one for one in lesson_runs() if one.recording.run.id == "notebook-signs")
    found = max(signs.ways.values(), key=lambda one: one.training.batch - one.training.moving)
    said = words(app)
    assert f"**{100 * found.test.moving / found.test.count:.1f}" in said
    assert "the moving averages lag behind; each batch replaces only 1\u202f% of them" in said
    assert f">recorded {signs.recording.run.recorded}<" in said
    assert "which should be one of saved, fresh" in said
    assert "measured with those of The course notebook's recipe on rendered hands" in said
    (chart,) = app.get("plotly_chart")
    names = [trace.get("name") for trace in figure(app, 0)["data"]]
    assert "test, moving averages" in names
    assert "training, batch statistics" in names
    assert json.loads(chart.proto.spec)["layout"]["shapes"]


def test_without_any_run_it_says_what_is_missing(
    own_store: RunStore, standing_engine: StandingEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNET_LESSONS_DIR", str(tmp_path / "none"))
    assert "has been trained on this machine yet" in words(visit("averages"))
    (tmp_path / "none" / "broken").mkdir(parents=True)
    (tmp_path / "none" / "broken" / "ways.json").write_text("{")
    app = visit("averages")
    assert raised(app) == []
    assert "cannot be used" in words(app)


LAYERS = Averages(("stem_bn1", "conv2_bn1"), (2, 3), np.zeros(5, np.float32), np.ones(5, np.float32))


def seen(which: object, name: str, digest: str, first: int, last: int) -> Averages:
    """Batches whose means stand at 2, so that averages of 0 are on their way there."""
    shape = (last - first, 5)
    return replace(LAYERS, means=np.full(shape, 2, np.float32), variances=np.ones(shape, np.float32))


@pytest.fixture
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Results in place of what needs a network; what they are is tested where it is measured."""
    both = BothWays(Right(20, 5, 24), Right(18, 4, 24), (24, 0, 0, 0, 0, 0), 16)
    monkeypatch.setattr(averages_asking, "both_ways", lambda which, name, digest: both)
    monkeypatch.setattr(averages_asking, "moving_averages", lambda which: LAYERS)
    monkeypatch.setattr(averages_asking, "batch_statistics", seen)
    monkeypatch.setattr(
        averages_asking,
        "right_with",
        lambda which, name, digest, means, variances: tuple((int(10 * one[0]), 4) for one in means),
    )


def test_a_run_of_ones_own_is_measured_and_its_averages_moved_on(
    own_store: RunStore, standing_engine: StandingEngine, stand_ins: None
) -> None:
    run_id = own_store.create(RunSettings("cifar_resnet8", 0.25, recipe="notebook", epochs=1), "Mine")
    own_store.begin(run_id, 2, {"data": {"digest": "another"}})
    own_store.checkpoints(run_id).mkdir(parents=True)
    (own_store.checkpoints(run_id) / "weights-000002.h5").write_bytes(b"")
    own_store.add_steps(run_id, [(2, 1, 0.5, 1.0, 0.5, 1e-3)])
    own_store.add_epoch(run_id, EpochRecord(1, 2, 0.5, 1.0, 0.5, None, None, 1.0, 0.2))
    own_store.end(run_id, DONE)
    app = visit("averages")
    assert raised(app) == []
    assert app.selectbox(key="run").value == run_id, "it has the notebook's recipe and is of this machine"
    said = words(app)
    assert "With the weights of epoch 1, **16.7" in said
    assert "With m = 0.99 half has arrived after **69 batches**" in said
    assert "The means of *stem_bn1* are off by 2.00" in said
    assert len(app.get("plotly_chart")) == 4
    traces = {trace.get("name"): trace for trace in figure(app, 1)["data"]}
    assert len(traces["right, test"]["x"]) == len(traces["of the way, measured"]["x"]) == 11
    before = len(pieces.kept()._results)
    app.select_slider(key="momentum").set_value("0.5").run()
    assert "With m = 0.5 half has arrived after **1.0 batches**" in words(app)
    assert len(pieces.kept()._results) == before + 6, "only what depends on the momentum is measured anew"
    app.segmented_control(key="begin").set_value("fresh").run()
    assert raised(app) == []
    assert (app.query_params["momentum"], app.query_params["begin"]) == ("0.5", "fresh")
