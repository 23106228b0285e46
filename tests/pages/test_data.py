"""The Data page: photographs, fairness of the test, and the three ways to get the files."""

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

from resnet_core.hands import rendered
from resnet_core.hands.dataset import HandSigns
from resnet_core.hands.mirrors import Mirror, RemoteFile
from resnet_core.hands.signs import find_signs, load_signs
from resnet_core.ui import services
from resnet_core.ui.download_job import DownloadJob
from tests.hands.servers import Library, library
from tests.hands_factory import h5_bytes, signs_arrays, split, write_signs
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


def with_leak(folder: Path) -> Path:
    """Made-up photographs of which test 3 is training 5, test 4 is training 6 twice, with two labels."""
    train_x, train_y = split(60, seed=1)
    test_x, test_y = split(24, seed=7)
    test_x[3], test_y[3] = train_x[5], train_y[5]
    test_x[4], test_y[4] = train_x[6], (train_y[6] + 1) % 6
    train_x[9], train_y[9] = train_x[8], train_y[8]
    for name, x, y in (("train", train_x, train_y), ("test", test_x, test_y)):
        arrays = {f"{name}_set_x": x, f"{name}_set_y": y, "list_classes": np.arange(6)}
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}_signs.h5").write_bytes(h5_bytes(arrays))
    return folder


def test_without_photographs_one_button_offers_them(own_places: Path) -> None:
    app = visit("data")
    assert raised(app) == []
    assert "not on this machine yet" in words(app)
    (primary,) = [button for button in app.button if button.proto.type == "primary"]
    assert primary.label == "Download SIGNS (15\u202fMB)"
    assert str(own_places) in words(app)


def test_without_photographs_the_rendered_hands_are_shown_and_say_so(small_rendered: HandSigns) -> None:
    app = visit("data")
    assert raised(app) == []
    assert app.segmented_control(key="data").value == "rendered"
    assert "The rendered set has 120 pictures of hands showing 0 to 5" in words(app)
    assert "none of the 24 test pictures" in words(app)
    assert 'class="rx-tag"' in words(app)
    assert pictures(app).count("training picture") == 6 * 12
    assert "half-bent (left)" in pictures(app)
    assert small_rendered.digest in words(app)
    assert "data card" in " ".join(each.label for each in app.expander)
    assert "MIT licence" in words(app)


def test_the_photographs_say_nothing_of_rendering(own_places: Path) -> None:
    write_signs(own_places)
    app = visit("data")
    assert app.segmented_control(key="data").value == "signs"
    assert 'class="rx-tag"' not in words(app)
    assert "data card" not in " ".join(each.label for each in app.expander)
    app.segmented_control(key="data").set_value("rendered").run()
    assert raised(app) == []
    assert "The rendered set has" in words(app)
    assert not [button for button in app.button if button.label.startswith("Download SIGNS")]


def test_one_rendered_sign_is_shown_with_its_poses(small_rendered: HandSigns) -> None:
    app = visit("data", sign="2", split="test")
    assert raised(app) == []
    captions = [part.split("<")[0] for part in pictures(app).split("<figcaption>")[1:]]
    assert len(captions) == 4
    for text in captions:
        number, pose = text.removeprefix("test ").split(": ")
        assert small_rendered.test_y[int(number)] == 2
        assert pose.split(" (")[0] in {"open", "half-bent"}


def test_signs_that_is_not_there_yet_can_be_chosen_and_fetched(own_places: Path) -> None:
    app = visit("data", data="signs")
    assert raised(app) == []
    assert "First the photographs" in words(app)
    assert app.error.len == 0
    write_signs(own_places)
    app.run()
    assert "SIGNS has 120 photographs" in words(app)


def test_without_rendered_hands_the_page_says_so(
    own_places: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendered, "FOLDER", tmp_path / "nothing")
    app = visit("data")
    assert raised(app) == []
    (error,) = app.error
    assert "train.jpg is not there" in error.value.replace("\\", "")
    assert any(button.label.startswith("Download SIGNS") for button in app.button)


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


def test_the_photographs_are_shown_by_sign_with_their_counts(own_places: Path) -> None:
    write_signs(own_places)
    app = visit("data")
    assert raised(app) == []
    assert "120 photographs" in words(app)
    assert "none of the 24 test photographs" in words(app)
    assert pictures(app).count("training photograph") == 6 * 12
    assert "| **all** | 96 | 24 | 24 |" in words(app)
    assert load_signs(own_places).digest in words(app)


@pytest.mark.parametrize(("count", "shown"), [("12", 12), ("24", 16)])
def test_one_sign_of_one_split_is_shown_with_numbers(own_places: Path, count: str, shown: int) -> None:
    write_signs(own_places)
    app = visit("data", sign="3", count=count)
    found = load_signs(own_places)
    numbers = {int(part.split("<")[0]) for part in pictures(app).split("<figcaption>training ")[1:]}
    assert len(numbers) == shown
    assert set(found.train_y[sorted(numbers)]) == {3}
    assert f"{shown} of the 16 training photographs of a 3" in words(app)


def test_the_same_address_shows_the_same_sample_and_another_seed_another(own_places: Path) -> None:
    write_signs(own_places)
    first, again, other = (pictures(visit("data", seed=seed)) for seed in ("5", "5", "6"))
    assert first == again
    assert first != other


def test_a_bad_value_in_the_address_gets_a_notice_and_the_default(own_places: Path) -> None:
    write_signs(own_places)
    app = visit("data", split="validation", sign="7", count="13", seed="-1")
    assert raised(app) == []
    assert len(app.info) == 4
    assert "72 of the 96 training photographs" in words(app)


def test_duplicates_are_counted_shown_and_explained(own_places: Path) -> None:
    with_leak(own_places)
    app = visit("data")
    assert "**2 of the 24 test photographs are also training photographs**" in words(app)
    assert "Accuracy is given on all 24, and on the 22 clean ones." in words(app)
    for name in ("training 5", "test 3", "training 6", "test 4", "training 8", "training 9"):
        assert f"<figcaption>{name}</figcaption>" in pictures(app)
    (warning,) = app.warning
    assert "has two labels" in warning.value


def test_damaged_files_get_a_sentence_and_the_ways_to_better_ones(own_places: Path) -> None:
    write_signs(own_places)
    (own_places / "train_signs.h5").write_bytes(b"<!DOCTYPE html><html></html>")
    app = visit("data")
    assert raised(app) == []
    assert "an HTML page" in app.error[0].value
    assert any(button.label.startswith("Download SIGNS") for button in app.button)


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


@pytest.mark.photographs
def test_signs_is_counted_as_it_is_known_to_be(
    photographs_folder: Path, signs: HandSigns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """12 leaked test photographs, and 109 of 120 right by the nearest training photograph."""
    monkeypatch.setenv("RESNET_DATA_DIR", str(photographs_folder))
    app = visit("data")
    assert raised(app) == []
    assert "**12 of the 120 test photographs" in words(app)
    assert "right on 109 of all 120 test photographs (90.8\u202f%" in words(app)
    assert "97 of the 108 clean ones" in words(app)
    assert signs.digest in words(app)
