"""The place of a run in the queue, and when it is expected to begin."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from resnet_core.figures.text import duration
from resnet_core.hands import sets
from resnet_core.hands.dataset import HandsError
from resnet_core.network.accounting import account
from resnet_core.training.estimate import expected
from resnet_core.training.queue import starts
from resnet_core.training.records import QUEUED, RUNNING, Run
from resnet_core.training.settings import RunSettings
from resnet_core.ui import services

#: Pictures that a lesson sees in the place of an epoch: ten steps of 32.
_OF_A_LESSON = 320
#: Seconds below which a run begins at once.
_SOON = 2.0
_USUAL_PICTURES = 1080


def place_in_queue(run: Run) -> str:
    """The place of a queued run and its expected start, such as `2nd in the queue, begins in about 3 min`."""
    store = services.store()
    runs = {each.id: each for each in store.runs()}
    waiting = [each for each in store.waiting() if each in runs]
    if run.id not in waiting:
        return "Waiting for a worker."
    going_on = [_seconds_left(each, list(runs.values())) for each in runs.values() if each.status == RUNNING]
    place = waiting.index(run.id) + 1
    needed = {each: _seconds_left(runs[each], list(runs.values())) for each in waiting[: place - 1]}
    begins = starts(waiting[:place], going_on, {**needed, run.id: 0.0})[run.id]
    if not going_on and place == 1:
        return "Waiting for a worker."
    when = f"begins in about {duration(begins)}" if begins > _SOON else "begins in a moment"
    return f"{ordinal(place)} in the queue, {when}."


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 22nd."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 not in (11, 12, 13) else "th"
    return f"{number}{ending}"


def _seconds_left(run: Run, past: Sequence[Run]) -> float:
    """What a run will still take; a paused one gives its worker away as soon as another waits."""
    if run.paused:
        return 0.0
    if run.status != QUEUED and run.seconds_left is not None:
        return run.seconds_left
    share = 1 - run.step / run.steps if run.steps else 1.0
    return share * _expected(run.settings, [each for each in past if each.ended])


def _expected(settings: RunSettings, past: Sequence[Run]) -> float:
    try:
        return expected(settings, _multiply_adds(settings), _pictures(settings), list(past)).seconds
    except ValueError:  # a network that cannot be built; the run will say so, and take no time
        return 0.0


@lru_cache(maxsize=128)
def _multiply_adds(settings: RunSettings) -> int:
    return account(settings.spec(size=settings.side)).multiply_adds


def _pictures(settings: RunSettings) -> int:
    if settings.base:
        return _OF_A_LESSON
    try:
        return round(len(sets.load(settings.data).train_y) * (1 - settings.validation_share))
    except HandsError:
        return _USUAL_PICTURES
