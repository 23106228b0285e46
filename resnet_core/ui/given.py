"""The pictures that a person gives the classifier: files, or a snapshot of the camera.

Of each file the page keeps what it shows and what the network is given, in this session and no longer than
the file is there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from resnet_core.hands.picture import Box, PictureError
from resnet_core.hands.prepared import Prepared, prepare
from resnet_core.ui.options import Choice, Switch
from resnet_core.ui.state import switch

LARGEST_MB = 20
MOST = 50
MIRROR = Switch(
    "mirror", "Mirror the snapshot", False, "Exchanges left and right before the network sees it."
)
PART = Choice(
    "crop",
    "What the network is given",
    {"square": "The middle square", "none": "All of it, squeezed"},
    "square",
    "Of each picture; the square of one that is open can be moved by hand.",
)
PRIVATE = (
    "Pictures go to the machine that runs this app and no further. They are kept in memory, never in a file, "
    "and forgotten when you take them away or close the page."
)
_KEPT = "prepared pictures"
_MOVED = "moved squares"


@dataclass(frozen=True)
class File:
    """A file as it was given.

    Attributes:
        id: With Streamlit.
        name: As its owner calls it.
        read: Returns its bytes.
        mirrored: Whether left and right are to be exchanged.
    """

    id: str
    name: str
    read: Callable[[], bytes] = field(compare=False, repr=False)
    mirrored: bool = False


@dataclass(frozen=True)
class Given:
    """What a person gave.

    Attributes:
        pictures: Those that can be used.
        refused: One sentence for each that cannot.
        files: Of each picture; empty for samples, of which nothing can be cut.
        label: Of a sample, its class; None for other people's hands.
        note: What to say of a sample; "" otherwise.
    """

    pictures: tuple[Prepared, ...] = ()
    refused: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    label: int | None = None
    note: str = ""

    def with_part(self, number: int, box: Box) -> Given:
        """The same pictures, of one of which a person chose the part.

        Args:
            number: Of the picture.
            box: The part, in pixels of the original.
        """
        file = self.files[number]
        if self.pictures[number].box == box:
            return self
        _moved()[file] = box
        moved = _prepared(file, box)
        if isinstance(moved, str):  # it could be opened before: the file is the same, and so is the answer
            return replace(self, refused=(*self.refused, moved))
        return replace(self, pictures=(*self.pictures[:number], moved, *self.pictures[number + 1 :]))


def from_files(part: str) -> Given:
    """Draws the field for files and prepares what is in it.

    Args:
        part: A name of `PART`.
    """
    files = st.file_uploader(
        f"Pictures: JPEG, PNG or WebP, up to {LARGEST_MB} MB each and {MOST} at once",
        accept_multiple_files=True,
        key="pictures",
        max_upload_size=LARGEST_MB,
        help="Names that begin with the sign, as 3_anything.jpg, give a confusion matrix.",
    )
    refused = []
    if len(files) > MOST:
        refused.append(
            f"At most {MOST} pictures should come at once, but {len(files)} came; these are the first {MOST}."
        )
    wanted = [File(one.file_id, one.name, one.getvalue) for one in files[:MOST]]
    forget_pictures(wanted)
    place, found = st.empty(), []
    for number, file in enumerate(wanted, start=1):
        if file not in _kept():
            place.progress(number / len(wanted), text=f"Opening {number} of {len(wanted)}.")
        found.append((file, _prepared(file, _moved().get(file, part))))
    place.empty()
    return _given(found, refused)


def from_camera() -> Given:
    """Draws the camera behind its switch, and prepares the snapshot."""
    with st.container(horizontal=True, key="rx-controls-camera"):
        on = st.toggle("Turn the camera on", key="camera on")
        mirrored = switch(MIRROR)
    st.caption("A browser gives its camera on localhost or over HTTPS only.")
    if not camera_can_be_had():
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
    file = File(shot.file_id, "Your snapshot", shot.getvalue, mirrored)
    forget_pictures((file,))
    return _given([(file, _prepared(file, _moved().get(file, PART.default)))], [])


def camera_can_be_had() -> bool:
    """Whether browsers give a camera to the address at which this page is visited."""
    address = urlsplit(st.context.url or "http://localhost")
    local = address.hostname in {None, "localhost", "127.0.0.1", "::1"}
    return local or address.scheme == "https"


def _given(found: list[tuple[File, Prepared | str]], refused: list[str]) -> Given:
    usable = [(file, one) for file, one in found if isinstance(one, Prepared)]
    sentences = [one for _, one in found if isinstance(one, str)]
    return Given(tuple(one for _, one in usable), (*refused, *sentences), tuple(file for file, _ in usable))


def _prepared(file: File, part: str | Box) -> Prepared | str:
    """Opens a picture; it is opened again only when another part is wanted.

    Returns:
        The picture, or the sentence that refuses it.
    """
    kept = _kept()
    if file not in kept or kept[file][0] != part:
        try:
            kept[file] = (part, prepare(file.read(), file.name, mirrored=file.mirrored, crop=part))
        except PictureError as refusal:
            kept[file] = (part, str(refusal))
    return kept[file][1]


def _kept() -> dict[File, tuple[str | Box, Prepared | str]]:
    return _of_session(_KEPT)


def _moved() -> dict[File, Box]:
    """The squares that were moved by hand."""
    return _of_session(_MOVED)


def _of_session(key: str) -> dict[File, Any]:
    kept: dict[File, Any] = st.session_state.setdefault(key, {})
    return kept


def forget_pictures(but: Collection[File] = ()) -> None:
    """Forgets the pictures of this session.

    Args:
        but: Files whose pictures are still wanted.
    """
    for key in (_KEPT, _MOVED):
        st.session_state[key] = {file: kept for file, kept in _of_session(key).items() if file in but}
