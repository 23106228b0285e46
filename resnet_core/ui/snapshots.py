"""The snapshots of one person's hand in this session: taken, looked at, taken back.

Of each only what a network is given is kept, 64x64 pixels; what came from the browser is dropped at once.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from resnet_core.engine.engine import EngineError
from resnet_core.figures.photographs import Row, rows_html
from resnet_core.figures.text import plural
from resnet_core.hands.autocrop import boxes_in
from resnet_core.hands.dataset import SIZE
from resnet_core.hands.detector import available
from resnet_core.hands.detectorfiles import DetectorError
from resnet_core.hands.naming import label_in_name
from resnet_core.hands.picture import Box, PictureError
from resnet_core.hands.prepared import Prepared, prepare
from resnet_core.training.lesson import MOST, Lesson
from resnet_core.training.snapshots import NAMES
from resnet_core.ui import services
from resnet_core.ui.camera import camera
from resnet_core.ui.options import Choice
from resnet_core.ui.picker import Offered, pick
from resnet_core.ui.plain import plain
from resnet_core.ui.state import choose

log = logging.getLogger(__name__)

SEVERAL = 10
"""Snapshots of a sign that are taken in a row, and that a lesson should have."""

LARGEST_MB = 20
SIGN = Choice("sign", "Sign that you show now", {name: name for name in NAMES}, "0")
SOURCE = Choice("pictures", "Snapshots from", {"camera": "The camera", "files": "Files"}, "camera")
_KEPT, _REFUSED, _ROUND, _CHOSEN = "snapshots", "refused snapshots", "round of snapshots", "chosen snapshot"


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One picture: the sign it shows, (64, 64, 3) unsigned bytes, and a number of its own."""

    label: int
    pixels: np.ndarray
    number: int


def collected() -> list[Snapshot]:
    """The snapshots of this session, in the order in which they were taken."""
    kept: list[Snapshot] = st.session_state.setdefault(_KEPT, [])
    return kept


def lesson() -> Lesson:
    """The snapshots as what a network is taught.

    Raises:
        LessonError: when they are not enough.
    """
    kept = collected()
    pictures = np.stack([one.pixels for one in kept]) if kept else np.empty((0, 64, 64, 3), np.uint8)
    return Lesson(pictures, np.array([one.label for one in kept], np.int64))


def forget_snapshots() -> None:
    """Drops the snapshots of this session, and what its fields for files still hold."""
    for key in (_KEPT, _REFUSED, _CHOSEN):
        st.session_state.pop(key, None)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def add(pictures: Iterable[tuple[int, np.ndarray]]) -> None:
    """Adds pictures that are already what a network is given, such as saved ones.

    Args:
        pictures: Each with its sign.
    """
    kept = collected()
    known = {one.pixels.tobytes() for one in kept}
    again = 0
    for label, pixels in pictures:
        if pixels.tobytes() in known:
            again += 1
        elif len(kept) < MOST:
            known.add(pixels.tobytes())
            kept.append(Snapshot(label, pixels, kept[-1].number + 1 if kept else 0))
        else:
            _refuse(f"A lesson has at most {MOST} snapshots, which are there already.")
            break
    if again:
        _refuse(f"{plural(again, 'picture')} had been given before, pixel for pixel, and came in once only.")


def take_snapshots() -> None:
    """Draws the choice of the sign, and the camera or the field for files."""
    source = choose(SOURCE)
    if source == "camera":
        with st.container(key="rx-controls-sign"):
            sign = choose(SIGN)
        camera(f"camera {st.session_state.get(_ROUND, 0)}", sign, SEVERAL, _taken)
    else:
        _files()
    for sentence in st.session_state.pop(_REFUSED, []):
        st.warning(plain(sentence))


def _refuse(sentence: str) -> None:
    st.session_state.setdefault(_REFUSED, []).append(sentence)


