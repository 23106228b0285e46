"""A run that is killed, out of room, paused and stepped takes the very steps of an undisturbed one."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from resnet_core.training import checkpoint, loop, obeying
from resnet_core.training.checkpoint import Checkpoint, checkpoints, pairs
from resnet_core.training.loop import train
from resnet_core.training.records import DONE, INTERRUPTED, PAUSED
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore
from resnet_core.training.trainer import Trainer
from tests.source_tree import ROOT

#: With augmentation, a schedule, averages of the weights, the norms of the gradient, and bfloat16.
SETTINGS = RunSettings(
    network="cifar_resnet8",
    width=0.25,
    recipe="long",
    epochs=4,
    batch_size=16,
    gradients_every=3,
    precision="bfloat16",
)
RATE_FROM, RATE = 8, 0.5


def _killed_at_a_step(step: int) -> None:
    really = Trainer.step

    def taken(self: Trainer, indices: np.ndarray, at: int, rate: float, **more: bool) -> object:
        if at == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return really(self, indices, at, rate, **more)

    Trainer.step = taken  # type: ignore[method-assign, assignment]


def _killed_between_two_files(step: int) -> None:
    really = os.replace

    def renamed(source: Path, target: Path) -> None:
        if Path(target).name.endswith(f"{step:06d}.h5") and not Path(target).name.startswith("optimiser"):
            os.kill(os.getpid(), signal.SIGKILL)
        really(source, target)

    checkpoint.os.replace = renamed  # type: ignore[assignment]


def kill_twice(folder: str, run_id: str) -> None:
    """In a process of its own: train the run in children, the first and the second of which are killed."""
    import tensorflow  # noqa: F401  # once for all children

    loop.EVERY, loop.SHARE = 0.0, 1e9  # a checkpoint after every step
    for kill, step in ((_killed_at_a_step, 7), (_killed_between_two_files, 11)):
        child = os.fork()
        if not child:
            kill(step)
            train(run_id, folder)
            os._exit(1)
        _, how = os.waitpid(child, 0)
        assert os.WIFSIGNALED(how)
        assert os.WTERMSIG(how) == signal.SIGKILL


def _planned(store: RunStore, title: str) -> str:
    run_id = store.create(SETTINGS, title)
    store.change_rate(run_id, RATE_FROM, RATE)
    return run_id


def _full_disk(monkeypatch: pytest.MonkeyPatch, store: RunStore, run_id: str) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint.os, "fsync", full)
        train(run_id, store.folder)
    run = store.run(run_id)
    assert run.status == INTERRUPTED
    assert "What was reached by step 10 is kept; make room, and go on." in run.reason


def _one_step(monkeypatch: pytest.MonkeyPatch, store: RunStore, run_id: str) -> None:
    store.requeue(run_id, one_step=True)
    with monkeypatch.context() as patch:
        patch.setattr(obeying, "HOLD", 0.0)  # nobody waits, but its worker is given away at once
        train(run_id, store.folder)
    assert (store.run(run_id).status, store.run(run_id).step) == (PAUSED, 11)
    seen = store.single_step(run_id)
    assert seen is not None
    assert seen.step == 11
    assert seen.loss_before == store.steps(run_id).loss[-1]
    assert seen.loss_after != seen.loss_before
    assert list(seen.changes) == ["stem", *(f"conv{stage} block 1" for stage in (2, 3, 4)), "head"]
    assert all(0 < change < 1 for change in seen.changes.values())


def _arrays(path: Path) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}

    def keep(name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset):
            found[name] = item[()]

    with h5py.File(path, "r") as file:
        file.visititems(keep)
    return found


def _same(one: Path, other: Path) -> None:
    mine, theirs = _arrays(one), _arrays(other)
    assert mine.keys() == theirs.keys()
    for name, values in mine.items():
        np.testing.assert_array_equal(values, theirs[name], err_msg=f"{one.name} {name}")


def _last(store: RunStore, run_id: str) -> Checkpoint:
    return pairs(store.checkpoints(run_id))[-1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
def test_what_is_killed_and_goes_on_takes_the_same_steps_to_the_last_bit(
    tmp_path: Path, tiny_signs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
    store = RunStore(tmp_path, recordings=())
    whole, lost = _planned(store, "undisturbed"), _planned(store, "killed")
    code = f"from tests.training.test_never_lost import kill_twice as do; do({str(tmp_path)!r}, {lost!r})"
    killed = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    train(whole, store.folder)
    assert killed.wait() == 0
    assert store.run(lost).status == INTERRUPTED
    assert "What was reached" not in store.run(lost).reason
    assert "what was reached by step 10 is kept" in store.run(lost).reason
    assert list(store.checkpoints(lost).glob("optimiser-000011.h5*"))
    store.requeue(lost)
    _full_disk(monkeypatch, store, lost)
    _one_step(monkeypatch, store, lost)
    store.requeue(lost)
    train(lost, store.folder)

    assert [store.run(one).status for one in (whole, lost)] == [DONE, DONE]
    one, other = store.steps(whole), store.steps(lost)
    for column in ("step", "epoch", "loss", "accuracy", "learning_rate"):
        np.testing.assert_array_equal(getattr(one, column), getattr(other, column), err_msg=column)
    assert np.all(np.diff(other.seconds) > 0)
    for mine, theirs in zip(store.epochs(whole), store.epochs(lost), strict=True):
        assert {**vars(mine), "seconds": 0} == {**vars(theirs), "seconds": 0}
    np.testing.assert_array_equal(store.gradient_norms(whole).norms, store.gradient_norms(lost).norms)
    assert store.run(whole).evaluation == store.run(lost).evaluation
    for mine, theirs in zip(
        *(checkpoints(store.checkpoints(run_id)) for run_id in (whole, lost)), strict=True
    ):
        _same(mine.path, theirs.path)
    _same(_last(store, whole).optimiser_path, _last(store, lost).optimiser_path)
    assert not list(tmp_path.rglob("*.part"))
    assert not list(tmp_path.rglob("between-*"))
    rates = one.learning_rate / [SETTINGS.recipe_used.learning_rate_at(i, len(one)) for i in range(len(one))]
    np.testing.assert_allclose(rates, np.where(one.step < RATE_FROM, 1.0, RATE))
