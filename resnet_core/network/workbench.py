"""A block in the hand: what is chosen in it, every way to change it, and the way back.

What the browser asks for comes in as small records, acts, such as `{"act": "insert", "layer": "relu"}`. They
speak of what is chosen, not of positions on a screen, so that acts that follow each other faster than they
are answered still mean what they meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from resnet_core.network.editing import (
    Part,
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
from resnet_core.network.inspection import inspect, shape_at
from resnet_core.network.layers import shown
from resnet_core.network.palette_layers import PALETTE
from resnet_core.network.spec import BlockSpec, Layer, Shape

SUM = "sum"
"""What is chosen when the addition is."""
MOST_STEPS = 100
_CHOSEN = re.compile(r"(\+?)(entry|branch|shortcut|exit)\.([0-9]{1,2})", re.ASCII)
_OTHER: dict[Part, Part] = {"branch": "shortcut", "shortcut": "branch", "entry": "branch", "exit": "branch"}


@dataclass(frozen=True)
class Workbench:
    """A block that is being built.

    Attributes:
        block: as it is now.
        shape: (height, width, channels) of what enters.
        chosen: a layer as `branch.2`, the edge before the place of a layer as `+branch.2`, `SUM`, or nothing.
        past: what undo brings back, the last at the end.
        future: what redo brings back, the next at the end.
    """

    block: BlockSpec
    shape: Shape
    chosen: str = ""
    past: tuple[tuple[BlockSpec, Shape], ...] = ()
    future: tuple[tuple[BlockSpec, Shape], ...] = ()

    @property
    def place(self) -> Place | None:
        """Where the chosen layer is; None where an edge, the sum or nothing is chosen."""
        gap, place = read_chosen(self.chosen)
        return None if gap or place not in places(self.block) else place

    @property
    def gap(self) -> Place:
        """Where a layer that is inserted now would stand: at the chosen edge, or behind the chosen layer."""
        gap, place = read_chosen(self.chosen)
        if place is None:
            return Place("exit", 0) if self.chosen == SUM else Place("branch", len(self.block.branch))
        length = len(layers_of(self.block, place.part))
        return Place(place.part, min(place.index + (0 if gap else 1), length))

    @property
    def layer(self) -> Layer | None:
        """The chosen layer."""
        return None if self.place is None else layer_at(self.block, self.place)

    def edited(self, block: BlockSpec, chosen: str = "", shape: Shape | None = None) -> Workbench:
        """The bench with another block on it, from which undo leads back to this one."""
        shape = self.shape if shape is None else shape
        if (block, shape) == (self.block, self.shape):
            return replace(self, chosen=chosen)
        past = (*self.past, (self.block, self.shape))[-MOST_STEPS:]
        return Workbench(block, shape, chosen, past)

    def with_layer(self, layer: Layer) -> Workbench:
        """The bench with another layer in the place of the chosen one.

        Raises:
            ValueError: no layer is chosen.
        """
        return self.edited(change(self.block, _place_of(self), layer), self.chosen)


def read_chosen(text: str) -> tuple[bool, Place | None]:
    """Whether a text such as `+branch.2` means an edge, and the place; None for the sum and for nothing."""
    match = _CHOSEN.fullmatch(text)
    return (bool(match[1]), Place(cast(Part, match[2]), int(match[3]))) if match else (False, None)


def act(bench: Workbench, asked: object) -> Workbench:
    """The bench after one act.

    Args:
        bench: before it.
        asked: a record with the name of the act under "act", and what that needs:
            choose (at), insert (layer, and at where it is dropped on an edge), remove, duplicate,
            shift (by: -1 or 1), across, drop (at, to), shortcut, undo, redo.

    Raises:
        ValueError: what was expected and what came.
    """
    name = asked.get("act") if isinstance(asked, Mapping) else None
    if not isinstance(asked, Mapping) or not isinstance(name, str) or name not in _ACTS:
        raise ValueError(f"An act should be one of {', '.join(_ACTS)}, but {shown(asked)} came.")
    return _ACTS[name](bench, asked)


def _choose(bench: Workbench, asked: Mapping[str, Any]) -> Workbench:
    at = asked.get("at")
    if at not in ("", SUM) and not _is_there(bench.block, at):
        raise ValueError(f"A layer such as branch.0 or an edge such as +branch.0 is chosen, not {shown(at)}.")
    return replace(bench, chosen=cast(str, at))


def _is_there(block: BlockSpec, text: object) -> bool:
    gap, place = read_chosen(text) if isinstance(text, str) else (False, None)
    return place in (gaps(block) if gap else places(block))


def _insert(bench: Workbench, asked: Mapping[str, Any]) -> Workbench:
    name = asked.get("layer")
    if not isinstance(name, str) or name not in PALETTE:
        raise ValueError(f"A layer should be one of {', '.join(PALETTE)}, not {shown(name)}.")
    if "at" in asked:
        bench = _choose(bench, asked)
    place = bench.gap
    made = PALETTE[name].make(bench.block, _channels(bench, place))
    return bench.edited(insert(bench.block, place, made), written(place))


def _channels(bench: Workbench, place: Place) -> int:
    """How many maps reach a place; those of x where that cannot be told."""
    shape = shape_at(bench.block, inspect(bench.block, bench.shape), place)
    return shape[2] if shape and len(shape) == 3 else bench.shape[2]


def _remove(bench: Workbench, asked: Mapping[str, Any]) -> Workbench:
    place = _place_of(bench)
    return bench.edited(remove(bench.block, place), "+" + written(place))


def _duplicate(bench: Workbench, asked: Mapping[str, Any]) -> Workbench:
    place = _place_of(bench)
    return bench.edited(duplicate(bench.block, place), written(Place(place.part, place.index + 1)))


def _shift(bench: Workbench, asked: Mapping[str, Any]) -> Workbench:
    place, by = _place_of(bench), asked.get("by")
    if by not in (-1, 1):
        raise ValueError(f"A layer is shifted by -1 or 1, not by {shown(by)}.")
    index = place.index + by
    if not 0 <= index < len(layers_of(bench.block, place.part)):
        return bench  # it is at the end of its path already
    return _moved(bench, place, Place(place.part, index))


def _across(bench: Workbench, asked: Mapping[str, Any]) -> Workbench:
    place = _place_of(bench)
    part = _OTHER[place.part]
    return _moved(bench, place, Place(part, min(place.index, len(layers_of(bench.block, part)))))


def _drop(bench: Workbench, asked: Mapping[str, Any]) -> Workbench:
    moved = _choose(bench, asked)
    place = _place_of(moved)
    gap, to = read_chosen(asked["to"]) if isinstance(asked.get("to"), str) else (False, None)
    if to is None or not gap or not _is_there(bench.block, asked["to"]):
        raise ValueError(f"A layer is dropped on an edge such as +branch.0, not on {shown(asked.get('to'))}.")
    # Taking the layer out moves everything behind it one place forward.
    behind = to.part == place.part and to.index > place.index
    return _moved(moved, place, Place(to.part, to.index - 1) if behind else to)


def _moved(bench: Workbench, place: Place, to: Place) -> Workbench:
    return bench.edited(move(bench.block, place, to), written(to))


def _shortcut(bench: Workbench, asked: Mapping[str, Any]) -> Workbench:
    """Takes the shortcut away, or draws one: the identity."""
    return bench.edited(with_shortcut(bench.block, () if bench.block.shortcut is None else None))


def _undo(bench: Workbench, asked: Mapping[str, Any]) -> Workbench:
    if not bench.past:
        return bench
    (block, shape), now = bench.past[-1], (bench.block, bench.shape)
    return _standing(Workbench(block, shape, bench.chosen, bench.past[:-1], (*bench.future, now)))


def _redo(bench: Workbench, asked: Mapping[str, Any]) -> Workbench:
    if not bench.future:
        return bench
    (block, shape), now = bench.future[-1], (bench.block, bench.shape)
    return _standing(Workbench(block, shape, bench.chosen, (*bench.past, now), bench.future[:-1]))


def _standing(bench: Workbench) -> Workbench:
    """The bench with the edge chosen where the chosen layer stood, if that is no longer there."""
    if bench.chosen == SUM or _is_there(bench.block, bench.chosen):
        return bench
    _, place = read_chosen(bench.chosen)
    if place is None or (place.part == "shortcut" and bench.block.shortcut is None):
        return replace(bench, chosen="")
    index = min(place.index, len(layers_of(bench.block, place.part)))
    return replace(bench, chosen="+" + written(Place(place.part, index)))


def _place_of(bench: Workbench) -> Place:
    if bench.place is None:
        raise ValueError("No layer is chosen; choose one in the diagram first.")
    return bench.place


def written(place: Place) -> str:
    """How a layer is called when it is chosen, `branch.2`; `+` before it means the edge before that place."""
    return f"{place.part}.{place.index}"


_ACTS: dict[str, Callable[[Workbench, Mapping[str, Any]], Workbench]] = {
    "choose": _choose,
    "insert": _insert,
    "remove": _remove,
    "duplicate": _duplicate,
    "shift": _shift,
    "across": _across,
    "drop": _drop,
    "shortcut": _shortcut,
    "undo": _undo,
    "redo": _redo,
}
