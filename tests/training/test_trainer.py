"""One optimiser step: what its loss counts, and which weights it averages."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from resnet_core.network.catalogue import network
from resnet_core.network.weights import write_weights
from resnet_core.training.recipes import LONG, OURS, Recipe
from resnet_core.training.trainer import NO_SIGN, Trainer

SPEC = network("cifar_resnet8", size=64, classes=6)
COUNT = 8
PICTURES = np.random.default_rng(4).integers(0, 256, (COUNT, 64, 64, 3), dtype=np.uint8)
ALL = np.arange(COUNT)


def trainer(recipe: Recipe, labels: list[int]) -> Trainer:
    return Trainer(SPEC, dataclasses.replace(recipe, views=None), PICTURES, np.array(labels), seed=1)


def _cross_entropy(logits: np.ndarray, target: np.ndarray) -> float:
    top = logits.max(axis=1, keepdims=True)
    logarithms = logits - top - np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
    return float(-(target * logarithms).sum(axis=1).mean())


def test_the_target_of_a_picture_of_no_sign_is_every_class_alike() -> None:
    labels = [0, 1, 2, 3, 4, 5, NO_SIGN, NO_SIGN]
    one = trainer(OURS, labels)
    logits = np.asarray(one.model(PICTURES.astype(np.float32) / 255, training=True))
    target = np.full((COUNT, 6), 1 / 6)
    target[:6] = np.eye(6) * 0.9 + 0.1 / 6
    again = trainer(OURS, labels)  # the forward pass above has moved the averages of the batch norm
    found = again.step(ALL, 0, 1e-3)
    assert found.loss == pytest.approx(_cross_entropy(logits, target), rel=1e-4)
    assert found.accuracy == pytest.approx((logits[:6].argmax(1) == labels[:6]).mean())
    each = [_cross_entropy(logits[at : at + 1], target[at : at + 1]) for at in range(COUNT)]
    np.testing.assert_allclose(found.losses, each, rtol=1e-4)
    np.testing.assert_array_equal(found.answers, logits.argmax(1))


def test_a_batch_without_any_sign_has_no_accuracy_but_a_loss() -> None:
    found = trainer(OURS, [NO_SIGN] * COUNT).step(ALL, 0, 1e-3)
    assert np.isfinite(found.loss)
    assert found.loss > 0
    assert found.accuracy == 0


def test_the_averages_are_those_of_the_definition_and_are_what_answers() -> None:
    one = trainer(LONG, [0, 1, 2, 3, 4, 5, 0, 1])
    names = [variable.path for variable in one.model.variables]
    expected = {variable.path: variable.numpy().astype(np.float64) for variable in one.model.variables}
    for step in range(4):
        one.step(ALL, step, 1e-2)
        keep = min(LONG.average, (1 + step) / (10 + step))
        for variable in one.model.variables:
            expected[variable.path] = keep * expected[variable.path] + (1 - keep) * variable.numpy()
    latest = {variable.path: variable.numpy() for variable in one.model.variables}
    with one.averaged():
        for variable in one.model.variables:
            np.testing.assert_allclose(variable.numpy(), expected[variable.path], rtol=1e-4, atol=1e-6)
        averaged = np.asarray(one.model(PICTURES.astype(np.float32) / 255, training=False))
    for variable in one.model.variables:
        np.testing.assert_array_equal(variable.numpy(), latest[variable.path])
    logarithms = np.log(one.probabilities(PICTURES))
    np.testing.assert_allclose(
        logarithms - logarithms[:, :1], averaged - averaged[:, :1], rtol=1e-3, atol=1e-3
    )
    assert any(np.abs(expected[name] - latest[name]).max() > 1e-4 for name in names)


def test_a_recipe_without_averaging_answers_with_its_latest_weights() -> None:
    one = trainer(OURS, [0, 1, 2, 3, 4, 5, 0, 1])
    one.step(ALL, 0, 1e-2)
    before = [variable.numpy() for variable in one.model.variables]
    with one.averaged():
        for variable, value in zip(one.model.variables, before, strict=True):
            np.testing.assert_array_equal(variable.numpy(), value)


def test_it_begins_with_the_weights_of_another_and_so_do_its_averages(tmp_path: Path) -> None:
    labels = [0, 1, 2, 3, 4, 5, 0, 1]
    one = trainer(LONG, labels)
    one.step(ALL, 0, 1e-2)
    write_weights(tmp_path / "weights.h5", one.model)
    other = Trainer(SPEC, LONG, PICTURES, np.array(labels), seed=9, start=tmp_path / "weights.h5")
    for mine, average, theirs in zip(other.model.variables, other.averages, one.model.variables, strict=True):
        np.testing.assert_array_equal(mine.numpy(), theirs.numpy())
        np.testing.assert_array_equal(average.numpy(), theirs.numpy())