def _taken(sign: Any, pictures: Any) -> None:
    """What came from the camera; a browser may send anything."""
    if sign not in NAMES or not isinstance(pictures, list) or not 0 < len(pictures) <= SEVERAL:
        _refuse("The camera should give up to ten snapshots of a sign, but something else came.")
        return
    read = [_pixels(_decoded(one), "The snapshot") for one in pictures]
    add((int(sign), pixels) for pixels in read if pixels is not None)
    count = sum(one.label == int(sign) for one in collected())
    if count >= SEVERAL:  # on to the next sign that has too few
        counts = np.bincount([one.label for one in collected()], minlength=len(NAMES))
        following = [label % len(NAMES) for label in range(int(sign) + 1, int(sign) + len(NAMES))]
        nxt = next((label for label in following if counts[label] < SEVERAL), int(sign))
        st.session_state[SIGN.key] = NAMES[nxt]


def _decoded(address: Any) -> bytes:
    head, _, body = address.partition(",") if isinstance(address, str) else ("", "", "")
    if head != "data:image/jpeg;base64" or len(body) > LARGEST_MB * 1_000_000:
        return b""
    try:
        return base64.b64decode(body, validate=True)
    except ValueError:  # letters that are none of base 64
        return b""


def _pixels(data: bytes, name: str) -> np.ndarray | None:
    """What a network is given of a picture; what is wrong with it is said when the page is drawn."""
    try:
        whole = prepare(data, name)
        hand = _hand(whole)
        return whole.pixels if hand is None else prepare(data, name, crop=hand).pixels
    except PictureError as refusal:
        _refuse(str(refusal))
        return None


def _hand(whole: Prepared) -> Box | None:
    """The square around the hand; None where none is found, and for what a network was given before."""
    engine = services.engine()
    if whole.size == (SIZE, SIZE) or not available() or not engine.state().ready:
        return None
    try:
        boxes = engine.at_once(boxes_in, whole.jpeg, whole.size)  # of which nothing is kept
    except (EngineError, DetectorError) as problem:
        log.info("no hand was looked for: %s", problem)
        return None
    return boxes[0] if boxes else None


def _files() -> None:
    files = st.file_uploader(
        f"Pictures whose names begin with their sign, as in 3_hand.jpg: up to {LARGEST_MB} MB each",
        type=["jpg", "jpeg", "png", "webp"],
        accept_multiple_files=True,
        key=f"named pictures {st.session_state.get(_ROUND, 0)}",
        max_upload_size=LARGEST_MB,
    )
    if not files:
        return
    found = []
    for file in files[: MOST + 1]:
        label = label_in_name(file.name, NAMES)
        if label is None:
            _refuse(f"{file.name[:60]} should begin with its sign, a number from 0 to 5, as in 3_hand.jpg.")
        elif (pixels := _pixels(file.getvalue(), file.name)) is not None:
            found.append((label, pixels))
        _drop(file.file_id)
    add(found)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1  # an empty field takes its place
    st.rerun()


def _drop(file_id: str) -> None:
    """Removes a file from the server's memory, where it would stay as long as the session."""
    memory = get_instance().uploaded_file_mgr if exists() else None
    if isinstance(memory, MemoryUploadedFileManager):
        memory.remove_file(services.session(), file_id)


def show_snapshots() -> None:
    """Draws what was collected, one row a sign."""
    kept = collected()
    rows = []
    for label, name in enumerate(NAMES):
        own = [one.pixels for one in kept if one.label == label]
        pixels = np.stack(own) if own else np.empty((0, 64, 64, 3), np.uint8)
        words = [f"Snapshot {number} of sign {name}" for number in range(1, len(own) + 1)]
        rows.append(Row(name, f"{len(own)}/{SEVERAL}", pixels, words))
    st.html(rows_html(rows))


def take_back() -> None:
    """Draws the ways to take snapshots back: the last one, or one that is chosen."""
    kept = collected()
    if not kept:
        return
    st.button("Take back the last", on_click=_take_back_one, args=(kept[-1].number,))
    with st.popover("Take back others"):
        offered = [Offered(one.number, one.pixels, f"A snapshot of sign {NAMES[one.label]}") for one in kept]
        numbers = [one.number for one in kept]
        chosen = st.session_state.get(_CHOSEN, numbers[-1])
        chosen = chosen if chosen in numbers else numbers[-1]
        pick("snapshot", offered, chosen, lambda number: st.session_state.update({_CHOSEN: number}))
        st.button("Take back this one", on_click=_take_back_one, args=(chosen,), type="primary")


def _take_back_one(number: int) -> None:
    st.session_state[_KEPT] = [one for one in collected() if one.number != number]
