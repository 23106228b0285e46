"""Table 1 of He et al. 2015 beside our counts."""

from __future__ import annotations

import pytest

from resnet_core.network import table1
from resnet_core.network.blocks import basic_block, convolutional_block
from resnet_core.network.catalogue import network

ROWS = {row.depth: row for row in table1.rows()}


def test_blocks_and_sides_are_as_printed() -> None:
    printed = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
    assert {depth: row.blocks for depth, row in ROWS.items()} == printed
    assert all(row.sides == table1.PRINTED_SIDES for row in ROWS.values())


@pytest.mark.parametrize("depth", ROWS)
def test_counts_lie_within_two_hundredths_of_what_is_printed(depth: int) -> None:
    assert ROWS[depth].counted == pytest.approx(ROWS[depth].printed, rel=0.02)


def test_resnet50_with_its_stride_on_either_convolution() -> None:
    """Both numbers were computed independently of this program."""
    assert ROWS[50].counted / 1e9 == pytest.approx(3.858, abs=5e-4)
    assert ROWS[50].moved is not None
    assert ROWS[50].moved / 1e9 == pytest.approx(4.089, abs=5e-4)
    assert "4.09 billion" in ROWS[50].reason
    assert "cut after one digit it is 3.8, as printed" in ROWS[50].reason


def test_basic_blocks_have_no_stride_to_move() -> None:
    assert ROWS[18].moved is None
    assert ROWS[34].moved is None
    block = basic_block(64, 2, "B")
    assert table1.stride_on_3x3(block) is block


def test_moving_the_stride_keeps_everything_else() -> None:
    block = convolutional_block((64, 64, 256))
    moved = table1.stride_on_3x3(block)
    assert moved.shortcut == block.shortcut
    assert [layer.stride for layer in moved.branch if hasattr(layer, "stride")] == [1, 2, 1]
    assert network("resnet50").change_blocks(table1.stride_on_3x3) != network("resnet50")


def test_reasons_say_what_the_numbers_say() -> None:
    assert ROWS[18].reason == "The same, to the digit that is printed."
    assert "option A, it is 3.64 billion" in ROWS[34].reason
    assert ROWS[101].reason.startswith("The same, to the digit that is printed.")
    assert ROWS[152].reason.startswith("The same, to the digit that is printed.")
    assert not any("No reason" in row.reason for row in ROWS.values())
