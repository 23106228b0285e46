"""The pictures that a person gives the classifier: files, or a snapshot of the camera.

Of each file the page keeps what it shows and what the network is given, in this session and no longer than
the file is there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from resnet_core.hands.detector import available
from resnet_core.hands.picture import Box, PictureError
from resnet_core.hands.prepared import Prepared, prepare
from resnet_core.ui.asking import find_hands
from resnet_core.ui.carried import carried, put_down, show_carried
from resnet_core.ui.options import Choice, Switch
from resnet_core.ui.state import switch

LARGEST_MB = 20
MOST = 50
MIRROR = Switch(
    "mirror", "Mirror the snapshot", False, "Exchanges left and right before the network sees it."
)
PARTS = {"auto": "Hand", "square": "Middle square", "none": "All, squeezed"}
"""As the command line has them."""

PRIVATE = (
    "Pictures go to the machine that runs this app and no further. They are kept in memory, never in a file, "
    "and forgotten when you take them away or close the page."
)
_KEPT = "prepared pictures"
_MOVED = "moved squares"
_HANDS = "hands in pictures"
_PART = "part before"


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

    @property
    def name_of_its_own(self) -> str:
        """What tells it from every other one, and from its mirror image."""
        return f"{self.id}{'-mirrored' if self.mirrored else ''}"


@dataclass(frozen=True)
class Given:
    """What a person gave.

    Attributes:
        pictures: Those that can be used.
        refused: One sentence for each that cannot.
        files: Of each picture; empty for samples, of which nothing can be cut.
        hands: Squares around the hands of each picture, the one seen best first; None where nobody looked.
        part: A name of `PARTS`; "" for samples.
        label: Of a sample, its class; None for other people's hands.
        note: What to say of a sample; "" otherwise.
    """

    pictures: tuple[Prepared, ...] = ()
    refused: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    hands: tuple[tuple[Box, ...] | None, ...] = ()
    part: str = ""
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


def part_option() -> Choice:
    """Declares what the network is given of a picture; hands are found where a detector is installed."""
    names = PARTS if available() else {name: PARTS[name] for name in ("square", "none")}
    return Choice(
        "crop",
        "What the network is given",
        names,
        next(iter(names)),
        "Of each picture; the square of one that is open can be moved by hand.",
    )


def from_files(part: str) -> Given:
    """Draws the field for files and prepares what is in it.

    Args:
        part: A name of `PARTS`.
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
    brought = carried()
    if wanted:
        put_down()
    elif brought is not None:
        show_carried(brought)
        wanted = [brought]
    forget_pictures(wanted)
    return _given(wanted, part, refused)


def from_camera(part: str) -> Given:
    """Draws the camera behind its switch, and prepares the snapshot.

    Args:
        part: A name of `PARTS`.
    """
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
    return _given([file], part, [])


def camera_can_be_had() -> bool:
    """Whether browsers give a camera to the address at which this page is visited."""
    address = urlsplit(st.context.url or "http://localhost")
    local = address.hostname in {None, "localhost", "127.0.0.1", "::1"}
    return local or address.scheme == "https"


def _given(files: Sequence[File], part: str, refused: Sequence[str]) -> Given:
    if st.session_state.get(_PART) != part:  # squares moved by hand belong to the part that was wanted then
        _moved().clear()
        st.session_state[_PART] = part
    place, found = st.empty(), {}
    for number, file in enumerate(files, start=1):
        if file not in _kept():
            place.progress(number / len(files), text=f"Opening {number} of {len(files)}.")
        found[file] = _prepared(file, _wanted(file, part))
    place.empty()
    usable = {file: one for file, one in found.items() if isinstance(one, Prepared)}
    if part == "auto":
        _look_for_hands(usable)
        found |= {file: _prepared(file, _wanted(file, part)) for file in usable}
        usable = {file: one for file, one in found.items() if isinstance(one, Prepared)}
    sentences = [one for one in found.values() if isinstance(one, str)]
    hands = [_hands().get(file) if part == "auto" else None for file in usable]
    return Given(tuple(usable.values()), (*refused, *sentences), tuple(usable), tuple(hands), part)


def _wanted(file: File, part: str) -> str | Box:
    """Which part of a picture is wanted: the one chosen by hand, that of the hand, or the named one."""
    if file in _moved():
        return _moved()[file]
    if part != "auto":
        return part
    hands = _hands().get(file)
    return hands[0] if hands else "square"


def _look_for_hands(pictures: Mapping[File, Prepared]) -> None:
    unknown = {file.name_of_its_own: one for file, one in pictures.items() if file not in _hands()}
    if unknown:
        found = find_hands(unknown)
        _hands().update(
            {file: found[file.name_of_its_own] for file in pictures if file.name_of_its_own in found}
        )


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


def _hands() -> dict[File, tuple[Box, ...]]:
    """The squares around the hands that were found, none for a picture without a hand."""
    return _of_session(_HANDS)


def _of_session(key: str) -> dict[File, Any]:
    kept: dict[File, Any] = st.session_state.setdefault(key, {})
    return kept


def forget_pictures(but: Collection[File] = ()) -> None:
    """Forgets the pictures of this session.

    Args:
        but: Files whose pictures are still wanted.
    """
    for key in (_KEPT, _MOVED, _HANDS):
        st.session_state[key] = {file: kept for file, kept in _of_session(key).items() if file in but}
