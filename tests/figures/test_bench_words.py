"""What is said of a block on the bench: true to its shapes and counts, of every part, and safe."""

from __future__ import annotations

import re

from hypothesis import given

from resnet_core.figures.bench_words import answer, at_of, formula_html, said, symbols
from resnet_core.figures.block_words import whole_shape
from resnet_core.figures.text import whole
from resnet_core.network.blocks import plain
from resnet_core.network.editing import gaps
from resnet_core.network.formula import formula
from resnet_core.network.inspection import inspect, shape_at
from resnet_core.network.presets import PRESETS
from resnet_core.network.spec import BlockSpec, Scale
from resnet_core.network.workbench import Workbench, act, written
from tests.network.strategies import ANY_BLOCK

SHAPE = (12, 12, 6)


@given(ANY_BLOCK)
def test_a_layer_that_changes_nothing_set_into_an_edge_passes_the_shape_that_is_said_of_it(
    block: BlockSpec,
) -> None:
    seen = inspect(block, SHAPE)
    sentences = said(block, seen)
    for place in gaps(block):
        if block.shortcut is None and place.part == "shortcut":
            continue
        at = "+" + written(place)
        found = shape_at(block, seen, place)
        assert whole_shape(found) in sentences[at]
        bench = act(Workbench(block, SHAPE), {"act": "insert", "layer": "scale", "at": at})
        assert bench.layer == Scale(0.5)
        assert inspect(bench.block, SHAPE).at(place).inputs[0] == found


@given(ANY_BLOCK)
def test_every_part_has_its_sentence_with_its_numbers(block: BlockSpec) -> None:
    seen = inspect(block, SHAPE)
    sentences = said(block, seen)
    for layer in seen.layers:
        sentence = sentences[at_of(layer)]
        assert sentence.endswith(".")
        if layer.parameters:
            assert whole(layer.parameters) in sentence


@given(ANY_BLOCK)
def test_the_formula_has_a_button_for_each_symbol_with_a_meaning(block: BlockSpec) -> None:
    terms = formula(block, SHAPE)
    numbers = [int(one) for one in re.findall(r'data-term="(\d+)"', formula_html(terms))]
    assert numbers == [number for number, term in enumerate(terms) if term.meaning]
    assert all(term.meaning in symbols(terms) for term in terms)


def test_the_answer_counts_what_is_on_each_path() -> None:
    projection = PRESETS["convolutional_block"]
    seen = inspect(projection.block, projection.shape)
    parts = {
        part: sum(one.parameters for one in seen.layers if one.node.part == part)
        for part in ("branch", "shortcut")
    }
    sentence = answer(projection.block, seen, "It")
    assert "15×15×256 enters, **8×8×512** leaves" in sentence
    assert f"**{whole(parts['branch'])}** parameters" in sentence
    assert f"**{whole(parts['shortcut'])}**" in sentence
    basic = PRESETS["basic"]
    assert "x itself is in it" in answer(basic.block, inspect(basic.block, basic.shape), "It")
    twin = plain(basic.block)
    assert "nothing is added" in answer(twin, inspect(twin, basic.shape), "It")
    broken = BlockSpec(projection.block.branch, ())
    assert "the branch brings 8×8×512, the shortcut 15×15×256" in answer(
        broken, inspect(broken, projection.shape), "It"
    )
