"""What all tests share: the real photographs where there are any, and made-up ones everywhere."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from PIL import Image
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from resnet_core.hands import rendered as rendered_hands
from resnet_core.hands.dataset import HandSigns
from resnet_core.hands.rendered import load_rendered
from resnet_core.hands.signs import load_signs
from tests.hands_factory import write_signs
from tests.rendered_factory import write_rendered

if os.environ.get("PYTEST_XDIST_WORKER"):  # beside another process of tests, each keeps to one core
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

# No example may fail for being slow: the machines that run the tests are shared.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")


class Shares(LoadScopeScheduling):
    """How two processes share the tests: one drives all browsers; of the others each file stays whole."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", maxsplit=1)[0]
        return "browser" if "/browser/" in file else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Shares:
    return Shares(config, log)


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


@pytest.fixture(scope="session")
def rendered() -> HandSigns:
    """The rendered hands that ship with the app."""
    return load_rendered()


@pytest.fixture(scope="session")
def small_rendered_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like assets/rendered with 96 + 24 made-up pictures. Not to be written to."""
    return write_rendered(tmp_path_factory.mktemp("small_rendered"))


@pytest.fixture
def small_rendered(small_rendered_folder: Path, monkeypatch: pytest.MonkeyPatch) -> HandSigns:
    """The made-up pictures of `small_rendered_folder`, which are the rendered hands of the app meanwhile."""
    monkeypatch.setattr(rendered_hands, "FOLDER", small_rendered_folder)
    return load_rendered()


@pytest.fixture(scope="session")
def hand_files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Six files with a hand each, 0 to 5, named label first: photographs where there are any, or rendered."""
    named = os.environ.get("RESNET_DATA_DIR")
    photographs = sorted((Path(named) / "photos").glob("[0-5]_*.JPG")) if named else []
    if photographs:
        return photographs
    hands: HandSigns = request.getfixturevalue("rendered")
    folder = tmp_path_factory.mktemp("hands")
    files = [folder / f"{label}_hand.jpg" for label in range(6)]
    for label, file in enumerate(files):
        picture = hands.test_x[int(np.flatnonzero(hands.test_y == label)[0])]
        Image.fromarray(picture).resize((320, 320)).save(file)
    return files
