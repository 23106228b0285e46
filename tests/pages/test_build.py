"""The Block page: presets from their addresses, acts of the browser, mending, code, hostile addresses."""

from __future__ import annotations

import ast

import pytest
from streamlit.testing.v1 import AppTest

from resnet_core.network.blocktext import read, spaced, write
from resnet_core.network.presets import PRESETS
from resnet_core.network.spec import Activation, Conv
from resnet_core.ui.bench_view import KEY
from tests.pages.visiting import raised, visit, words

pytestmark = pytest.mark.usefixtures("own_store", "standing_engine")
TEXT = "block as text"


def at(app: AppTest, name: str) -> str | None:
    raw = app.query_params.get(name)
    return raw[0] if isinstance(raw, list) else raw


def acts(app: AppTest, *asked: dict[str, object]) -> AppTest:
    """Does what the browser would ask for."""
    numbered = [{"number": number, **one} for number, one in enumerate(asked, start=1)]
    from resnet_core.network.workbench import act

    desk = app.session_state["bench"]
    for one in numbered:
        desk.bench = act(desk.bench, one)
    return app.run()


@pytest.mark.parametrize("name", list(PRESETS))
def test_every_preset_is_a_page_with_its_reason_and_its_source(name: str) -> None:
    preset = PRESETS[name]
    app = visit("build", **{"from": name})
    assert raised(app) == []
    said = words(app)
    assert preset.why in said
    assert preset.source in said
    assert preset.error in said
    assert at(app, "block") is None
    assert app.text_input(key=TEXT).value == spaced(write(preset.block, preset.shape))


@pytest.mark.parametrize("name", ["basic", "gated", "option_a", "rezero"])
def test_the_code_of_a_preset_is_shown_and_parses(name: str) -> None:
    app = visit("build", **{"from": name}, view="code")
    assert raised(app) == []
    ast.parse(app.code[0].value)


def test_a_block_in_the_address_is_the_block_on_the_page() -> None:
    text = "16x16x64~3x3-128-s2_bn~1x1-128-s2~relu"
    app = visit("build", block=text)
    assert raised(app) == []
    assert "16×16×64 enters, **8×8×128** leaves" in words(app)
    assert at(app, "block") == text


def test_what_does_not_fit_is_told_with_every_way_to_mend_it() -> None:
    app = visit("build", block="16x16x64~3x3-128-s2_bn~id~relu", view="code")
    assert raised(app) == []
    said = words(app)
    assert "the branch brings 8×8×128, the shortcut 16×16×64" in said
    assert "Nothing has been changed." in said
    assert "There is no code yet" in said
    assert [one.label for one in app.button if one.key and one.key.startswith("repair")] == [
        "Project x",
        "Pad x with zeros",
        "Change the branch",
    ]
    app.button(key="repair Pad x with zeros").click().run()
    assert "It does not fit" not in words(app)
    assert at(app, "block") == "16x16x64~3x3-128-s2_bn~subsample-2_zeros-128~relu"


def test_a_preset_that_is_chosen_takes_the_place_of_the_block() -> None:
    app = visit("build", block="16x16x64~3x3-64~id")
    app.selectbox(key="from").set_value("plain").run()
    assert raised(app) == []
    assert at(app, "block") is None
    assert at(app, "from") == "plain"
    assert "nothing is added" in words(app)


def test_a_value_of_the_chosen_layer_is_changed() -> None:
    app = acts(visit("build", **{"from": "basic"}), {"act": "choose", "at": "branch.0"})
    app.number_input(key="layer Conv branch.0 filters").set_value(32).run()
    assert raised(app) == []
    block, _ = read(at(app, "block") or "")
    assert isinstance(block.branch[0], Conv)
    assert block.branch[0].filters == 32
    app.number_input(key="layer Conv branch.0 groups").set_value(5).run()
    assert "filters must divide into 5 groups" in words(app)
    assert read(at(app, "block") or "")[0] == block


def test_text_is_taken_and_mistakes_are_pointed_at() -> None:
    app = visit("build")
    app.text_input(key=TEXT).set_value("8x8x4 | 3x3,4 relu | id").run()
    assert at(app, "block") == "8x8x4~3x3-4_relu~id"
    app.text_input(key=TEXT).set_value("8x8x4 | 3x3,4 <b>relu</b> | id").run()
    assert raised(app) == []
    assert "Layer 2 of the branch must be" in words(app)
    assert at(app, "block") == "8x8x4~3x3-4_relu~id"


@pytest.mark.parametrize(
    "text", ["x", "<script>alert(1)</script>", "1x1x1~" + "bn_" * 900 + "bn~id", "16x16x64~bn"]
)
def test_a_hostile_address_is_told_and_does_no_harm(text: str) -> None:
    app = visit("build", block=text, view="<b>")
    assert raised(app) == []
    told = str(app.info[0].value)
    assert "<" not in told.replace("\\<", "")
    assert "cannot be read" in told
    assert "Identity block of the course" in words(app)


def test_the_shape_of_x_is_changed_for_the_whole_block() -> None:
    app = visit("build", **{"from": "basic"})
    app.number_input(key="x 0").set_value(9).run()
    assert "9×9×64 enters" in words(app)
    app.number_input(key="x 2").set_value(3).run()
    assert "the branch brings 9×9×64, the shortcut 9×9×3" in words(app)


def test_acts_are_done_once_however_often_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    import streamlit as st

    from resnet_core.network.workbench import Workbench
    from resnet_core.ui import bench

    desk = bench._Desk(Workbench(PRESETS["empty"].block, (8, 8, 4)), "empty")
    monkeypatch.setattr(st, "session_state", {"bench": desk})
    first = {"number": 1, "act": "insert", "layer": "relu", "at": "+branch.0"}
    bench.acted([first])
    bench.acted([first, {"number": 2, "act": "nonsense"}, {"number": 3, "act": "insert", "layer": "relu"}])
    assert desk.bench.block.branch == (Activation("relu"),) * 2
    assert desk.seen == 3
    assert "An act should be one of" in desk.notice
    for rubbish in (None, "x", [1], [{"number": "4"}], [{"number": 2, "act": "undo"}]):
        bench.acted(rubbish)
    assert len(desk.bench.block.branch) == 2
    assert KEY == "workbench"
