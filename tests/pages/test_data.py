"""The Data page: photographs, rendered hands, and fairness of the test."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from resnet_core.hands import rendered
from resnet_core.hands.dataset import HandSigns
from resnet_core.hands.signs import load_signs
from resnet_core.ui import services
from tests.hands_factory import h5_bytes, split, write_signs
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
