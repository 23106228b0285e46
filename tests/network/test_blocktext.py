"""A block and its text are each other's inverse, and no hostile text becomes a block or an error of ours."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.network.blocks import (
    basic_block,
    convolutional_block,
    identity_block,
    plain,
    preactivation,
)
from resnet_core.network.blocktext import MOST_CHARACTERS, read, write
from resnet_core.network.layers import ACTIVATIONS
from resnet_core.network.layerwords import layer_of, word_of
from resnet_core.network.spec import (
    LAYER_KINDS,
    Activation,
    BatchNorm,
    BlockSpec,
    Conv,
    Dropout,
    Gate,
    Layer,
    Scale,
    Shape,
)
from tests.network.strategies import ANY_BLOCK, ANY_LAYER

SHAPES = st.tuples(*[st.integers(1, 4096)] * 3)
UNIT = st.floats(0.0, 1.0)
WIDE: st.SearchStrategy[Layer] = st.one_of(
    ANY_LAYER,
    st.builds(BatchNorm, UNIT, UNIT, st.sampled_from(("ones", "zeros"))),
    st.builds(Scale, st.floats(-1e6, 1e6) | st.integers(-1000, 1000), st.booleans()),
    st.builds(Gate, st.floats(-1e3, 1e3), st.booleans()),
    st.builds(Dropout, st.floats(0.0, 0.999)),
    st.builds(Conv, st.integers(1, 65536), st.integers(1, 63), st.integers(1, 63)),
    st.builds(Activation, st.sampled_from(ACTIVATIONS)),
)


@given(ANY_BLOCK, SHAPES)
def test_reading_undoes_writing(block: BlockSpec, shape: Shape) -> None:
    text = write(block, shape)
    assert read(text) == (block, shape)
    assert re.fullmatch(r"[A-Za-z0-9._~-]+", text), "nothing that an address would have to escape"


@given(WIDE)
def test_every_layer_with_any_values_comes_back(layer: Layer) -> None:
    assert layer_of(word_of(layer)) == layer


def test_every_kind_of_layer_is_tried() -> None:
    found = {type(layer_of(word)) for word in _WORDS}
    assert found == set(LAYER_KINDS)


_WORDS = (
    "3x3-64-s2-valid-nobias-g2",
    "bn-mom0.9-eps0.001-zeros",
    "leakyrelu",
    "dropout-0.5",
    "pad-3",
    "maxpool-3-s2-same",
    "avgpool-2",
    "mean",
    "flatten",
    "dense-10-softmax",
    "subsample-2",
    "zeros-128",
    "scale-m0.5-learn",
    "gate-m6-open",
)


@pytest.mark.parametrize("word", _WORDS)
def test_words_are_as_short_as_they_can_be(word: str) -> None:
    assert word_of(layer_of(word)) == word


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (
            identity_block((16, 16, 64)),
            "16x16x64~1x1-16_bn_relu_3x3-16_bn_relu_1x1-64_bn~id~relu",
        ),
        (
            convolutional_block((32, 32, 128)),
            "16x16x64~1x1-32-s2_bn_relu_3x3-32_bn_relu_1x1-128_bn~1x1-128-s2_bn~relu",
        ),
        (plain(basic_block(64)), "16x16x64~3x3-64_bn_relu_3x3-64_bn~plain~relu"),
        (basic_block(128, 2, "A"), "16x16x64~3x3-128-s2_bn_relu_3x3-128_bn~subsample-2_zeros-128~relu"),
        (
            preactivation(basic_block(64, 2, "B")),
            "16x16x64~bn_relu~3x3-64-s2-nobias_bn_relu_3x3-64~1x1-64-s2~id",
        ),
        (BlockSpec((), ()), "16x16x64~id~id"),
        (BlockSpec((Scale(0.0, True),), ()), "16x16x64~scale-0-learn~id"),
    ],
)
def test_blocks_that_people_know(block: BlockSpec, text: str) -> None:
    assert write(block, (16, 16, 64)) == text
    assert read(text) == (block, (16, 16, 64))


def test_the_same_can_be_typed_with_spaces_commas_and_bars() -> None:
    typed = " 16x16x64 | 1x1,16 bn relu  3x3, 16 bn relu\n1x1,64 bn | id | relu "
    assert read(typed) == (identity_block((16, 16, 64)), (16, 16, 64))
    assert read("8x8x4 | scale,-0.5 | id")[0] == BlockSpec((Scale(-0.5),), ())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "A block begins with the shape that enters it"),
        ("0x8x4~bn~id", "height x width x channels from 1 to 4096 such as 16x16x64, but '0x8x4' came"),
        ("8x8x9999~bn~id", "but '8x8x9999' came"),
        ("8x8x4", "with ~ or . between them, but 1 part came"),
        ("8x8x4~bn~id~relu~relu~relu", "but 6 parts came"),
        ("8x8x4~bn_rleu~id", "Layer 2 of the branch must be .*relu.*, but 'rleu' came"),
        ("8x8x4~bn~<script>alert(1)</script>", "Layer 1 of the shortcut must be a layer such as"),
        ("8x8x4~bn~id~bn_id", "Layer 2 of the exit must be"),
        ("8x8x4~plain~id", "Layer 1 of the branch must be"),
        ("8x8x4~3x5-64~id", "the window of a convolution must be square, got 3x5"),
        ("8x8x4~3x3~id", "Layer 1 of the branch, '3x3': filters must be a whole number, got nothing"),
        ("8x8x4~3x3-6.5~id", "filters must be a whole number, got '6.5'"),
        ("8x8x4~3x3-0~id", "filters must be a whole number from 1 to 65536, got 0"),
        ("8x8x4~3x3-64-s2-s2~id", "one stride is expected, and 's2' is another"),
        ("8x8x4~3x3-64-q7~id", "one of s1, same, valid, nobias, bias, g1 is expected, got 'q7'"),
        ("8x8x4~3x3-٣~id", "filters must be a whole number, got"),
        ("8x8x4~relu-3~id", "nothing more is expected, got '3'"),
        ("8x8x4~scale-inf~id", "value must be a number, got 'inf'"),
        ("8x8x4~scale-1e999~id", r"value must be a number from -1e\+06 to 1e\+06, got inf"),
        ("8x8x4~scale-9999999~id", r"value must be a number from -1e\+06 to 1e\+06"),
        ("8x8x4~~id", "Layer 1 of the branch must be a layer such as 3x3-64, bn or relu, but '' came"),
        ("8x8x4~" + "bn_" * 64 + "bn~id", "The branch can hold 64 layers at most, but 65 came"),
        ("8x8x4~" + "bn_" * 2000, f"at most {MOST_CHARACTERS} characters, but 6006 characters came"),
        (None, "A block is a text of at most 2000 characters, but None came"),
    ],
)
def test_what_is_no_block_is_refused_with_the_place(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as refused:
        read(text)
    assert len(str(refused.value)) < 260, "the refusal does not repeat a stranger's text at length"


@given(st.text(max_size=80) | st.from_regex(r"8x8x4(~[a-z0-9x_.m-]{0,12}){2,4}", fullmatch=True))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        block, shape = read(text)
    except ValueError:
        return
    assert read(write(block, shape)) == (block, shape)


def test_a_block_whose_text_would_be_too_long_is_not_written() -> None:
    long = (Conv(10_000, 33, 2, "valid", False, 1000),) * 64
    with pytest.raises(ValueError, match="can have at most 2000 characters, and this block's has"):
        write(BlockSpec(long, long), (8, 8, 1000))
    with pytest.raises(ValueError, match="begins with the shape"):
        write(BlockSpec(()), (8, 8))
