"""What the page works out itself is what a worker would have answered."""

from __future__ import annotations

import dataclasses

import numpy as np

from resnet_core.training.answer_here import answer_here, is_quick
from resnet_core.training.checkpoint import checkpoints
from resnet_core.training.predict import predict
from resnet_core.training.recording import shipped


def test_it_answers_as_a_worker_does() -> None:
    recording = shipped()[0]
    run, weights = recording.run, checkpoints(recording.folder)[-1].path
    pictures = np.random.default_rng(2).integers(0, 256, (2, 64, 64, 3), np.uint8)
    assert is_quick(run, len(pictures))
    here, there = (
        answer_here(run, weights, pictures),
        predict(run.settings, str(weights), pictures, run.classes, run.calibration),
    )
    np.testing.assert_allclose(here.probabilities, there.probabilities, atol=1e-5)
    assert here.labels == there.labels
    assert here.calibration == there.calibration


def test_many_pictures_and_the_runs_of_people_are_for_a_worker() -> None:
    run = shipped()[0].run
    assert not is_quick(run, 50)
    assert not is_quick(dataclasses.replace(run, recorded=""), 1)
