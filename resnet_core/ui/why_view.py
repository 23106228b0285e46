"""Maps over a picture and the film over epochs on a page: sliders that ask nobody, and downloads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import streamlit as st

from resnet_core.figures.base import Look
from resnet_core.figures.table import Columns
from resnet_core.figures.why import OPACITY
from resnet_core.figures.why_film import Frame, film_svg, frame_words, frames_data
from resnet_core.figures.why_sheets import Sheet
from resnet_core.ui.component import component
from resnet_core.ui.figure import foot

_SLIDERS = """
  <label>Map over the picture
    <input type="range" min="0" max="100" step="5" class="rx-why-opacity"><output></output></label>
  <label><input type="checkbox" class="rx-why-raw"> Raw cells</label>
"""
_PLAYER = """<div class="rx-why-controls rx-film-player" role="group" aria-label="Film over the checkpoints">
  <button type="button" class="rx-film-play">Play</button>
  <button type="button" class="rx-film-back" aria-label="One checkpoint back">←</button>
  <button type="button" class="rx-film-on" aria-label="One checkpoint on">→</button>
  <label class="rx-film-scrub">Checkpoint <input type="range" min="0" step="1"><output></output></label></div>
"""


def show_sheet(sheet: Sheet, look: Look, tags: Sequence[str] = (), *, jump_to: str = "") -> None:
    """Draws a sheet with its sliders and downloads.

    Args:
        sheet: it.
        look: theme and size.
        tags: from `notices.recorded_tag` and `rendered_tag`.
        jump_to: key of a container that the page is scrolled to when the sheet is first there.
    """
    with st.container(key=f"rx-figure-{sheet.key}", gap=None):
        drawing = {"html": _both(sheet.svg, look), "opacity": OPACITY, "jump": f"st-key-{jump_to}"}
        _maps()(key=f"{sheet.key}-maps", data=drawing)
        foot(sheet.key, sheet.alt, sheet.columns, sheet.caption, tags)


@dataclass(frozen=True, eq=False)
class Film:
    """A map and the probabilities over the checkpoints of a run.

    Attributes:
        key: names the figure on its page and its files: letters, digits and hyphens.
        frames: at least one.
        at: number of the frame that is seen first.
        picture: (height, width, 3) of unsigned bytes.
        classes: what each class is called.
        caption: sentence under the film.
        tags: as in `show_sheet`.
    """

    key: str
    frames: tuple[Frame, ...]
    at: int
    picture: np.ndarray
    classes: tuple[str, ...]
    caption: str
    tags: tuple[str, ...] = ()

    @property
    def alt(self) -> str:
        """What is to be seen in each frame."""
        return " ".join(frame_words(frame, self.classes) for frame in self.frames)

    def svg(self, look: Look, *, narrow: bool = False) -> str:
        """The drawing at the frame that is seen first."""
        frame = self.frames[self.at]
        return film_svg(frame, self.picture, self.classes, look, name=self.key, alt=self.alt, narrow=narrow)

    def columns(self) -> Columns:
        """The probabilities at each checkpoint."""
        found: dict[str, Any] = {"checkpoint": [frame.words for frame in self.frames]}
        for label, name in enumerate(self.classes):
            found[f"probability of {name}"] = [float(frame.shares[label]) for frame in self.frames]
        return found


def show_film(film: Film, look: Look) -> None:
    """Draws the film with its scrubber and downloads; these are of the frame that is on the screen."""
    with st.container(key=f"rx-figure-{film.key}", gap=None):
        _film()(
            key=f"{film.key}-film",
            data={
                "html": _both(film.svg, look),
                "frames": frames_data(film.frames, film.picture, look.theme),
                "at": film.at,
                "said": [frame_words(frame, film.classes) for frame in film.frames],
                "best": look.ground.text,
                "other": look.ground.surface,
            },
        )
        foot(film.key, film.alt, film.columns, film.caption, film.tags)


def _both(drawn: Callable[..., str], look: Look) -> str:
    """The drawing for wide and for narrow screens, of which the style sheet shows one."""
    return (
        f'<div class="rx-picture rx-has-narrow"><div class="rx-wide">{drawn(look)}</div>'
        f'<div class="rx-narrow">{drawn(look, narrow=True)}</div></div>'
    )


@cache
def _maps() -> Any:
    controls = f'<div class="rx-why-controls">{_SLIDERS}</div>'
    return component("why", f'{controls}<div class="rx-why-room"></div>', "why.css")


@cache
def _film() -> Any:
    room, said = (
        '<div class="rx-film-room rx-why-room"></div>',
        '<p class="rx-film-said" aria-live="polite"></p>',
    )
    return component("why_film", f"{room}{_PLAYER}{said}", "why.css")
