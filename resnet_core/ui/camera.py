"""A camera that takes several snapshots in a row, without a click for each."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from resnet_core.ui.component import component

MOST_NUMBER = 2**53
"""A whole number that JavaScript can still tell from the next."""

_HTML = """
<div class="rx-snapshots">
  <div class="rx-snapshots-picture"><video playsinline muted aria-label="What the camera sees"></video>
    <span class="rx-snapshots-guide"></span></div>
  <div class="rx-snapshots-foot">
    <button type="button" class="rx-snapshots-main"></button><button type="button"></button>
    <button type="button" class="rx-snapshots-power"></button>
  </div>
  <output></output>
</div>
"""
# The picture is mirrored like a mirror; the square is what a network is given of it.
_STYLE = """
.rx-snapshots-picture { position: relative; overflow: hidden; aspect-ratio: 4 / 3; max-width: 32rem;
  border-radius: 0.25rem; background: var(--rx-surface); }
.rx-snapshots video { display: block; width: 100%; height: 100%; object-fit: cover; transform: scaleX(-1); }
.rx-snapshots-guide { position: absolute; top: 0; left: 12.5%; width: 75%; height: 100%;
  box-sizing: border-box; border: 2px solid #FFFFFF; outline: 1px solid #1B1F24; outline-offset: -3px;
  display: none; }
.rx-snapshots-on .rx-snapshots-guide { display: block; }
.rx-snapshots-foot { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-top: 0.5rem; }
.rx-snapshots button { min-height: 2.5rem; padding: 0 0.75rem; border: 1px solid var(--rx-edge);
  border-radius: 0.5rem; color: var(--rx-text); background: none; font: inherit; cursor: pointer; }
.rx-snapshots button:hover:enabled { background: var(--rx-surface); }
.rx-snapshots button:disabled { color: var(--rx-quiet); cursor: default; }
.rx-snapshots button:focus-visible { outline: 2px solid var(--rx-text); outline-offset: 1px; }
.rx-snapshots-main { font-weight: 600; }
.rx-snapshots:not(.rx-snapshots-on) .rx-snapshots-foot { justify-content: center; position: relative;
  margin-top: -7.5rem; min-height: 7rem; align-items: start; max-width: 32rem; }
.rx-snapshots:not(.rx-snapshots-on) button:not(.rx-snapshots-power) { display: none; }
.rx-snapshots:not(.rx-snapshots-on) button { background: var(--rx-background); }
.st-key-rx-controls-sign [data-testid="stButtonGroup"] button p { font-size: 1.5rem; line-height: 1.2; }
.rx-snapshots output { display: block; min-height: 1.5rem; margin-top: 0.25rem; }
"""


def camera(key: str, sign: str, several: int, on_taken: Callable[[Any, Any], None]) -> None:
    """Draws the camera.

    Args:
        key: Of its own on the page.
        sign: What the next snapshots show.
        several: How many are taken in a row.
        on_taken: Called with the sign and a list of data: addresses, as they came from the browser, before
            the page is drawn again.
    """

    received = f"{key} received"

    def told() -> None:
        known = st.session_state.get(received, 0)
        for number, shown, pictures in new_ones(st.session_state[key]["taken"], known):
            st.session_state[received] = max(st.session_state.get(received, 0), number)
            on_taken(shown, pictures)

    data = {"sign": sign, "several": several, "received": st.session_state.get(received, 0)}
    _camera()(key=key, data=data, on_taken_change=told)


def new_ones(taken: Any, received: int) -> list[tuple[int, Any, Any]]:
    """What a message of the camera brings that had not come before.

    Args:
        taken: As it came from the browser, which may send anything: a list of takes, each with a number that
            is higher than those of the takes before it. None where it was sent for another reason.
        received: The highest number that came before.

    Returns:
        Of each new take its number, sign and pictures; None for both where it is not like that.
    """
    if taken is None:
        return []
    found: list[tuple[int, Any, Any]] = []
    for take in taken if isinstance(taken, list) else [taken]:
        number = take.get("number") if isinstance(take, dict) else None
        if type(number) is not int or not 0 < number < MOST_NUMBER:
            found.append((received, None, None))
        elif number > received:
            found.append((number, take.get("sign"), take.get("pictures")))
    return found


@cache
def _camera() -> Any:
    return component("snapshots", f"<style>{_STYLE}</style>{_HTML}")
