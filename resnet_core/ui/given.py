"""The pictures that a person gives the classifier: files, or a snapshot of the camera.

Of each file the page keeps what it shows and what the network is given, in this session and no longer than
the file is there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

import streamlit as st

from resnet_core.hands.picture import PictureError
from resnet_core.hands.prepared import Prepared, prepare
from resnet_core.ui.options import Switch
from resnet_core.ui.state import switch

LARGEST_MB = 20
MOST = 50
KINDS = ("jpg", "jpeg", "png", "webp")
MIRROR = Switch(
    "mirror", "Mirror the snapshot", False, "Exchanges left and right before the network sees it."
)
_KEPT = "prepared pictures"


@dataclass(frozen=True)
class _File:
    """A file as it was given: its id with Streamlit, its name, and how it is to be read."""

    id: str
    name: str
    mirrored: bool = False


@dataclass(frozen=True)
class Given:
    """What a person gave.

    Attributes:
        pictures: Those that can be used.
        refused: One sentence for each that cannot.
        label: Of a sample, its class; None for other people's hands.
        note: What to say of a sample; "" otherwise.
    """

    pictures: tuple[Prepared, ...] = ()
    refused: tuple[str, ...] = ()
    label: int | None = None
    note: str = ""


def from_files() -> Given:
    """Draws the field for files and prepares what is in it."""
    files = st.file_uploader(
        f"Pictures: JPEG, PNG or WebP, up to {LARGEST_MB} MB each and {MOST} at once",
        type=list(KINDS),
        accept_multiple_files=True,
        key="pictures",
        max_upload_size=LARGEST_MB,
    )
    refused = []
    if len(files) > MOST:
        refused.append(
            f"At most {MOST} pictures should come at once, but {len(files)} came; these are the first {MOST}."
        )
    wanted = {_File(file.file_id, file.name): file for file in files[:MOST]}
    forget_pictures(wanted)
    place, found = st.empty(), []
    for number, (file, uploaded) in enumerate(wanted.items(), start=1):
        if file not in _kept():
            place.progress(number / len(wanted), text=f"Opening {number} of {len(wanted)}.")
        found.append(_prepared(file, uploaded.getvalue))
    place.empty()
    return _given(found, refused)


def from_camera() -> Given:
    """Draws the camera behind its switch, and prepares the snapshot."""
    with st.container(horizontal=True, key="rx-controls-camera"):
        on = st.toggle("Turn the camera on", key="camera on")
        mirrored = switch(MIRROR)
    st.caption(
        "A browser gives its camera on localhost or over HTTPS only. Snapshots go to the machine that runs "
        "this app and no further, and are kept in memory, never in a file."
    )
    if not _camera_can_be_had():
        st.warning(
            "The camera needs localhost or HTTPS, but this address is neither; upload a picture instead."
        )
    shot = None
    if on:
        shot = st.camera_input(
            "Hold one hand up in the middle of the picture", key="camera", resolution="480p"
        )
    if shot is None:
        forget_pictures()
        return Given()
    file = _File(shot.file_id, "Your snapshot", mirrored)
    forget_pictures((file,))
    return _given([_prepared(file, shot.getvalue)], [])


def _camera_can_be_had() -> bool:
    address = urlsplit(st.context.url or "http://localhost")
    local = address.hostname in {None, "localhost", "127.0.0.1", "::1"}
    return local or address.scheme == "https"


def _given(found: list[Prepared | str], refused: list[str]) -> Given:
    pictures = tuple(one for one in found if isinstance(one, Prepared))
    sentences = [one for one in found if isinstance(one, str)]
    return Given(pictures, (*refused, *sentences))


def _prepared(file: _File, read: Callable[[], bytes]) -> Prepared | str:
    """Opens a picture once; its file is read again only when it has been given again.

    Returns:
        The picture, or the sentence that refuses it.
    """
    kept = _kept()
    if file not in kept:
        try:
            kept[file] = prepare(read(), file.name, mirrored=file.mirrored)
        except PictureError as refusal:
            kept[file] = str(refusal)
    return kept[file]


def _kept() -> dict[_File, Prepared | str]:
    kept: dict[_File, Prepared | str] = st.session_state.setdefault(_KEPT, {})
    return kept


def forget_pictures(but: Collection[_File] = ()) -> None:
    """Forgets the pictures of this session.

    Args:
        but: Files whose pictures are still wanted.
    """
    st.session_state[_KEPT] = {file: kept for file, kept in _kept().items() if file in but}
