"""The hardest photographs are those of the largest losses, and the losses are those that Keras says."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.hands.dataset import HandSigns
from resnet_core.network.model import keras_model
from resnet_core.training.hardest import KEPT, Seen, hardest_columns
from resnet_core.training.loop import train
from resnet_core.training.records import DONE
from resnet_core.training.settings import RunSettings
from resnet_core.training.split import validation_split
from resnet_core.training.store import RunStore
from resnet_core.training.trainer import NO_SIGN, Trainer

SETTINGS = RunSettings("cifar_resnet8", width=0.25, recipe="notebook", epochs=1, batch_size=96, seed=5)


def test_they_are_those_of_keras_in_training_mode(
    tmp_path: Path, tiny_signs: HandSigns, tiny_signs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One step over all photographs: what it says is of the weights with which the run began."""
    monkeypatch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
    store = RunStore(tmp_path)
    run_id = store.create(SETTINGS)
    train(run_id, tmp_path)
    assert (store.run(run_id).status, store.run(run_id).steps) == (DONE, 1)
    found = store.hardest(run_id)
    assert found is not None
    train_on, _ = validation_split(tiny_signs.train_x, tiny_signs.train_y, SETTINGS.validation_share)
    model = keras_model(
        SETTINGS.trained_spec(), seed=5, initializer=SETTINGS.recipe_used.initializer, logits=True
    )
    logits = np.asarray(model(tiny_signs.train_x[train_on].astype(np.float32) / 255, training=True))
    labels = tiny_signs.train_y[train_on]
    losses = np.asarray(
        keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)(labels, logits)
    )
    order = np.argsort(-losses, kind="stable")[:KEPT]
    assert (found.epoch, found.seen, len(found.photographs)) == (1, len(train_on), KEPT)
    assert [one.loss for one in found.photographs] == pytest.approx(losses[order], rel=1e-3)
    answers = dict(zip(train_on.tolist(), logits.argmax(1).tolist(), strict=True))
    of = dict(zip(train_on.tolist(), losses.tolist(), strict=True))
    for one in found.photographs:
        assert one.loss == pytest.approx(of[one.index], rel=1e-3)
        assert (one.label, one.answer) == (tiny_signs.train_y[one.index], answers[one.index])
    store.rewind(run_id, 0, 0, 0.0)
    assert store.hardest(run_id) is None


def test_a_step_says_the_loss_of_each_photograph_as_keras_does() -> None:
    smoothing = 0.1
    generator = np.random.default_rng(4)
    pictures = generator.integers(0, 256, (7, 64, 64, 3), dtype=np.uint8)
    labels = np.array([0, 1, 2, 3, 4, 5, NO_SIGN])
    recipe = dataclasses.replace(SETTINGS.recipe_used, label_smoothing=smoothing)
    spec = SETTINGS.trained_spec()
    target = np.full((7, 6), 1 / 6)
    target[:6] = np.eye(6) * (1 - smoothing) + smoothing / 6
    model = Trainer(spec, recipe, pictures, labels, seed=5).model
    logits = model(pictures.astype(np.float32) / 255, training=True)
    expected = keras.losses.CategoricalCrossentropy(from_logits=True, reduction=None)(target, logits)
    found = Trainer(spec, recipe, pictures, labels, seed=5).step(np.arange(7), 0, 1e-3)
    assert found.losses == pytest.approx(np.asarray(expected), rel=1e-4)
    assert found.answers.tolist() == np.asarray(logits).argmax(1).tolist()


@given(st.lists(st.lists(st.tuples(st.integers(0, 11), st.floats(0, 9)), max_size=6), max_size=5))
def test_the_latest_loss_of_each_photograph_counts(steps: list[list[tuple[int, float]]]) -> None:
    """By a dictionary; photographs from 10 on show no sign and are nobody's."""
    seen, latest = Seen(np.arange(10) * 3, np.arange(10) % 6), {}
    for step in steps:
        unique = dict(step)
        losses = np.array(list(unique.values()), float)
        seen.note(np.array(list(unique), int), losses, np.zeros(len(unique), int))
        latest |= {at: loss for at, loss in unique.items() if at < 10}
    found = seen.hardest(4, count=3)
    expected = sorted(latest.items(), key=lambda pair: (-pair[1], pair[0]))[:3]
    assert [(one.index, one.loss) for one in found.photographs] == [(3 * at, loss) for at, loss in expected]
    assert found.seen == len(latest)
    columns = hardest_columns(found.photographs, "abcdef")
    assert columns["sign"] == ["abcdef"[one.label] for one in found.photographs]
