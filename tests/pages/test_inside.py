"""The Inside page: a run, an epoch, a picture, a layer and a channel, from the address and back to it."""

from __future__ import annotations

import numpy as np
import pytest

from resnet_core.figures.residual_words import answer
from resnet_core.figures.text import significant
from resnet_core.hands.dataset import HandSigns
from resnet_core.hands.signs import load_signs
from resnet_core.network.model import keras_model
from resnet_core.network.weights import write_weights
from resnet_core.probes.inside import seen
from resnet_core.probes.opened import Which
from resnet_core.probes.passes import maps_of, strengths
from resnet_core.probes.residuals import residuals
from resnet_core.training.records import DONE, EpochRecord
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore
from resnet_core.ui import inside_survey, inside_why
from tests.pages.standing import StandingEngine
from tests.pages.visiting import raised, visit, words

LAYER = "conv3_block1_exit_relu1"
RESIDUAL = RunSettings("cifar_resnet8", 0.5, epochs=2, seed=5)
PLAIN = RunSettings("cifar_plain8", 0.5, epochs=1, seed=5)
OWN = RunSettings(
    "own", 0.5, epochs=1, block="8x8x8~3x3-8_bn_relu_3x3-8_bn~id~relu", plan="1-1-1~1-2-4~1-2-2"
)


survey = inside_survey.survey


@pytest.fixture(autouse=True)
def asked(standing_engine: StandingEngine, monkeypatch: pytest.MonkeyPatch) -> StandingEngine:
    """The engine; it shows the network the whole set, and asks why, only where a test is about that."""
    inside_survey._kept.clear()
    monkeypatch.setattr(inside_survey, "survey", lambda *asked: None)
    monkeypatch.setattr(inside_why, "show_why", lambda *asked: None)
    return standing_engine


def a_run(store: RunStore, settings: RunSettings, *, title: str = "Tiny", epochs: int = 2) -> str:
    """A run whose checkpoints hold weights of their own."""
    run_id = store.create(settings, title)
    store.begin(run_id, epochs, {"data": {"digest": ""}})
    store.checkpoints(run_id).mkdir(parents=True)
    for epoch in range(1, epochs + 1):
        store.add_steps(run_id, [(epoch, epoch, 0.5, 1.0, 0.5, 1e-3)])
        store.add_epoch(run_id, EpochRecord(epoch, epoch, 1.0, 1.0, 0.5, None, None, None, None))
        model = keras_model(settings.spec(), seed=epoch, logits=True)
        write_weights(store.checkpoints(run_id) / f"weights-{epoch:06d}.h5", model)
    store.end(run_id, DONE)
    return run_id


def hands() -> HandSigns:
    return load_signs()


def which(store: RunStore, run_id: str, step: int) -> Which:
    path = store.checkpoints(run_id) / f"weights-{step:06d}.h5" if step else ""
    return Which(store.run(run_id).settings, str(path))


def test_without_a_run_the_page_says_how_to_get_one(own_store: RunStore) -> None:
    app = visit("inside")
    assert raised(app) == []
    assert "No network has been trained on this machine yet" in words(app)


def test_the_newest_epoch_of_the_run_is_looked_into(own_store: RunStore) -> None:
    run_id = a_run(own_store, RESIDUAL)
    app = visit("inside", sample="3", layer=LAYER)
    assert raised(app) == []
    pixels = hands().test_x[3]
    assert answer(residuals(which(own_store, run_id, 2), pixels)) in words(app)
    assert app.select_slider(key="step").options == ["Before training", "Epoch 1", "Epoch 2"]
    said = seen(which(own_store, run_id, 2), pixels).label
    right = "It is right" if said == int(hands().test_y[3]) else "It is wrong"
    assert f"It says **{said}** with" in words(app)
    assert right in words(app)
    assert "conv3, block 1" in words(app)


@pytest.mark.parametrize("step", [0, 1])
def test_an_epoch_of_the_address_is_looked_into(own_store: RunStore, step: int) -> None:
    run_id = a_run(own_store, RESIDUAL)
    app = visit("inside", sample="3", step=str(step))
    assert answer(residuals(which(own_store, run_id, step), hands().test_x[3])) in words(app)
    assert app.query_params["step"] == str(step)


def test_the_set_is_measured_part_by_part_and_its_pictures_excite_the_channel(
    own_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inside_survey, "survey", survey)
    a_run(own_store, RESIDUAL)
    app = visit("inside", sample="3", layer=LAYER).run()
    assert raised(app) == []
    assert "Over 120 pictures of SIGNS" in words(app)
    assert "of all 120, with the largest value in its map" in words(app)


