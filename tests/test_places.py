from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core import places
from resnet_core.places import Settings, SettingsError, load_settings, save_settings


@pytest.fixture(autouse=True)
def settings_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "configuration" / "settings.json"
    monkeypatch.setenv("RESNET_SETTINGS", str(path))
    monkeypatch.delenv("RESNET_DATA_DIR", raising=False)
    monkeypatch.delenv("RESNET_RUNS_DIR", raising=False)
    return path


def test_without_a_file_everything_is_default() -> None:
    assert load_settings() == Settings()
    assert places.data_folder().parts[-2:] == ("resnet-explainer", "data")
    assert places.runs_folder().parts[-2:] == ("resnet-explainer", "runs")


def test_settings_come_back_as_they_were_saved(settings_here: Path, tmp_path: Path) -> None:
    settings = Settings(str(tmp_path / "Fotos \u00fc"), None, "tcp://cluster.example:8786")
    assert save_settings(settings) == settings_here
    assert load_settings() == settings
    save_settings(Settings())
    assert load_settings() == Settings()
    assert [path.name for path in settings_here.parent.iterdir()] == ["settings.json"]


def test_the_environment_wins_over_the_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_settings(Settings(data_folder=str(tmp_path / "set"), runs_folder=str(tmp_path / "runs")))
    assert places.data_folder() == tmp_path / "set"
    assert places.runs_folder() == tmp_path / "runs"
    monkeypatch.setenv("RESNET_DATA_DIR", str(tmp_path / "environment"))
    monkeypatch.setenv("RESNET_RUNS_DIR", "relative")
    assert places.data_folder() == tmp_path / "environment"
    assert places.runs_folder() == Path.cwd() / "relative"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"data_folder": "relative/path"}, "data_folder should be an absolute path, but 'relative/path'"),
        ({"runs_folder": ""}, "runs_folder should be a text or null, but '' came"),
        ({"runs_folder": "/a\0b"}, "runs_folder should be a text or null"),
        ({"data_folder": 3}, "data_folder should be a text or null, but 3 came"),
        ({"scheduler_address": "cluster:8786"}, "look like tcp://host:8786, but 'cluster:8786' came"),
        ({"scheduler_address": "tcp://host:8786/\nx"}, "look like tcp://host:8786"),
    ],
)
def test_values_of_another_kind_are_refused(values: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError) as error:
        Settings(**values)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"{data_folder", "should be JSON, but other text came"),
        (b"\xff\xfe", "should be JSON, but other text came"),
        (b"[" * 40_000, "should be JSON, but other text came"),
        (b"[]", "should be a JSON object"),
        (
            b'{"data_foldr": "/x"}',
            "runs_folder, scheduler_address, runs_per_person, runs_in_all, but",
        ),
        (b'{"data_folder": [1]}', "should be a text or null"),
        (b" " * 70_000, "at most 64 KiB"),
    ],
)
def test_a_file_with_something_else_is_refused(settings_here: Path, text: bytes, words: str) -> None:
    settings_here.parent.mkdir()
    settings_here.write_bytes(text)
    with pytest.raises(SettingsError) as error:
        load_settings()
    assert words in str(error.value)


def test_a_folder_in_the_place_of_the_file_is_refused(settings_here: Path) -> None:
    settings_here.mkdir(parents=True)
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings()


@given(st.binary(max_size=80))
def test_any_text_is_settings_or_refused(text: bytes) -> None:
    path = places.settings_file()
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text)
    with contextlib.suppress(SettingsError):
        assert load_settings() == Settings(**json.loads(text))


def test_a_write_that_fails_leaves_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def refuse(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(places.os, "replace", refuse)
    with pytest.raises(OSError, match="no space"):
        places.write_beside(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_how_many_runs_there_may_be_is_a_setting_and_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("RESNET_RUNS_PER_PERSON", "RESNET_RUNS_IN_ALL"):
        monkeypatch.delenv(variable, raising=False)
    assert [places.most_runs(name) for name in places.MOST_RUNS] == [4, 40]
    save_settings(Settings(runs_per_person=2))
    monkeypatch.setenv("RESNET_RUNS_IN_ALL", "7")
    assert [places.most_runs(name) for name in places.MOST_RUNS] == [2, 7]
    for wrong in ("0", "-1", "many", "1e9", "99999"):
        monkeypatch.setenv("RESNET_RUNS_IN_ALL", wrong)
        with pytest.raises(SettingsError, match="RESNET_RUNS_IN_ALL should be a whole number"):
            places.most_runs("runs_in_all")
    for value in (0, True, 2.5, "4"):
        with pytest.raises(SettingsError, match="runs_per_person should be a whole number"):
            Settings(runs_per_person=value)  # type: ignore[arg-type]
