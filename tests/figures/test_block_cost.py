"""The table of costs holds the numbers of the accounting, their sums and what changed."""

from __future__ import annotations

import re

from hypothesis import given

from resnet_core.figures.block_cost import cost_columns, cost_html, what_it_costs
from resnet_core.figures.text import whole
from resnet_core.network.accounting import account
from resnet_core.network.alone import alone
from resnet_core.network.inspection import BYTES_OF_A_VALUE, inspect
from resnet_core.network.presets import PRESETS
from resnet_core.network.spec import BlockSpec
from tests.network.strategies import ANY_BLOCK

BASIC, BOTTLENECK = PRESETS["basic"], PRESETS["bottleneck"]


@given(ANY_BLOCK)
def test_any_block_has_a_row_for_each_layer_and_two_sums(block: BlockSpec) -> None:
    seen = inspect(block, (8, 8, 4))
    table = cost_html(seen, inspect(BASIC.block, BASIC.shape), "<b>it</b>")
    assert table.count("<tr") == len(seen.layers) + 3
    assert "<b>" not in table
    assert what_it_costs(seen).endswith(".")


def test_the_sums_are_those_of_the_accounting_and_the_difference_says_which_way() -> None:
    one, other = (inspect(preset.block, (16, 16, 256)) for preset in (BASIC, BOTTLENECK))
    assert not one.fits  # 64 filters on 256 channels
    counted = account(alone(BOTTLENECK.block, (16, 16, 256)))
    rows = re.findall(
        r'<tr class="rx-sums">(.*?)</tr>', cost_html(other, inspect(BASIC.block, BASIC.shape), "it")
    )
    assert f"<td>{whole(counted.parameters)}</td><td>{whole(counted.multiply_adds)}</td>" in rows[0]
    more = counted.parameters - account(alone(BASIC.block, BASIC.shape)).parameters
    assert f"<td>+{whole(more)}</td>" in rows[1]
    less = cost_html(inspect(BASIC.block, BASIC.shape), other, "it")
    assert f"<td>−{whole(more)}</td>" in less


def test_the_columns_hold_every_number_in_full() -> None:
    seen = inspect(BOTTLENECK.block, BOTTLENECK.shape)
    columns = cost_columns(seen)
    assert sum(columns["parameters"]) == seen.totals.parameters
    assert sum(columns["activation_bytes"]) == BYTES_OF_A_VALUE * seen.totals.activations
    assert len({len(column) for column in columns.values()}) == 1


def test_a_block_without_weights_says_so() -> None:
    empty = PRESETS["empty"]
    assert "no parameters" in what_it_costs(inspect(empty.block, empty.shape))
