"""A block of one's own on the pages: stacked on the map, trained, and told among the runs."""

from __future__ import annotations

import dataclasses

import pytest
from streamlit.testing.v1 import AppTest

from resnet_core.figures.text import large
from resnet_core.network.accounting import account
from resnet_core.network.architecture import USUAL_BLOCK, own
from resnet_core.training.store import RunStore
from resnet_core.ui.own_block import own_address
from tests.pages.standing import Trained
from tests.pages.test_train_and_runs import a_run
from tests.pages.visiting import raised, visit, words

BLOCK = "8x8x8~3x3-8_bn_relu_3x3-8_bn~id~relu"
ADDRESS = {"network": "own", "block": BLOCK, "repeats": "1-1"}
MEANT = own(BLOCK, "1-1~1-2~1-2")


pytestmark = pytest.mark.usefixtures("own_store", "asked")


def links(app: AppTest) -> dict[str, str]:
    return {link.proto.label: link.proto.query_string for link in app.get("page_link")}


def test_the_map_stacks_the_block_of_its_address_and_leads_to_training_it() -> None:
    app = visit("map", **ADDRESS)
    assert raised(app) == []
    assert "In “Own block, 2 times”, **conv2** holds 2 of 6 layers" in words(app)
    way = links(app)["Train Own block, 2 times"]
    for name, value in ADDRESS.items():
        assert f"{name}={value}" in way.replace("%7E", "~")
    assert "width=1" in way


def test_the_usual_block_stands_where_nobody_has_built_one() -> None:
    app = visit("map", network="own")
    assert "Own block, 6 times" in words(app)
    assert app.text_input(key="block").value == USUAL_BLOCK


def test_a_block_is_compared_with_itself_without_shortcuts() -> None:
    app = visit("map", beside="own_plain", **ADDRESS)
    assert raised(app) == []
    assert "Plain own block, 2 times" in words(app)


def test_stages_are_typed_and_stand_in_the_address() -> None:
    app = visit("map", **ADDRESS)
    app.text_input(key="repeats").set_value("1, 2, 1").run()
    assert "Own block, 4 times" in words(app)
    assert app.query_params["repeats"] in ("1-2-1", ["1-2-1"])
    app.text_input(key="strides").set_value("1, 2, no").run()
    assert "strides must be 1 to 6 whole numbers" in words(app)
    assert "Own block, 4 times" in words(app), "what could be read last holds"
    assert "strides" not in app.query_params


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ({"block": "<script>"}, "A block begins with the shape that enters it"),
        ({"repeats": "many"}, "repeats must be 1 to 6 whole numbers"),
        ({"widths": "1-2"}, "one value for each stage, got 3, 2 and 3"),
        ({"block": "16x16x64~3x3-32~id"}, "This block cannot be stacked so: in conv2_block1_add"),
        ({"stem": "none"}, "should be one of large, small"),
    ],
)
@pytest.mark.parametrize("name", ["map", "train"])
def test_what_is_no_block_or_plan_is_told_in_a_sentence(
    name: str, address: dict[str, str], sentence: str
) -> None:
    app = visit(name, network="own", **address)
    assert raised(app) == []
    assert sentence in words(app)
    assert not any("<script>" in one.value for one in (*app.info, *app.error, *app.markdown)), "escaped"


def test_the_train_page_starts_a_run_of_the_block_of_its_address(own_store: RunStore, asked: Trained) -> None:
    app = visit("train", epochs="1", **ADDRESS)
    assert raised(app) == []
    assert large(account(MEANT.spec()).multiply_adds) in words(app)
    next(button for button in app.button if button.label == "Train").click().run()
    (run,) = own_store.runs()
    assert run.settings.architecture == MEANT
    assert run.title.startswith("Own block, 2 times")
    assert asked.runs == [run.id]


def test_choosing_the_own_block_takes_it_as_wide_as_it_was_built() -> None:
    app = visit("train")
    app.selectbox(key="network").set_value("own").run()
    assert app.session_state["width"] == "1"
    assert "width" not in app.query_params
    app.selectbox(key="network").set_value("resnet18").run()
    assert app.session_state["width"] == "0.25"
    app = visit("train", width="0.5", **ADDRESS)
    assert app.session_state["width"] == "0.5"


def test_every_page_shows_a_run_of_a_block(own_store: RunStore, asked: Trained) -> None:
    settings = dataclasses.replace(
        own_store.run(a_run(own_store)).settings,
        network="own", width=1.0, block=MEANT.block, plan=MEANT.plan,
    )  # fmt: skip
    a_run(own_store, settings)
    for name in ("start", "train", "runs", "classify", "teach"):
        app = visit(name)
        assert raised(app) == []
    app = visit("runs")
    assert "What differs between their settings: network, width, block, plan" in words(app)
    assert "own 1-1 1-2 1-2 × 1" in list(app.dataframe[0].value["Network"])


def test_an_address_says_no_more_than_it_must() -> None:
    assert own_address(own(USUAL_BLOCK)) == {"network": "own", "block": USUAL_BLOCK}
    assert own_address(own(BLOCK, "1-2~1-2~2-2~small")) == {
        "network": "own", "block": BLOCK, "repeats": "1-2", "strides": "2-2", "stem": "small",
    }  # fmt: skip


def test_a_block_goes_from_page_to_page_whatever_each_had_before() -> None:
    """All three pages call it `block` in the address."""
    app = visit("map")
    other = "16x16x32~3x3-32_relu~id"
    for name in ("build", "map", "train", "build", "map"):
        for block in (BLOCK, other):
            app.query_params.clear()
            app.query_params["block"] = block
            if name != "build":
                app.query_params["network"] = "own"
            app.switch_page(f"pages/{name}.py").run()
            assert raised(app) == []
            found = app.query_params["block"]
            assert (found[0] if isinstance(found, list) else found) == block
            app.switch_page("pages/start.py").run()
