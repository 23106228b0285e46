"""What is said of an augmented photograph is what was done to it, and it is what the trainer sees."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from resnet_core.hands.augmentation import NEAR, Views, augment, drawn
from resnet_core.hands.dataset import HandSigns
from resnet_core.training.order import Plan
from resnet_core.training.settings import RunSettings
from resnet_core.training.shown import change_of, change_words, shown_in
from resnet_core.training.split import validation_split
from resnet_core.training.trainer import Trainer

SETTINGS = RunSettings("cifar_resnet8", width=0.25, epochs=4, batch_size=16, seed=3)


@pytest.fixture
def hands(tiny_signs: HandSigns, tiny_signs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> HandSigns:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
    return tiny_signs


def test_it_is_what_the_trainer_shows_the_network(hands: HandSigns) -> None:
    train_on, _ = validation_split(hands.train_x, hands.train_y, SETTINGS.validation_share)
    index = int(train_on[7])
    found = shown_in(SETTINGS, hands.digest, index, 3)
    assert len(found.steps) == len(found.changes) == len(found.pictures) == 3
    images, labels = hands.train_x[train_on], hands.train_y[train_on]
    trainer = Trainer(SETTINGS.trained_spec(), SETTINGS.recipe_used, images, labels, SETTINGS.seed)
    plan = Plan(len(train_on), 16, SETTINGS.recipe_used.drop_last, 4, SETTINGS.seed)
    for step, picture in zip(found.steps, found.pictures, strict=True):
        indices = plan.indices(step - 1)
        (row,) = np.flatnonzero(indices == 7)
        seed = tf.stack([SETTINGS.seed, step - 1]) * [1, 16]
        seen = trainer._shown(tf.constant(images[indices]), seed)[row].numpy()
        assert np.abs(seen * 255 - picture).max() <= 0.5 + 1e-3
    epochs = [(step - 1) // plan.steps_per_epoch for step in found.steps]
    assert len(set(epochs)) == 3, "once an epoch"


def test_a_photograph_that_no_step_sees_is_told(hands: HandSigns) -> None:
    _, held = validation_split(hands.train_x, hands.train_y, SETTINGS.validation_share)
    with pytest.raises(ValueError, match="held back for validation"):
        shown_in(SETTINGS, hands.digest, int(held[0]), 3)
    with pytest.raises(ValueError, match="not on this machine"):
        shown_in(SETTINGS, "another", 0, 3)


def _spot(across: float, down: float, side: int = 64) -> np.ndarray:
    """A soft white spot on black, so many pixels from the centre."""
    rows, columns = np.mgrid[:side, :side] - (side - 1) / 2
    return np.exp(-((columns - across) ** 2 + (rows - down) ** 2) / 8)[..., None].repeat(3, 2)


def _centre_of(picture: np.ndarray) -> np.ndarray:
    grey = picture.mean(axis=2)
    rows, columns = np.mgrid[: len(grey), : len(grey)] - (len(grey) - 1) / 2
    return np.array([(columns * grey).sum(), (rows * grey).sum()]) / grey.sum()


def test_a_spot_goes_where_the_words_say() -> None:
    """Mirrored, then turned against the clock, made larger, and moved; y goes down."""
    still = Views(NEAR.turn, NEAR.zoom, NEAR.shift, 0.0, 0.0)
    places = [(8.0, 0.0), (0.0, 9.0), (-7.0, 5.0)] * 4
    seed = tf.constant([5, 160])
    batch = np.stack([_spot(*place) for place in places]).astype(np.float32)
    views = augment(tf.constant(batch), seed, still).numpy()
    every = drawn(len(batch), (64, 64), seed, still)
    changes = [change_of(every, row) for row in range(len(batch))]
    assert {change.mirrored for change in changes} == {True, False}
    for (across, y), view, change in zip(places, views, changes, strict=True):
        x = -across if change.mirrored else across
        angle = math.radians(change.turn)
        turned = x * math.cos(angle) + y * math.sin(angle), -x * math.sin(angle) + y * math.cos(angle)
        expected = np.array(turned) * change.zoom + [change.right, change.down]
        assert _centre_of(view) == pytest.approx(expected, abs=0.15)
        assert change.gain == pytest.approx((1, 1, 1))
        assert change.lift == 0


def test_light_is_what_the_words_say() -> None:
    grey = np.full((4, 16, 16, 3), 0.4, np.float32)
    seed = tf.constant([1, 32])
    views = augment(tf.constant(grey), seed).numpy()
    every = drawn(4, (16, 16), seed)
    for row, view in enumerate(views):
        change = change_of(every, row)
        expected = np.clip(0.4 * np.array(change.gain) + change.lift, 0, 1)
        assert view.reshape(-1, 3) == pytest.approx(np.tile(expected, (256, 1)), abs=1e-5)
        said = change_words(change)
        assert said.startswith("mirrored") == change.mirrored
        assert f"light ×{sum(change.gain) / 3:.2f}" in said