def test_maps_come_in_the_order_that_is_asked_for(own_store: RunStore) -> None:
    run_id = a_run(own_store, RESIDUAL)
    pixels, meant = hands().test_x[3], which(own_store, run_id, 2)
    maps = maps_of(meant, pixels, LAYER).astype(np.float64)
    label = seen(meant, pixels).label
    expected = {
        "mean": maps.mean((0, 1)),
        "variance": maps.var((0, 1)),
        "score": strengths(meant, pixels, label)[LAYER],
        "channel": -np.arange(maps.shape[2]),
    }
    app = visit("inside", sample="3", layer=LAYER)
    for name, worth in expected.items():
        app.selectbox(key="sort").set_value(name).run()
        order = np.argsort(-np.asarray(worth, np.float64), kind="stable")
        text = words(app)
        assert f"**Channel {order[0]} of {LAYER}.**" in text, name


def test_channel_and_pixel_stand_in_the_address_and_the_number_is_made_again(own_store: RunStore) -> None:
    run_id = a_run(own_store, RESIDUAL)
    layer = "conv3_block1_branch_conv1"
    app = visit("inside", sample="3", layer=layer, channel="4", row="2", column="5")
    assert raised(app) == []
    value = float(maps_of(which(own_store, run_id, 2), hands().test_x[3], layer)[2, 5, 4])
    assert f"**Channel 4 of {layer}.**" in words(app)
    assert f"in the map of {layer} stands {value:.6f}".replace("-", "\u2212") in words(app)
    assert app.query_params["channel"] == "4"


def test_bad_values_of_the_address_fall_back_and_are_told(own_store: RunStore) -> None:
    a_run(own_store, RESIDUAL)
    app = visit("inside", sample="3", layer="conv9_block1_add", step="77", channel="9999", run="nobody")
    assert raised(app) == []
    told = "\n".join(str(one.value) for one in app.info)
    for right in (
        "the name of a layer of this network",
        "the step of a checkpoint of this run",
        "a channel of this layer, 0 to",
        "a run with trained weights",
    ):
        assert right in told


@pytest.mark.parametrize("settings", [PLAIN, OWN])
def test_plain_nets_and_blocks_of_ones_own_are_looked_into_as_well(
    own_store: RunStore, settings: RunSettings
) -> None:
    a_run(own_store, settings, epochs=1)
    app = visit("inside", sample="3").run()
    assert raised(app) == []
    assert not app.error
    assert ("its blocks add nothing" in words(app)) == (settings is PLAIN)


def test_the_stem_and_the_head_have_maps_and_no_block(own_store: RunStore) -> None:
    a_run(own_store, RESIDUAL, epochs=1)
    for layer in ("stem_conv1", "head_dense1"):
        app = visit("inside", sample="3", layer=layer)
        assert raised(app) == []
        assert f"Every map of {layer}" in words(app)


def test_another_epoch_or_run_stands_beside_it_and_in_the_address(own_store: RunStore) -> None:
    plain = a_run(own_store, PLAIN, title="Plain twin", epochs=1)
    run_id = a_run(own_store, RESIDUAL)
    app = visit("inside", run=run_id, sample="3", layer="conv3_block1_branch_bn1", compare="on")
    assert raised(app) == []
    pixels = hands().test_x[3]
    now, before = (
        maps_of(which(own_store, run_id, step), pixels, "conv3_block1_branch_bn1") for step in (2, 0)
    )
    a, b = now.astype(np.float64).ravel(), before.astype(np.float64).ravel()
    cosine = float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
    assert "Tiny, before training** with random weights" in words(app)
    assert f"**the cosine of the two is {significant(cosine, 2)}**" in words(app)
    app.select_slider(key="step2").set_value("2").run()
    assert "Both sides are **the same, number by number**" in words(app)
    assert app.query_params["step2"] == "2"
    app.selectbox(key="run2").set_value(plain).run()
    assert raised(app) == []
    assert "**Plain twin, epoch 1**" in words(app)


def test_a_layer_that_the_other_network_has_not_is_said_to_be_missing(own_store: RunStore) -> None:
    plain = a_run(own_store, PLAIN, title="Plain twin", epochs=1)
    run_id = a_run(own_store, RESIDUAL, epochs=1)
    address = {"run": run_id, "run2": plain, "picture2": "sample", "sample2": "5"}
    app = visit("inside", sample="3", layer="conv3_block1_add", compare="on", **address)
    assert raised(app) == []
    assert "The other network has no layer called conv3_block1_add" in words(app)
    assert "Test photograph 5: it says" in words(app)
