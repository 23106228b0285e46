"""The queue: one of each person before the second of anybody, held against that sentence read literally."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.training.queue import Entry, Limits, busy_since, order, refusal, starts
from resnet_core.training.records import DONE, QUEUED, STOPPED, RunError
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore

NOW = 100.0


@st.composite
def queues(draw: st.DrawFn) -> list[Entry]:
    """Runs of a few people at times of which many are equal, some idle gaps between them."""
    found = []
    for number in range(draw(st.integers(0, 9))):
        asked = float(draw(st.integers(0, 12)) * 8)
        began = draw(st.none() | st.integers(0, 10).map(lambda late, asked=asked: asked + late))
        ended = None if began is None else draw(st.none() | st.just(min(NOW, began + 5.0)))
        found.append(Entry(f"r{number}", draw(st.sampled_from("abc")), asked, began, ended))
    return found


def _busy(entries: list[Entry], moment: float) -> bool:
    return any(
        each.asked <= moment and (each.ended is None or moment <= each.ended) and each.asked < NOW
        for each in entries
    )


@given(queues())
def test_the_machine_has_been_busy_since_then_and_not_just_before(entries: list[Entry]) -> None:
    since = busy_since(entries, NOW)
    moments = sorted({e.asked for e in entries} | {e.ended for e in entries if e.ended is not None})
    inside = [moment for moment in moments if since <= moment <= NOW]
    halves = [(a + b) / 2 for a, b in zip(inside, [*inside[1:], NOW], strict=True)] if inside else []
    assert all(_busy(entries, moment) for moment in halves)
    assert not _busy(entries, since - 0.25)


@given(queues())
def test_the_next_run_is_always_of_somebody_who_had_the_fewest(entries: list[Entry]) -> None:
    turns = order(entries, NOW)
    by_id = {each.run: each for each in entries}
    assert sorted(turns) == sorted(each.run for each in entries if each.waits)
    since = busy_since(entries, NOW)
    had = {p: sum(e.person == p and e.began is not None and e.began >= since for e in entries) for p in "abc"}
    waiting = [by_id[run] for run in turns]
    while waiting:
        chosen, people = waiting[0], {each.person for each in waiting}
        fewest = min(had[person] for person in people)
        assert had[chosen.person] == fewest
        rivals = [each for each in waiting if had[each.person] == fewest]
        assert chosen.asked == min(each.asked for each in rivals)
        had[chosen.person] += 1
        waiting = waiting[1:]


def test_everybody_has_one_before_anybody_has_a_second() -> None:
    a, b, c = (Entry(f"{p}1", p, asked) for p, asked in (("a", 1.0), ("b", 5.0), ("c", 6.0)))
    more = [Entry("a2", "a", 2.0), Entry("a3", "a", 3.0), Entry("b2", "b", 5.5)]
    assert order([a, b, c, *more], NOW) == ["a1", "b1", "c1", "a2", "b2", "a3"]
    over = Entry("a1", "a", 1.0, began=1.0, ended=7.0)  # had its turn, and the machine was busy ever since
    assert order([over, b, c, *more], NOW) == ["b1", "c1", "a2", "b2", "a3"]


@given(st.lists(st.floats(0, 50), max_size=4), st.lists(st.floats(1, 50), max_size=6), st.integers(1, 3))
def test_a_run_begins_when_a_worker_is_free(going: list[float], each: list[float], workers: int) -> None:
    seconds = {str(number): value for number, value in enumerate(each)}
    found = starts(list(seconds), going, seconds, workers)
    ends = list(going)
    for run, begins in found.items():
        there = max(workers, len(going))
        still = sum(end > begins for end in ends)
        assert still < there, "a worker is free then"
        earlier = [end for end in ends if end < begins]
        assert not earlier or all(sum(end > moment for end in ends) >= there for moment in [begins - 1e-9])
        ends.append(begins + seconds[run])


def test_limits_refuse_with_what_to_do() -> None:
    entries = [Entry("1", "a", 1.0, 1.0), Entry("2", "a", 2.0), Entry("3", "b", 3.0, 3.0, 4.0)]
    assert "stop one of them" in refusal(entries, "a", Limits(2, 9))
    assert "try again when one is done" in refusal(entries, "b", Limits(2, 2))
    assert refusal(entries, "b", Limits(1, 3)) == ""


def test_the_store_keeps_to_order_and_limits_and_knows_who_began_what(tmp_path: Path) -> None:
    store = RunStore(tmp_path, recordings=())
    limits = Limits(2, 3)
    ids = [store.create(RunSettings(), f"{n}", person=p, limits=limits) for n, p in enumerate("aab")]
    assert store.waiting() == [ids[0], ids[2], ids[1]]
    with pytest.raises(RunError, match="2 of your runs"):
        store.create(RunSettings(), person="a", limits=limits)
    with pytest.raises(RunError, match="3 runs go on or wait"):
        store.create(RunSettings(), person="c", limits=limits)
    store.begin(ids[0], 10, {})
    store.end(ids[0], DONE)
    assert store.waiting() == [ids[2], ids[1]]
    store.request_stop(ids[2])
    assert (store.run(ids[2]).status, store.waiting()) == (STOPPED, [ids[1]])
    time.sleep(0.01)
    store.requeue(ids[2])
    assert (store.run(ids[2]).status, store.run(ids[2]).person) == (QUEUED, "b")
    assert store.waiting() == [ids[2], ids[1]], "a has had one since the machine was last idle"
    assert "person" not in repr(store.run(ids[2]))
