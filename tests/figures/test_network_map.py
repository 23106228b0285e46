"""The map draws what is open and nothing else, with the numbers of the accounting."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet_core.figures.network_map import Link, LinkOf, NetworkMap, lines, table
from resnet_core.figures.part_words import layer_words
from resnet_core.figures.path_lengths import number_of_paths, unravelled_svg
from resnet_core.figures.text import THIN
from resnet_core.network.accounting import account
from resnet_core.network.catalogue import network, plain_twin
from resnet_core.network.parts import ROOT, foldable, paired, tree
from resnet_core.network.paths import paths_of
from resnet_core.network.spec import Conv, Dropout, NetworkSpec, PadChannels, StageSpec

SPEC = network("resnet152")
NAMES = tuple(foldable(tree(SPEC)))


def text_of(opened: Collection[str], *specs: NetworkSpec, link: LinkOf | None = None) -> str:
    return NetworkMap(paired(*map(tree, specs)), specs, link).html(opened)


def drawn(*opened: str, name: str = "resnet152") -> ElementTree.Element:
    return ElementTree.fromstring(text_of(opened, network(name)))


def rows(root: ElementTree.Element) -> list[ElementTree.Element]:
    body = root.find("tbody")
    assert body is not None
    return list(body)


def test_closed_it_is_one_row() -> None:
    (row,) = rows(drawn())
    assert row.get("aria-expanded") == "false"
    assert "ResNet-152" in "".join(row.itertext())


@given(st.sets(st.sampled_from(NAMES)))
@settings(max_examples=25, deadline=None)
def test_a_row_is_drawn_when_all_that_hold_it_are_open(opened: set[str]) -> None:
    seen = {row.get("data-name"): row for row in rows(drawn(*opened))}
    expected = {ROOT}
    if ROOT in opened:
        for stage in tree(SPEC).children:
            expected.add(stage.name)
            for child in stage.children if stage.name in opened else ():
                expected.add(child.name)
                expected |= {layer.name for layer in child.children if child.name in opened}
    assert set(seen) == expected
    for name, row in seen.items():
        assert row.get("aria-expanded") == (str(name in opened).lower() if name in NAMES else None)


def test_levels_and_places_are_told() -> None:
    row = next(row for row in rows(drawn(ROOT, "conv4")) if row.get("data-name") == "conv4_block7")
    assert (row.get("aria-level"), row.get("aria-posinset"), row.get("aria-setsize")) == ("3", "7", "36")


def test_it_says_the_numbers_of_the_accounting() -> None:
    spec, counted = network("resnet50"), account(network("resnet50"))
    columns = table(paired(tree(spec)), [ROOT], [spec])
    parts = (counted, counted.stem, *counted.stages, counted.head)
    assert columns["parameters"] == [part.parameters for part in parts]
    assert columns["multiply_adds"] == [part.multiply_adds for part in parts]
    assert columns["field"] == [part.receptive_field for part in parts]
    titles = [node.get("title", "") for node in drawn(name="resnet50").iter("span")]
    assert f"23{THIN}600{THIN}006 parameters, 100{THIN}% of the network" in titles


def test_two_networks_are_marked_where_they_differ() -> None:
    spec = network("resnet50")
    both = [spec, plain_twin(spec)]
    root = ElementTree.fromstring(text_of([ROOT, "conv3", "conv3_block1"], *both))
    marked = {row.get("data-name") for row in rows(root) if "rx-differs" in (row.get("class") or "")}
    assert {"conv3", "conv3_block1", "conv3_block1_add", "conv3_block1_shortcut_conv1"} <= marked
    assert not marked & {"stem", "head", "conv3_block1_branch_conv1"}
    gone = next(row for row in rows(root) if row.get("data-name") == "conv3_block1_add")
    assert "only in A" in "".join(gone.itertext())


def test_two_networks_are_drawn_on_one_scale_with_what_changes_in_numbers() -> None:
    both = [network("plain50"), network("resnet50")]
    row = rows(ElementTree.fromstring(text_of([], *both)))[0]
    parameters = row[3]
    shares = [bar.get("style") for bar in parameters.iter("i")]
    one, other = (account(spec).parameters for spec in both)
    assert shares == [f"--share:{100 * one / other:.2f}%", "--share:100.00%"]
    assert f"+{100 * (other / one - 1):.2g}{THIN}%" in "".join(parameters.itertext())
    apart = [network("resnet18"), network("resnet101")]
    row = rows(ElementTree.fromstring(text_of([], *apart)))[0]
    one, other = (account(spec).parameters for spec in apart)
    assert f"×{other / one:.2f}" in "".join(row[3].itertext())


def test_a_stage_that_only_one_has_counts_its_own_blocks() -> None:
    both = [network("cifar_resnet20"), network("resnet18")]
    row = next(
        row for row in rows(ElementTree.fromstring(text_of([ROOT], *both))) if row.get("data-name") == "conv5"
    )
    assert "conv5, 2 blocks ≠ only in B" in "".join(row.itertext())


@given(st.lists(st.sets(st.sampled_from(NAMES)), min_size=1, max_size=4))
@settings(max_examples=10, deadline=None)
def test_rows_that_are_kept_are_those_drawn_afresh(folds: list[set[str]]) -> None:
    kept = NetworkMap(paired(tree(SPEC)), [SPEC])
    for opened in folds:
        assert kept.html(opened) == text_of(opened, SPEC)


def test_a_part_may_be_opened_elsewhere_and_addresses_are_escaped() -> None:
    spec = network("resnet18")
    text = text_of(
        [ROOT, "conv2"], spec, link=lambda part: Link('?a="<b>', "in the <builder>") if part.block else None
    )
    assert "<b>" not in text
    assert "<builder>" not in text
    links = list(ElementTree.fromstring(text).iter("a"))
    assert [link.get("href") for link in links] == ['?a="<b>'] * 2
    assert links[1].get("aria-label") == "conv2 block 2 in the <builder>"


def test_titles_of_strangers_are_escaped() -> None:
    spec = replace(network("resnet18"), title="<script>")
    assert "<script>" not in text_of([], spec)


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (Conv(64, 3, 2), "convolution 3×3, 64 filters, stride 2"),
        (Conv(8, 1, groups=4), "convolution 1×1, 8 filters, 4 groups"),
        (Dropout(0.5), "dropout, rate 0.5"),
        (PadChannels(32), "zero maps, up to 32"),
    ],
)
def test_layers_in_words(layer: Conv | Dropout | PadChannels, words: str) -> None:
    assert layer_words(layer) == words


def test_the_unravelled_view_has_a_box_for_each_branch_taken() -> None:
    stage = StageSpec("conv2", tuple(network("cifar_resnet20").stages[0].blocks))
    paths = paths_of(replace(network("cifar_resnet20"), stages=(stage,)))
    root = ElementTree.fromstring(unravelled_svg(paths, "residual"))
    classes = [node.get("class") for node in root.iter()]
    assert classes.count("rx-way rx-one") == 8
    assert classes.count("rx-taken") == 3 * 4 + 3, "the branches taken, and the blocks themselves"
    with pytest.raises(ValueError, match="at least one block"):
        unravelled_svg([()], "residual")


@pytest.mark.parametrize(
    ("forks", "words"),
    [(0, "1"), (16, f"65{THIN}536"), (54, "2⁵⁴, about 1.80·10¹⁶"), (1200, "2¹²⁰⁰")],
)
def test_numbers_of_paths_are_written_in_full_while_they_can_be(forks: int, words: str) -> None:
    assert number_of_paths(forks) == words


def test_rows_of_one_tree_are_told_in_order() -> None:
    spec = network("resnet18")
    names = [line.pair.part.name for line in lines(paired(tree(spec)), [ROOT])]
    assert names == [ROOT, "stem", "conv2", "conv3", "conv4", "conv5", "head"]
