"""Snapshots of one person's hand as files, each named by its sign: `3_007.png` shows a 3."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from resnet_core.hands.autocrop import auto_part
from resnet_core.hands.dataset import SIZE
from resnet_core.hands.naming import label_in_name
from resnet_core.hands.picture import network_input, open_picture
from resnet_core.training.lesson import CLASSES, MOST, Lesson, LessonError
from resnet_core.training.store import RunStore

NAMES = tuple(map(str, range(CLASSES)))
_KINDS = frozenset({".jpg", ".jpeg", ".png", ".webp"})


def read_snapshots(folder: Path) -> Lesson:
    """The pictures in a folder, the label at the beginning of each name.

    Of each the square around the hand is taken, or the one in the middle where no hand is found; pictures of
    64x64 pixels are taken as they are.

    Args:
        folder: with JPEG, PNG or WebP files named such as `3_anything.jpg`; other files are passed by.

    Raises:
        LessonError: when there are none, too many, a name does not begin with its sign, or they cannot be
            taught.
        PictureError: for a picture that cannot be used.
        OSError: when the folder cannot be read.
    """
    files = sorted(
        (path for path in folder.iterdir() if path.suffix.lower() in _KINDS),
        key=lambda path: (path.stem.partition("_")[2], path.name),
    )
    if not 0 < len(files) <= MOST:
        raise LessonError(f"{folder.name} should hold up to {MOST} pictures, but {len(files)} came.")
    labels = [_label(path) for path in files]
    return Lesson(np.stack([_seen(path) for path in files]), np.array(labels, np.int64))


def _seen(path: Path) -> np.ndarray:
    image = open_picture(path.read_bytes(), path.name)
    part = None if image.size == (SIZE, SIZE) else auto_part(image)
    return network_input(image, crop=part or "square").pixels


def _label(path: Path) -> int:
    label = label_in_name(path.name, NAMES)
    if label is None:
        raise LessonError(
            f"The name of a picture should begin with its sign, as in 3_hand.jpg, but {path.name} came."
        )
    return label


def save_snapshots(store: RunStore, run_id: str, lesson: Lesson) -> Path:
    """Write the pictures of a lesson into the folder of its run, with which they are deleted.

    Returns:
        Their folder, from which `read_snapshots` reads the same lesson.

    Raises:
        RunError: when there is no such run.
    """
    store.run(run_id)
    folder = _folder(store, run_id)
    folder.mkdir(parents=True, exist_ok=True)
    for index, (pixels, label) in enumerate(zip(lesson.pictures, lesson.labels, strict=True)):
        Image.fromarray(pixels).save(folder / f"{label}_{index:03d}.png")
    return folder


def saved_snapshots(store: RunStore, run_id: str) -> Path | None:
    """The folder with the saved pictures of a run; None where none were saved."""
    folder = _folder(store, run_id)
    return folder if folder.is_dir() else None


def _folder(store: RunStore, run_id: str) -> Path:
    return store.checkpoints(run_id).parent / "snapshots"
