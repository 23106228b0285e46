"""The Train page with a file of weights: chosen, compared with the network, refused, forgotten."""

from __future__ import annotations

import io
from pathlib import Path

import h5py
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from resnet_core.network.catalogue import network
from resnet_core.network.weights import weight_shapes
from resnet_core.training import weights_files
from resnet_core.training.records import QUEUED
from resnet_core.training.store import RunStore
from resnet_core.training.weights_files import WeightsFile
from tests.hands_factory import write_signs
from tests.pages.standing import StandingEngine, a_run
from tests.pages.visiting import raised, visit, words


class TrainingEngine(StandingEngine):
    """Takes runs, too, and does nothing with them."""

    def train(self, run_id: str, store: RunStore) -> None:
        pass


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch, own_store: RunStore, tmp_path: Path) -> TrainingEngine:
    from resnet_core.ui import services

    standing = TrainingEngine()
    monkeypatch.setattr(services, "engine", lambda: standing)
    monkeypatch.setenv("RESNET_DATA_DIR", str(write_signs(tmp_path / "data")))
    return standing


def a_file(classes: int = 10) -> WeightsFile:
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        for name, shape in weight_shapes(network("cifar_resnet8", classes=classes, width=0.25)).items():
            file[name] = np.full(shape, 0.1, np.float32)
    return weights_files.keep(stream.getvalue(), "ten.h5")


def at_the_file(file: WeightsFile, **address: str) -> AppTest:
    address = {"network": "cifar_resnet20", "begin": file.digest[:12], **address}
    at = visit("train", **address)
    assert raised(at) == []
    return at


def train_buttons(at: AppTest) -> list:  # type: ignore[type-arg]
    return [button for button in at.button if button.label == "Train"]


def test_a_run_begins_with_the_file_that_the_address_names(own_store: RunStore) -> None:
    stream = io.BytesIO()
    with h5py.File(stream, "w") as written:
        for name, shape in weight_shapes(network("cifar_resnet20", classes=10, width=0.25)).items():
            written[name] = np.full(shape, 0.1, np.float32)
    file = weights_files.keep(stream.getvalue(), "ten.h5")
    at = at_the_file(file, freeze="2", lower="0.1")
    assert "are taken, named as by this app. The head is drawn anew" in words(at)
    train_buttons(at)[0].click().run()
    (run,) = own_store.runs()
    assert run.status == QUEUED
    assert (run.settings.weights, run.settings.frozen_stages, run.settings.rate_below_head) == (
        file.digest,
        2,
        0.1,
    )
    random = a_run(own_store, "From random weights")
    said = visit("runs", runs=f"{run.id},{random}")
    assert "frozen stages, rate below head" in words(said)
    assert "ten.h5" in said.table[0].value.to_csv()


def test_a_file_of_another_network_is_refused_in_a_sentence_and_can_be_forgotten() -> None:
    file = a_file()
    at = at_the_file(file)
    assert "conv2_block2_branch_conv1 is missing" in words(at)
    assert train_buttons(at) == []
    next(button for button in at.button if button.label.startswith("Forget ten.h5")).click().run()
    assert raised(at) == []
    assert weights_files.kept() == ()
    assert len(train_buttons(at)) == 1


def test_without_a_file_the_page_begins_with_random_weights() -> None:
    at = visit("train")
    assert raised(at) == []
    assert len(train_buttons(at)) == 1
    assert "nothing in it is run" in words(at)
