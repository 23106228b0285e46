"""Maps as pictures, strips read like the diagram, and the numbers written out for one pixel."""

from __future__ import annotations

import base64
import io
import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from resnet_core.figures.back_maps import Arrived, arrived_html
from resnet_core.figures.base import Look
from resnet_core.figures.flow_strip import SCALES, Strips, strips_html, title_of
from resnet_core.figures.made_number import columns_of, decimals_for, made_html, plugged, terms_shown, written
from resnet_core.figures.maps import Range, bar_html, map_address, range_of
from resnet_core.figures.palette import GROUNDS, THEMES, channels, sign
from resnet_core.figures.stacked_gradients import describe_stacks, stacked_figure
from resnet_core.network.presets import PRESETS
from resnet_core.network.spec import Add, Conv
from resnet_core.probes.arithmetic import made
from resnet_core.probes.edges import edges
from resnet_core.probes.made import Fact, Made, Term

BASIC = edges(PRESETS["basic"].block, PRESETS["basic"].shape)


def some_maps(chance: np.random.Generator) -> dict[str, np.ndarray]:
    return {
        edge.key: np.abs(chance.normal(size=(4, 3, 5)))
        if edge.key in ("x", "shortcut")
        else chance.normal(size=(4, 3, 5))
        for edge in BASIC
    }


def strips(scale: str = "layer", *, beside: bool = True, most: int = 3) -> Strips:
    return Strips(BASIC, some_maps(np.random.default_rng(0)), scale, most, ("sum", 1), beside, "light")


