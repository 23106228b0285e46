"""What the inside of a network looks like: the strip, a block in a row, the meter and its words, maps."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from resnet_core.figures.base import Look
from resnet_core.figures.block_row import row_html, symbol_of
from resnet_core.figures.compared import both_signed, likeness_words, maps_html
from resnet_core.figures.histogram import counted, describe_histogram, histogram_figure
from resnet_core.figures.inside_strip import places, strip_html
from resnet_core.figures.layer_table import channel_table
from resnet_core.figures.maps import Range, colours
from resnet_core.figures.mosaic import GAP, mosaic_address, scaled, sprite_address
from resnet_core.figures.overlay import overlay_svg
from resnet_core.figures.residual_meter import (
    Metered,
    block_words,
    cosine_figure,
    describe_meter,
    meter_table,
    spread_figure,
)
from resnet_core.figures.residual_words import ALIGNED, SMALL, answer, of_block, reading
from resnet_core.network.catalogue import network
from resnet_core.network.graph import walk
from resnet_core.network.reach import Area
from resnet_core.probes.inside import Station
from resnet_core.probes.residuals import Residual

LOOK = Look()
ROWS = st.lists(
    st.builds(
        Residual,
        st.integers(1, 99).map(lambda number: f"conv2_block{number}"),
        st.booleans(),
        st.floats(0, 100),
        st.floats(0.01, 100),
        st.floats(-1, 1),
    ),
    min_size=1,
    max_size=20,
)


def pixels_of(address: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.split(",", 1)[1]))))


@given(ROWS)
def test_the_sentences_say_what_the_numbers_say(rows: list[Residual]) -> None:
    most = max(rows, key=lambda row: row.branch / row.shortcut)
    assert f"**{block_words(most.block)} changes most**" in answer(rows)
    said = reading(rows, "this picture")
    small = sum(row.branch / row.shortcut < SMALL for row in rows)
    assert f"**{small} of {len(rows)} block" in said
    new = sum(abs(row.cosine) < ALIGNED for row in rows)
    assert f"In {new} of {len(rows)} their cosine" in said
    for row in rows:
        words = of_block(row)
        assert block_words(row.block) in words
        if row.branch:
            assert ("strengthens" in words) == (row.cosine >= ALIGNED)
            assert ("takes away" in words) == (row.cosine <= -ALIGNED)


def test_a_plain_net_is_told_as_one() -> None:
    assert "add nothing" in answer(())


def test_a_shortcut_that_brings_nothing_that_varies_is_no_division_by_zero() -> None:
    row = Residual("conv2_block1", True, 1.0, 0.0, 0.0)
    assert "while nothing varies in what its shortcut brings" in answer([row])
    assert "infinity times" not in reading([row], "this picture")


@given(ROWS)
def test_the_meter_draws_and_tells_every_block(rows: list[Residual]) -> None:
    metered = [Metered("this picture", tuple(rows)), Metered("24 pictures", tuple(rows), many=True)]
    assert len(meter_table(metered)["block"]) == 2 * len(rows)
    assert block_words(rows[0].block) in describe_meter(metered, "cosine")


def test_the_meter_is_drawn_with_both_kinds_of_lines() -> None:
    rows = tuple(Residual(f"conv{2 + i // 2}_block{1 + i % 2}", True, 0.5, 1.0, 0.1) for i in range(4))
    metered = [Metered("this picture", rows), Metered("24 pictures", rows, many=True)]
    spread, cosine = spread_figure(metered, LOOK), cosine_figure(metered, LOOK)
    assert [len(figure.data) for figure in (spread, cosine)] == [4, 2]
    assert [line.mode for line in spread.data] == ["lines", "lines", "lines+markers", "lines+markers"]
    assert list(spread.layout.xaxis.ticktext) == ["1<br>conv2", "2", "1<br>conv3", "2"]


@pytest.mark.parametrize("name", ["resnet50", "cifar_plain20", "preact_resnet18"])
def test_the_strip_has_a_button_for_each_block_and_each_layer_in_view(name: str) -> None:
    spec = network(name, width=0.25)
    for layer in (walk(spec)[0].name, walk(spec)[len(walk(spec)) // 2].name, walk(spec)[-1].name):
        html = strip_html(spec, layer, {"conv2_block1": 0.5, "conv3_block1": float("inf")})
        here = next(place for place in places(spec) if layer in {one.name for one in place.layers})
        assert html.count("<button") == len(places(spec)) + len(here.layers)
        assert re.findall(r'data-layer="([^"]+)" title="[^"]+" aria-pressed="true"', html) == [layer]
        assert f'data-layer="{here.end}" aria-pressed="true"' in html
    names = {node.name for node in walk(spec)}
    assert {one.name for place in places(spec) for one in place.layers} == names


def _stations(shortcut: bool) -> list[Station]:
    nodes = [node for node in walk(network("resnet18", width=0.25)) if node.stage == "conv3"]
    number = 1 if shortcut else 2
    nodes = [node for node in nodes if node.block == number]
    maps = np.random.default_rng(0).normal(size=(4, 4, 3)).astype(np.float32)
    first = Station(nodes[0].inputs[0], "x", None, (4, 4, 3), (0, 1, 2), maps, 1.0, not shortcut)
    return [
        first,
        *(
            Station(one.name, one.part, one, (4, 4, 3), (0, 1, 2), maps, 1.0, one.part == "add")
            for one in nodes
        ),
    ]


@pytest.mark.parametrize("shortcut", [False, True])
def test_the_row_reads_like_the_diagram(shortcut: bool) -> None:
    stations = _stations(shortcut)
    html = row_html(stations, stations[-1].name, "light")
    assert html.count("<button") == len(stations)
    assert html.count('aria-pressed="true"') == 1
    assert ("x, unchanged" in html) != shortcut
    symbols = [symbol_of(one, stations) for one in stations if symbol_of(one, stations)]
    added = ["s(x)", "F(x) + s(x)"] if shortcut else ["F(x) + x"]
    assert symbols == ["x", "F(x)", *added, "y"]
    assert html.index("F(x)</b>") < html.index('class="rx-row-plus"') < html.index("y</b>")


def test_layers_before_the_fork_make_h_of_x() -> None:
    spec = network("preact_resnet18", width=0.25)
    nodes = [node for node in walk(spec) if (node.stage, node.block) == ("conv3", 1)]
    maps = np.ones((4, 4, 1), np.float32)
    stations = [Station("before", "x", None, (4, 4, 1), (0,), maps, 1.0, False)]
    stations += [Station(one.name, one.part, one, (4, 4, 1), (0,), maps, 1.0, False) for one in nodes]
    symbols = [symbol_of(one, stations) for one in stations if symbol_of(one, stations)]
    assert symbols == ["x", "h", "F(h)", "s(h)", "F(h) + s(h)"]
    assert row_html(stations, "before", "dark").count("<button") == len(stations)


@given(st.integers(1, 40), st.integers(1, 6), st.integers(1, 6), st.booleans())
def test_every_map_stands_whole_in_the_sprite(count: int, height: int, width: int, signed: bool) -> None:
    rng = np.random.default_rng(count)
    maps = rng.normal(size=(height, width, count)) if signed else rng.random((height, width, count))
    scale = Range(signed, float(np.abs(maps).max()))
    address, columns = sprite_address(maps, scale, "light", signed=signed)
    sheet, expected = pixels_of(address), scaled(maps, scale, signed=signed)
    for number in range(count):
        top, left = number // columns * height, number % columns * width
        np.testing.assert_array_equal(sheet[top : top + height, left : left + width], expected[:, :, number])


def test_the_ends_of_a_scale_are_its_first_and_last_colour() -> None:
    maps = np.array([[[-2.0, 0.5], [0.0, 0.0], [2.0, -0.25]]])
    own = scaled(maps, None, signed=True)
    assert own[0, :, 0].tolist() == [0, 128, 255]
    assert own[0, :, 1].tolist() == [255, 128, 64]
    shared = scaled(maps, Range(True, 2.0), signed=False)
    assert shared[0, :, 1].tolist() == [159, 128, 112]
    assert colours(True, "light").shape == (256, 3)


def test_a_mosaic_has_gaps_and_a_map_of_zeros_is_no_division_by_zero() -> None:
    address = mosaic_address(np.zeros((3, 2, 5)), None, "dark", signed=False)
    assert pixels_of(address).shape == (2 * 3 + GAP, 3 * 2 + 2 * GAP)


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=80))
def test_a_histogram_counts_every_value_once(values: list[float]) -> None:
    array = np.array(values, np.float32)
    counts, ends = counted(array)
    assert counts.sum() == len(values)
    assert len(ends) == len(counts) + 1
    assert ends[0] <= array.min()
    assert array.max() <= ends[-1] + 1e-3 * abs(ends[-1])


def test_a_histogram_is_drawn_and_told() -> None:
    values = np.array([0.0, 0.0, 1.0, 3.0])
    assert sum(histogram_figure(values, LOOK).data[0].y) == 4
    assert "2 of them exactly 0" in describe_histogram(values, "channel 3")


def test_the_map_lies_over_the_picture_with_the_field_in_a_frame() -> None:
    pixels = np.zeros((64, 64, 3), np.uint8)
    svg = overlay_svg(
        pixels, np.ones((4, 4)), Range(False, 1.0), "light", area=Area(8, 4, 23, 63), title="a < b"
    )
    assert svg.count("<image") == 2
    assert svg.count('x="4" y="8" width="60" height="16"') == 2
    assert "a &lt; b" in svg


def test_how_alike_two_layers_are_is_told() -> None:
    one = np.random.default_rng(0).normal(size=(4, 4, 3))
    assert "the same, number by number" in likeness_words(one, one.copy(), "a")
    assert "cosine of the two is \u22121.0**, and what is right is 2.00 times" in likeness_words(
        one, -2 * one, "a"
    )
    assert "One of the two is 0" in likeness_words(one, 0 * one, "a")
    assert "has no layer called a" in likeness_words(one, None, "a")
    assert "different shapes" in likeness_words(one, one[:2], "a")
    assert both_signed(np.abs(one), one)
    assert not both_signed(np.abs(one), None)
    html = maps_html(one, np.array([2, 0, 7, 1]), 5, "light", signed=True)
    assert html.count("<img") == 1  # it has no channel 5
    assert "3 of 3 channels" in html


def test_every_channel_has_its_row_of_numbers() -> None:
    maps = np.random.default_rng(0).normal(size=(4, 5, 3)).clip(0)
    table = channel_table(maps)
    np.testing.assert_allclose(table["variance"], maps.var((0, 1)))
    np.testing.assert_allclose(table["share_of_zeros"], (maps == 0).mean((0, 1)))
