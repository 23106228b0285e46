"""The start page says what is so: numbers from the accounting, and how data, engine and runs stand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from resnet_core.engine.engine import EngineState
from resnet_core.figures.text import THIN
from resnet_core.hands import rendered
from resnet_core.network.accounting import account
from resnet_core.network.catalogue import network
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore
from resnet_core.ui import services
from tests.pages.standing import StandingEngine
from tests.pages.visiting import raised, visit, words


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RESNET_SETTINGS", str(tmp_path / "settings.json"))
    monkeypatch.setenv("RESNET_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setenv("RESNET_RECORDINGS_DIR", str(tmp_path / "recordings"))
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> StandingEngine:
    standing = StandingEngine()
    standing.now = EngineState(False, "The engine is starting.")
    monkeypatch.setattr(services, "engine", lambda: standing)
    return standing


def test_it_asks_the_question_and_answers_it_with_counted_and_cited_numbers() -> None:
    app = visit("start")
    assert raised(app) == []
    assert app.title[0].value == "Why do very deep networks train once you add x back?"
    text = words(app)
    plain, residual = account(network("plain50")), account(network("resnet50"))
    share = 100 * (residual.parameters - plain.parameters) / plain.parameters
    assert f"**{share:.1f}{THIN}%** more parameters" in text
    assert "from 28.54 % to 25.03 % error" in text
    assert "arXiv 1512.03385" in text
    assert "Table 2" in text


def test_the_picture_shows_both_networks_for_wide_and_narrow_screens() -> None:
    drawn = [
        item.value for item in visit("start").markdown if item.value.startswith('<div class="rx-picture')
    ]
    assert len(drawn) == 1
    assert drawn[0].count("<svg ") == 2
    assert "rx-has-narrow" in drawn[0]
    assert f"23{THIN}600{THIN}006 parameters" in drawn[0]
    assert f"20{THIN}811{THIN}910 parameters" in drawn[0]


def test_the_reading_adds_up() -> None:
    text = words(visit("start"))
    assert "12 arcs carry x past a block unchanged" in text
    assert "4 change its shape" in text
    plain, residual = account(network("plain50")), account(network("resnet50"))
    assert f"{(residual.parameters - plain.parameters) / 1e6:.2f}{THIN}million parameters" in text


def test_on_a_fresh_machine_it_says_what_is_missing_and_what_stands_in_for_it() -> None:
    text = words(visit("start"))
    assert "✓ 120 hands that a program drew stand in for the SIGNS photographs, which are not" in text
    assert 'class="rx-tag"' in text
    assert "six signs, drawn by a program" in text
    assert "○ The engine is starting." in text
    assert "○ No network has been trained here yet." in text


def test_without_any_hands_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendered, "FOLDER", tmp_path / "nothing")
    app = visit("start")
    assert raised(app) == []
    assert "○ The rendered hands should be in" in words(app)


def test_it_says_what_is_there(
    tiny_signs_folder: Path, engine: StandingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
    engine.now = EngineState(True, "The engine is ready on this machine.")
    RunStore().create(RunSettings(), "first")
    RunStore().create(RunSettings(), "second")
    text = words(visit("start"))
    assert "✓ The SIGNS photographs are here." in text
    assert 'class="rx-tag"' not in text
    assert "✓ The engine is ready on this machine." in text
    assert "✓ 2 runs: 2 queued." in text


def test_presenter_size_is_kept_from_the_address_and_draws_larger() -> None:
    small, large = visit("start"), visit("start", size="presenter")
    assert raised(large) == []
    assert "font-size: 22.4px" in words(large)
    assert "font-size: 22.4px" not in words(small)
    assert 'viewBox="0 0 857.14' in words(large)
    assert large.query_params["size"] in ("presenter", ["presenter"])


def test_the_code_that_is_shown_is_the_code_that_ran() -> None:
    import inspect

    shown = [block.value for block in visit("start").code]
    assert inspect.getsource(inspect.unwrap(account)).strip() in [text.strip() for text in shown]


def test_the_address_of_a_stranger_does_no_harm() -> None:
    app = visit("start", size="<script>", depth="1e999")
    assert raised(app) == []
    assert "<script>" not in json.dumps(words(app))
