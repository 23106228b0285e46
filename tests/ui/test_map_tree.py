"""What is open stands in the address, which anybody may have written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.network.catalogue import network
from resnet_core.network.parts import ROOT, paired, tree
from resnet_core.ui.map_tree import FOLDS, MOST_OPEN, levels_of, read_open, toggled, write_open

LEVELS = levels_of(paired(tree(network("resnet50"))))
NAMES = LEVELS["layers"]


@given(st.lists(st.sampled_from(NAMES), unique=True).map(tuple))
def test_reading_undoes_writing(opened: tuple[str, ...]) -> None:
    assert read_open(write_open(opened, LEVELS), LEVELS) == opened


@given(st.lists(st.sampled_from(NAMES), unique=True), st.sampled_from(NAMES))
def test_toggling_twice_changes_nothing(opened: list[str], name: str) -> None:
    once = toggled(opened, name, NAMES)
    assert (name in once) != (name in opened)
    assert set(toggled(once, name, NAMES)) == set(opened)


@pytest.mark.parametrize(
    "raw", ["", "..", "conv2.", "<script>", "Conv2", "a" * 61, "conv2 conv3", "conv\u0662"]
)
def test_nonsense_is_refused_with_what_was_expected(raw: str) -> None:
    with pytest.raises(ValueError, match="names of at most 120 parts"):
        read_open(raw, LEVELS)


def test_too_many_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 120"):
        read_open(".".join(f"conv{i}" for i in range(MOST_OPEN + 1)), LEVELS)
    many = [f"conv{i}" for i in range(MOST_OPEN + 1)]
    with pytest.raises(ValueError, match="At most 120 parts can be open at once, and 121 would be"):
        toggled(many[1:], many[0], many)


@pytest.mark.parametrize("name", [None, 3, "nobody", "conv9"])
def test_what_the_network_does_not_have_opens_nothing(name: object) -> None:
    assert toggled((ROOT, "gone"), name, NAMES) == (ROOT,)


def test_a_fold_keeps_its_name_from_network_to_network() -> None:
    assert set(LEVELS) == set(FOLDS)
    other = levels_of(paired(tree(network("cifar_resnet20"))))
    for fold, names in LEVELS.items():
        assert read_open(fold, LEVELS) == names
        assert write_open(names, LEVELS) == (None if fold == "stages" else fold)
        assert read_open(fold, other) == other[fold] != names or fold in ("none", "stages")


def test_everything_of_a_network_too_deep_for_it_is_refused() -> None:
    deepest = levels_of(paired(tree(network("cifar_resnet1202"))))
    with pytest.raises(ValueError, match="at most 120"):
        read_open("layers", deepest)
    assert read_open("blocks", deepest) == ("network", "conv2", "conv3", "conv4")
