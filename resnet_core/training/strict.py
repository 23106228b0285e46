"""Records from JSON that a stranger may have written: every name, type and number is checked.

The dataclasses themselves say what is expected: a field annotated `float | None` takes a finite number or
null, and `tuple[int, ...]` a list of whole numbers. What a dataclass refuses by itself is refused with the
place where it stood. A field that is marked as added later may be missing, as it is from records that were
written before; its default must say what was the case then.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import types
import typing
from typing import Any, TypeVar

Record = TypeVar("Record")

#: What the metadata of a field say that records written before it lack.
ADDED_LATER = {"added later": True}
#: Characters of any text.
MOST_TEXT = 500


def read_json(text: bytes, name: str, most: int) -> Any:
    """Parse JSON of at most `most` bytes, without the numbers that JSON does not know.

    Raises:
        ValueError: with `name`, what was expected and what came.
    """
    if len(text) > most:
        raise ValueError(f"{name} should have at most {most:,} bytes, but it has more.")
    try:
        return json.loads(text.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name} should be JSON, but other text came.") from error


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is not a number of JSON.")


def read_as(kind: type[Record], value: Any, place: str) -> Record:
    """A record of the dataclass `kind` from what JSON gave.

    Args:
        kind: a dataclass of numbers, texts, switches, tuples of one kind of thing, and such dataclasses.
        value: dictionaries, lists and plain values.
        place: what the sentences call it.

    Raises:
        ValueError: with the place, what was expected and what came.
    """
    hints = _hints(typing.cast(Any, kind))
    if not isinstance(value, dict):
        raise ValueError(f"{place} should be an object, but {_shown(value)} came.")
    missing, foreign = (
        [name for name in hints if name not in value and name not in _added_later(typing.cast(Any, kind))],
        [name for name in value if name not in hints],
    )
    if missing or foreign:
        wrong = f"{missing[0]} is missing" if missing else f"{foreign[0][:40]!r} came"
        raise ValueError(f"{place} should have exactly {', '.join(hints)}, but {wrong}.")
    values = {
        name: _value(hint, value[name], f"{place}.{name}") for name, hint in hints.items() if name in value
    }
    try:
        return kind(**values)
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from None


@functools.lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


@functools.lru_cache(maxsize=64)
def _added_later(kind: type) -> frozenset[str]:
    later = ADDED_LATER.items()
    return frozenset(field.name for field in dataclasses.fields(kind) if later <= field.metadata.items())


def _value(hint: Any, value: Any, place: str) -> Any:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        if value is None:
            return None
        (hint,) = (one for one in typing.get_args(hint) if one is not type(None))
    if typing.get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise ValueError(f"{place} should be a list, but {_shown(value)} came.")
        item = typing.get_args(hint)[0]
        return tuple(_value(item, one, f"{place}[{i}]") for i, one in enumerate(value))
    if typing.get_origin(hint) is dict:
        if not isinstance(value, dict):
            raise ValueError(f"{place} should be an object, but {_shown(value)} came.")
        return value
    if dataclasses.is_dataclass(hint):
        return read_as(typing.cast(type, hint), value, place)
    return _plain(hint, value, place)


def _plain(hint: Any, value: Any, place: str) -> Any:
    if hint is bool and isinstance(value, bool):
        return value
    if hint is str and isinstance(value, str) and len(value) <= MOST_TEXT:
        return value
    if hint is int and isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53:
        return value
    if hint is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        if isinstance(value, float) and math.isfinite(value):
            return value
        if isinstance(value, int) and abs(value) < 2**53:
            return float(value)
    raise ValueError(f"{place} should be {_EXPECTED[hint]}, but {_shown(value)} came.")


_EXPECTED = {
    bool: "true or false",
    str: f"a text of at most {MOST_TEXT} characters",
    int: "a whole number",
    float: "a finite number",
}


def _shown(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
    if isinstance(value, int) and abs(value) >= 2**53:
        return f"a number of {value.bit_length()} bits"  # writing all of it out could take minutes
    return repr(value)[:60]
