"""Pages with a run that ships: it is listed, shown and tagged as recorded, and nobody can change it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from resnet_core.training.predict import Answer
from resnet_core.training.records import DONE, Run
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore
from resnet_core.ui import asking, services
from resnet_core.ui.navigation import ROOT
from tests import recordings
from tests.pages.standing import StandingEngine, a_run
from tests.pages.visiting import raised, visit, words

TAG = f">recorded {recordings.DAY}<"


@pytest.fixture(autouse=True)
def ships(own_store: RunStore, standing_engine: StandingEngine, tmp_path: Path) -> None:
    """The empty store of `own_store`, and a recorded run that ships."""
    recordings.write(tmp_path / "recordings", reliance=recordings.a_reliance())


def test_runs_shows_it_with_its_tag_and_how_sure_it_is() -> None:
    app = visit("runs")
    assert raised(app) == []
    said = words(app)
    assert TAG in said
    assert f"Ours, as shipped, recorded {recordings.DAY}, is right on" in said
    assert [fold.label for fold in app.expander if "How sure" in fold.label] == [
        "How sure is it? Ours, as shipped"
    ]
    assert "temperature of 1.6" in said
    assert app.dataframe[0].value["State"].tolist() == [f"recorded {recordings.DAY}"]


def test_runs_offers_no_way_to_change_it(own_store: RunStore) -> None:
    app = visit("runs")
    assert not [button for button in app.button if button.label in ("Rename", "Delete this run")]
    assert "None of these was trained here" in words(app)
    own = a_run(own_store, "Mine")
    app = visit("runs")
    (managed,) = (box for box in app.selectbox if box.key == "managed")
    assert managed.options == ["Mine"]
    assert own in [run.id for run in own_store.runs()]


def test_train_shows_it_recorded_until_there_is_a_run_of_ones_own(own_store: RunStore) -> None:
    app = visit("train")
    assert raised(app) == []
    assert TAG in words(app)
    assert f"Ours, as shipped, recorded {recordings.DAY}, took 20" in words(app)
    assert "not on this machine" in words(app) or "cannot be shown" in words(app)
    assert "from the run" not in words(app), "its pace is that of another machine"
    own_store.end(own_store.create(RunSettings(), "Mine"), DONE)
    assert TAG not in words(visit("train"))
    assert TAG in words(visit("train", run="shipped"))


def test_the_start_page_knows_that_nothing_was_trained_here(own_store: RunStore) -> None:
    said = words(visit("start"))
    assert "No network has been trained here yet. The app brings one" in said
    own_store.create(RunSettings(), "Mine")
    assert "1 run: 1 queued" in words(visit("start"))


def test_classify_asks_it_with_its_calibration(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Run, Path, np.ndarray]] = []

    def noting(run: Run, weights: Path, pixels: np.ndarray) -> Answer:
        asked.append((run, weights, pixels))
        return Answer(np.full((len(pixels), 6), 1 / 6, np.float32), 0.004, run.calibration)

    monkeypatch.setattr(asking, "answer_here", noting)
    app = visit("classify")
    assert raised(app) == []
    ((run, weights, pixels),) = asked
    assert run.settings.data == "rendered-large+digits"
    assert weights.name == "weights-000048.h5"
    assert len(pixels) == 1
    assert (run.classes, run.calibration) == (6, recordings.CALIBRATION)
    assert "no hand, or not sure" in words(app)


def test_a_damaged_recording_is_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "recordings" / "shipped" / "run.json").write_text("{")
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert raised(app) == []
    assert "The recorded run 'shipped' cannot be used" in words(app)


def test_a_recording_without_weights_is_watched_and_offered_nowhere_else(tmp_path: Path) -> None:
    recordings.write(tmp_path / "recordings", "curves-alone", network="cifar_resnet20", weights=False)
    services.store.clear()
    app = visit("train", run="curves-alone")
    assert raised(app) == []
    assert TAG in words(app)
    assert "Which sign does it see in my own picture?" not in [
        link.proto.label for link in app.get("page_link")
    ]
    said = words(visit("train", run="curves-alone", view="norm"))
    assert "the curves are kept, and not its weights" in said
    for page in ("classify", "inside"):
        app = visit(page, run="curves-alone")
        assert raised(app) == []
        assert "which should be a run with trained weights" in words(app)
    said = words(visit("runs", take="curves-alone"))
    assert "of which no weights are kept. " in said
