"""A trainer that stands ready is as good as a new one, to the last bit, and is let go."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest

from resnet_core.training import standby
from resnet_core.training.recipes import LONG, OURS
from resnet_core.training.settings import RunSettings
from resnet_core.training.standby import stand_by, trainer_for
from resnet_core.training.trainer import Trainer

SETTINGS = RunSettings(network="cifar_resnet8", width=0.25, recipe="long", side=32, batch_size=4)
SPEC = SETTINGS.trained_spec(size=32)
DRAW = np.random.default_rng(8)
PICTURES, LABELS = DRAW.integers(0, 256, (12, 32, 32, 3), np.uint8), np.arange(12) % 6


@pytest.fixture(autouse=True)
def _nobody_stands_ready() -> Iterator[None]:
    standby.let_go()
    yield
    standby.let_go()


def _everything(trainer: Trainer) -> list[np.ndarray]:
    groups = (trainer.model.variables, trainer.optimiser.variables, trainer.averages)
    return [variable.numpy() for group in groups for variable in group]


def test_who_takes_it_up_trains_as_with_a_new_one() -> None:
    stand_by(SETTINGS, 6)
    ready = trainer_for(SPEC, SETTINGS.recipe_used, PICTURES, LABELS, 5)
    ready.step(np.arange(8), 0, 1e-2)  # a run of its own; the next one begins anew
    standby.keep(ready)
    slower = dataclasses.replace(LONG, learning_rate=1e-4, epochs=3)
    again = trainer_for(SPEC, slower, PICTURES[::-1], LABELS[::-1], 9)
    assert again is ready
    assert again.recipe is slower
    new = Trainer(SPEC, slower, PICTURES[::-1], LABELS[::-1], 9)
    for one, other in zip(_everything(again), _everything(new), strict=True):
        np.testing.assert_array_equal(one, other)
    for step in range(2):
        chosen = np.arange(4) + step
        assert again.step(chosen, step, 1e-2).loss == pytest.approx(
            new.step(chosen, step, 1e-2).loss, rel=1e-6
        )


@pytest.mark.parametrize("what", ["network", "recipe", "norms"])
def test_what_does_not_fit_is_not_taken_up(what: str) -> None:
    ready = Trainer(SPEC, LONG, PICTURES, LABELS, 1)
    standby.keep(ready)
    other = RunSettings(network="cifar_resnet8", width=0.5, recipe="long").trained_spec(size=32)
    new = trainer_for(
        other if what == "network" else SPEC,
        OURS if what == "recipe" else LONG,
        PICTURES,
        LABELS,
        1,
        norms=what == "norms",
    )
    assert new is not ready


def test_it_is_let_go_when_nobody_trains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standby, "KEPT", 0.05)
    standby.keep(Trainer(SPEC, LONG, PICTURES, LABELS, 1))
    clock = standby._clock
    assert clock is not None
    clock.join()
    assert standby._taken() is None
