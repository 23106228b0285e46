"""A network written as JSON reads back as itself, and nothing else is read."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.network.catalogue import NAMES, network
from resnet_core.network.record import block_from_dict, from_dict, to_dict
from resnet_core.network.spec import NetworkSpec
from tests.network.strategies import ANY_BLOCK, ANY_NETWORK

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


@given(ANY_NETWORK)
def test_reading_is_the_inverse_of_writing(spec: NetworkSpec) -> None:
    assert from_dict(through_json(to_dict(spec))) == spec


@pytest.mark.parametrize("name", [name for name in NAMES if "1202" not in name])
def test_the_catalogue_survives_json(name: str) -> None:
    spec = network(name)
    assert from_dict(through_json(to_dict(spec))) == spec


@given(ANY_BLOCK)
def test_a_block_on_its_own_survives_json(block: Any) -> None:
    assert block_from_dict(through_json(to_dict(block))) == block


@given(JUNK)
def test_nonsense_is_refused_with_a_sentence(data: Any) -> None:
    with pytest.raises(ValueError, match="network must have exactly the keys"):
        from_dict(data)


def places(data: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [here, *(place for key, value in inner for place in places(value, (*here, key)))]


@given(st.data())
def test_one_wrong_value_anywhere_is_refused_or_is_a_network(data: st.DataObject) -> None:
    written = through_json(to_dict(network("cifar_preact_resnet8")))
    changed = copy.deepcopy(written)
    *way, last = data.draw(st.sampled_from([place for place in places(written) if place]))
    inner = changed
    for key in way:
        inner = inner[key]
    inner[last] = data.draw(JUNK)
    refusal = ""
    try:
        written = through_json(to_dict(from_dict(changed)))
    except ValueError as error:
        refusal = str(error)
    assert len(refusal) < 400
    assert refusal or from_dict(written) == from_dict(changed)


@pytest.mark.parametrize("way", [(), ("stages", 0), ("stages", 0, "blocks", 0), ("stem", 0)])
def test_a_foreign_key_is_refused(way: tuple[Any, ...]) -> None:
    written = inner = through_json(to_dict(network("resnet18")))
    for key in way:
        inner = inner[key]
    inner["command"] = "rm -rf"
    with pytest.raises(ValueError, match="must have exactly the keys"):
        from_dict(written)


def test_the_sentence_says_the_place() -> None:
    written = through_json(to_dict(network("resnet18")))
    written["stages"][1]["blocks"][0]["branch"][3]["filters"] = "many"
    with pytest.raises(ValueError, match=r"stages\[1\]\.blocks\[0\]\.branch\[3\]: filters must be a whole"):
        from_dict(written)


@pytest.mark.parametrize("layer", ["Add", "__class__", "NetworkSpec", "Lambda", None, ["Conv"]])
def test_only_known_layers_are_read(layer: Any) -> None:
    written = through_json(to_dict(network("resnet18")))
    written["stem"][0] = {"layer": layer}
    with pytest.raises(ValueError, match=r"stem\[0\] must be a layer, one of Conv"):
        from_dict(written)


def test_too_many_blocks_are_refused_before_any_is_read() -> None:
    written = through_json(to_dict(network("resnet18")))
    written["stages"][0]["blocks"] = [None] * 1001
    with pytest.raises(ValueError, match="must be a list of at most 1000 items"):
        from_dict(written)
