"""What tests of pages that ask trained runs share: a stand-in for the engine, and a store of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from resnet_core.training.store import RunStore
from resnet_core.ui import services
from tests.pages.standing import StandingEngine


@pytest.fixture
def standing_engine(monkeypatch: pytest.MonkeyPatch) -> StandingEngine:
    """The engine that pages then ask."""
    standing = StandingEngine()
    monkeypatch.setattr(services, "engine", lambda: standing)
    return standing


@pytest.fixture
def own_store(tmp_path: Path, tiny_signs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunStore]:
    """The empty store that pages then read, beside made-up photographs."""
    monkeypatch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
    monkeypatch.setenv("RESNET_RUNS_DIR", str(tmp_path))
    monkeypatch.setenv("RESNET_SETTINGS", str(tmp_path / "settings.json"))
    services.store.clear()
    yield RunStore(tmp_path)
    services.store.clear()
