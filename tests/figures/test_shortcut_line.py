"""Every block of a deep network stands on its line, with an arc where it has a shortcut."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree

import pytest

from resnet_core.figures.diagram import WIDTHS, Direction, has_room
from resnet_core.figures.shortcut_line import shortcuts_svg
from resnet_core.network.catalogue import network, plain_twin

SVG = "{http://www.w3.org/2000/svg}"


def classes(root: ElementTree.Element) -> Counter[str]:
    return Counter(str(node.get("class")) for node in root.iter())


@pytest.mark.parametrize(
    ("name", "blocks", "changed"), [("resnet152", 50, 4), ("cifar_resnet110", 54, 2), ("resnet18", 8, 3)]
)
@pytest.mark.parametrize("direction", ["right", "down"])
def test_there_is_an_arc_for_each_shortcut_and_a_sign_where_it_changes_the_shape(
    name: str, blocks: int, changed: int, direction: Direction
) -> None:
    root = ElementTree.fromstring(shortcuts_svg([network(name)], direction=direction))
    found = classes(root)
    assert found["rx-arc rx-thin"] == blocks
    assert found["rx-gate"] == changed
    assert len(root.findall(f".//{SVG}circle")) >= blocks


def test_a_plain_network_has_its_blocks_and_no_arc() -> None:
    spec = network("resnet152")
    root = ElementTree.fromstring(shortcuts_svg([spec, plain_twin(spec)]))
    networks = {
        str(group.get("class")): classes(group) for group in root.iter(f"{SVG}g") if group.get("class")
    }
    assert (networks["rx-residual"]["rx-arc rx-thin"], networks["rx-plain"]["rx-arc rx-thin"]) == (50, 0)
    assert networks["rx-residual"]["rx-stage"] == networks["rx-plain"]["rx-stage"] == 4


@pytest.mark.parametrize("scale", [1.0, 1.4])
def test_everything_stays_within_the_drawing(scale: float) -> None:
    for name in ("resnet18", "cifar_resnet110"):
        root = ElementTree.fromstring(shortcuts_svg([network(name)], scale=scale))
        width = float(root.get("viewBox", "").split()[2])
        assert width == pytest.approx(WIDTHS["right"] / scale, abs=0.01)
        boxes = [(float(node.get("x", 0)), float(node.get("width", 0))) for node in root.iter(f"{SVG}rect")]
        assert all(left >= 0 and left + wide <= width for left, wide in boxes)


def test_it_is_for_networks_whose_blocks_have_no_room_of_their_own() -> None:
    assert has_room([network("resnet50")])
    assert not has_room([network("resnet50"), network("resnet152")])
    with pytest.raises(ValueError, match="at most 200 blocks"):
        shortcuts_svg([network("cifar_resnet1202")])
    with pytest.raises(ValueError, match="at most 200 blocks"):
        shortcuts_svg([])
