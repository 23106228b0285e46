"""The Network page: its numbers are those of the accounting, and its address is its state."""

from __future__ import annotations

import pytest

from resnet_core.figures.text import THIN
from resnet_core.network.accounting import account
from resnet_core.network.catalogue import network
from tests.pages.standing import StandingEngine
from tests.pages.visiting import raised, visit, words

pytestmark = pytest.mark.usefixtures("own_store", "standing_engine")


def test_it_answers_with_what_was_counted(standing_engine: StandingEngine) -> None:
    app = visit("map")
    assert raised(app) == []
    assert app.title[0].value == "Where in a network are its depth and its cost?"
    counted = account(network("resnet50"))
    share = counted.stages[-1].parameters / counted.parameters
    text = words(app)
    assert f"**conv4** holds 18 of 50 layers, **conv5** {100 * share:.0f}{THIN}% of the parameters" in text
    assert f"**65{THIN}536 paths**" in text
    assert "4.09 billion" in text


def test_two_networks_are_compared() -> None:
    app = visit("map", network="resnet50", beside="plain50", open="network.conv3.conv3_block1")
    assert raised(app) == []
    assert "They differ in conv2, conv3, conv4, conv5. Plain-50 has" in words(app)
    assert "fewer parameters" in words(app)


def test_a_plain_network_has_one_path() -> None:
    app = visit("map", network="plain34")
    assert raised(app) == []
    assert "**one path**" in words(app)


@pytest.mark.parametrize("name", ["resnet152", "cifar_resnet110", "cifar_resnet1202", "notebook_plain50"])
def test_deep_networks_are_drawn(name: str) -> None:
    app = visit(
        "map", network=name, open="network.conv2.conv2_block1", pixels="32" if "cifar" in name else "64"
    )
    assert raised(app) == []


def test_a_fold_is_written_into_the_address_and_back() -> None:
    app = visit("map")
    fold = next(one for one in app.segmented_control if one.label == "Open down to")
    assert fold.value == "stages"
    fold.set_value("blocks").run()
    assert raised(app) == []
    assert app.query_params["open"] in ("blocks", ["blocks"])
    fold.set_value("stages").run()
    assert "open" not in app.query_params
    app = visit("map", open="network.conv3")
    assert next(one for one in app.segmented_control if one.label == "Open down to").value is None


def test_nonsense_in_the_address_is_told_and_does_no_harm() -> None:
    app = visit("map", network="<script>", open="<script>", pixels="0")
    assert raised(app) == []
    text = words(app)
    assert "<script>" not in text
    assert "names of at most 120 parts" in text
    assert "ResNet-50" in text


def test_a_network_that_can_be_trained_leads_there() -> None:
    def ways(**address: str) -> list[str]:
        return [link.proto.label for link in visit("map", **address).get("page_link")]

    assert "Train Plain-34" in " ".join(ways(network="plain34", width="0.25"))
    assert "Train" not in " ".join(ways(network="cifar_resnet1202", pixels="32"))
    assert "Train" not in " ".join(ways(network="plain34", width="2"))
