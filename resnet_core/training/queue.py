"""Whose run is next: one of each person before the second of anybody. Pure functions of records."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A run as the queue sees it.

    Attributes:
        run: its id.
        person: who started it; "" for everybody on this machine.
        asked: when it was asked for, or asked to go on, in seconds since 1970.
        began: when it was given to a worker; None while it waits, or where it never was.
        ended: when it ended; None before.
    """

    run: str
    person: str
    asked: float
    began: float | None = None
    ended: float | None = None

    @property
    def waits(self) -> bool:
        """Whether it waits for a worker."""
        return self.began is None and self.ended is None


@dataclass(frozen=True)
class Limits:
    """How many runs may go on or wait: of one person, and on this machine."""

    of_a_person: int
    in_all: int


def busy_since(entries: Sequence[Entry], now: float) -> float:
    """Since when there has been a run going on or waiting all the time; `now` where there is none."""
    since = now
    for entry in sorted(entries, key=lambda each: -(now if each.ended is None else each.ended)):
        if (now if entry.ended is None else entry.ended) < since:
            break
        since = min(since, entry.asked)
    return since


def order(entries: Sequence[Entry], now: float) -> list[str]:
    """The runs that wait, the next one first.

    Who has had fewer runs while the machine was busy without a break, goes first; among those who had equally
    many, who asked first. So everybody has one run before anybody has a second, and nobody waits for ever.

    Args:
        entries: the runs of the store, at least all since the machine was last idle.
        now: seconds since 1970.
    """
    since = busy_since(entries, now)
    had = Counter(each.person for each in entries if each.began is not None and each.began >= since)
    placed: list[tuple[int, float, str]] = []
    for entry in sorted((each for each in entries if each.waits), key=lambda each: (each.asked, each.run)):
        placed.append((had[entry.person], entry.asked, entry.run))
        had[entry.person] += 1
    return [run for _, _, run in sorted(placed)]


def starts(
    waiting: Sequence[str], going_on: Sequence[float], seconds: Mapping[str, float], workers: int = 1
) -> dict[str, float]:
    """In how many seconds each waiting run is expected to begin.

    Args:
        waiting: the runs that wait, the next one first.
        going_on: seconds that each run now in a worker will still take.
        seconds: that each waiting run will take.
        workers: for training.
    """
    free = sorted(going_on) + [0.0] * max(0, workers - len(going_on))
    heapq.heapify(free)
    found = {}
    for run in waiting:
        found[run] = heapq.heappop(free)
        heapq.heappush(free, found[run] + seconds[run])
    return found


def refusal(entries: Sequence[Entry], person: str, limits: Limits) -> str:
    """Why a person may start no other run now, and what to do; "" where they may."""
    there = [each for each in entries if each.ended is None]
    own = sum(each.person == person for each in there)
    if own >= limits.of_a_person:
        return (
            f"{own} of your runs go on or wait, which is as many as one person may have here; stop one of "
            "them, or wait until one is done."
        )
    if len(there) >= limits.in_all:
        return (
            f"{len(there)} runs go on or wait on this machine, which is as many as it takes; try again when "
            "one is done."
        )
    return ""
