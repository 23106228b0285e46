"""What all tests share: the real photographs where there are any, and made-up ones everywhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from resnet_core.hands.dataset import HandSigns
from resnet_core.hands.signs import load_signs
from tests.hands_factory import write_signs

# No example may fail for being slow: the machines that run the tests are shared.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")


@pytest.fixture(scope="session")
def photographs_folder() -> Path:
    """The folder with the real photographs, or a skip; in CI a failure."""
    named = os.environ.get("RESNET_DATA_DIR")
    if named and Path(named).is_dir():
        return Path(named)
    sentence = "The real photographs are missing: RESNET_DATA_DIR should name their folder."
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def signs(photographs_folder: Path) -> HandSigns:
    """SIGNS, the real photographs."""
    return load_signs(photographs_folder)


@pytest.fixture(scope="session")
def tiny_signs_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with 96 + 24 made-up pictures of six separable classes. Not to be written to."""
    return write_signs(tmp_path_factory.mktemp("tiny_signs"))


@pytest.fixture(scope="session")
def tiny_signs(tiny_signs_folder: Path) -> HandSigns:
    """The made-up pictures of `tiny_signs_folder`, loaded."""
    return load_signs(tiny_signs_folder)
