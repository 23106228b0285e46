"""The race as a section of a small page: recorded, live from its button to its end, and from an address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from resnet_core.figures.race_words import finish, race_reading
from resnet_core.training import loop
from resnet_core.training.race import Race, found, side_of
from resnet_core.training.race_recording import read_race
from resnet_core.training.store import RunStore
from resnet_core.ui import race_choice
from tests import races
from tests.pages.standing import StandingEngine
from tests.pages.visiting import PATIENCE, raised, words

PAGE = """
from resnet_core.ui.page import page
from resnet_core.ui.race import show_race

show_race(page("Who is ahead?", "One of them."))
"""

pytestmark = pytest.mark.usefixtures("own_store")


@pytest.fixture(autouse=True)
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "races"
    races.write(folder, "14-he", Race(depth=14))
    races.write(folder, "8-none", Race(depth=8, batch_norm=False, initializer="glorot_uniform"))
    monkeypatch.setenv("RESNET_RACES_DIR", str(folder))
    return folder


@pytest.fixture
def trained(standing_engine: StandingEngine, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An engine that trains at once; the ids of what it has trained."""
    asked: list[str] = []

    def train(run_id: str, store: RunStore, lesson: Any = None) -> None:
        asked.append(run_id)
        loop.train(run_id, store.folder)

    monkeypatch.setattr(standing_engine, "train", train, raising=False)
    small = race_choice.Race

    def tiny(*arguments: Any) -> Race:
        return small(*arguments, width=0.25, side=16)

    monkeypatch.setattr(race_choice, "Race", tiny)
    return asked


def visit(**address: str) -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=PATIENCE)
    for key, value in address.items():
        app.query_params[key] = value
    return app.run()


def test_the_deepest_recorded_race_is_there_at_once_and_says_that_it_is_one(shipped: Path) -> None:
    app = visit()
    assert raised(app) == []
    said = words(app)
    epoch, pair = finish(read_race(shipped / "14-he").sides)  # type: ignore[misc]
    assert " ".join(race_reading(epoch, pair)) in said
    assert "recorded 2026-11-03" in said
    assert "14 layers, batch norm, He kernels; seed 1" in said
    assert "Recorded on 2026-11-03: two ordinary runs" in said
    assert "keras 3.15" in said
    assert "Seed: 1." in said
    assert "“The deeper network has higher training error" in said
    assert [str(one.key) for one in app.get("plotly_chart")] == ["race-curves"]


def test_the_address_names_a_recording() -> None:
    app = visit(race="8-none")
    assert raised(app) == []
    assert "8 layers, no batch norm, Glorot kernels; seed 1" in words(app)
    app.selectbox(key="race").set_value("14-he").run()
    assert "14 layers, batch norm" in words(app)
    assert "race" not in app.query_params


def test_a_live_race_runs_and_is_found_again_by_its_address(trained: list[str], own_store: RunStore) -> None:
    address = {"race": "live", "raceepochs": "1", "raceseed": "3", "racerate": "0.002"}
    app = visit(**address)
    assert raised(app) == []
    assert "about" in words(app)
    assert not app.get("plotly_chart")
    app.button(key="race start").click().run()
    assert raised(app) == []
    assert len(trained) == 2
    said = words(app)
    race = Race(depth=8, data="signs", epochs=1, seed=3, learning_rate=0.002, width=0.25, side=16)
    runs = [found(own_store.runs(), settings) for settings in race.settings(96)]
    one, other = (side_of(own_store, kind, run) for kind, run in zip(race.pair, runs, strict=True) if run)
    assert " ".join(race_reading(*finish((one, other)))) in said  # type: ignore[misc]
    assert "Measured here: two ordinary runs" in said
    assert [run.title for run in reversed(own_store.runs())] == [
        "Race: Plain-8, seed 3",
        "Race: ResNet-8, seed 3",
    ]
    again = visit(**address)
    assert raised(again) == []
    assert [str(one.key) for one in again.get("plotly_chart")] == ["race-curves"]
    assert not [button for button in again.button if button.key == "race start"]
    assert len(trained) == 2
    other_seed = visit(**{**address, "raceseed": "4"})
    assert not other_seed.get("plotly_chart")


def test_a_race_under_way_can_be_stopped_and_started_again(
    standing_engine: StandingEngine, own_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing_engine, "train", lambda run_id, store: None, raising=False)
    app = visit(race="live", racedepth="14", racenorm="off", raceinit="glorot")
    app.button(key="race start").click().run()
    assert raised(app) == []
    one, other = own_store.runs()
    assert {run.settings.batch_norm for run in (one, other)} == {False}
    assert "Waiting for a worker." in [bar.proto.text for bar in app.get("progress")]
    for run in (one, other):
        app.button(key=f"stop {run.id}").click().run()
    assert raised(app) == []
    assert {run.status for run in own_store.runs()} == {"stopped"}
    assert app.button(key="race start").label == "Start it again"


def test_nonsense_in_the_address_is_told_and_a_broken_recording_is_one_sentence(shipped: Path) -> None:
    app = visit(race="nobody", racedepth="9", raceepochs="0")
    assert raised(app) == []
    assert len(app.info) == 3
    (shipped / "8-none" / "plain" / "gradients.npy").write_bytes(b"nothing")
    broken = visit(race="live")
    assert raised(broken) == []
    assert next(str(error.value) for error in broken.error).startswith("The recorded race '8-none' cannot")
