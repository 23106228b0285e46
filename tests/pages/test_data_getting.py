"""The Data page: the three ways to get the files, each with what can go wrong."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from resnet_core.hands.mirrors import Mirror, RemoteFile
from resnet_core.hands.signs import find_signs
from resnet_core.ui import services
from resnet_core.ui.download_job import DownloadJob
from tests.hands.servers import Library, library
from tests.hands_factory import h5_bytes, signs_arrays, write_signs
from tests.pages.visiting import pictures, raised, visit, words


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder that a setting names."""
    folder = tmp_path / "data"
    monkeypatch.delenv("RESNET_DATA_DIR", raising=False)
    monkeypatch.setenv("RESNET_SETTINGS", str(tmp_path / "settings.json"))
    monkeypatch.setenv("RESNET_RUNS_DIR", str(tmp_path / "runs"))
    (tmp_path / "settings.json").write_text(json.dumps({"data_folder": str(folder)}), encoding="utf-8")
    # The page asks nothing of the engine, whose start would take seconds.
    monkeypatch.setattr(services, "engine", lambda: None)
    return folder


def remote(name: str, content: bytes) -> RemoteFile:
    blob = hashlib.sha1(f"blob {len(content)}\0".encode() + content, usedforsecurity=False).hexdigest()
    return RemoteFile(name, len(content), hashlib.sha256(content).hexdigest(), blob)


@pytest.fixture
def files() -> dict[str, bytes]:
    """The two published files, made up; the training file is large enough to come in pieces."""
    return {
        "train_signs.h5": h5_bytes(signs_arrays("train", 96, seed=1)),
        "test_signs.h5": h5_bytes(signs_arrays("test", 24, seed=7)),
    }


@pytest.fixture
def server(files: dict[str, bytes]) -> Iterator[Library]:
    with library(files) as running:
        yield running


def job_from(monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes], *mirrors: Mirror) -> DownloadJob:
    train, test = (remote(name, content) for name, content in files.items())
    job = DownloadJob(mirrors, (train, test))
    monkeypatch.setattr("resnet_core.ui.getting.download_job", lambda: job)
    return job


def wait_for_end(job: DownloadJob) -> None:
    end = time.monotonic() + 30
    while job.state.running:
        assert time.monotonic() < end, "the download did not end"
        time.sleep(0.02)


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [button for button in app.button if button.label.startswith(label)]
    return button.click().run()


def test_a_download_shows_bytes_and_then_the_photographs(
    own_places: Path, files: dict[str, bytes], server: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_from(monkeypatch, files, server.mirror("good"))
    app = press(visit("data"), "Download SIGNS")
    wait_for_end(job)
    app.run()
    assert raised(app) == []
    assert find_signs(own_places) is not None
    assert app.segmented_control(key="data").value == "signs", "it takes the place of the rendered hands"
    assert "96 training photographs" in words(app)
    assert "<img" in pictures(app)


def test_a_second_person_sees_the_same_download_and_may_stop_it(
    files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_to_stop = threading.Event()

    class Endless(Library):
        def finish_request(self, request: object, client_address: object) -> None:
            asked_to_stop.wait(60)
            super().finish_request(request, client_address)  # type: ignore[arg-type]

    monkeypatch.setattr("tests.hands.servers.Library", Endless)
    with library(files) as slow:
        job = job_from(monkeypatch, files, slow.mirror("good"))
        press(visit("data"), "Download SIGNS")
        other = visit("data")
        assert "everybody sees it" in words(other)
        assert [button.label for button in other.button if "Download" in button.label] == []
        press(other, "Stop the download")
        asked_to_stop.set()
        wait_for_end(job)
        assert "was stopped" in words(other.run())
        assert "goes on from there" in words(other)


def test_a_failed_download_is_one_sentence_and_can_be_tried_again(
    files: dict[str, bytes], server: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_from(monkeypatch, files, server.mirror("html"), server.mirror("missing"))
    app = press(visit("data"), "Download SIGNS")
    wait_for_end(job)
    app.run()
    (error,) = app.error
    assert "an HTML page instead of an HDF5 file" in error.value
    assert "404" in error.value
    assert "\n" not in error.value
    assert any(button.label.startswith("Download SIGNS") for button in app.button)


def test_an_error_of_the_program_ends_the_download_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("resnet_core.ui.download_job.fetch_signs", broken)
    job = DownloadJob()
    job.start(tmp_path)
    wait_for_end(job)
    assert job.state.failed
    assert "ZeroDivisionError" in job.state.sentence


def test_two_uploaded_files_become_the_photographs(own_places: Path, files: dict[str, bytes]) -> None:
    app = visit("data")
    for name, key in (("train_signs.h5", "upload train"), ("test_signs.h5", "upload test")):
        app.file_uploader(key=key).upload(name, files[name], "application/x-hdf5")
    press(app, "Use these files")
    assert raised(app) == []
    assert (own_places / "train_signs.h5").read_bytes() == files["train_signs.h5"]
    assert "120 photographs" in words(app)
    assert "These are the photographs now" in words(app)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"just a text", "HDF5"),
        (h5_bytes({"test_set_x": np.zeros((3, 32, 32, 3), np.uint8), "list_classes": np.arange(6)}), "64"),
        (None, "one is missing"),
    ],
)
def test_a_wrong_upload_is_refused_and_nothing_is_kept(
    own_places: Path, files: dict[str, bytes], content: bytes | None, sentence: str
) -> None:
    app = visit("data")
    app.file_uploader(key="upload train").upload("train_signs.h5", files["train_signs.h5"])
    if content is not None:
        app.file_uploader(key="upload test").upload("test_signs.h5", content)
    press(app, "Use these files")
    assert raised(app) == []
    (error,) = app.error
    assert sentence in error.value
    assert find_signs(own_places) is None


def test_another_folder_is_checked_and_then_remembered(tmp_path: Path) -> None:
    app = visit("data")
    app.text_input(key="data folder").set_value(str(tmp_path / "nowhere"))
    press(app, "Use this folder")
    assert "no such pair of files" in app.error[0].value
    write_signs(tmp_path / "elsewhere")
    app.text_input(key="data folder").set_value(str(tmp_path / "elsewhere"))
    press(app, "Use this folder")
    assert "120 photographs" in words(app)
    kept = json.loads((tmp_path / "settings.json").read_text(encoding="utf-8"))
    assert kept["data_folder"] == str(tmp_path / "elsewhere")


def test_a_folder_named_by_the_environment_cannot_be_changed_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNET_DATA_DIR", str(write_signs(tmp_path / "named")))
    app = visit("data")
    assert "RESNET_DATA_DIR" in words(app)
    assert [field.key for field in app.text_input] == []


def test_broken_settings_get_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text("{", encoding="utf-8")
    app = visit("data")
    assert "should be JSON" in words(app)
