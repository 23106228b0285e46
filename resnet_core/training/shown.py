"""How the steps of a run show one photograph, drawn by the function and the seeds of training itself."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.hands.reduced import reduced
from resnet_core.training.data import load_data
from resnet_core.training.order import Plan
from resnet_core.training.settings import RunSettings
from resnet_core.training.split import validation_split


@dataclass(frozen=True)
class Change:
    """What was done to a photograph.

    Attributes:
        mirrored: whether left and right were exchanged, first of all.
        turn: degrees against the clock.
        zoom: how many times as large.
        right, down: pixels by which its centre moved.
        gain: factor on red, green and blue.
        lift: added to each, where values go from 0 to 1.
    """

    mirrored: bool
    turn: float
    zoom: float
    right: float
    down: float
    gain: tuple[float, float, float]
    lift: float


@dataclass(frozen=True, eq=False)
class Shown:
    """A photograph as some steps saw it.

    Attributes:
        steps: of the run that saw it, counted from 1.
        pictures: uint8 (steps, side, side, 3).
        changes: what was done to each; empty where the recipe shows photographs as they are.
    """

    steps: tuple[int, ...]
    pictures: NDArray[np.uint8]
    changes: tuple[Change, ...]


def shown_in(settings: RunSettings, digest: str, index: int, count: int) -> Shown:
    """A photograph as the first steps of a run see it, one an epoch; a worker does this for a page.

    Args:
        settings: of the run.
        digest: of the pictures that it learned from.
        index: of the photograph among the training photographs of the data set.
        count: of steps at most; there are fewer in a run of fewer epochs.

    Raises:
        ValueError: when the pictures are others by now, or the photograph is held back for validation.
    """
    data = load_data(settings.data)
    if data.digest != digest:
        raise ValueError("The pictures of this run are not on this machine.")
    train_on, _ = validation_split(data.train_x, data.train_y, settings.validation_share)
    found = np.flatnonzero(train_on == index)
    if not found.size:
        raise ValueError(f"Training photograph {index} is held back for validation, so no step sees it.")
    recipe = settings.recipe_used
    plan = Plan(len(train_on), settings.batch_size, recipe.drop_last, settings.epochs, settings.seed)
    pictures, changes, steps = [], [], []
    for step, row in _where(plan, int(found[0]), count):
        batch = reduced(data.train_x[train_on[plan.indices(step)]], settings.side)
        picture, change = _one(batch, settings, step, row)
        pictures.append(picture)
        changes += [change] if change else []
        steps.append(step + 1)
    empty = np.empty((0, settings.side, settings.side, 3), np.uint8)
    return Shown(tuple(steps), np.stack(pictures) if pictures else empty, tuple(changes))


def _where(plan: Plan, position: int, count: int) -> list[tuple[int, int]]:
    """The steps, counted from 0, that see a photograph, and its row in their batch; the first `count`."""
    found: list[tuple[int, int]] = []
    for step in range(plan.steps):
        rows = np.flatnonzero(plan.indices(step) == position)
        if rows.size:
            found.append((step, int(rows[0])))
        if len(found) == count:
            break
    return found


def _one(
    batch: NDArray[np.uint8], settings: RunSettings, step: int, row: int
) -> tuple[NDArray[np.uint8], Change | None]:
    """One photograph of a batch as a step sees it. All of the batch is drawn: chance goes by its rows."""
    import tensorflow as tf

    from resnet_core.hands.augmentation import augment, drawn, seed_of

    views = settings.recipe_used.views
    if views is None:
        return batch[row], None
    seed = seed_of(settings.seed, step)
    seen = augment(tf.constant(batch, tf.float32) / 255, seed, views)[row].numpy()
    every = drawn(len(batch), batch.shape[1:3], seed, views)
    return np.rint(seen * 255).astype(np.uint8), change_of(every, row)


def change_of(every: Any, row: int) -> Change:
    """What `augmentation.drawn` drew for one photograph, as a person would say it.

    Args:
        every: from `augmentation.drawn`.
        row: of the photograph.
    """
    turn, zoom, mirror = (float(one[row, 0]) for one in (every.turn, every.zoom, every.mirror))
    a, b, c, d = (float(one[row, 0]) for one in every.matrix)
    # The centre went where the pixel of the source is (0, 0).
    away = np.linalg.solve([[a, b], [c, d]], [-float(every.across[row, 0]), -float(every.down[row, 0])])
    red, green, blue = (float(one) for one in np.asarray(every.gain[row]).ravel())
    return Change(
        mirror < 0, math.degrees(turn), zoom, float(away[0]), float(away[1]), (red, green, blue),
        float(np.asarray(every.lift[row]).ravel()[0]),
    )  # fmt: skip


def change_words(change: Change) -> str:
    """Says what was done: mirrored, turned 7° left, 1.08 times as large, 3 px right, 2 px up, light ×1.12."""
    across = f"{abs(change.right):.0f} px {'right' if change.right > 0 else 'left'}"
    down = f"{abs(change.down):.0f} px {'down' if change.down > 0 else 'up'}"
    light = sum(change.gain) / 3
    return ", ".join(
        [
            *(["mirrored"] if change.mirrored else []),
            f"turned {abs(change.turn):.0f}° {'left' if change.turn > 0 else 'right'}",
            f"size ×{change.zoom:.2f}",
            across,
            down,
            f"light ×{light:.2f} {'+' if change.lift >= 0 else '−'} {abs(change.lift):.2f}",
        ]
    )
