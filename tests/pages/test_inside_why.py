"""Why this answer, drawn by a small page about a tiny run, with an engine that really computes."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from resnet_core.engine.engine import EngineState
from resnet_core.network.model import keras_model
from resnet_core.network.weights import write_weights
from resnet_core.probes.opened import Which
from resnet_core.probes.why import why
from resnet_core.training.records import DONE, EpochRecord
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore
from resnet_core.ui.why_film import FEW, thinned
from tests.pages.standing import StandingEngine
from tests.pages.visiting import PATIENCE, raised, words

SETTINGS = RunSettings(network="cifar_resnet8", width=0.25, epochs=2, seed=3)
PIXELS = np.random.default_rng(4).integers(0, 256, (64, 64, 3)).astype(np.uint8)
PAGE = """
import numpy as np
import streamlit as st
from resnet_core.probes.opened import Which
from resnet_core.ui.inside_choice import Chosen, steps_of, weights_at
from resnet_core.ui.inside_why import show_why
from resnet_core.ui.page import page
from resnet_core.ui.services import store
from resnet_core.ui.why_film import show_map_film

drawn = page("Inside")
run = store().runs()[0]
step = int(st.query_params.get("step", 2))
which = Which(run.settings, weights_at(store(), run, step), run.classes)
pixels = np.random.default_rng(4).integers(0, 256, (64, 64, 3)).astype(np.uint8)
steps = steps_of(store(), run)
chosen = Chosen(run, step, steps, which, which.spec, pixels, "noise", None, tuple("012345"), "")
if "map" in st.query_params:
    show_map_film(drawn, chosen, "conv3_block1_add", 5, signed=True)
else:
    show_why(drawn, chosen)
"""
QUICK = {"whysamples": "4", "whypatch": "32", "whystride": "16"}

pytestmark = pytest.mark.usefixtures("standing_engine")


@pytest.fixture
def tiny_run(own_store: RunStore) -> RunStore:
    """A run of two epochs with a checkpoint each."""
    made = own_store.create(SETTINGS)
    own_store.begin(made, 2, {})
    own_store.add_steps(made, [(1, 1, 0.5, 1.0, 0.5, 1e-3), (2, 2, 0.5, 1.0, 0.5, 1e-3)])
    folder = own_store.checkpoints(made)
    folder.mkdir(parents=True)
    for step in (1, 2):
        own_store.add_epoch(made, EpochRecord(step, step, 1.0, 1.0, 0.5, 1.0, 0.5, 1.0, 0.5))
        model = keras_model(SETTINGS.spec(), seed=20 + step, logits=True)
        write_weights(folder / f"weights-00000{step}.h5", model)
    own_store.end(made, DONE)
    return own_store


def visit(**address: str) -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=PATIENCE)
    for key, value in {**QUICK, **address}.items():
        app.query_params[key] = value
    return app.run()


def drawings(app: AppTest) -> list[dict[str, Any]]:
    """What the components of the page were given."""
    data = [json.loads(one.proto.json) for one in app.get("bidi_component") if one.proto.json]
    return [one for one in data if "html" in one]


def test_every_stage_and_every_method_stand_beside_each_other(tiny_run: RunStore) -> None:
    app = visit()
    assert raised(app) == []
    text = words(app)
    run = tiny_run.runs()[0]
    which = Which(SETTINGS, str(tiny_run.checkpoints(run.id) / "weights-000002.h5"))
    found = why(which, PIXELS)
    assert f"it answers **{found.answer}**" in text
    for sentence in (
        "Grad-CAM at conv4",
        "The gradient: ",
        "SmoothGrad: ",
        "Covering ",
        "tell, and what not",
    ):
        assert sentence in text
    assert "Beside the untrained network" not in text
    stages, methods, film = drawings(app)
    for title in ("conv2", "64×64 cells", "conv4", "16×16 cells"):
        assert title in stages["html"]
    for title in ("Gradient", "SmoothGrad", "n = 4, σ = 0.15, seed 1", "Occlusion", "square 32, stride 16"):
        assert title in methods["html"]
    assert [frame["when"] for frame in film["frames"]] == ["Before training", "Epoch 1", "Epoch 2"]
    assert film["at"] == 2
    assert film["frames"][2]["best"] == found.answer


def test_the_untrained_network_is_one_click_away_with_its_rank_correlation(tiny_run: RunStore) -> None:
    app = visit(whyclass="3", whystage="conv3")
    app.toggle(key="whyuntrained").set_value(True).run()
    assert raised(app) == []
    text = words(app)
    assert "Shown is what speaks for " in text
    assert re.search(r"Beside the untrained network.*Grad-CAM .*; Gradient −?0\.\d\d; SmoothGrad", text)
    assert "Untrained network, random weights of seed 3" in drawings(app)[0]["html"]
    assert app.query_params["whyuntrained"] in ("on", ["on"])


def test_before_training_there_is_nothing_to_compare_with(tiny_run: RunStore) -> None:
    app = visit(step="0", whyuntrained="on", whyclass="7", whystage="conv9")
    assert raised(app) == []
    assert "whyuntrained" not in {toggle.key for toggle in app.toggle}
    assert "whyclass = 7, which should be one of answer, 0" in words(app)
    assert "whystage = conv9, which should be one of conv2" in words(app)
    assert drawings(app)[2]["at"] == 0


def test_one_map_is_filmed_once_that_is_asked_for(tiny_run: RunStore) -> None:
    app = visit(map="yes")
    assert drawings(app) == []
    app.toggle(key="whymap").set_value(True).run()
    assert raised(app) == []
    assert "of channel 5 of conv3_block1_add is none (0 everywhere) at first and row " in words(app)
    assert [frame["when"] for frame in drawings(app)[0]["frames"]] == [
        "Before training",
        "Epoch 1",
        "Epoch 2",
    ]


def test_until_the_engine_is_ready_a_sentence_says_so(
    tiny_run: RunStore, standing_engine: StandingEngine
) -> None:
    standing_engine.now = EngineState(False, "The engine is starting.")
    app = visit()
    assert raised(app) == []
    assert "The engine is starting." in words(app)
    assert drawings(app) == []


@given(st.integers(FEW + 1, 200), st.data())
def test_a_long_run_is_thinned_to_few_frames_with_both_ends_and_the_one_looked_at(
    count: int, data: st.DataObject
) -> None:
    steps = [10 * number for number in range(count)]
    kept = data.draw(st.sampled_from(steps))
    found = thinned(steps, kept)
    assert {steps[0], steps[-1], kept} <= set(found)
    assert found == sorted(set(found))
    assert FEW <= len(found) <= FEW + 1
