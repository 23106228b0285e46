"""Shattered gradients as a section of a small page, with an engine that really computes."""

from __future__ import annotations

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from resnet_core.engine.engine import EngineState
from resnet_core.figures.shattered_words import Found, shattered_reading
from resnet_core.probes.shattered import Setting, correlations, gradients, references
from tests.pages.standing import StandingEngine
from tests.pages.visiting import PATIENCE, raised, words

PAGE = """
from resnet_core.ui.page import page
from resnet_core.ui.shattered import SHATTERED_OPTIONS, show_shattered
from resnet_core.ui.state import adopt

drawn = page("A gradient", "It is shattered.")
adopt(*SHATTERED_OPTIONS)
show_shattered(drawn)
"""
SMALL = {"shattereddepths": "2,10", "shatteredwidth": "50", "shatteredseeds": "5"}

pytestmark = pytest.mark.usefixtures("own_store", "standing_engine")


def visit(**address: str) -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=PATIENCE)
    for key, value in {**SMALL, **address}.items():
        app.query_params[key] = value
    return app.run()


def figures(app: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def test_it_draws_what_was_measured_and_says_it() -> None:
    app = visit()
    assert raised(app) == []
    seeds = (1, 2, 3, 4, 5)
    found = Found((2, 10), correlations(Setting(50), (2, 10), seeds), references())
    text = words(app)
    assert shattered_reading(found, 10, 2) in text
    lines, over_lags, over_depth = figures(app)
    assert sum(trace["mode"] == "lines" for trace in lines["data"]) == 4
    assert "Seed 1." in text
    assert "Median and range of 5 seeds" in text
    assert {"plain", "residual", "Brownian motion", "white noise"} <= {t["name"] for t in over_lags["data"]}
    assert {"plain", "residual"} <= {trace["name"] for trace in over_depth["data"]}


def test_every_sign_in_it_is_explained_and_the_paper_is_named() -> None:
    text = words(visit())
    for sign in (
        "relu(z) is z where z > 0",
        "β",
        "ρ(k) = ",
        "ḡ the mean",
        "dy/dx",
        "The depth counts",
        "factor β",
    ):
        assert sign in text
    assert "arXiv:1702.08591, abstract" in text
    assert "decays exponentially with depth" in text


def test_the_address_is_the_picture() -> None:
    app = visit(shatteredseed="7", shatteredbeta="0.5")
    assert raised(app) == []
    text = words(app)
    assert "Seed 7." in text
    assert "width 50, β = 0.5" in text
    assert app.number_input(key="shatteredseed").value == 7
    app.slider(key="shatteredbeta").set_value(1.0).run()
    assert raised(app) == []
    assert "β = 1." in words(app)
    assert app.query_params["shatteredbeta"] in ("1", ["1"])


def test_the_counter_example_is_one_click_away_and_one_click_back() -> None:
    app = visit()
    app.button(key="shattered other beta").click().run()
    assert raised(app) == []
    assert "width 50, β = 1. Median" in words(app)
    assert app.query_params["shatteredbeta"] in ("1", ["1"])
    found = Found((2, 10), correlations(Setting(50, 1.0), (2, 10), (1, 2, 3, 4, 5)), references())
    assert shattered_reading(found, 10, 2) in words(app)
    app.button(key="shattered other beta").click().run()
    assert "β = 0.1. Median" in words(app)
    assert "shatteredbeta" not in app.query_params


def test_no_depth_is_told_in_one_sentence() -> None:
    app = visit()
    app.multiselect(key="shattereddepths").set_value([]).run()
    assert raised(app) == []
    assert figures(app) == []
    assert "No depth is chosen" in words(app)


def test_one_depth_has_nothing_to_be_compared_with() -> None:
    app = visit(shattereddepths="10")
    assert raised(app) == []
    assert "From depth" not in words(app)


def test_nonsense_in_the_address_is_told_and_does_no_harm() -> None:
    app = visit(shattereddepths="3", shatteredbeta="2", shatteredseeds="7", shatteredwidth="1e9")
    assert raised(app) == []
    text = words(app)
    assert "up to 4 of 2, 10, 24, 50, 100" in text
    assert "a number from 0 to 1" in text
    assert "a number from 5 to 40 in steps of 5" in text
    assert "one of 50, 100, 200" in text


def test_the_lines_are_there_before_the_engine_is(standing_engine: StandingEngine) -> None:
    standing_engine.now = EngineState(False, "The engine is starting.")
    app = visit()
    assert raised(app) == []
    (lines,) = figures(app)
    assert np.isfinite(gradients(Setting(50), (2, 10), 1)).all()
    assert len(lines["data"]) == 8
    assert standing_engine.woken
    assert "The engine is starting." in words(app)
