"""The presets: each fits, is written and read, and is the block that its paper describes."""

from __future__ import annotations

import pytest

from resnet_core.network import blocks
from resnet_core.network.blocktext import read, write
from resnet_core.network.inspection import inspect
from resnet_core.network.layers import Add
from resnet_core.network.presets import PRESETS, Preset

ALL = pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)


@ALL
def test_every_preset_fits_and_survives_its_text(preset: Preset) -> None:
    assert inspect(preset.block, preset.shape).fits
    assert read(write(preset.block, preset.shape)) == (preset.block, preset.shape)


@ALL
def test_every_preset_says_why_in_two_sentences_and_names_its_source(preset: Preset) -> None:
    assert preset.why.count(". ") == 1
    assert preset.why.endswith(".")
    assert preset.source
    assert not preset.error or "Table" in preset.error


def test_no_two_presets_are_the_same() -> None:
    assert len({write(one.block, one.shape) for one in PRESETS.values()}) == len(PRESETS)
    assert len({one.title for one in PRESETS.values()}) == len(PRESETS)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        # Layer by layer: kernels and biases of the convolutions, then the four vectors of each batch norm.
        ("identity_block", (256 * 64 + 64) + (9 * 64 * 64 + 64) + (64 * 256 + 256) + 4 * (64 + 64 + 256)),
        (
            "convolutional_block",
            (256 * 128 + 128)
            + (9 * 128 * 128 + 128)
            + (128 * 512 + 512)
            + (256 * 512 + 512)
            + 4 * (128 + 128 + 512 + 512),
        ),
        ("basic", 2 * 9 * 64 * 64 + 2 * 4 * 64),
        ("plain", 2 * 9 * 64 * 64 + 2 * 4 * 64),
        ("scaled", 2 * 9 * 64 * 64 + 2 * 4 * 64),
        ("gated", 2 * 9 * 64 * 64 + 2 * 4 * 64 + 64 * 64 + 64),
        ("conv_shortcut", 2 * 9 * 64 * 64 + 2 * 4 * 64 + 64 * 64),
        ("rezero", 2 * (9 * 64 * 64 + 64) + 1),
        ("empty", 0),
    ],
)
def test_parameters_counted_by_hand(name: str, parameters: int) -> None:
    preset = PRESETS[name]
    assert inspect(preset.block, preset.shape).totals.parameters == parameters


def test_the_stride_on_the_3x3_costs_more_and_changes_nothing_else() -> None:
    first, second = (PRESETS[name] for name in ("bottleneck", "bottleneck_3x3"))
    one, other = inspect(first.block, first.shape), inspect(second.block, second.shape)
    assert one.output == other.output == (8, 8, 512)
    assert one.totals.parameters == other.totals.parameters
    # The 1x1 then works on 16 x 16 instead of 8 x 8 pixels.
    assert other.totals.multiply_adds - one.totals.multiply_adds == (16 * 16 - 8 * 8) * 256 * 128


def test_option_a_has_no_parameters_on_its_shortcut_and_the_plain_twin_no_addition() -> None:
    option = PRESETS["option_a"]
    layers = inspect(option.block, option.shape).layers
    assert sum(one.parameters for one in layers if one.place and one.place.part == "shortcut") == 0
    twin = PRESETS["plain"]
    assert not any(isinstance(one.node.layer, Add) for one in inspect(twin.block, twin.shape).layers)
    assert twin.block == blocks.plain(PRESETS["basic"].block)
