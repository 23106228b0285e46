"""The block on the bench: acts do what they say, undo leads back, and nonsense changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.network import editing
from resnet_core.network.blocks import basic_block, convolutional_block
from resnet_core.network.inspection import inspect
from resnet_core.network.palette_layers import PALETTE
from resnet_core.network.spec import BlockSpec, Conv, Scale
from resnet_core.network.workbench import MOST_STEPS, SUM, Workbench, act, read_chosen, written
from tests.network.strategies import ANY_BLOCK

SHAPE = (16, 16, 8)
BLOCK = basic_block(8)
DATA = st.data()
SIMPLE = ("remove", "duplicate", "across", "shortcut", "undo", "redo")


def parts(block: BlockSpec) -> list[str]:
    """Everything that can be chosen."""
    layers = [written(place) for place in editing.places(block)]
    return ["", SUM, *layers, *("+" + written(place) for place in editing.gaps(block))]


def drawn_act(data: st.DataObject, bench: Workbench) -> dict[str, object]:
    edges = [one for one in parts(bench.block) if one.startswith("+")]
    layers = [written(place) for place in editing.places(bench.block)]
    acts = [
        st.sampled_from(SIMPLE).map(lambda name: {"act": name}),
        st.sampled_from(parts(bench.block)).map(lambda at: {"act": "choose", "at": at}),
        st.sampled_from((-1, 1)).map(lambda by: {"act": "shift", "by": by}),
        st.sampled_from(list(PALETTE)).map(lambda name: {"act": "insert", "layer": name}),
        st.tuples(st.sampled_from(list(PALETTE)), st.sampled_from(edges)).map(
            lambda pair: {"act": "insert", "layer": pair[0], "at": pair[1]}
        ),
    ]
    if layers:
        acts.append(
            st.tuples(st.sampled_from(layers), st.sampled_from(edges)).map(
                lambda pair: {"act": "drop", "at": pair[0], "to": pair[1]}
            )
        )
    drawn: dict[str, object] = data.draw(st.one_of(acts))
    return drawn


def did(bench: Workbench, asked: object) -> Workbench:
    """The bench after an act, or as it was where the act cannot be."""
    try:
        return act(bench, asked)
    except ValueError:
        return bench


@given(ANY_BLOCK, DATA)
def test_undo_leads_back_through_every_block_and_redo_forth(block: BlockSpec, data: st.DataObject) -> None:
    bench = Workbench(block, SHAPE)
    passed = [block]
    for _ in range(data.draw(st.integers(0, 8))):
        asked = drawn_act(data, bench)
        if asked["act"] in ("undo", "redo"):
            continue
        bench = did(bench, asked)
        if bench.block != passed[-1]:
            passed.append(bench.block)
    for expected in reversed(passed[:-1]):
        bench = act(bench, {"act": "undo"})
        assert bench.block == expected
    assert not bench.past
    for expected in passed[1:]:
        bench = act(bench, {"act": "redo"})
        assert bench.block == expected
    assert not bench.future


@given(ANY_BLOCK, DATA)
def test_what_is_chosen_is_always_there(block: BlockSpec, data: st.DataObject) -> None:
    bench = Workbench(block, SHAPE)
    for _ in range(6):
        bench = did(bench, drawn_act(data, bench))
        assert bench.chosen in parts(bench.block)
        assert (
            bench.gap in editing.gaps(bench.block)
            or len(editing.layers_of(bench.block, bench.gap.part)) == 64
        )


@given(ANY_BLOCK, st.sampled_from(list(PALETTE)), DATA)
def test_a_layer_goes_in_where_it_is_asked_for_and_is_chosen(
    block: BlockSpec, name: str, data: st.DataObject
) -> None:
    place = data.draw(st.sampled_from(editing.gaps(block)))
    after = act(Workbench(block, SHAPE), {"act": "insert", "layer": name, "at": "+" + written(place)})
    assert after.place == place
    assert editing.remove(after.block, place) == (
        block if block.shortcut is not None or place.part != "shortcut" else editing.with_shortcut(block, ())
    )
    # the next one goes behind it, so that layers can be set in one after the other
    assert after.gap == editing.Place(place.part, place.index + 1)


@given(
    st.sampled_from(
        [name for name in PALETTE if name not in ("zeros", "subsample", "pad", "maxpool", "meanpool")]
    )
)
def test_a_new_layer_breaks_no_sum(name: str) -> None:
    for at in ("+branch.0", "+branch.3", "+shortcut.0", "+exit.0", "+entry.0"):
        after = act(Workbench(BLOCK, SHAPE), {"act": "insert", "layer": name, "at": at})
        assert inspect(after.block, SHAPE).fits


def test_a_new_convolution_has_the_maps_and_the_habits_of_its_place() -> None:
    block = convolutional_block((4, 4, 32), 3, 2)
    end = f"+branch.{len(block.branch)}"
    bench = act(Workbench(block, SHAPE), {"act": "insert", "layer": "conv3", "at": end})
    made = bench.layer
    assert isinstance(made, Conv)
    assert made.filters == 32
    assert made.use_bias == next(one.use_bias for one in block.branch if isinstance(one, Conv))


@given(ANY_BLOCK, DATA)
def test_shifting_and_dropping_keep_every_layer(block: BlockSpec, data: st.DataObject) -> None:
    layers = editing.places(block)
    if not layers:
        return
    at = written(data.draw(st.sampled_from(layers)))
    bench = act(Workbench(block, SHAPE), {"act": "choose", "at": at})
    moved = bench.layer
    edges = [one for one in parts(block) if one.startswith("+")]
    asked = data.draw(
        st.sampled_from(
            [{"act": "shift", "by": -1}, {"act": "shift", "by": 1}, {"act": "across"}]
            + [{"act": "drop", "at": at, "to": edge} for edge in edges]
        )
    )
    after = did(bench, asked)
    assert after.layer == moved
    everything = [editing.layer_at(after.block, place) for place in editing.places(after.block)]
    assert sorted(map(repr, everything)) == sorted(repr(editing.layer_at(block, place)) for place in layers)


def test_dropping_on_the_edge_behind_a_neighbour_swaps_the_two() -> None:
    bench = act(Workbench(BLOCK, SHAPE), {"act": "drop", "at": "branch.0", "to": "+branch.2"})
    assert bench.block.branch[:2] == (BLOCK.branch[1], BLOCK.branch[0])
    assert bench.chosen == "branch.1"


def test_a_value_is_changed_in_place_and_is_the_only_thing_changed() -> None:
    bench = act(Workbench(BLOCK, SHAPE), {"act": "choose", "at": "branch.0"}).with_layer(Scale(0.5))
    assert bench.block == editing.change(BLOCK, editing.Place("branch", 0), Scale(0.5))
    assert bench.chosen == "branch.0"
    assert act(bench, {"act": "undo"}).block == BLOCK


def test_only_so_many_steps_are_kept() -> None:
    bench = Workbench(BLOCK, SHAPE)
    for _ in range(MOST_STEPS + 5):
        bench = act(bench, {"act": "shortcut"})
    assert len(bench.past) == MOST_STEPS


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)


@given(
    JUNK
    | st.fixed_dictionaries(
        {"act": st.sampled_from(("choose", "insert", "drop", "shift", "remove"))},
        optional={"at": JUNK, "to": JUNK, "layer": JUNK, "by": JUNK},
    )
)
def test_nonsense_is_refused_in_a_sentence(asked: object) -> None:
    bench = Workbench(BLOCK, SHAPE)
    refusal = refused(bench, asked)
    assert not refusal or (refusal.endswith(".") and len(refusal) < 400)
    assert refusal or asked["act"] in ("choose", "remove", "insert", "drop", "shift")  # type: ignore[index]


def refused(bench: Workbench, asked: object) -> str:
    try:
        act(bench, asked)
    except ValueError as reason:
        return str(reason)
    return ""


@pytest.mark.parametrize(
    "text", ["", "sum", "branch", "branch.", "branch.100", "trunk.1", "+ branch.1", "branch.1\n"]
)
def test_other_words_mean_no_place(text: str) -> None:
    assert read_chosen(text) == (False, None)
