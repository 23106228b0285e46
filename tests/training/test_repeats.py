"""Which runs repeat each other, and with which seeds one is repeated."""

from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from resnet_core.training.records import DONE, QUEUED, Run
from resnet_core.training.repeats import more_seeds, repeated
from resnet_core.training.settings import RunSettings
from tests.recordings import a_run


def run(name: str, seed: int, *, epochs: int = 4, status: str = DONE, digest: str = "a") -> Run:
    settings = RunSettings(seed=seed, epochs=epochs)
    return dataclasses.replace(
        a_run(), id=name, settings=settings, status=status, card={"data": {"digest": digest}}
    )


def names(runs: list[Run]) -> list[str]:
    return ["".join(one.id for one in group.runs) for group in repeated(runs)]


def test_runs_belong_together_where_only_the_seed_differs() -> None:
    runs = [run("a", 1), run("b", 2, epochs=5), run("c", 3), run("d", 4, digest="b"), run("e", 2)]
    assert names(runs) == ["ace", "b", "d"]
    group = repeated(runs)[0]
    assert group.is_group
    assert group.seeds == (1, 2, 3)
    watched = dataclasses.replace(runs[2], settings=dataclasses.replace(runs[2].settings, gradients_every=4))
    assert names([runs[0], watched]) == ["ac"], "what is only watched makes no other kind"


def test_the_same_seed_twice_is_no_second_seed_and_one_that_waits_does_not_count_yet() -> None:
    assert names([run("a", 1), run("b", 1), run("c", 2)]) == ["ac", "b"]
    (waiting,) = repeated([run("a", 1), run("b", 2, status=QUEUED, digest="")])
    assert len(waiting.runs) == 2
    assert not waiting.is_group


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(2, 4)), max_size=9))
def test_every_run_is_in_one_group_and_no_group_has_a_seed_twice(kinds: list[tuple[int, int]]) -> None:
    runs = [run(str(at), seed, epochs=epochs) for at, (seed, epochs) in enumerate(kinds)]
    groups = repeated(runs)
    assert sorted(one.id for group in groups for one in group.runs) == sorted(one.id for one in runs)
    for group in groups:
        assert len({one.settings.seed for one in group.runs}) == len(group.runs)
        assert len({one.settings.epochs for one in group.runs}) == 1


def test_the_next_seeds_are_those_that_nobody_has_had() -> None:
    runs = [run("a", 1), run("b", 3), run("c", 2, epochs=5)]
    settings = more_seeds(runs[0], runs, 3)
    assert [one.seed for one in settings] == [2, 4, 5]
    assert {dataclasses.replace(one, seed=1) for one in settings} == {runs[0].settings}
