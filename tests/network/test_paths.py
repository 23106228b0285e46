"""The number and lengths of paths, against listing them one by one."""

from __future__ import annotations

import math
from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.network import paths
from resnet_core.network.blocks import basic_block, convolutional_block, identity_block, plain
from resnet_core.network.catalogue import network, plain_twin
from resnet_core.network.spec import BlockSpec, Conv, NetworkSpec, StageSpec

BLOCKS = (
    identity_block((4, 4, 16)),
    convolutional_block((4, 4, 16)),
    basic_block(16, 2, "A"),
    plain(basic_block(16)),
    BlockSpec(entry=(Conv(4, 1),), branch=(Conv(4, 3),), shortcut=(), exit=(Conv(16, 1),)),
)


def of(blocks: tuple[BlockSpec, ...]) -> NetworkSpec:
    return NetworkSpec("some", "Some", (32, 32, 3), (), (StageSpec("conv2", blocks),), ())


def one_by_one(blocks: tuple[BlockSpec, ...], unit: str) -> Counter[int]:
    """Walks every path."""
    lengths: Counter[int] = Counter()
    for sides in product(*((True,) if block.shortcut is None else (True, False) for block in blocks)):
        length = 0
        for block, through in zip(blocks, sides, strict=True):
            taken = block.branch if through else (block.shortcut or ())
            on_the_way = [*block.entry, *taken, *block.exit]
            length += through if unit == "blocks" else sum(isinstance(one, Conv) for one in on_the_way)
        lengths[length] += 1
    return lengths


@given(st.lists(st.sampled_from(BLOCKS), max_size=7).map(tuple), st.sampled_from(("blocks", "layers")))
def test_the_lengths_are_those_of_all_paths(blocks: tuple[BlockSpec, ...], unit: paths.Unit) -> None:
    counts = paths.path_lengths(of(blocks), unit)
    assert {k: count for k, count in enumerate(counts) if count} == dict(one_by_one(blocks, unit))
    assert sum(counts) == 2 ** paths.forks(of(blocks))


@pytest.mark.parametrize("name", ["resnet50", "cifar_resnet110", "cifar_resnet1202"])
def test_lengths_in_blocks_are_binomial(name: str) -> None:
    spec = network(name)
    n = sum(1 for _ in spec.blocks())
    assert paths.path_lengths(spec) == tuple(math.comb(n, k) for k in range(n + 1))


def test_the_numbers_of_veit_et_al_for_110_layers() -> None:
    counts = paths.path_lengths(network("cifar_resnet110"))
    assert sum(counts) == 2**54
    assert paths.mean_length(counts) == 27
    assert paths.share_between(counts, 19, 35) == pytest.approx(0.980, abs=5e-4)
    assert paths.share_between(counts, 5, 17) == pytest.approx(0.00454, abs=5e-6)


def test_resnet50_has_65536_paths_and_its_twin_one() -> None:
    spec = network("resnet50")
    assert sum(paths.path_lengths(spec)) == 65_536
    twin = plain_twin(spec)
    assert paths.path_lengths(twin) == (0,) * 16 + (1,)
    assert sum(paths.path_lengths(twin, "layers")) == 1


@given(st.integers(0, 40), st.floats(0.1, 0.99))
def test_the_middle_holds_its_share(n: int, share: float) -> None:
    counts = tuple(math.comb(n, k) for k in range(n + 1))
    low, high = paths.middle(counts, share)
    assert low + high == n
    assert paths.share_between(counts, low, high) >= share - 1e-9
    if high - low >= 2:
        assert paths.share_between(counts, low + 1, high - 1) < share + 1e-9


def test_small_networks_list_their_paths_the_longest_first() -> None:
    listed = paths.paths_of(of((BLOCKS[0], BLOCKS[3], BLOCKS[0])))
    assert listed[0] == (True, True)
    assert listed[-1] == (False, False)
    assert len(set(listed)) == 4
    with pytest.raises(ValueError, match="at most 5 blocks with a shortcut, got 16"):
        paths.paths_of(network("resnet50"))


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="unit must be blocks or layers, got 'miles'"):
        paths.path_lengths(network("resnet18"), "miles")  # type: ignore[arg-type]
