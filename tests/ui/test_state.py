"""Controls and address say the same, whichever was moved last."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from resnet_core.ui import address as address_memory
from resnet_core.ui.address import LATE, Memory

NOW = [1000.0]


def example() -> None:
    import streamlit as st

    from resnet_core.ui.options import Choice, Number, Switch
    from resnet_core.ui.state import adopt, choose, enter, reset, slide, switch

    network = Choice("network", "Network", {"resnet50": "ResNet-50", "plain50": "Plain-50"}, "resnet50")
    depth = Number("depth", "Depth", 20, 8, 110, 6)
    seed = Number("seed", "Seed", 1, 0, 99)
    light = Switch("light", "Light")
    adopt(network, depth, seed, light)
    values = (choose(network, "select"), slide(depth), enter(seed), switch(light))
    st.text(repr(values))
    reset(network, depth, seed, light)


def at(**address: str) -> AppTest:
    app = AppTest.from_function(example, default_timeout=60)
    for key, value in address.items():
        app.query_params[key] = value
    return app.run()


def address(app: AppTest) -> dict[str, str]:
    return {key: value[0] if isinstance(value, list) else value for key, value in app.query_params.items()}


def test_defaults_leave_the_address_clean() -> None:
    app = at()
    assert app.text[0].value == "('resnet50', 20, 1, False)"
    assert address(app) == {}


def test_an_address_opens_its_picture() -> None:
    app = at(network="plain50", depth="56", seed="7", light="on")
    assert app.text[0].value == "('plain50', 56, 7, True)"
    assert address(app) == {"network": "plain50", "depth": "56", "seed": "7", "light": "on"}
    assert not app.info


def test_bad_values_fall_back_with_a_notice_each() -> None:
    app = at(network="vgg<b>", depth="9999", seed="x")
    assert app.text[0].value == "('resnet50', 20, 1, False)"
    assert [notice.value for notice in app.info] == [
        "The address says network = vggb, which should be one of resnet50, plain50. Shown here: ResNet-50.",
        "The address says depth = 9999, which should be a number from 8 to 110 in steps of 6. "
        "Shown here: 20.",
        "The address says seed = x, which should be a number from 0 to 99. Shown here: 1.",
    ]
    assert address(app) == {}


def test_moving_a_control_rewrites_the_address_and_reset_clears_it() -> None:
    app = at(seed="7")
    app.slider(key="depth").set_value(56).run()
    assert address(app) == {"seed": "7", "depth": "56"}
    app.selectbox(key="network").set_value("plain50").run()
    assert app.text[0].value == "('plain50', 56, 7, False)"
    app.button(key="reset network").click().run()
    assert app.text[0].value == "('resnet50', 20, 1, False)"
    assert address(app) == {}


def test_an_address_changed_by_hand_wins_over_the_control() -> None:
    app = at(depth="56")
    app.session_state["address of depth"] = Memory("50")  # as if 50 was written and somebody then wrote 56
    app.run()
    assert app.text[0].value == "('resnet50', 56, 1, False)"


def test_an_address_from_before_the_last_click_undoes_nothing() -> None:
    app = at(depth="56")
    app.slider(key="depth").set_value(50).run()
    app.query_params["depth"] = "56"  # a second click, sent before the browser heard of the first
    app.selectbox(key="network").set_value("plain50").run()
    assert app.text[0].value == "('plain50', 50, 1, False)"
    assert address(app) == {"network": "plain50", "depth": "50"}


def test_the_way_back_wins_as_soon_as_no_late_click_can_come(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(depth="56")
    app.slider(key="depth").set_value(50).run()
    late = time.monotonic() + LATE
    monkeypatch.setattr(address_memory, "time", SimpleNamespace(monotonic=lambda: late))
    app.query_params["depth"] = "56"
    app.run()
    assert app.text[0].value == "('resnet50', 56, 1, False)"


def takes_its_time() -> None:
    import streamlit as st

    from resnet_core.ui.address import LATE, answering
    from resnet_core.ui.options import Number
    from resnet_core.ui.state import slide
    from tests.ui.test_state import NOW

    with answering():
        depth = slide(Number("depth", "Depth", 20, 8, 110, 6))
        NOW[0] += LATE + 1
        st.text(str(depth))


def test_a_click_that_waited_for_a_slow_page_undoes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address_memory, "time", SimpleNamespace(monotonic=lambda: NOW[0]))
    app = AppTest.from_function(takes_its_time, default_timeout=60).run()
    app.slider(key="depth").set_value(50).run()
    del app.query_params["depth"]  # the browser had not heard of it, and its click waited for the page
    app.run()
    assert app.text[0].value == "50"
    assert address(app) == {"depth": "50"}
    NOW[0] += LATE + 1  # the way back, long after
    del app.query_params["depth"]
    app.run()
    assert app.text[0].value == "20"
