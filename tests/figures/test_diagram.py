"""Diagrams against the description they are drawn from: nothing missing, nothing invented."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet_core.figures.diagram import WIDTHS, Direction, networks_svg
from resnet_core.figures.diagram_parts import bar_length
from resnet_core.figures.outline import outline, shortcut_of
from resnet_core.figures.text import THIN
from resnet_core.network.accounting import account
from resnet_core.network.catalogue import network
from resnet_core.network.spec import BlockSpec, Conv, NetworkSpec, StageSpec

SVG = "{http://www.w3.org/2000/svg}"
NAMES = [
    "resnet18",
    "resnet50",
    "plain50",
    "resnet152",
    "preact_resnet34",
    "cifar_resnet20",
    "notebook_resnet50",
]


def drawn(*names: str, direction: Direction = "right", scale: float = 1.0) -> ElementTree.Element:
    return ElementTree.fromstring(
        networks_svg([network(name) for name in names], direction=direction, scale=scale)
    )


def count(root: ElementTree.Element, class_: str, tag: str) -> int:
    return sum(1 for found in root.iter(SVG + tag) if found.get("class") == class_)


def texts(root: ElementTree.Element) -> list[str]:
    return [found.text for kind in ("text", "tspan") for found in root.iter(SVG + kind) if found.text]


def test_every_layer_block_and_shortcut_of_resnet_50_can_be_counted() -> None:
    root = drawn("resnet50")
    # The sign in the heading is a marker of the same class, but a circle, not a bar.
    assert count(root, "rx-bar", "rect") == 50
    assert count(root, "rx-arc", "path") == 16
    assert count(root, "rx-plus", "circle") == 16
    assert count(root, "rx-gate", "rect") == 4
    assert texts(root).count("1×1") == 4


def test_a_plain_network_has_the_layers_and_no_arc() -> None:
    root = drawn("plain50")
    assert count(root, "rx-bar", "rect") == 50 + 1
    assert count(root, "rx-arc", "path") == count(root, "rx-plus", "circle") == 0
    assert any("no shortcuts" in text for text in texts(root))


def test_twins_stand_in_line() -> None:
    plain, residual = drawn("plain50", "resnet50").findall(f"./{SVG}g/{SVG}g")
    lefts = [
        [float(bar.get("x", "")) for bar in net.iter(SVG + "rect") if bar.get("class") == "rx-bar"]
        for net in (plain, residual)
    ]
    assert lefts[0][1:] == lefts[1]


def test_the_heading_gives_the_account() -> None:
    line = next(text for text in texts(drawn("resnet50")) if "parameters" in text)
    assert line == (
        f"50 layers · 23{THIN}600{THIN}006 parameters · 315{THIN}million multiply-adds · "
        "16 shortcuts, 4 projections"
    )


@settings(max_examples=25)
@given(st.sampled_from(NAMES), st.booleans())
def test_folding_loses_no_block(name: str, fold: bool) -> None:
    spec = network(name)
    shown = outline(spec, fold)
    stages = [section for section in shown.sections if section.blocks]
    assert [sum(unit.count for unit in section.units) for section in stages] == [
        len(stage.blocks) for stage in spec.stages
    ]
    kinds = [shortcut_of(block) for stage in spec.stages for block in stage.blocks]
    unfolded = [unit.shortcut for section in stages for unit in section.units for _ in range(unit.count)]
    assert unfolded == kinds
    layers = sum(len(unit.bars) * unit.count for section in shown.sections for unit in section.units)
    assert shown.facts[0] == f"{layers} layers"
    assert re.sub(r"\D", "", shown.facts[1]) == str(account(spec).parameters)


@settings(max_examples=25)
@given(st.sampled_from(NAMES), st.sampled_from(["right", "down"]), st.sampled_from([1.0, 1.4]))
def test_nothing_is_drawn_outside_the_picture(name: str, direction: Direction, scale: float) -> None:
    root = drawn(name, direction=direction, scale=scale)
    left, top, width, height = map(float, root.get("viewBox", "").split())
    assert (left, top) == (0, 0)
    assert width == pytest.approx(WIDTHS[direction] / scale, abs=0.01)
    for rect in root.iter(SVG + "rect"):
        x, y = float(rect.get("x", "")), float(rect.get("y", ""))
        assert x >= 0
        assert x + float(rect.get("width", "")) <= width
        assert y >= 0
        assert y + float(rect.get("height", "")) <= height
    for text in root.iter(SVG + "text"):
        assert 0 <= float(text.get("x", "")) <= width
        assert 0 <= float(text.get("y", "")) <= height


def test_a_hundred_and_ten_layers_fold_into_a_strip_and_depth_names_are_told() -> None:
    root = drawn("cifar_resnet110")
    assert "1 to 18" in texts(root)
    assert "conv2: 18 blocks" in texts(root)
    assert texts(root).count("pad") == 2


def test_screen_readers_get_a_name_and_a_description() -> None:
    root = drawn("plain50", "resnet50", direction="down")
    assert root.get("role") == "img"
    named = {found.get("id"): found.text for found in root if found.get("id")}
    assert named[root.get("aria-labelledby")] == "Plain-50 and ResNet-50"
    description = named[root.get("aria-describedby")] or ""
    assert "Plain-50: 50 layers" in description
    assert "conv4 with 6 blocks (1×1 256, 3×3 256, 1×1 1024) to 4×4×1024" in description
    other = drawn("plain50", "resnet50")
    assert not {found.get("id") for found in other if found.get("id")} & set(named)


def test_a_drawing_asks_nothing_of_the_network_and_runs_nothing() -> None:
    text = networks_svg([network("resnet50")])
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "url(" not in text
    assert "<script" not in text


def test_a_title_of_a_stranger_stays_text() -> None:
    stage = StageSpec("conv2", (BlockSpec(branch=(Conv(3, 3),), shortcut=()),))
    spec = NetworkSpec("mine", "</text><script>x()</script>", (8, 8, 3), (), (stage,), ())
    text = networks_svg([spec])
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert 'class="rx-own"' in text


def test_there_must_be_something_to_draw() -> None:
    with pytest.raises(ValueError, match="at least one"):
        networks_svg([])


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_bars_grow_with_their_channels(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert 0 < bar_length(low, 50) <= bar_length(high, 50) <= 50
