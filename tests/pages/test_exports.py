"""A run taken away on the Runs page: what is offered, what is made, and what is said where that fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from resnet_core.engine.engine import EngineState
from resnet_core.training.export import FORMS, export_file
from resnet_core.training.records import DONE
from resnet_core.training.store import RunStore
from resnet_core.ui import exports
from tests.pages.standing import StandingEngine, a_run
from tests.pages.visiting import raised, visit, words


def made(folder: str, run_id: str, form: str, asked: int) -> str:
    """Stands in for the worker that has Keras; the real one is tested beside it."""
    store = RunStore(folder)
    path = export_file(store, store.run(run_id), FORMS[form])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"a model" * 100)
    return str(path)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, standing_engine: StandingEngine) -> StandingEngine:
    monkeypatch.setattr(exports, "export_kept", made)
    return standing_engine


def offered(at: AppTest) -> dict[str, str]:
    return {button.proto.help: button.proto.label for button in at.get("download_button")}


def press_make(at: AppTest, form: str) -> AppTest:
    button = next(one for one in at.button if one.key and one.key.startswith(f"make {form} "))
    return button.click().run()


def test_what_needs_no_keras_is_there_at_once_and_the_rest_is_made(own_store: RunStore) -> None:
    a_run(own_store)
    at = visit("runs")
    assert raised(at) == []
    there = {form.title for form in FORMS.values() if not form.heavy}
    assert there <= offered(at).keys()
    assert "**Keras model (.keras)**, about 6" in words(at)
    assert all(form.why in words(at) for form in FORMS.values())
    at = press_make(at, "keras")
    assert raised(at) == []
    assert "**Keras model (.keras)**, 700" in words(at)
    assert FORMS["keras"].title in offered(at)


def test_what_goes_wrong_is_a_sentence(
    own_store: RunStore, quick: StandingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = own_store.create(a_settings(), "Nothing yet")
    own_store.begin(run_id, 2, {})
    own_store.end(run_id, DONE)
    assert "of which no weights are kept yet" in words(visit("runs"))
    a_run(own_store, "With weights")
    quick.now = EngineState(False, "The engine is starting.")
    at = press_make(visit("runs"), "h5")
    assert "will be made as soon as the engine has started" in words(at)
    quick.now = EngineState(False, "It cannot be started.", failed=True)
    assert "It cannot be started." in words(at.run())
    quick.now = EngineState(True, "Ready.")

    def refuses(folder: str, run_id: str, form: str, asked: int) -> str:
        raise OSError("No space left on device.")

    monkeypatch.setattr(exports, "export_kept", refuses)
    monkeypatch.setattr(quick, "measure", failing)
    at = press_make(visit("runs"), "h5")
    assert raised(at) == []
    assert "No space left" in words(at)


def a_settings():  # type: ignore[no-untyped-def]
    from resnet_core.training.settings import RunSettings

    return RunSettings(epochs=1)


def failing(function, *args, page):  # type: ignore[no-untyped-def]
    from tests.pages.standing import Known

    return Known(OSError("No space left on device."))


def test_the_run_to_take_away_stands_in_the_address(own_store: RunStore) -> None:
    first, second = a_run(own_store, "First"), a_run(own_store, "Second")
    at = visit("runs", take=first)
    names = [button.proto.key if hasattr(button.proto, "key") else "" for button in at.get("download_button")]
    assert at.selectbox(key="take").value == first
    assert second not in " ".join(names)


def test_the_card_on_the_page_is_that_of_the_command(own_store: RunStore, tmp_path: Path) -> None:
    run_id = a_run(own_store)
    run = own_store.run(run_id)
    text = exports._text(run.id, run.step, run.title, run.status, "card")
    assert json.loads(text)["run"] == run_id
