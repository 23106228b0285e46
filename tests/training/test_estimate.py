"""How long a run will take: from an earlier one where it can be, from this machine otherwise."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import pytest

from resnet_core.network.accounting import account
from resnet_core.training import estimate
from resnet_core.training.estimate import expected, matrix_rate
from resnet_core.training.records import DONE, Run
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore

QUARTER = RunSettings(data="signs", epochs=10)
FULL = dataclasses.replace(QUARTER, width=1.0)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path, recordings=())


@pytest.fixture
def rate(monkeypatch: pytest.MonkeyPatch) -> float:
    monkeypatch.setattr(estimate, "matrix_rate", lambda: 200e9)
    return 200e9


def _seconds(settings: RunSettings, past: list[Run] | None = None, pictures: int = 972) -> float:
    return expected(settings, account(settings.spec()).multiply_adds, pictures, past or []).seconds


@pytest.mark.parametrize(
    ("settings", "precision", "milliseconds"),
    [
        (QUARTER, "float32", 3.0),
        (FULL, "float32", 14.2),
        (QUARTER, "bfloat16", 2.4),
        (FULL, "bfloat16", 11.7),
    ],
)
def test_it_gives_what_was_measured(
    rate: float, settings: RunSettings, precision: str, milliseconds: float
) -> None:
    settings = dataclasses.replace(settings, precision=precision)
    more = dataclasses.replace(settings, epochs=20)
    each = (_seconds(more) - _seconds(settings)) / (10 * 972)
    assert 1e3 * each == pytest.approx(milliseconds, rel=0.03)


def test_a_slower_machine_takes_longer_in_proportion(rate: float, monkeypatch: pytest.MonkeyPatch) -> None:
    here = _seconds(QUARTER)
    monkeypatch.setattr(estimate, "matrix_rate", lambda: 50e9)
    assert _seconds(QUARTER) == pytest.approx(4 * here)


def _done(store: RunStore, settings: RunSettings, seconds: float) -> Run:
    run_id = store.create(settings)
    run = store.run(run_id)
    return dataclasses.replace(run, status=DONE, seconds=seconds, card={"data": {"training": 972}})


def test_a_run_of_the_same_network_and_precision_is_the_better_guide(rate: float, store: RunStore) -> None:
    past = [_done(store, QUARTER, 40.0)]
    assert _seconds(QUARTER, past) == pytest.approx(40.0)
    assert _seconds(dataclasses.replace(QUARTER, epochs=5), past, pictures=486) == pytest.approx(10.0)
    for other in (
        FULL,
        dataclasses.replace(QUARTER, precision="bfloat16"),
        dataclasses.replace(QUARTER, side=32),
    ):
        assert _seconds(other, past) == _seconds(other)


def test_the_rate_of_a_busy_moment_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    now, took = [1000.0], [0.1]
    monkeypatch.setattr(estimate, "_seen", estimate._Seen())
    monkeypatch.setattr(estimate.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(estimate, "_seconds_of_product", lambda a: took[0])
    busy = matrix_rate()
    assert busy == pytest.approx(2 * estimate.SIDE**3 / 0.1)
    took[0] = 0.01
    assert matrix_rate() == busy  # not measured at every glance
    now[0] += estimate.AGAIN + 1
    assert matrix_rate() == pytest.approx(10 * busy)
    now[0], took[0] = now[0] + estimate.AGAIN + 1, 0.2
    assert matrix_rate() == pytest.approx(10 * busy)


def test_it_is_measured_here() -> None:
    assert 0 < matrix_rate() < math.inf
