"""A strip of photographs to choose from by a click."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import streamlit as st

from resnet_core.figures.contact_sheet import data_address
from resnet_core.ui.component import component

# As many as fit side by side, at most twelve; the chosen one in a frame of the text's colour.
_STYLE = """
.rx-picker { display: grid; gap: 0.375rem;
  grid-template-columns: repeat(auto-fill, minmax(max(2.75rem, calc(100% / 12 - 0.375rem)), 1fr)); }
.rx-picker button { padding: 3px; border: 3px solid transparent; border-radius: 0.375rem; background: none;
  cursor: pointer; }
.rx-picker button[aria-pressed="true"] { border-color: var(--rx-text); }
.rx-picker button:hover { border-color: var(--rx-edge); }
.rx-picker button:focus-visible { outline: 2px solid var(--rx-text); outline-offset: 1px; }
.rx-picker img { display: block; width: 100%; max-width: 6rem; image-rendering: pixelated;
  border-radius: 0.125rem; }
"""


@dataclass(frozen=True)
class Offered:
    """A photograph to choose.

    Attributes:
        value: What it stands for.
        pixels: (height, width, 3) of unsigned bytes.
        words: What it is, read out and shown when pointed at.
    """

    value: int
    pixels: np.ndarray
    words: str


def pick(key: str, offered: Sequence[Offered], chosen: int, on_pick: Callable[[int], None]) -> None:
    """Draws the strip.

    Args:
        key: Of its own on the page.
        offered: The photographs.
        chosen: Value of the one that is chosen now; it need not be among them.
        on_pick: Called with the value of the one clicked, before the page is drawn again.
    """

    def clicked() -> None:
        on_pick(int(st.session_state[key]["chosen"]))

    photographs = [
        {"value": str(one.value), "address": data_address(one.pixels), "words": one.words} for one in offered
    ]
    _picker()(
        key=key,
        data={"photographs": photographs, "chosen": chosen, "drawn": str([one.value for one in offered])},
        on_chosen_change=clicked,
    )


@cache
def _picker() -> Any:
    room = '<div class="rx-picker" role="group" aria-label="Pictures to choose from"></div>'
    return component("picker", f"<style>{_STYLE}</style>{room}")
