"""What a person gave is let go of when asked: results and their inputs, lessons, networks in memory."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from resnet_core.engine.engine import Engine
from resnet_core.training.lesson import Lesson
from resnet_core.training.predict import newest_weights, predict
from resnet_core.training.records import DONE, RUNNING
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore
from resnet_core.training.teaching import lesson_settings, outcome_of
from tests.engine.test_engine import wait_until
from tests.hands_factory import pictures

PERSON, OTHER = "person", "other"


@pytest.fixture(scope="module")
def engine(tiny_signs_folder: Path) -> Iterator[Engine]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
        made = Engine()
        wait_until(lambda: made.state().ready)
        yield made
        made.close()


def known_to_the_scheduler(engine: Engine) -> str:
    """All tasks of the scheduler with what they were given, and all that its workers hold, as text."""
    assert engine._client is not None

    def tasks(dask_scheduler: Any) -> str:
        return " ".join(f"{key} {task.run_spec!r}" for key, task in dask_scheduler.tasks.items())

    def data(dask_worker: Any) -> str:
        return " ".join([*map(str, dask_worker.data), *map(str, dask_worker.state.tasks)])

    held = engine._client.run(data)
    return " ".join([engine._client.run_on_scheduler(tasks), *held.values()])


def test_what_one_person_asked_is_forgotten_and_what_others_asked_is_kept(engine: Engine) -> None:
    engine.measure(random.uniform, 0.0, 1.0, page=f"{PERSON}/classify").result()
    shared = engine.measure(random.uniform, 0.0, 2.0, page=f"{PERSON}/classify").result()
    assert engine.measure(random.uniform, 0.0, 2.0, page=f"{OTHER}/classify").result() == shared
    theirs = engine.measure(random.uniform, 0.0, 3.0, page=f"{OTHER}/classify").result()
    wait_until(lambda: len(engine._kept) == 3)
    engine.forget(PERSON)
    assert len(engine._kept) == 2
    assert engine.measure(random.uniform, 0.0, 2.0, page=f"{OTHER}/classify").result() == shared
    assert engine.measure(random.uniform, 0.0, 3.0, page=f"{OTHER}/classify").result() == theirs
    engine.forget(OTHER)
    assert engine._kept == {}
    wait_until(lambda: "uniform" not in known_to_the_scheduler(engine))


def test_what_is_under_way_is_not_kept_when_it_comes(engine: Engine) -> None:
    engine.measure(time.sleep, 0.5, page=f"{PERSON}/slow")
    engine.forget(PERSON)
    engine.measure(pow, 2, 2, page=f"{OTHER}/a").result()
    wait_until(lambda: len(engine._kept) == 1)
    assert "sleep" not in str(engine._kept)
    engine.forget(OTHER)


@pytest.mark.slow
def test_a_lesson_is_given_by_the_engine_and_deleted_with_all_that_it_was_given(
    engine: Engine, tmp_path: Path
) -> None:
    store = RunStore(tmp_path)
    base = store.create(RunSettings("cifar_resnet8", 0.5, epochs=1, batch_size=16))
    engine.train(base, store)
    wait_until(lambda: store.run(base).status == DONE, 120)
    labels = np.repeat(np.arange(6), 4)
    lesson = Lesson(pictures(labels, 5), labels)
    before = {path for path in tmp_path.rglob("*") if not path.name.startswith("runs.sqlite")}

    short = replace(lesson_settings(store.run(base)), epochs=1)
    first = store.create(short)
    engine.train(first, store, lesson)
    wait_until(lambda: store.run(first).status == RUNNING, 120)
    # While it is taught, another person's question does not wait for it.
    assert engine.measure(pow, 7, 2, page=f"{OTHER}/a").result(timeout=10) == 49
    wait_until(lambda: store.run(first).status == DONE, 120)
    assert outcome_of(store, first) is not None
    asked = (RunSettings("cifar_resnet8", 0.5), str(newest_weights(store, first)), lesson.pictures)
    engine.measure(predict, *asked, page=f"{PERSON}/classify").result()
    assert "predict" in known_to_the_scheduler(engine)

    second = store.create(short)
    engine.train(second, store, lesson)  # is deleted while it goes on
    for run_id in (first, second):
        if not store.run(run_id).ended:
            store.end(run_id, "stopped")
        store.delete(run_id)
    engine.forget(PERSON, [first, second])
    wait_until(
        lambda: "predict" not in (known := known_to_the_scheduler(engine)) and "teach" not in known, 120
    )
    after = {path for path in tmp_path.rglob("*") if not path.name.startswith("runs.sqlite")}
    assert after == before
    engine.forget(OTHER)
    assert engine._kept == {}
