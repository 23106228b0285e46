"""The tree of parts adds up, and two trees are told apart where they differ."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.network.accounting import account
from resnet_core.network.catalogue import NAMES, network, plain_twin
from resnet_core.network.parts import Pair, Part, _in_order, foldable, paired, tree


def everything(part: Part) -> list[Part]:
    return [part, *(one for child in part.children for one in everything(child))]


def pairs(pair: Pair) -> list[Pair]:
    return [pair, *(one for child in pair.children for one in pairs(child))]


@pytest.mark.parametrize("name", [name for name in NAMES if "1202" not in name])
def test_every_part_is_the_sum_of_what_is_in_it(name: str) -> None:
    root = tree(network(name))
    for part in everything(root):
        if part.children:
            assert part.counts.parameters == sum(child.counts.parameters for child in part.children)
            assert part.counts.multiply_adds == sum(child.counts.multiply_adds for child in part.children)
            assert part.activations == sum(child.activations for child in part.children)
            assert part.counts.output_shape == part.children[-1].counts.output_shape
        else:
            assert part.fold == "layer"
            assert part.activations == math.prod(part.counts.output_shape)
    leaves = [part.name for part in everything(root) if part.fold == "layer"]
    assert leaves == [layer.name for layer in account(network(name)).layers]


def test_the_names_of_parts_are_unique_and_those_with_parts_can_be_folded() -> None:
    root = tree(network("resnet152"))
    names = [part.name for part in everything(root)]
    assert len(set(names)) == len(names)
    assert list(foldable(root))[:3] == ["network", "stem", "conv2"]
    assert len(list(foldable(root))) == 1 + 6 + 50


def test_a_network_does_not_differ_from_itself() -> None:
    root = tree(network("resnet50"))
    assert not any(pair.differs for pair in pairs(paired(root, root)))
    assert not any(pair.differs for pair in pairs(paired(root)))


def test_twins_differ_in_the_shortcuts_and_in_what_holds_them() -> None:
    spec = network("resnet50")
    both = pairs(paired(tree(spec), tree(plain_twin(spec))))
    layers = [pair for pair in both if pair.part.fold == "layer" and pair.differs]
    gone = [pair for pair in layers if pair.parts[1] is None]
    assert len([pair for pair in gone if pair.part.name.endswith("_add")]) == 16
    assert len([pair for pair in gone if "_shortcut_" in pair.part.name]) == 8
    assert len(layers) == len(gone), "the other layers are the same"
    differing = {pair.part.name for pair in both if pair.differs and pair.part.fold == "stage"}
    assert differing == {"conv2", "conv3", "conv4", "conv5"}


def test_networks_of_other_depth_line_up_by_stage() -> None:
    both = paired(tree(network("resnet50")), tree(network("resnet101")))
    assert [child.part.name for child in both.children] == [
        "stem",
        "conv2",
        "conv3",
        "conv4",
        "conv5",
        "head",
    ]
    conv4 = both.children[3]
    assert [pair.parts[0] is None for pair in conv4.children] == [False] * 6 + [True] * 17
    assert not both.children[1].differs


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.lists(st.sampled_from("abcdef"), unique=True))
def test_merging_keeps_every_name_once_and_the_order_of_the_first(one: list[str], other: list[str]) -> None:
    names = _in_order(one, other)
    assert sorted(names) == sorted(set(one) | set(other))
    assert [name for name in names if name in one] == one
