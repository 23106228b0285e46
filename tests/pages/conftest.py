"""What tests of pages that ask trained runs share: a stand-in for the engine, and a store of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from resnet_core.hands import rendered
from resnet_core.training.store import RunStore
from resnet_core.ui import page, services
from tests.pages.standing import StandingEngine, Trained


@pytest.fixture(autouse=True)
def no_detour(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest forgets `st.navigation` after each run, so a page would go through the app with every click.

    A click is lost on that way, which in a real server is gone once; the browser tests go it.
    """
    monkeypatch.setattr(page, "_go_through_the_app", lambda: None)


@pytest.fixture(autouse=True)
def own_rendered(small_rendered_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Made-up rendered hands in place of those that ship, which are many more."""
    monkeypatch.setattr(rendered, "FOLDER", small_rendered_folder)
    return small_rendered_folder


@pytest.fixture
def standing_engine(monkeypatch: pytest.MonkeyPatch) -> StandingEngine:
    """The engine that pages then ask."""
    standing = StandingEngine()
    monkeypatch.setattr(services, "engine", lambda: standing)
    return standing


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Trained:
    """The engine that pages then give runs to, which it only notes."""
    engine = Trained()
    monkeypatch.setattr(services, "engine", lambda: engine)
    return engine


@pytest.fixture
def own_store(tmp_path: Path, tiny_signs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunStore]:
    """The empty store that pages then read, beside made-up photographs; nothing ships with it either."""
    monkeypatch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
    monkeypatch.setenv("RESNET_RUNS_DIR", str(tmp_path))
    monkeypatch.setenv("RESNET_SETTINGS", str(tmp_path / "settings.json"))
    monkeypatch.setenv("RESNET_RECORDINGS_DIR", str(tmp_path / "recordings"))
    services.store.clear()
    yield RunStore(tmp_path)
    services.store.clear()


@pytest.fixture
def store(own_store: RunStore) -> RunStore:
    """The same, where pages train and compare."""
    return own_store