def pixels(address: str) -> np.ndarray:
    data = base64.b64decode(address.removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


@pytest.mark.parametrize("theme", THEMES)
def test_zero_has_the_colour_of_the_ground_on_a_signed_scale(theme: str) -> None:
    drawn = pixels(map_address(np.array([[-2.0, 0.0, 2.0]]), Range(True, 2.0), theme))  # type: ignore[arg-type]
    np.testing.assert_allclose(drawn[0, 1], channels(GROUNDS[theme].surface), atol=2)  # type: ignore[index]
    assert drawn[0, 0, 0] > drawn[0, 0, 2]  # vermilion below
    assert drawn[0, 2, 2] > drawn[0, 2, 0]  # blue above


def test_what_cannot_be_negative_gets_brighter() -> None:
    drawn = pixels(map_address(np.linspace(0, 3, 7)[None], Range(False, 3.0), "light"))[0].astype(int)
    brightness = drawn @ [2, 7, 1]
    assert (np.diff(brightness) > 0).all()


def test_maps_of_zeros_and_of_no_numbers_are_drawn() -> None:
    assert range_of([np.zeros((2, 2, 1))], True) == Range(True, 0.0)
    for values in (np.zeros((2, 2)), np.array([[np.nan, np.inf]])):
        assert pixels(map_address(values, Range(True, 0.0), "dark")).shape[2] == 3
    assert "0" in bar_html(Range(False, 0.0), "light")


@pytest.mark.parametrize("scale", SCALES)
def test_strips_read_like_the_diagram(scale: str) -> None:
    text = strips_html(strips(scale))
    order = ["What enters", "The branch, F", "The shortcut", "With the shortcut", "Without the shortcut"]
    places = [text.index(f">{words}</p>") for words in order]
    assert places == sorted(places)
    assert text.count("<button") == 3 * len(BASIC)
    assert text.count(' alt="') == text.count("<img")
    assert text.count('aria-pressed="true"') == 1
    assert "Without the shortcut" not in strips_html(strips(scale, beside=False))


def test_what_shares_a_scale() -> None:
    one = strips("map")
    values = one.maps["sum"][:, :, 1]
    assert one.range_at("sum", 1) == Range(True, float(np.abs(values).max()))
    assert strips("layer").range_at("sum", 1).most == np.abs(one.maps["sum"]).max()
    of_blocks = strips("block")
    assert of_blocks.range_at("sum", 0).most == of_blocks.range_at("branch.0", 0).most
    largest = max(np.abs(values).max() for values in one.maps.values())
    assert {strips("both").range_at(edge.key, 0).most for edge in BASIC} == {largest}
    assert not one.range_at("x", 0).signed
    assert not one.range_at("exit.0", 0).signed


def test_edges_are_named_by_symbol_and_layer() -> None:
    names = {edge.key: title_of(edge) for edge in BASIC}
    assert names["x"] == "x"
    assert names["branch.0"] == "3×3 conv, 64"
    assert names["branch.4"] == "F(x), batch norm"
    assert names["shortcut"] == "x, unchanged"
    assert names["sum"] == "F(x) + x"
    assert names["exit.0"] == "y, ReLU"
    assert names["alone"] == "F(x), nothing added"


@given(st.lists(st.floats(-1000, 1000), min_size=1, max_size=40), st.booleans())
def test_the_summands_as_they_are_written_add_up(values: list[float], biased: bool) -> None:
    terms = tuple(
        Term("bias" if biased and i == 0 else f"channel {i}", value) for i, value in enumerate(values)
    )
    one = Made(math.fsum(values), "sum", (), terms)
    places = decimals_for([term.value for term in terms_shown(one)])
    read = [float(written(term.value, places).replace("\u2212", "-")) for term in terms_shown(one)]
    assert math.isclose(math.fsum(read), one.sum, abs_tol=1e-5)
    assert made_html(one, one.value, "F(x)").count("<tr>") >= len(read)


def test_a_convolution_is_written_out_as_patch_kernel_and_products() -> None:
    chance = np.random.default_rng(1)
    kernel = {"kernel": chance.normal(size=(3, 3, 6, 2)), "bias": np.array([0.0, 0.5])}
    one = made(Conv(2, 3), [chance.normal(size=(5, 5, 6))], kernel, (0, 4, 1), True)
    text = made_html(one, one.value, "3×3 conv")
    assert text.count("<caption>kernel</caption>") == 3
    assert "3 more are summed below" in text
    assert "lie outside the map" in text
    assert ">bias</th>" in text
    table = columns_of(one)
    pixel = [i for i, what in enumerate(table["what"]) if what == "pixel"]
    assert len(pixel) == 6 * 9
    assert math.isclose(math.fsum(table["product"][i] for i in pixel) + 0.5, one.value)  # type: ignore[misc]


def test_a_formula_is_filled_with_numbers() -> None:
    facts = (Fact("z", "", -0.25), Fact("μ", "", 0.5), Fact("σ²", "", 4.0), Fact("x", "", 2.0))
    assert plugged("(z − μ) / √(σ²)", facts) == "((−0.25000) − 0.50000) / √(4.0000)"
    assert plugged("exp(z) · x", facts) == "exp((−0.25000)) · 2.0000"
    assert plugged("max(0, z)", facts) == "max(0, (−0.25000))"


def test_an_addition_shows_both_sides() -> None:
    one = made(Add(), [np.full((1, 1, 1), 1.5), np.full((1, 1, 1), -0.25)], {}, (0, 0, 0), True)
    text = re.sub("<[^>]+>", " ", made_html(one, one.value, "F(x) + x"))
    assert "the branch  1.500000" in text
    assert "the shortcut  −0.250000" in text
    assert "1.250000" in text


def test_stacks_keep_their_signs_and_show_zero() -> None:
    rows = [("plain", "without", [0.5, 0.0]), ("residual", "with the shortcut", [1.5, 2.25])]
    figure = stacked_figure((1, 2), rows, Look())  # type: ignore[arg-type]
    lines = {trace.name: trace for trace in figure.data}
    assert lines["without"].line.dash == sign("plain").dash
    assert lines["with the shortcut"].marker.symbol == sign("residual").marker
    assert figure.layout.yaxis.type == "log"
    assert list(lines["without, exactly 0"].x) == [2]
    assert lines["without, exactly 0"].text == ("0",)
    assert list(lines["without"].y) == [0.5, None]
    words = describe_stacks((1, 2), rows)  # type: ignore[arg-type]
    assert "without: 0.500 at 1, 0 at 2" in words


def test_what_arrives_shares_one_scale_and_tells_its_length() -> None:
    rows = [
        Arrived("v", "the push at y", "x", np.full((2, 2, 1), 0.5)),
        Arrived("dL/dx", "without", "alone", np.full((2, 2, 1), -2.0)),
    ]
    text = arrived_html(rows, 8, "light")
    assert "length 1.00" in text
    assert "length 4.00" in text
    assert text.count("rx-bar") == 2  # the row of bars, and the one bar in it
