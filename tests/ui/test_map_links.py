"""Rows of the map lead to pages that there are, at addresses that these pages can read."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from resnet_core.network import blocktext
from resnet_core.network.catalogue import NAMES, network
from resnet_core.network.parts import tree
from resnet_core.ui import map_links, navigation
from resnet_core.ui.map_links import elsewhere


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The pages that the installation is said to have."""
    there: set[str] = set()
    monkeypatch.setattr(navigation, "has", there.__contains__)
    monkeypatch.setattr(map_links, "presenter", lambda: False)
    return there


def test_without_those_pages_nothing_leads_there(pages: set[str]) -> None:
    block = tree(network("resnet18")).children[1].children[0]
    assert elsewhere(block) is None
    assert elsewhere(block.children[0]) is None


@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith("1202")])
def test_every_block_of_the_catalogue_can_be_taken_apart(pages: set[str], name: str) -> None:
    pages.add("build")
    for stage in tree(network(name)).children:
        for part in stage.children if stage.name.startswith("conv") else ():
            link = elsewhere(part)
            assert link is not None
            address = urlsplit(link.address)
            assert address.path == "build"
            assert blocktext.read(parse_qs(address.query)["block"][0]) == (part.block, part.enters)


def test_a_layer_leads_to_its_maps_and_the_size_goes_along(
    pages: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pages.add("inside")
    stem = tree(network("resnet18")).children[0]
    link = elsewhere(stem.children[1])
    assert link is not None
    assert link.address == "inside?layer=stem_conv1"
    assert elsewhere(stem) is None
    monkeypatch.setattr(map_links, "presenter", lambda: True)
    link = elsewhere(stem.children[1])
    assert link is not None
    assert link.address == "inside?layer=stem_conv1&size=presenter"
