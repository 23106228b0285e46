"""The block that a person is building: kept for the session, and whole in the address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from resnet_core.network.blocktext import read, write
from resnet_core.network.presets import PRESETS, Preset
from resnet_core.network.spec import BlockSpec, Shape
from resnet_core.network.workbench import Workbench, act
from resnet_core.ui.address import is_news, take
from resnet_core.ui.address import write as write_address
from resnet_core.ui.options import Choice
from resnet_core.ui.page import just_entered
from resnet_core.ui.plain import plain
from resnet_core.ui.state import adopt, choose

BLOCK = "block"
"""The name in the address of the block, in the words of `network.blocktext`."""
FROM = Choice(
    "from", "Begin with", {name: preset.title for name, preset in PRESETS.items()}, "identity_block"
)
"""The preset that the block came from; alone in the address, it is the block."""
_DESK = "bench"


@dataclass
class _Desk:
    """What is kept of a person's work.

    It is changed in place, so that an act is done and counted, or neither, even where Streamlit breaks a run
    off, which it can whenever the state of the session is written.

    Attributes:
        bench: the block with its history.
        begun: name of the preset that it was begun with.
        seen: number of the last act of the browser that was done.
        notice: why the last edit could not be; empty where it could.
        changed: whether something was done here that the address does not say yet.
    """

    bench: Workbench
    begun: str
    seen: int = 0
    notice: str = ""
    changed: bool = False


def bench() -> Workbench:
    """What is on the bench now."""
    return _desk().bench


def _desk() -> _Desk:
    found: _Desk = st.session_state[_DESK]
    return found


def adopt_bench() -> None:
    """Takes the block from the address, where that is news, and tells what was wrong with it.

    Who comes back from another page, whose address says nothing, finds the block as it was left.
    """
    desk: _Desk | None = st.session_state.get(_DESK)
    says_nothing = BLOCK not in st.query_params and FROM.key not in st.query_params
    if desk and says_nothing and just_entered():
        st.session_state[FROM.key] = desk.begun
        take(FROM.key)
        take(BLOCK)
        return
    # What was just done here is newer than an address, which may be from before the browser heard of it.
    # Other pages use the name of the block, too: what an address brings from there is always news.
    news = not (desk and desk.changed) and (just_entered() or is_news(FROM.key) or is_news(BLOCK))
    adopt(FROM)
    if desk and not news:
        return
    raw, preset = take(BLOCK), came_from()
    block, shape = preset.block, preset.shape
    if raw is not None:
        try:
            block, shape = read(raw)
        except ValueError as wrong:
            st.info(
                f"The address brings a block that cannot be read. {plain(str(wrong))} Shown here: "
                f"{plain(preset.title)}."
            )
    if desk:
        desk.bench, desk.begun = desk.bench.edited(block, shape=shape), preset.name
    else:
        st.session_state[_DESK] = _Desk(Workbench(block, shape), preset.name)


def came_from() -> Preset:
    """The preset that was chosen to begin with."""
    return PRESETS[st.session_state[FROM.key]]


def begin_with() -> Preset:
    """Draws the choice of a preset; a new choice puts its block on the bench."""
    preset, desk = PRESETS[choose(FROM, "select")], _desk()
    if desk.begun != preset.name:
        desk.bench, desk.begun = desk.bench.edited(preset.block, shape=preset.shape), preset.name
    return preset


def put(block: BlockSpec, shape: Shape, chosen: str = "") -> None:
    """Puts another block on the bench; undo leads back to the one before."""
    change(lambda now: now.edited(block, chosen, shape))


def change(edit: Callable[[Workbench], Workbench]) -> None:
    """Changes what is on the bench; an edit that cannot be is told on the page, and nothing is changed.

    Args:
        edit: returns the bench after it, or raises a ValueError with the reason.
    """
    _change(_desk(), edit)


def _change(desk: _Desk, edit: Callable[[Workbench], Workbench]) -> None:
    try:
        changed = edit(desk.bench)
        write(changed.block, changed.shape)  # a block too long for an address could not be shown to anybody
    except ValueError as reason:
        desk.notice = str(reason)
        return
    desk.bench, desk.changed = changed, True


def refuse(reason: str) -> None:
    """Has the page say why something could not be done; the block stays as it is."""
    _desk().notice = reason


def acted(acts: Any) -> None:
    """Does what the browser asks for, each act once however often it is sent.

    Args:
        acts: records with a `number` of their own, rising; see `network.workbench.act`.
    """
    desk = _desk()
    for asked in acts if isinstance(acts, list) else []:
        number = asked.get("number") if isinstance(asked, dict) else None
        if type(number) is int and number > desk.seen:
            _change(desk, lambda now, asked=asked: act(now, asked))  # type: ignore[misc]
            desk.seen = number


def acts_seen() -> int:
    """The number of the last act that was done."""
    return _desk().seen


def keep() -> None:
    """Writes the block into the address, and says why the last edit could not be, where it could not."""
    desk, preset = _desk(), came_from()
    now = desk.bench
    as_offered = (now.block, now.shape) == (preset.block, preset.shape)
    write_address(BLOCK, None if as_offered else write(now.block, now.shape))
    desk.changed = False
    if desk.notice:
        st.warning(plain(desk.notice))
        desk.notice = ""
