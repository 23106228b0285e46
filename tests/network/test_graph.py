"""Nodes come in an order that can be computed, under names that say stage, block and part."""

from __future__ import annotations

from collections import Counter

from hypothesis import given

from resnet_core.network.catalogue import network
from resnet_core.network.graph import INPUT, walk
from resnet_core.network.spec import Add, Conv, NetworkSpec
from tests.network.strategies import ANY_NETWORK


@given(ANY_NETWORK)
def test_every_node_comes_after_what_it_reads(spec: NetworkSpec) -> None:
    known = {INPUT}
    for node in walk(spec):
        assert set(node.inputs) <= known
        assert len(node.inputs) == (2 if isinstance(node.layer, Add) else 1)
        known.add(node.name)


@given(ANY_NETWORK)
def test_names_are_unique_and_nothing_is_lost(spec: NetworkSpec) -> None:
    nodes = walk(spec)
    assert len({node.name for node in nodes}) == len(nodes)
    described = Counter([*spec.stem, *spec.head])
    for block in spec.blocks():
        described += Counter([*block.entry, *block.branch, *(block.shortcut or ()), *block.exit])
        described += Counter([Add()] if block.shortcut is not None else [])
    assert Counter(node.layer for node in nodes) == described


@given(ANY_NETWORK)
def test_only_the_last_node_and_forks_are_read_other_than_once(spec: NetworkSpec) -> None:
    nodes = walk(spec)
    reads = Counter(name for node in nodes for name in node.inputs)
    if nodes:
        assert reads[nodes[-1].name] == 0
        assert all(reads[node.name] >= 1 for node in nodes[:-1])
        assert max(reads.values()) <= 2


def test_names_carry_stage_block_and_part() -> None:
    nodes = {node.name: node for node in walk(network("resnet50"))}
    stem = ["stem_pad1", "stem_conv1", "stem_bn1", "stem_relu1", "stem_pad2", "stem_pool1"]
    assert list(nodes)[:6] == stem
    assert list(nodes)[-2:] == ["head_pool1", "head_dense1"]
    conv = nodes["conv3_block1_shortcut_conv1"]
    assert (conv.stage, conv.block, conv.part) == ("conv3", 1, "shortcut")
    assert conv.layer == Conv(512, 1, 2, "valid")
    assert conv.inputs == ("conv2_block3_exit_relu1",)
    add = nodes["conv3_block1_add"]
    assert add.inputs == ("conv3_block1_branch_bn3", "conv3_block1_shortcut_bn1")
    identity = nodes["conv3_block2_add"]
    assert identity.inputs == ("conv3_block2_branch_bn3", "conv3_block1_exit_relu1")
    assert nodes["conv3_block2_exit_relu1"].inputs == ("conv3_block2_add",)


def test_a_shared_activation_feeds_both_paths() -> None:
    nodes = {node.name: node for node in walk(network("preact_resnet50"))}
    for first in ("branch_conv1", "shortcut_conv1"):
        assert nodes[f"conv3_block1_{first}"].inputs == ("conv3_block1_entry_relu1",)
    # Elsewhere the shortcut carries what the block before has added up.
    assert nodes["conv3_block2_add"].inputs[1] == "conv3_block1_add"
