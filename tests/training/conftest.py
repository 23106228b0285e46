"""A small network in every form in which Keras writes it, made once."""

from __future__ import annotations

from pathlib import Path

import keras
import pytest

from resnet_core.network.model import keras_model
from resnet_core.network.weights import write_weights
from tests.training.keras_files import SPEC, shuffled


@pytest.fixture(scope="session")
def small() -> keras.Model:
    return shuffled(keras_model(SPEC))


@pytest.fixture(scope="session")
def forms(small: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model in every form. Not to be written to."""
    made = tmp_path_factory.mktemp("forms")
    small.save(made / "model.keras")
    small.save(made / "model.h5")
    small.save_weights(made / "model.weights.h5")
    write_weights(made / "checkpoint.h5", small)
    return made
