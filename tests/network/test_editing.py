"""Edits of a block that undo each other, and refusals that say what was expected."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from resnet_core.network.alone import alone
from resnet_core.network.blocks import basic_block
from resnet_core.network.editing import (
    Place,
    change,
    duplicate,
    gaps,
    insert,
    layer_at,
    layers_of,
    move,
    places,
    remove,
    with_shortcut,
)
from resnet_core.network.graph import walk
from resnet_core.network.spec import MOST_LAYERS, Activation, Add, BlockSpec, Conv, Dropout
from tests.network.strategies import ANY_BLOCK, ANY_LAYER

DATA = st.data()
BLOCK = basic_block(8)


@given(ANY_BLOCK, ANY_LAYER, DATA)
def test_removing_undoes_inserting(block: BlockSpec, layer: object, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(gaps(block)))
    inserted = insert(block, place, layer)  # type: ignore[arg-type]
    assert layer_at(inserted, place) == layer
    assert len(places(inserted)) == len(places(block)) + 1
    had_a_shortcut = block.shortcut is not None or place.part != "shortcut"
    assert remove(inserted, place) == (block if had_a_shortcut else with_shortcut(block, ()))


@given(ANY_BLOCK, DATA)
def test_moving_back_undoes_moving(block: BlockSpec, data: st.DataObject) -> None:
    assume(places(block))
    place = data.draw(st.sampled_from(places(block)))
    to = data.draw(st.sampled_from(gaps(remove(block, place))))
    moved = move(block, place, to)
    assert layer_at(moved, to) == layer_at(block, place)
    had_a_shortcut = block.shortcut is not None or to.part != "shortcut"
    assert move(moved, to, place) == (block if had_a_shortcut else with_shortcut(block, ()))


@given(ANY_BLOCK, DATA)
def test_a_duplicate_stands_behind_its_original(block: BlockSpec, data: st.DataObject) -> None:
    assume(places(block))
    place = data.draw(st.sampled_from(places(block)))
    copy = Place(place.part, place.index + 1)
    doubled = duplicate(block, place)
    assert layer_at(doubled, place) == layer_at(doubled, copy) == layer_at(block, place)
    assert remove(doubled, copy) == block


@given(ANY_BLOCK, ANY_LAYER, DATA)
def test_changing_changes_one_layer_only(block: BlockSpec, layer: object, data: st.DataObject) -> None:
    assume(places(block))
    place = data.draw(st.sampled_from(places(block)))
    changed = change(block, place, layer)  # type: ignore[arg-type]
    assert layer_at(changed, place) == layer
    assert change(changed, place, layer_at(block, place)) == block


@given(ANY_BLOCK)
def test_places_are_in_the_order_of_the_walk(block: BlockSpec) -> None:
    nodes = [node for node in walk(alone(block, (8, 8, 4))) if not isinstance(node.layer, Add)]
    assert [(place.part, layer_at(block, place)) for place in places(block)] == [
        (node.part, node.layer) for node in nodes
    ]


def test_a_layer_moved_to_a_missing_shortcut_makes_one() -> None:
    plain = with_shortcut(BLOCK, None)
    moved = move(plain, Place("branch", 0), Place("shortcut", 0))
    assert moved.shortcut == plain.branch[:1]
    assert layers_of(plain, "shortcut") == ()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda: layer_at(BLOCK, Place("branch", 5)), r"The branch has 5 layers, so layer 6 is not in it"),
        (lambda: remove(BLOCK, Place("shortcut", 0)), r"The shortcut has no layers, so layer 1 is not in it"),
        (lambda: change(BLOCK, Place("exit", 1), Conv(1, 1)), r"The exit has 1 layer, so layer 2 is not"),
        (lambda: insert(BLOCK, Place("exit", 2), Conv(1, 1)), r"number 1 to 2 there, not number 3"),
        (lambda: insert(BLOCK, Place("exit", 0), Add()), r"exit must hold layers, got Add\(\)"),
        (lambda: move(BLOCK, Place("exit", 0), Place("exit", 1)), r"The exit has 0 layers, so a layer can"),
        (lambda: Place("middle", 0), r"the part of a block must be one of entry, branch"),  # type: ignore[arg-type]
        (lambda: Place("branch", -1), r"must be a whole number from 0 to 64, got -1"),
        (lambda: with_shortcut(BLOCK, [Dropout(0.5)]), r"shortcut must be a tuple"),  # type: ignore[arg-type]
    ],
)
def test_refusals_say_what_was_expected(wrong: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        wrong()  # type: ignore[operator]


def test_a_full_part_takes_no_more() -> None:
    full = BlockSpec((Activation(),) * MOST_LAYERS)
    with pytest.raises(ValueError, match="The branch can hold 64 layers at most, and it has as many"):
        duplicate(full, Place("branch", 3))
    assert all(place.part != "branch" for place in gaps(full))
