"""Repeated runs on the Runs page: a band with words that are true for it, and the button that queues more."""

from __future__ import annotations

import json

import pytest

from resnet_core.training.records import DONE, RUNNING, EpochRecord
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore
from tests.pages.standing import StandingEngine
from tests.pages.visiting import raised, visit, words


@pytest.fixture
def queued(standing_engine: StandingEngine, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs that the engine was asked to train."""
    asked: list[str] = []
    train = lambda self, run_id, store, lesson=None: asked.append(run_id)  # noqa: E731
    monkeypatch.setattr(StandingEngine, "train", train, raising=False)
    return asked


def a_run(store: RunStore, seed: int, share: float, status: str = DONE, epochs: int = 2) -> str:
    run_id = store.create(RunSettings("cifar_resnet8", epochs=epochs, seed=seed))
    store.begin(run_id, 4, {"data": {"training": 64, "validation": 0, "test": 24, "digest": "a"}})
    for epoch in (1, 2):
        record = EpochRecord(epoch, 2 * epoch, 1.0 * epoch, 1, 0.5, None, None, 1.2, share * epoch / 2)
        store.add_epoch(run_id, record)
    if status != RUNNING:
        store.end(run_id, status)
    return run_id


def test_seeds_of_one_kind_are_a_band_and_the_words_say_so(own_store: RunStore, queued: list[str]) -> None:
    runs = [a_run(own_store, seed, share) for seed, share in ((1, 0.5), (2, 0.9), (3, 0.6))]
    runs.append(a_run(own_store, 1, 0.4, epochs=3))
    app = visit("runs", runs=",".join(runs))
    assert raised(app) == []
    chart = json.loads(app.get("plotly_chart")[0].proto.spec)
    bands = [trace["name"] for trace in chart["data"] if trace.get("fill") == "toself"]
    assert sorted(bands) == ["3 seeds, from the least to the most", "95 % Wilson interval"]
    said = words(app)
    assert "its band goes from the least to the most of them" in said
    assert "Bands of single runs are 95 % intervals (Wilson)" in said
    assert "What differs between their settings: epochs, seed." in said
    table = app.table[0].value
    assert "3 seeds" in table["run"].tolist()[1]
    assert "1, 2, 3" in table["seed"].tolist()
    loss = visit("runs", runs=",".join(runs[:3]), show="loss")
    assert "Wilson) of the accuracy" not in words(loss)
    assert "These runs have the same settings but for the seed: 1, 2, 3." in words(loss)


def test_repeating_queues_ordinary_runs_with_seeds_of_their_own(
    own_store: RunStore, queued: list[str]
) -> None:
    first = a_run(own_store, 1, 0.5)
    app = visit("runs", runs=first, more="2")
    next(button for button in app.button if button.label == "Repeat with 2 more seeds").click().run()
    assert raised(app) == []
    new = [run for run in own_store.runs() if run.id != first]
    assert sorted(queued) == sorted(run.id for run in new)
    assert sorted(run.settings.seed for run in new) == [2, 3]
    assert {run.settings.epochs for run in new} == {2}
    assert "2 runs queued, with the seeds 2, 3" in words(app)
    assert sorted(app.multiselect(key="runs").value) == sorted([first, *queued])
