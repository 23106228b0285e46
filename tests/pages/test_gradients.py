"""The Gradients page: from its address, its controls, its corners and cures, with an engine that computes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from resnet_core.engine.engine import EngineState
from resnet_core.hands import sets
from resnet_core.probes.gradients import profile
from resnet_core.ui import gradient_asking, gradient_choice
from resnet_core.ui.gradient_choice import SEEDS
from tests.pages.standing import StandingEngine
from tests.pages.visiting import raised, visit, words

pytestmark = pytest.mark.usefixtures("own_store", "standing_engine")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures of 16 pixels a side, so that whole networks take little time; what is measured is kept."""
    monkeypatch.setattr(gradient_choice, "PREVIEW", {"pictures": 2, "side": 16})
    monkeypatch.setattr(gradient_choice, "SIDE", 16)


def charts(app: AppTest) -> list[str]:
    """The keys of the charts of gradients over depth; shattered gradients have charts of their own."""
    keys = [str(one.key) for one in app.get("plotly_chart")]
    return [key for key in keys if key.startswith(("gradient-", "corner-"))]


def at(**address: str) -> AppTest:
    return visit("gradients", **{"depth": "8", "width": "0.5", "pictures": "8", "seeds": "2", **address})


def test_an_address_is_the_whole_picture() -> None:
    app = at(norm="on", init="he")
    assert raised(app) == []
    said = words(app)
    assert "at initialisation, with batch norm and He kernels" in said
    assert "median and range of 2 seeds" in said
    assert "Three seeds" in said
    assert "values from 0 to 1, went forward" in said
    assert "unlikely to be caused by vanishing gradients" in said
    assert len(charts(app)) == 7
    assert app.slider(key="depth").value == 8
    again = at(norm="on", init="he")
    assert [one for one in words(again).splitlines() if "Measured at initialisation" in one] == [
        one for one in said.splitlines() if "Measured at initialisation" in one
    ]


def test_its_numbers_are_those_that_the_probe_measures() -> None:
    app = at(seeds="1")
    hands = sets.load("signs")
    kept = gradient_asking.kept()
    first = next(one for one in kept._profiles.values() if one.setting.pictures == 8)
    assert profile(first.setting, hands.test_x, hands.test_y).gradients == first.gradients
    assert raised(app) == []


def test_a_corner_is_one_click_away_and_stands_in_the_address() -> None:
    app = at(seeds="1")
    app.button(key="go on he").click().run()
    assert raised(app) == []
    assert "with batch norm and He kernels" in words(app)
    assert app.query_params["norm"] == "on"
    assert app.query_params["init"] == "he"


@pytest.mark.slow
def test_the_residual_net_that_explodes_has_its_cures_beside_it() -> None:
    """56 layers without batch norm: with He kernels the loss begins far above that of guessing."""
    app = at(seeds="1", depth="56", init="he", width="1")
    assert raised(app) == []
    said = words(app)
    assert "residual net explodes" in said
    assert "The loss of the residual net begins at" in said
    app.button(key="cure zero").click().run()
    assert app.query_params["cure"] == "zero"
    assert "residual net explodes" not in words(app)


@pytest.mark.parametrize(
    "address",
    [
        {"pair": "preactivation-own"},
        {"pair": "residual-scaled", "cure": "rezero"},
        {"pair": "residual-preactivation", "shortcut": "gated", "value": "-6", "option": "B"},
        {"activation": "tanh", "init": "orthogonal", "cure": "sqrt"},
    ],
)
def test_every_kind_of_pair_is_drawn(address: dict[str, str]) -> None:
    app = at(seeds="1", **address)
    assert raised(app) == []
    assert not app.error
    assert len(charts(app)) == 7


def test_nonsense_in_the_address_is_told() -> None:
    app = at(seeds="9", norm="<b>", pair="plain-plain")
    assert raised(app) == []
    assert len(app.info) == 3
    assert app.number_input(key="seeds").value == SEEDS.default


def test_a_block_that_cannot_be_stacked_is_one_sentence() -> None:
    app = at(pair="plain-own", block="8x8x4~flatten_dense-6~plain", seeds="1")
    assert raised(app) == []
    assert len(app.error) == 1


def test_while_the_engine_starts_the_page_waits(standing_engine: StandingEngine) -> None:
    standing_engine.now = EngineState(False, "The engine is starting.")
    app = at(seed="77")
    assert raised(app) == []
    assert "The engine is starting. The answer comes by itself." in words(app)


def test_only_one_measurement_is_ever_waited_for(standing_engine: StandingEngine) -> None:
    """So that a control that is moved leaves no line behind that nobody waits for."""
    measure, under_way = standing_engine.measure, []

    class Unfinished:
        def done(self) -> bool:
            return False

    def slow(function: Callable[..., Any], *args: Any, page: str) -> Any:
        if function is profile and args[0].pictures > 2:
            under_way.append((args[0].seed, page))
            return Unfinished()
        return measure(function, *args, page=page)

    standing_engine.measure = slow  # type: ignore[method-assign]
    app = at(seed="99")
    assert raised(app) == []
    assert "2 test photographs of 16×16; one seed." in words(app)
    assert len(set(under_way)) == 1
    assert len(app.get("progress")) == 1
    app.slider(key="depth").set_value(14).run()
    assert "of 14 layers" in words(app)
    assert {page for _, page in under_way} == {under_way[0][1]}
