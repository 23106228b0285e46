"""A network as plain dictionaries and lists, ready for JSON, and back.

What comes back may have been written by a stranger: every key, type and range is checked, and a refusal
says the place, what was expected and what came.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

from resnet_core.network.layers import shown
from resnet_core.network.spec import (
    LAYER_KINDS,
    MOST_BLOCKS,
    MOST_LAYERS,
    MOST_STAGES,
    BlockSpec,
    Layer,
    Layers,
    NetworkSpec,
    StageSpec,
)

_BY_NAME = {kind.__name__: kind for kind in LAYER_KINDS}


def to_dict(part: Any) -> Any:
    """Describe a network, stage, block or layer by dictionaries, lists and plain values, ready for JSON.

    A layer says its class under `"layer"`; every other key is a field of the dataclass.
    """
    if isinstance(part, tuple):
        return [to_dict(item) for item in part]
    if isinstance(part, (NetworkSpec, StageSpec, BlockSpec)) or type(part).__name__ in _BY_NAME:
        described = {field.name: to_dict(getattr(part, field.name)) for field in fields(part)}
        return {"layer": type(part).__name__, **described} if type(part).__name__ in _BY_NAME else described
    return part


def from_dict(data: object) -> NetworkSpec:
    """Read the network that `to_dict` described; the data may come from a stranger.

    Raises:
        ValueError: with the place, what was expected and what came.
    """
    values = _fields("network", data, NetworkSpec)
    shape = _items("input_shape", values["input_shape"], 3)
    stages = [
        _stage(f"stages[{i}]", item) for i, item in enumerate(_items("stages", values["stages"], MOST_STAGES))
    ]
    values |= {"input_shape": tuple(shape), "stages": tuple(stages)}
    values |= {part: _read_layers(part, values[part]) for part in ("stem", "head")}
    return _make("network", NetworkSpec, values)


def _stage(place: str, data: object) -> StageSpec:
    values = _fields(place, data, StageSpec)
    blocks = _items(f"{place}.blocks", values["blocks"], MOST_BLOCKS)
    values["blocks"] = tuple(block_from_dict(item, f"{place}.blocks[{i}]") for i, item in enumerate(blocks))
    return _make(place, StageSpec, values)


def block_from_dict(data: object, place: str = "block") -> BlockSpec:
    """Read one block that `to_dict` described; errors as in `from_dict`, beginning with `place`."""
    values = _fields(place, data, BlockSpec)
    for part, value in values.items():
        if part != "shortcut" or value is not None:
            values[part] = _read_layers(f"{place}.{part}", value)
    return _make(place, BlockSpec, values)


def _read_layers(place: str, data: object) -> Layers:
    return tuple(_layer(f"{place}[{i}]", item) for i, item in enumerate(_items(place, data, MOST_LAYERS)))


def _layer(place: str, data: object) -> Layer:
    name = data.get("layer") if isinstance(data, dict) else None
    if not isinstance(name, str) or name not in _BY_NAME:
        raise ValueError(f"{place} must be a layer, one of {', '.join(_BY_NAME)}, got {shown(data)}")
    assert isinstance(data, dict)
    kind = _BY_NAME[name]
    values = _fields(place, {key: value for key, value in data.items() if key != "layer"}, kind)
    return _make(place, kind, values)


def _items(place: str, data: object, most: int) -> list[Any]:
    if not isinstance(data, list) or len(data) > most:
        raise ValueError(f"{place} must be a list of at most {most} items, got {shown(data)}")
    return data


def _fields(place: str, data: object, kind: type) -> dict[str, Any]:
    expected = [field.name for field in fields(kind)]
    if not isinstance(data, dict) or set(data) != set(expected):
        raise ValueError(
            f"{place} must have exactly the keys {', '.join(expected) or '(none)'}, got {shown(data)}"
        )
    return dict(data)


_Made = TypeVar("_Made")


def _make(place: str, kind: type[_Made], values: dict[str, Any]) -> _Made:
    try:
        return kind(**values)
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from None
