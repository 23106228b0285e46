"""The formula: every layer belongs to a term, and known blocks read as in the papers."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given

from resnet_core.network.alone import alone
from resnet_core.network.explained import explained
from resnet_core.network.formula import formula
from resnet_core.network.graph import walk
from resnet_core.network.layers import Add, Layer
from resnet_core.network.presets import PRESETS
from resnet_core.network.spec import BlockSpec
from tests.network.strategies import ANY_BLOCK, ANY_LAYER

SHAPE = (8, 8, 4)


@given(ANY_BLOCK)
def test_every_layer_belongs_to_a_term_and_every_term_to_layers_that_are_there(block: BlockSpec) -> None:
    names = {node.name for node in walk(alone(block, SHAPE))}
    assert {name for term in formula(block, SHAPE) for name in term.nodes} == names


@given(ANY_BLOCK)
def test_the_html_says_what_the_text_says(block: BlockSpec) -> None:
    subscripts = str.maketrans({"\u1d62": "i", "\u209b": "s"})
    for term in formula(block, SHAPE):
        assert html.unescape(re.sub(r"</?(i|sub)>", "", term.html)) == term.text.translate(subscripts)
        assert not term.nodes or term.meaning.endswith(".")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("empty", "y = x + x"),
        ("identity_block", "y = σ(F(x, {W\u1d62}) + x)"),
        ("convolutional_block", "y = σ(F(x, {W\u1d62}) + W\u209b x)"),
        ("option_a", "y = σ(F(x, {W\u1d62}) + h(x))"),
        ("plain", "y = σ(F(x, {W\u1d62}))"),
        ("preactivation", "y = F(x, {W\u1d62}) + x"),
        ("scaled", "y = σ(α F(x, {W\u1d62}) + λ x)"),
        ("gated", "y = σ(F(x, {W\u1d62}) + (1 − g(x)) x)"),
        ("rezero", "y = σ(α F(x, {W\u1d62}) + x)"),
    ],
)
def test_known_blocks_read_as_in_the_papers(name: str, text: str) -> None:
    preset = PRESETS[name]
    assert "".join(term.text for term in formula(preset.block, preset.shape)) == text


@given(ANY_LAYER)
def test_every_layer_is_explained_in_one_sentence(layer: Layer) -> None:
    for one in (layer, Add()):
        sentence = explained(one)
        assert sentence[0].isupper()
        assert sentence.endswith(".")
