"""Which learning rate? A short run whose learning rate grows at every step, and what its losses say.

The range test of Smith (2015, arXiv:1506.01186, section 3.3), with a rate that grows by the same factor at
every step, as fastai's `lr_find` has it. What is read from the losses are pure functions of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from resnet_core.network.architecture import OWN
from resnet_core.training.recipes import RANGES, recipe_called
from resnet_core.training.records import Steps
from resnet_core.training.settings import RunSettings

Floats = NDArray[np.float64]

STEPS = 100
"""Steps of a range, roughly: it has whole epochs."""
SPREAD = 2.5
"""Standard deviation, in steps, of the bell curve with which losses are averaged."""
BEGINNING = 10
"""Steps whose mean is the loss in the beginning, where the rate is too small to matter."""
EXPLODED = 4.0
"""A loss is said to have exploded where it is so many times the lowest before it, as in fastai."""
LATELY = 5
"""Steps over which the mean is taken for that."""
BEGUN = 0.2
"""Share of the fall after which it is taken to have begun for good."""
SURE = 5.0
"""How many times its own uncertainty the smoothed loss must fall for anything to be said of its fall."""
OTHERS = ("none", "plain", "norm", "batch")
SMALL_BATCH = 8


@dataclass(frozen=True)
class Found:
    """What a range says; places are steps counted from 0.

    Attributes:
        steepest: where the smoothed loss falls fastest over the logarithm of the rate; None where it does
            not fall.
        lowest: where it is lowest before it explodes. None as above.
        rises: the last place after that from which it rises: up to there it is as low within its uncertainty.
            None where it never rises.
        worse: where, after that, it is again as high as in the first steps; None where it never is.
        exploded: where it is `EXPLODED` times the lowest before it, or no number; None where it never is.
    """

    steepest: int | None
    lowest: int | None
    rises: int | None
    worse: int | None
    exploded: int | None


def smoothed(losses: ArrayLike) -> Floats:
    """Losses averaged with their neighbours on both sides, so that nothing is moved to higher rates.

    Args:
        losses: one a step, all of them numbers.
    """
    values = np.asarray(losses, np.float64)
    places = np.arange(len(values))
    weights = np.exp(-0.5 * ((places[:, None] - places[None, :]) / SPREAD) ** 2)
    averaged: Floats = (weights @ values) / weights.sum(axis=1)
    return averaged


def explosion(losses: ArrayLike) -> int | None:
    """The step at which the mean of the last `LATELY` losses is `EXPLODED` times the lowest such mean before.

    Or at which the loss is no number. What comes after a step does not count for it.

    Args:
        losses: one a step.
    """
    values, lowest = np.asarray(losses, np.float64), math.inf
    for place, value in enumerate(values):
        lately = values[max(0, place + 1 - LATELY) : place + 1].mean()
        if not math.isfinite(value) or lately > EXPLODED * lowest:
            return place
        lowest = min(lowest, lately)
    return None


def before_explosion(losses: ArrayLike) -> Floats:
    """The smoothed losses of the steps before the explosion, which leaves no trace in them."""
    values = np.asarray(losses, np.float64)
    return smoothed(values[: explosion(values)])


def found(rates: ArrayLike, losses: ArrayLike) -> Found:
    """What a range says.

    Args:
        rates: learning rates, each larger than the one before.
        losses: of the pictures of each step, before it.

    Raises:
        ValueError: when there are not as many, or the rates do not grow.
    """
    steps, values = np.asarray(rates, np.float64), np.asarray(losses, np.float64)
    if len(steps) != len(values) or (np.diff(steps) <= 0).any() or (steps <= 0).any():
        raise ValueError("Expected as many losses as rates, and rates that grow.")
    end, smooth = explosion(values), before_explosion(values)
    if len(smooth) < 3:
        return Found(None, None, None, None, end)
    lowest = int(smooth.argmin())
    first = float(smooth[:BEGINNING].mean())
    uncertain = _uncertainty(values[: lowest + 1], smooth)
    if lowest == 0 or first - smooth[lowest] <= SURE * uncertain:
        return Found(None, None, None, None, end)
    slopes = np.gradient(smooth, np.log10(steps[: len(smooth)]))[: lowest + 1]
    # Before the fall itself, small batches make slopes as steep by chance.
    begun = np.flatnonzero(smooth[: lowest + 1] >= first - BEGUN * (first - smooth[lowest]))
    start = int(begun[-1]) if len(begun) else 0
    risen = _first_above(smooth, lowest, smooth[lowest] + uncertain)
    rises = None if risen is None else risen - 1
    return Found(
        start + int(slopes[start:].argmin()), lowest, rises, _first_above(smooth, lowest, first), end
    )


def _first_above(smooth: Floats, start: int, level: float) -> int | None:
    """The first place from a start on at which a curve is above a level; None where it never is."""
    above = np.flatnonzero(smooth[start:] > level)
    return start + int(above[0]) if len(above) else None


def _uncertainty(values: Floats, smooth: Floats) -> float:
    """The standard error of a smoothed loss: how single losses scatter, over how many it is made of.

    A bell curve of standard deviation s counts like a plain mean over 2 √π s values.
    """
    scatter = float(np.std(values - smooth[: len(values)]))
    return scatter / math.sqrt(2 * math.sqrt(math.pi) * SPREAD)


def of_steps(steps: Steps) -> tuple[Floats, Floats]:
    """Rates and losses of a run so far."""
    return steps.learning_rate.astype(np.float64), steps.loss.astype(np.float64)


def range_of(settings: RunSettings, last: float, pictures: int) -> RunSettings:
    """The short run that looks for a learning rate for longer ones.

    Args:
        settings: of the longer run.
        last: rate with which it ends.
        pictures: of the training set, before any are held back.
    """
    recipe = settings.recipe if settings.recipe in RANGES else f"range-{settings.recipe}"
    kept = pictures - round(pictures * settings.validation_share)
    each = max(1, kept // settings.batch_size)
    if not recipe_called(recipe).drop_last:
        each = max(1, math.ceil(kept / settings.batch_size))
    epochs = max(1, round(STEPS / each))
    return replace(settings, recipe=recipe, learning_rate=last, epochs=epochs, gradients_every=0)


def other(settings: RunSettings, how: str) -> RunSettings | None:
    """The settings that are compared with; None where there are none.

    Args:
        settings: of the first range.
        how: one of `OTHERS`: without shortcuts, without batch norm, or with smaller batches.
    """
    if how == "plain" and "resnet" in settings.network and settings.network != OWN:
        twin = settings.network.replace("preact_", "").replace("resnet", "plain")
        return replace(settings, network=twin)
    if how == "norm":
        return replace(settings, batch_norm=False)
    if how == "batch" and settings.batch_size != SMALL_BATCH:
        return replace(settings, batch_size=SMALL_BATCH)
    return None
