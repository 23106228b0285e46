"""Training a run from beginning to end, stopped, gone on, diverged and without data."""

from __future__ import annotations

import dataclasses
import errno
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from resnet_core.hands.dataset import HandSigns
from resnet_core.network.weights import read_weights
from resnet_core.training import checkpoint, loop
from resnet_core.training.data import load_data
from resnet_core.training.loop import described, train
from resnet_core.training.predict import newest_weights, predict
from resnet_core.training.records import DONE, FAILED, INTERRUPTED, QUEUED, STOPPED, RunError
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore
from resnet_core.training.teaching import lesson_settings
from resnet_core.training.trainer import StepResult, Trainer
from tests.hands_factory import write_signs

SMALL = RunSettings(network="cifar_resnet8", width=1.0, epochs=6, batch_size=16, learning_rate=5e-3)


@pytest.fixture
def store(tmp_path: Path, tiny_signs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
    return RunStore(tmp_path / "runs")


def _final_weights(store: RunStore, run_id: str) -> dict[str, np.ndarray]:
    spec = described(store.run(run_id).settings, load_data("signs"))
    return read_weights(newest_weights(store, run_id), spec)


def test_a_run_learns_and_everything_it_said_is_in_the_store(store: RunStore) -> None:
    lines: list[str] = []
    run_id = store.create(dataclasses.replace(SMALL, epochs=24))
    train(run_id, store.folder, lines.append)
    run, steps, epochs = store.run(run_id), store.steps(run_id), store.epochs(run_id)
    assert (run.status, run.reason, run.epoch, run.step) == (DONE, "", 24, run.steps)
    assert steps.step.tolist() == list(range(1, run.steps + 1))
    assert np.all(np.diff(steps.seconds) > 0)
    assert len(epochs) == len(lines) == 24
    assert epochs[-1].train_loss < epochs[0].train_loss
    assert run.evaluation is not None
    assert run.evaluation.all.value == epochs[-1].test_accuracy
    assert run.evaluation.all.correct >= 11, "of 24; guessing does so once in a thousand times"
    assert run.card["data"]["training"] + run.card["data"]["validation"] == 96
    # The stored weights give the very answers that the evaluation counted.
    data = load_data("signs")
    answers = predict(SMALL, str(newest_weights(store, run_id)), data.test_x).probabilities.argmax(1)
    assert int((answers == data.test_y).sum()) == run.evaluation.all.correct


def test_a_stacked_block_of_ones_own_is_trained_asked_and_taught(store: RunStore) -> None:
    own = dataclasses.replace(
        SMALL, network="own", epochs=1, block="8x8x8~3x3-8_bn_relu_3x3-8_bn~id~relu", plan="1-1~1-2~1-2"
    )
    run_id = store.create(own)
    train(run_id, store.folder)
    run = store.run(run_id)
    assert (run.status, run.settings) == (DONE, own)
    assert run.title.startswith("Own block, 2 times")
    assert run.evaluation is not None
    data, weights = load_data("signs"), str(newest_weights(store, run_id))
    answers = predict(own, weights, data.test_x).probabilities.argmax(1)
    assert int((answers == data.test_y).sum()) == run.evaluation.all.correct
    lesson = lesson_settings(run)
    assert (lesson.architecture, lesson.base) == (own.architecture, run_id)


@pytest.mark.parametrize(
    ("share", "states"), [(1e9, [False] * 4 + [True] * 2), (1e-9, [True] + [False] * 4 + [True])]
)
def test_a_checkpoint_an_epoch_and_the_state_of_the_optimiser_where_there_is_time_for_it(
    store: RunStore, monkeypatch: pytest.MonkeyPatch, share: float, states: list[bool]
) -> None:
    monkeypatch.setattr(loop, "SHARE", share)
    run_id = store.create(SMALL)
    train(run_id, store.folder)
    found = checkpoint.checkpoints(store.checkpoints(run_id))
    assert [kept.step for kept in found] == [record.step for record in store.epochs(run_id)]
    assert [kept.optimiser_path.exists() for kept in found] == states
    assert not list(store.checkpoints(run_id).glob("*.part"))


def test_a_run_that_ends_long_after_its_last_whole_checkpoint_goes_on_from_there(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "SHARE", 1e-9)  # whole after the first epoch and after the last
    whole, lost = store.create(SMALL), store.create(SMALL)
    train(whole, store.folder)

    def gone(line: str) -> None:
        if store.run(lost).epoch == 4:
            raise OSError(errno.ENOSPC, "no room")

    train(lost, store.folder, gone)
    assert store.run(lost).status == INTERRUPTED
    assert len(checkpoint.checkpoints(store.checkpoints(lost))) == 4
    store.requeue(lost)
    train(lost, store.folder)
    assert [store.run(one).status for one in (whole, lost)] == [DONE, DONE]
    for column in ("step", "loss", "accuracy"):
        one, other = (getattr(store.steps(run_id), column) for run_id in (whole, lost))
        np.testing.assert_array_equal(one, other)
    for one, other in zip(store.epochs(whole), store.epochs(lost), strict=True):
        assert {**vars(one), "seconds": 0} == {**vars(other), "seconds": 0}
    mine, theirs = (_final_weights(store, run_id) for run_id in (whole, lost))
    for name, values in mine.items():
        np.testing.assert_array_equal(values, theirs[name])


def _stop_after(store: RunStore, run_id: str, lines: int) -> Callable[[str], None]:
    said: list[str] = []

    def report(line: str) -> None:
        said.append(line)
        if len(said) == lines:
            store.request_stop(run_id)

    return report


@pytest.mark.parametrize("recipe", ["ours", "long"])
def test_a_stopped_run_keeps_what_it_reached_and_goes_on_as_if_it_had_not_stopped(
    store: RunStore, recipe: str
) -> None:
    settings = dataclasses.replace(SMALL, recipe=recipe)
    undisturbed, stopped = store.create(settings), store.create(settings)
    train(undisturbed, store.folder)
    train(stopped, store.folder, _stop_after(store, stopped, 2))
    run = store.run(stopped)
    assert (run.status, run.epoch, run.step) == (STOPPED, 2, 2 * run.steps // 6)
    assert run.evaluation is not None
    store.requeue(stopped)
    assert store.run(stopped).status == QUEUED
    train(stopped, store.folder)
    assert store.run(stopped).status == DONE
    one, other = store.steps(undisturbed), store.steps(stopped)
    assert other.step.tolist() == one.step.tolist()
    np.testing.assert_array_equal(other.loss, one.loss)
    kept, again = _final_weights(store, undisturbed), _final_weights(store, stopped)
    for name, value in kept.items():
        np.testing.assert_array_equal(again[name], value, err_msg=name)


def test_stop_ends_within_one_step(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = store.create(SMALL)
    real_step = Trainer.step

    def step_and_ask(self: Trainer, indices: np.ndarray, step: int, rate: float, **more: bool) -> StepResult:
        if step == 7:
            store.request_stop(run_id)
        return real_step(self, indices, step, rate, **more)

    monkeypatch.setattr(Trainer, "step", step_and_ask)
    train(run_id, store.folder)
    assert store.run(run_id).status == STOPPED
    assert store.steps(run_id).step[-1] == 8
    assert checkpoint.checkpoints(store.checkpoints(run_id))[-1].step == 8


def test_a_loss_that_is_no_number_ends_the_run_with_the_step(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = store.create(SMALL)
    real_step = Trainer.step

    def overflow(self: Trainer, indices: np.ndarray, step: int, rate: float, **more: bool) -> StepResult:
        if step == 3:
            self.model.trainable_variables[0].assign(self.model.trainable_variables[0] * np.inf)
        return real_step(self, indices, step, rate, **more)

    monkeypatch.setattr(Trainer, "step", overflow)
    train(run_id, store.folder)
    assert store.run(run_id).status == FAILED
    assert "no longer a number at step 4" in store.run(run_id).reason
    with pytest.raises(RunError, match="no checkpoint yet"):
        newest_weights(store, run_id)


@pytest.mark.slow
def test_a_run_learns_from_the_rendered_hands_without_any_photographs(
    rendered: HandSigns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tmp_path / "nothing"))
    store = RunStore(tmp_path / "runs")
    run_id = store.create(dataclasses.replace(SMALL, data="rendered", width=0.25, epochs=2, batch_size=64))
    train(run_id, store.folder)
    run, epochs = store.run(run_id), store.epochs(run_id)
    assert (run.status, run.reason) == (DONE, "")
    assert (run.card["data"]["name"], run.card["data"]["digest"]) == ("rendered", rendered.digest)
    assert epochs[-1].train_loss < epochs[0].train_loss
    assert run.evaluation is not None
    assert run.evaluation.all.count == len(rendered.test_y)


def test_missing_data_is_said_in_a_sentence(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tmp_path / "nowhere"))
    run_id = store.create(SMALL)
    train(run_id, store.folder)
    assert store.run(run_id).status == FAILED
    assert "train_signs.h5" in store.run(run_id).reason


def test_a_run_whose_photographs_are_gone_or_others_is_intact_and_goes_on_when_they_are_back(
    store: RunStore, tmp_path: Path, tiny_signs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = store.create(dataclasses.replace(SMALL, epochs=2))
    train(run_id, store.folder, _stop_after(store, run_id, 1))
    other = write_signs(tmp_path / "other", train=60)
    for folder, words in ((other, "other photographs"), (tmp_path / "gone", "bring them back, and go on")):
        monkeypatch.setenv("RESNET_DATA_DIR", str(folder))
        store.requeue(run_id)
        train(run_id, store.folder)
        assert store.run(run_id).status == INTERRUPTED
        assert words in store.run(run_id).reason
        assert len(store.epochs(run_id)) == 1
    monkeypatch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
    store.requeue(run_id)
    train(run_id, store.folder)
    assert (store.run(run_id).status, store.run(run_id).reason) == (DONE, "")


def test_an_unknown_network_is_said_in_a_sentence(store: RunStore) -> None:
    run_id = store.create(RunSettings(network="resnet51"))
    train(run_id, store.folder)
    assert store.run(run_id).status == FAILED
    assert "resnet50" in store.run(run_id).reason


def test_a_run_that_ended_is_not_trained_again(store: RunStore) -> None:
    run_id = store.create(SMALL)
    store.request_stop(run_id)
    train(run_id, store.folder)
    assert store.run(run_id).status == STOPPED
    assert len(store.steps(run_id)) == 0
