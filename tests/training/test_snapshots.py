"""Snapshots as files: what is saved is read again, and a stranger's folder is refused with sentences."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from resnet_core.hands.picture import PictureError
from resnet_core.training.lesson import Lesson, LessonError
from resnet_core.training.records import STOPPED, RunError
from resnet_core.training.settings import RunSettings
from resnet_core.training.snapshots import read_snapshots, save_snapshots, saved_snapshots
from resnet_core.training.store import RunStore
from tests.hands_factory import pictures


def test_what_is_saved_is_read_again_and_deleted_with_its_run(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run_id = store.create(RunSettings())
    labels = np.random.default_rng(1).integers(0, 6, 150)
    lesson = Lesson(pictures(labels, 2), labels)
    assert saved_snapshots(store, run_id) is None
    folder = save_snapshots(store, run_id, lesson)
    assert saved_snapshots(store, run_id) == folder
    again = read_snapshots(folder)
    assert (again.labels == lesson.labels).all()
    assert (again.pictures == lesson.pictures).all()
    store.end(run_id, STOPPED)
    store.delete(run_id)
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == set()
    with pytest.raises(RunError):
        save_snapshots(store, run_id, lesson)
    assert not folder.exists()


def test_names_give_the_labels_and_other_files_are_passed_by(tmp_path: Path) -> None:
    for name, pixels in zip(
        ("0_b.JPG", "0_a.png", "4.webp", "4 (2).jpeg"), pictures(np.arange(4), 3), strict=True
    ):
        Image.fromarray(pixels).save(tmp_path / name)
    (tmp_path / "notes.txt").write_text("not a picture")
    assert sorted(read_snapshots(tmp_path).labels) == [0, 0, 4, 4]


@pytest.mark.parametrize(
    ("names", "expected"),
    [((), "but 0 came"), (("hand.png", "0_a.png"), "hand.png came"), (("30.png",), "30.png came")],
)
def test_a_folder_that_cannot_be_taught_is_refused(
    tmp_path: Path, names: tuple[str, ...], expected: str
) -> None:
    for name in names:
        Image.fromarray(pictures(np.array([0]), 3)[0]).save(tmp_path / name)
    with pytest.raises(LessonError, match=expected):
        read_snapshots(tmp_path)


def test_a_file_that_is_no_picture_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "3_a.png").write_text("not a picture")
    with pytest.raises(PictureError, match=r"3_a\.png"):
        read_snapshots(tmp_path)
