"""The picture a person gave, with the square that the network sees drawn on it, to be moved and resized."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any

from resnet_core.hands.boxes import Box, inside, middle_square
from resnet_core.ui.component import component

SMALLEST = 16
"""Shortest side of the square in pixels of the original: a quarter of what the network sees."""

# The frame is white between two dark lines, so that it shows on every picture and in both themes; the dark
# veil around it belongs to the square and is cut off at the picture's edge. So the focus is shown inside.
_STYLE = """
.rx-cropper { display: grid; gap: 0.5rem; }
.rx-cropper-picture { position: relative; overflow: hidden; border-radius: 0.25rem; touch-action: pan-y; }
.rx-cropper-picture img { display: block; width: 100%; height: 100%; user-select: none; }
.rx-cropper-square { position: absolute; box-sizing: border-box; margin: 0; padding: 0;
  border: 2px solid #fff; border-radius: 0; background: none; cursor: move; touch-action: none;
  box-shadow: 0 0 0 1px #000, inset 0 0 0 1px #000, 0 0 0 200rem rgb(0 0 0 / 45%); }
.rx-cropper-square:focus-visible { outline: 3px solid #fff; outline-offset: -7px;
  box-shadow: 0 0 0 1px #000, inset 0 0 0 7px rgb(0 0 0 / 75%), 0 0 0 200rem rgb(0 0 0 / 55%); }
.rx-cropper-corner { position: absolute; width: 2rem; height: 2rem; margin: -1rem; touch-action: none; }
.rx-cropper-corner::after { content: ""; position: absolute; inset: 0.625rem; border: 1px solid #000;
  background: #fff; }
.rx-cropper-foot { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; align-items: center; }
.rx-cropper-foot output { flex: 1 1 14rem; color: var(--rx-quiet); font-size: 0.875rem; }
.rx-cropper-foot button { min-height: 2rem; padding: 0 0.75rem; border: 1px solid var(--rx-edge);
  border-radius: 0.375rem; color: var(--rx-text); background: none; font: inherit; font-size: 0.875rem;
  cursor: pointer; }
.rx-cropper-foot button:hover { background: var(--rx-surface); }
.rx-cropper-foot button:focus-visible { outline: 2px solid var(--rx-text); outline-offset: 1px; }
"""
_HTML = """
<div class="rx-cropper">
  <div class="rx-cropper-picture"><img alt="Your picture" draggable="false"><button type="button"
    class="rx-cropper-square"></button></div>
  <div class="rx-cropper-foot"><output></output></div>
</div>
"""


def crop_picture(key: str, jpeg: bytes, size: tuple[int, int], box: Box, hands: Sequence[Box] = ()) -> Box:
    """Draws the picture with its square; where the square changes, the page (or fragment) runs again.

    Args:
        key: Of its own on the page; the same key may show one picture after another.
        jpeg: The upright picture as it is shown, of any size.
        size: Width and height in pixels of the upright original, in which boxes are counted.
        box: Where the square stands at first.
        hands: Squares around the hands that were found, the likeliest first; they give the button that
            brings the square back to a hand.

    Returns:
        The square that was chosen last for this picture, `box` at first: left, top, right, bottom.
    """
    picture = hashlib.sha256(repr((size, box)).encode() + jpeg).hexdigest()[:16]
    returned = _cropper()(
        key=key,
        data={
            "picture": picture,
            "address": "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii"),
            "size": list(size),
            "box": list(box),
            "hands": [list(hand) for hand in hands],
            "middle": list(middle_square(size)),
            "smallest": min(SMALLEST, *size),
        },
        default={"chosen": None},
        on_chosen_change=_run_again,
    )
    return chosen_box(returned.chosen, picture, size) or box


def chosen_box(chosen: Any, picture: str, size: tuple[int, int]) -> Box | None:
    """Reads what the browser says was chosen; None unless it is a box inside this very picture.

    Args:
        chosen: What came, expected as {"picture": text, "box": [left, top, right, bottom]}.
        picture: What tells this picture from others.
        size: Width and height of the original in pixels.
    """
    if not isinstance(chosen, dict) or chosen.get("picture") != picture:
        return None
    numbers = chosen.get("box")
    if not isinstance(numbers, list) or len(numbers) != 4 or not all(type(one) is int for one in numbers):
        return None
    left, top, right, bottom = numbers
    return (left, top, right, bottom) if inside((left, top, right, bottom), size) else None


def _run_again() -> None:
    """Nothing more to do: what was chosen is read when the page runs after this."""


@cache
def _cropper() -> Any:
    return component("cropper", f"<style>{_STYLE}</style>{_HTML}")
