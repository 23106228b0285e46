"""The picture of a block against the block: every layer, every shape, and what does not fit in sight."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet_core.figures.block_diagram import block_svg
from resnet_core.figures.block_layout import Direction, layout
from resnet_core.figures.block_words import two_lines, words
from resnet_core.figures.diagram import WIDTHS
from resnet_core.figures.palette import GROUNDS, TEXT_CONTRAST, THEMES, contrast, warning
from resnet_core.network.accounting import account
from resnet_core.network.alone import STAGE
from resnet_core.network.blocks import basic_block, convolutional_block, identity_block, plain, preactivation
from resnet_core.network.editing import gaps, places
from resnet_core.network.graph import INPUT, block_nodes
from resnet_core.network.inspection import inspect
from resnet_core.network.spec import BlockSpec, Conv, NetworkSpec, Scale, Shape
from resnet_core.network.workbench import Workbench, act, written
from tests.network.strategies import ANY_BLOCK, networks

SVG = "{http://www.w3.org/2000/svg}"
SHAPE = (16, 16, 64)
IDENTITY = identity_block((16, 16, 64), 3)
BROKEN = BlockSpec(branch=(Conv(256, 3, 2),), shortcut=())
DIRECTIONS = st.sampled_from(["right", "down"])


def drawn(
    block: BlockSpec, shape: Shape = SHAPE, direction: Direction = "right", scale: float = 1.0
) -> ElementTree.Element:
    return ElementTree.fromstring(block_svg(block, shape, direction=direction, scale=scale))


def groups(root: ElementTree.Element, class_: str) -> list[ElementTree.Element]:
    return [one for one in root.iter(SVG + "g") if class_ in one.get("class", "").split()]


def texts(root: ElementTree.Element) -> list[str]:
    return [one.text for one in root.iter(SVG + "text") if one.text]


@settings(max_examples=40)
@given(networks(), DIRECTIONS)
def test_every_edge_carries_the_shape_that_is_counted(spec: NetworkSpec, direction: Direction) -> None:
    counted = account(spec)
    for stage, stage_counts in zip(spec.stages, counted.stages, strict=True):
        for block, counts in zip(stage.blocks, stage_counts.blocks, strict=True):
            shapes = {layer.node.name.split("_", 2)[2]: layer.output_shape for layer in counts.layers}
            seen = inspect(block, counts.input_shape)
            nodes = [layer.node for layer in seen.layers]
            assert seen.fits
            leaving = {layer.node.name: layer.output for layer in seen.layers}
            assert {name.split("_", 2)[2]: one for name, one in leaving.items()} == shapes
            leaving[INPUT] = counts.input_shape
            shown = [
                "".join(text.text or "" for text in edge.iter(SVG + "text"))
                for edge in groups(drawn(block, counts.input_shape, direction), "rx-edge")
            ]
            wires = layout(nodes, direction, 1200).wires
            assert sorted(shown) == sorted("".join(two_lines(leaving[wire.source])) for wire in wires)


@settings(max_examples=60)
@given(ANY_BLOCK, DIRECTIONS, st.sampled_from([1.0, 1.4]))
def test_any_block_is_drawn_whole_and_within_the_picture(
    block: BlockSpec, direction: Direction, scale: float
) -> None:
    root = drawn(block, SHAPE, direction, scale)
    nodes = block_nodes(block, INPUT, STAGE, 1)
    marked = [one.get("data-at") for one in (*groups(root, "rx-layer"), *groups(root, "rx-sum"))]
    expected = [written(place) for place in places(block)]
    assert sorted(map(str, marked)) == sorted([*expected, "sum"] if block.shortcut is not None else expected)
    assert len(marked) == len(nodes)
    width, height = map(float, root.get("viewBox", "").split()[2:])
    assert width <= WIDTHS[direction] + 0.01
    for rect in root.iter(SVG + "rect"):
        x, y = float(rect.get("x", "")), float(rect.get("y", ""))
        assert x >= 0
        assert y >= 0
        assert x + float(rect.get("width", "")) <= width
        assert y + float(rect.get("height", "")) <= height
    for text in root.iter(SVG + "text"):
        assert 0 <= float(text.get("x", "")) <= width
        assert 0 <= float(text.get("y", "")) <= height


@settings(max_examples=60)
@given(ANY_BLOCK, DIRECTIONS)
def test_layers_do_not_lie_on_each_other_and_edges_join(block: BlockSpec, direction: Direction) -> None:
    nodes = block_nodes(block, INPUT, STAGE, 1)
    laid = layout(nodes, direction, WIDTHS[direction])
    along, across = (0, 1) if direction == "right" else (1, 0)
    for row in {spot.middle[across] for spot in laid.spots}:
        middles = sorted(spot.middle[along] for spot in laid.spots if spot.middle[across] == row)
        assert all(after - before > laid.box[along] for before, after in pairwise(middles))
    entered = [wire.into for wire in laid.wires]
    left = [wire.source for wire in laid.wires]
    for node in nodes:
        assert entered.count(node.name) == (2 if node.part == "add" else 1)
        assert node.name in left
    read = [name for node in nodes for name in node.inputs]
    for wire in laid.wires:
        assert wire.into in {"", "fork"} or wire.source in read


@settings(max_examples=60)
@given(ANY_BLOCK, DIRECTIONS)
def test_a_layer_set_into_an_edge_stands_between_its_ends(block: BlockSpec, direction: Direction) -> None:
    marked = Scale(0.123)
    for wire in layout(block_nodes(block, INPUT, STAGE, 1), direction, 1200).wires:
        old = getattr(block, wire.part) or ()
        parts = {part: getattr(block, part) for part in ("entry", "branch", "shortcut", "exit")}
        parts[wire.part] = (*old[: wire.index], marked, *old[wire.index :])
        changed = block_nodes(BlockSpec(**parts), INPUT, STAGE, 1)
        place = next(index for index, node in enumerate(changed) if node.layer == marked)
        before = {node.name: node.layer for node in block_nodes(block, INPUT, STAGE, 1)}
        after = {node.name: node.layer for node in changed}
        assert after.get(changed[place].inputs[0]) == before.get(wire.source)


def test_a_sum_that_does_not_fit_is_marked_on_both_edges_and_told() -> None:
    root = drawn(BROKEN)
    assert [edge.get("data-at") for edge in groups(root, "rx-broken")] == ["+branch.1", "+shortcut.0", "sum"]
    told = "The branch brings 8×8×256, the shortcut 16×16×64."
    assert told in (root.findtext(SVG + "desc") or "")
    assert groups(drawn(IDENTITY), "rx-broken") == []
    assert "?" in texts(root)


def test_a_layer_that_cannot_work_is_marked_and_what_follows_is_unknown() -> None:
    block = BlockSpec(branch=(Conv(6, 3, groups=3), Conv(64, 1)), shortcut=())
    root = drawn(block)
    (bad,) = groups(root, "rx-broken")
    assert bad.get("data-at") == "branch.0"
    assert "64 channels do not divide into 3 groups" in (bad.findtext(SVG + "title") or "")


@pytest.mark.parametrize("at", ["branch.3", "+branch.3", "+shortcut.0", "exit.0", "sum"])
def test_what_is_chosen_is_the_only_part_marked(at: str) -> None:
    (chosen,) = groups(ElementTree.fromstring(block_svg(IDENTITY, SHAPE, chosen=at)), "rx-chosen")
    assert chosen.get("data-at") == at


@settings(max_examples=60)
@given(ANY_BLOCK, DIRECTIONS)
def test_in_a_block_to_work_in_every_part_is_a_button_that_says_what_it_is(
    block: BlockSpec, direction: Direction
) -> None:
    root = ElementTree.fromstring(block_svg(block, SHAPE, direction=direction, working=True))
    assert root.get("role") == "group"
    parts = [one for one in root.iter(SVG + "g") if one.get("data-at")]
    assert all(one.get("role") == "button" and one.findtext(SVG + "title") for one in parts)
    chosen = [str(one.get("data-at")) for one in parts]
    assert len(set(chosen)) == len(chosen)
    edges = {
        written(place) for place in gaps(block) if block.shortcut is not None or place.part != "shortcut"
    }
    bench = Workbench(block, SHAPE)
    for at in chosen:
        assert act(bench, {"act": "choose", "at": at}).chosen == at
    assert {at[1:] for at in chosen if at.startswith("+")} <= edges
    assert not any(one.get("role") for one in drawn(block, SHAPE, direction).iter(SVG + "g"))


@pytest.mark.parametrize(
    ("block", "kind"),
    [
        (IDENTITY, "residual"),
        (plain(IDENTITY), "plain"),
        (preactivation(IDENTITY), "preactivation"),
        (convolutional_block((16, 16, 64), 3, 2), "residual"),
        (basic_block(128, 2, "A"), "residual"),
    ],
)
def test_blocks_have_the_sign_of_their_kind_and_fit_beside_each_other(block: BlockSpec, kind: str) -> None:
    root = drawn(block)
    assert groups(root, f"rx-{kind}")
    assert bool(groups(root, "rx-sum")) == (block.shortcut is not None)
    # At the reading size every block of the papers is drawn to the right.
    assert root.get("viewBox", "").split()[2] == "1200"


def test_a_block_too_long_for_the_width_is_drawn_downwards() -> None:
    root = drawn(BlockSpec(branch=tuple(Conv(64, 3) for _ in range(20))))
    assert root.get("viewBox", "").split()[2] == "368"


def test_in_a_hall_a_block_is_larger_where_it_fits_and_to_the_right_all_the_same() -> None:
    def width(block: BlockSpec) -> float:
        return float(drawn(block, scale=1.4).get("viewBox", "").split()[2])

    assert width(BlockSpec((Conv(64, 3),))) == pytest.approx(1200 / 1.4, abs=0.01)
    assert 1000 < width(IDENTITY) <= 1200


def test_words_leave_out_what_is_usual() -> None:
    assert words(Conv(64, 3)) == ("3×3 conv", "64")
    assert words(Conv(64, 3, 2, groups=32)) == ("3×3 conv", "64, /2, g32")
    assert words(Scale(0.0, True)) == ("scale", "0, learnt")


@pytest.mark.parametrize("theme", THEMES)
def test_the_warning_can_be_read(theme: str) -> None:
    ground = GROUNDS[theme]  # type: ignore[index]
    colour = warning(theme)  # type: ignore[arg-type]
    assert contrast(colour, ground.background) >= TEXT_CONTRAST
    assert contrast(colour, ground.surface) >= TEXT_CONTRAST


def test_several_blocks_on_a_page_name_themselves_apart() -> None:
    block = basic_block(64)
    one, other = (block_svg(block, (16, 16, 64), name=name) for name in ("rx-a", "rx-b"))
    assert 'id="rx-a-right-title"' in one
    assert 'aria-labelledby="rx-b-right-title"' in other
