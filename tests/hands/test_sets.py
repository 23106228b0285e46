"""Sets by name: SIGNS where it is found, the rendered hands elsewhere, and files to examine with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from resnet_core.hands import sets
from resnet_core.hands.dataset import HandsError, HandSigns
from tests.hands_factory import h5_bytes, signs_arrays, write_signs


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder."""
    monkeypatch.setenv("RESNET_DATA_DIR", str(tmp_path))
    return tmp_path


def test_signs_is_the_default_as_soon_as_it_is_there(data_folder: Path) -> None:
    assert sets.default_name() == "rendered"
    write_signs(data_folder, train=6, test=6)
    assert sets.default_name() == "signs"
    assert sets.load("signs").name == "signs"


def test_each_name_loads_its_set(small_rendered: HandSigns) -> None:
    assert sets.load("rendered").digest == small_rendered.digest
    assert [sets.title_of(name) for name in (*sets.NAMES, "mine")] == ["SIGNS", "Rendered hands", "mine"]
    assert sets.title_of("rendered-large+digits") == "Rendered hands, large set and Sign Language Digits"
    with pytest.raises(HandsError, match="no such pair of files"):
        sets.load("signs")
    with pytest.raises(HandsError, match="one of signs, rendered, but 'digits' came"):
        sets.load("digits")


def test_a_set_is_examined_on_its_test_unless_told_otherwise(small_rendered: HandSigns) -> None:
    for split, labels in (
        ("any", small_rendered.test_y),
        ("test", small_rendered.test_y),
        ("train", small_rendered.train_y),
    ):
        found = sets.labelled("rendered", split)
        assert (found.labels == labels).all()
        assert len(found.pictures) == len(labels)
    with pytest.raises(ValueError, match="validation"):
        sets.labelled("rendered", "validation")


def test_digits_and_files_examine_too(data_folder: Path) -> None:
    with pytest.raises(HandsError, match="Sign Language Digits should be in"):
        sets.labelled("digits")
    (data_folder / "digits").mkdir()
    file = data_folder / sets.DIGITS
    arrays = signs_arrays("train", 12)
    file.write_bytes(h5_bytes(arrays))
    for name, title in (("digits", "Sign Language Digits"), (str(file), "digits_train.h5")):
        found = sets.labelled(name)
        assert found.title == title
        np.testing.assert_array_equal(found.pictures, arrays["train_set_x"])
        np.testing.assert_array_equal(found.labels, arrays["train_set_y"])
    with pytest.raises(HandsError, match="test_set_x"):
        sets.labelled("digits", "test")


@pytest.mark.photographs
def test_digits_are_1117_photographs(photographs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESNET_DATA_DIR", str(photographs_folder))
    assert sets.labelled("digits").pictures.shape == (1117, 64, 64, 3)
