"""The pages, in the order in which they are shown: one flat list, read by the app and by every link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parents[2]
ICON = ROOT / "assets" / "icon.png"


@dataclass(frozen=True)
class Place:
    """One page of the app.

    Attributes:
        name: How code refers to it, and its address: "train".
        title: What the navigation shows.
    """

    name: str
    title: str

    @property
    def file(self) -> Path:
        """The page's file."""
        return ROOT / "pages" / f"{self.name}.py"


PLACES = (
    Place("start", "Start"),
    Place("build", "Block"),
    Place("map", "Network"),
    Place("gradients", "Gradients"),
    Place("data", "Data"),
    Place("rate", "Rate"),
    Place("train", "Train"),
    Place("runs", "Runs"),
    Place("averages", "Averages"),
    Place("classify", "Classify"),
    Place("inside", "Inside"),
    Place("teach", "Teach"),
)


def places() -> tuple[Place, ...]:
    """Returns the pages that this installation has."""
    return tuple(place for place in PLACES if place.file.is_file())


def has(name: str) -> bool:
    """Tells whether this installation has a page of that name."""
    return any(place.name == name for place in places())


def link(name: str, label: str, options: Mapping[str, str] | None = None, icon: str | None = None) -> None:
    """Draws a link to another page, with the options to open it with; nothing where that page is missing.

    Args:
        name: Of the place, as in `PLACES`.
        label: What the link says: the next question, not "click here".
        options: Names and values for the address of the page.
        icon: A ":material/...:" icon, drawn from the app's own font.
    """
    for place in places():
        if place.name == name:
            st.page_link(place.file, label=label, icon=icon, query_params=dict(options or {}))
