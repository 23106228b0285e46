"""The Rate page: recorded ranges at once, and ranges of one's own that are started, watched and read."""

from __future__ import annotations

import json

import numpy as np
import pytest

from resnet_core.training.rate_range import range_of
from resnet_core.training.records import DONE, FAILED
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore
from tests.pages.standing import StandingEngine
from tests.pages.visiting import raised, visit, words


class Training(StandingEngine):
    """Takes runs and leaves them in the queue."""

    def train(self, run_id: str, store: RunStore) -> None:
        self.asked.append(np.array([run_id]))


@pytest.fixture
def training(monkeypatch: pytest.MonkeyPatch) -> Training:
    from resnet_core.ui import services

    standing = Training()
    monkeypatch.setattr(services, "engine", lambda: standing)
    return standing


def looked(store: RunStore, settings: RunSettings, losses: np.ndarray, status: str = DONE) -> str:
    """A run of the store that has looked for a learning rate."""
    run_id = store.create(settings)
    store.begin(run_id, len(losses), {"data": {"digest": ""}})
    rates = np.logspace(-6, 0, len(losses))
    rows = [(at + 1, 1, 0.1 * at, float(losses[at]), 0.2, float(rates[at])) for at in range(len(losses))]
    store.add_steps(run_id, rows)
    store.end(run_id, status, "The loss was no longer a number." if status == FAILED else None)
    return run_id


def test_recorded_ranges_are_there_at_once(own_store: RunStore, training: Training) -> None:
    app = visit("rate", **{"with": "plain"})
    assert raised(app) == []
    said = words(app)
    assert "About **0.003** for ResNet-50" in said
    assert "Recorded on SIGNS" in said
    assert "**Plain-50**: the loss does not fall by more than the noise" in said
    (chart,) = app.get("plotly_chart")
    assert json.loads(chart.proto.spec)["layout"]["shapes"]
    assert [button.label for button in app.button if button.key == "rate start"] == ["Look for it"]


def test_a_range_is_started_once_and_found_by_everybody(own_store: RunStore, training: Training) -> None:
    app = visit("rate", ratenet="resnet18", ratebatch="16")
    assert "Not measured here yet" in words(app)
    app.button(key="rate start").click().run()
    assert raised(app) == []
    (run,) = own_store.runs()
    assert run.settings == range_of(RunSettings("resnet18", batch_size=16), 1.0, 96)
    assert len(training.asked) == 1
    assert not [button for button in visit("rate", ratenet="resnet18", ratebatch="16").button
                if button.key == "rate start"]  # fmt: skip


def test_what_it_says_leads_to_training(own_store: RunStore, training: Training) -> None:
    at = np.arange(90)
    losses = 0.4 + 1.4 / (1 + np.exp((at - 45) / 3)) + 0.3 * np.exp(np.clip((at - 65) / 3, -50, 20))
    settings = range_of(RunSettings("resnet18"), 1.0, 96)
    looked(own_store, settings, losses[:80], FAILED)
    app = visit("rate", ratenet="resnet18", last="7")
    assert raised(app) == []
    said = words(app)
    assert "About **0.00" in said
    assert "which should be one of 0.01, 0.1, 1, 10" in said
    links = [element.proto.label for element in app.get("page_link")]
    assert any(label.startswith("Train ResNet-18 with a learning rate of 0.00") for label in links)
    train = visit("train")
    assert "No run yet" in words(train), "a range is watched where it began"
