"""What flows through a block and back, drawn by a small page, with an engine that really computes."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from resnet_core.network.blocktext import write
from resnet_core.network.presets import PRESETS
from resnet_core.training.store import RunStore
from tests.pages.standing import StandingEngine, a_run
from tests.pages.visiting import PATIENCE, raised, words

SMALL = "8x8x4~3x3-4_bn_relu_3x3-4~id~relu"
PAGE = """
import streamlit as st
from resnet_core.network.blocktext import read
from resnet_core.ui.block_{way} import {WAY}_OPTIONS, show_{way}
from resnet_core.ui.page import page
from resnet_core.ui.state import adopt

drawn = page("A block", "It flows.")
adopt(*{WAY}_OPTIONS)
show_{way}(drawn, *read(st.query_params["block"]))
"""

pytestmark = pytest.mark.usefixtures("own_store", "standing_engine")


def visit(way: str, block: str = SMALL, **address: str) -> AppTest:
    app = AppTest.from_string(PAGE.format(way=way, WAY=way.upper()), default_timeout=PATIENCE)
    for key, value in {"block": block, **address}.items():
        app.query_params[key] = value
    return app.run()


def test_it_shows_maps_a_reading_and_how_a_number_was_made() -> None:
    app = visit("flow")
    assert raised(app) == []
    text = words(app)
    assert "times as strong as what the shortcut brings" in text
    assert "Adds branch and shortcut" in text
    assert "the branch" in text
    assert "y what leaves it" in text
    assert app.selectbox(key="flowmap").value == "sum"
    assert app.number_input(key="flowrow").value == 4


def test_the_address_is_the_picture() -> None:
    app = visit("flow", flowmap="branch.0", flowrow="0", flowcolumn="0", flowchannel="3", flowseed="7")
    assert raised(app) == []
    text = words(app)
    assert "row 0, column 0, channel 3 of 8×8×4" in text
    assert "lie outside the map" in text
    assert "seed 7" in text


def test_another_map_is_chosen_and_kept_in_the_address() -> None:
    app = visit("flow")
    app.selectbox(key="flowmap").set_value("branch.1").run()
    app.number_input(key="flowchannel").set_value(2).run()
    assert raised(app) == []
    assert "learnt scale" in words(app)
    assert app.query_params["flowmap"] in ("branch.1", ["branch.1"])


def test_what_a_larger_block_left_behind_is_brought_back_into_range() -> None:
    app = visit("flow", flowrow="7", flowchannel="3", flowmap="branch.2")
    app.query_params["block"] = "2x2x2~3x3-2~id"
    app.run()
    assert raised(app) == []
    fresh = visit("flow", "2x2x2~3x3-2~id", flowrow="7")
    assert raised(fresh) == []
    assert "which should be a number from 0 to 1" in words(fresh)


@pytest.mark.parametrize("way", ["flow", "back"])
def test_shapes_that_do_not_fit_are_one_sentence(way: str) -> None:
    app = visit(way, "8x8x4~3x3-8~id")
    assert raised(app) == []
    assert "Nothing can flow yet: the branch brings 8×8×8, the shortcut 8×8×4." in words(app)


@pytest.mark.parametrize("way", ["flow", "back"])
def test_what_is_too_large_is_one_sentence(way: str) -> None:
    app = visit(way, "512x512x64~3x3-64~id")
    assert raised(app) == []
    assert "too large to be looked at number by number" in words(app)


@pytest.mark.parametrize(
    "name", ["empty", "plain", "preactivation", "zero_gamma", "dropout_shortcut", "gated"]
)
def test_presets_flow(name: str) -> None:
    preset = PRESETS[name]
    app = visit("flow", write(preset.block, (6, 6, 64)))
    assert raised(app) == []
    text = words(app)
    assert ("x is added here to compare" in text) == (name == "plain")
    assert ("exactly 0 everywhere" in text) == (name == "zero_gamma")
    assert ("Dropout lets everything pass" in text) == (name == "dropout_shortcut")


def test_a_block_that_ends_in_a_vector_flows_too() -> None:
    app = visit("flow", "6x6x3~3x3-4_mean_dense-5-softmax~plain", flowmap="branch.2", flowchannel="4")
    assert raised(app) == []
    assert "exp(z − m) / S" in words(app)


def test_nonsense_in_the_address_is_told() -> None:
    app = visit("flow", flowmap="<script>", flowrow="-3", flowinit="mine", flowscale="no")
    assert raised(app) == []
    text = words(app)
    assert "<script>" not in text
    for key in ("flowrow", "flowinit", "flowscale", "flowmap"):
        assert f"The address says {key} =" in text


@pytest.mark.parametrize("way", ["flow", "back"])
def test_without_a_run_there_are_no_learnt_weights(way: str) -> None:
    app = visit(way, flow="trained")
    assert raised(app) == []
    assert "No run has been trained on this machine yet" in words(app)


def test_a_block_that_no_run_has_leads_to_one_that_a_run_has(own_store: RunStore) -> None:
    a_run(own_store)
    app = visit("flow", flow="trained")
    assert raised(app) == []
    assert "No trained run has a block with exactly these layers" in words(app)
    app.button(key="flow bench").click().run()
    block = app.query_params["block"]
    assert (block if isinstance(block, str) else block[0]).startswith("16x16x64~1x1-16_bn_relu_3x3-16_bn")
    assert app.selectbox(key="flowat").options == ["conv2, block2", "conv2, block3"]


def test_what_flows_back_is_told_with_and_without_the_shortcut() -> None:
    app = visit("back", "8x8x4~3x3-4_bn_relu_3x3-4~id", backblocks="3")
    assert raised(app) == []
    text = words(app)
    assert "A push of length 1 on y **arrives at x with length" in text
    assert "dL/dx without it, plus v" in text
    assert "Through 3 blocks the push arrives with length" in text
    assert len(app.get("plotly_chart")) == 1


def test_why_the_algebra_does_not_hold_is_said() -> None:
    app = visit("back", "8x8x4~bn~3x3-4~scale-0.5~relu", backblocks="2")
    text = words(app)
    assert raised(app) == []
    assert "the layers of the shortcut change the push" in text
    assert "the layers before the fork" in text
    assert "behind the sum sees other values" in text


def test_a_block_that_cannot_be_stacked_says_so() -> None:
    app = visit("back", "8x8x4~3x3-4-valid~plain")
    assert raised(app) == []
    assert "only blocks that keep a shape can be stacked" in words(app)


def test_while_the_engine_starts_nothing_is_shown(standing_engine: StandingEngine, tmp_path: Path) -> None:
    standing_engine.now = type(standing_engine.now)(False, "The engine is starting.")
    app = visit("flow")
    assert raised(app) == []
    assert "The engine is starting. The answer comes by itself." in words(app)
    assert standing_engine.woken
