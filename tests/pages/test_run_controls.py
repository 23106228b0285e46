"""Pause, one step, learning rate, queue and limits on the Train page, with a stand-in for the engine."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from resnet_core.training.controls import RateChange, SingleStep
from resnet_core.training.records import FAILED, PAUSED, QUEUED, RUNNING, STOPPED
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore
from resnet_core.ui import queue_view
from resnet_core.ui.queue_view import ordinal, place_in_queue
from tests.pages.standing import Trained
from tests.pages.test_train_and_runs import a_run, visit
from tests.pages.visiting import words
from tests.training.standing_trainer import StandingTrainer

pytestmark = pytest.mark.usefixtures("asked")


def _press(at: AppTest, label: str) -> None:
    next(button for button in at.button if button.label == label).click().run()


def _labels(at: AppTest) -> set[str]:
    return {button.label for button in at.button}


def test_a_running_run_is_paused_stepped_slowed_and_goes_on(store: RunStore) -> None:
    run_id = a_run(store, status=RUNNING)
    at = visit("train", run=run_id)
    assert next(button for button in at.button if button.label == "One step").disabled
    at.select_slider(key=f"rate {run_id}").set_value(0.1).run()
    assert store.control(run_id).rate == 0.1
    _press(at, "Pause")
    assert store.control(run_id).paused
    assert "Paused after step 4" in at.get("progress")[0].proto.text
    _press(at, "One step")
    assert store.control(run_id).allowed == 1
    store.change_rate(run_id, 4, 0.1)
    store.take_allowed_step(run_id)
    store.add_single_step(run_id, SingleStep(4, 2e-4, 1.8765, 1.8123, {"stem": 0.002, "conv2 block 1": 0.01}))
    at.run()
    assert "went down from **1.877** before the step to **1.812** after it" in words(at)
    assert at.dataframe[0].value["Block"].tolist() == ["conv2 block 1", "stem"]
    assert "× 1/10 from step 4 on" in words(at)
    _press(at, "Go on")
    assert not store.control(run_id).paused


def test_a_run_of_somebody_else_has_no_buttons_but_says_why(store: RunStore) -> None:
    run_id = store.create(RunSettings(epochs=2), "Theirs", person="somebody else")
    store.begin(run_id, 4, {})
    at = visit("train", run=run_id)
    assert not {"Stop", "Pause", "One step"} & _labels(at)
    assert "Somebody else started this run" in words(at)
    store.end(run_id, STOPPED)
    at = visit("train", run=run_id)
    assert not [label for label in _labels(at) if label.startswith("Go on")]


def test_a_paused_run_whose_worker_serves_others_goes_on_or_takes_one_step(
    store: RunStore, asked: Trained
) -> None:
    run_id = a_run(store, status=PAUSED)
    at = visit("train", run=run_id)
    assert "Paused, and its worker given to others" in at.get("progress")[0].proto.text
    _press(at, "One step")
    assert asked.runs == [run_id]
    assert store.run(run_id).status == QUEUED
    assert (store.control(run_id).paused, store.control(run_id).allowed) == (True, 1)


def test_what_diverged_goes_on_with_a_smaller_rate(store: RunStore, asked: Trained) -> None:
    from resnet_core.training.checkpoint import save

    run_id = a_run(store, status=FAILED)
    assert not [label for label in _labels(visit("train", run=run_id)) if label.startswith("Go on")]
    save(store.checkpoints(run_id), 2, 1.0, StandingTrainer())  # type: ignore[arg-type]
    at = visit("train", run=run_id)
    at.select_slider(key=f"rate {run_id}").set_value(0.5).run()
    _press(at, "Go on from the last checkpoint")
    assert asked.runs == [run_id]
    assert store.control(run_id).rate == 0.5
    assert store.change_rate(run_id, 3, 0.5) == (RateChange(3, 0.5),)


def test_more_runs_than_a_person_may_have_are_refused_with_what_to_do(
    store: RunStore, asked: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNET_RUNS_PER_PERSON", "1")
    at = visit("train")
    _press(at, "Train")
    _press(at, "Train")
    assert len(store.runs()) == len(asked.runs) == 1
    assert "1 of your runs" in words(at)
    assert "stop one of them, or wait until one is done" in words(at)


def test_the_place_in_the_queue_and_the_expected_start_are_said(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_view, "_expected", lambda settings, past: 60.0)
    first = store.create(RunSettings(epochs=2), person="a")
    assert place_in_queue(store.run(first)) == "Waiting for a worker."
    store.begin(first, 104, {})
    store.add_steps(
        first, [(i, 1, float(i), 1.0, 0.5, 1e-3) for i in range(1, 5)]
    )  # a second a step, 100 left
    second, other = (store.create(RunSettings(epochs=2), person=person) for person in "ab")
    assert place_in_queue(store.run(other)) == "1st in the queue, begins in about 1\u202fmin 40\u202fs."
    assert place_in_queue(store.run(second)) == "2nd in the queue, begins in about 2\u202fmin 40\u202fs."
    store.pause(first)
    assert place_in_queue(store.run(other)) == "1st in the queue, begins in a moment."
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th",
    ]  # fmt: skip
