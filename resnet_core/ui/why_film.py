"""Why over the epochs: Grad-CAM of one stage and the probabilities, at the checkpoints of the run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from resnet_core.figures.text import plural
from resnet_core.figures.why_film import Frame, film_reading
from resnet_core.figures.why_words import place_words, sentence_case
from resnet_core.probes.explaining import places, probabilities
from resnet_core.probes.why import film, map_film
from resnet_core.ui.asking import measured_in_parts
from resnet_core.ui.inside_choice import Chosen
from resnet_core.ui.notices import recorded_tag
from resnet_core.ui.options import Switch
from resnet_core.ui.page import Page, reading
from resnet_core.ui.state import adopt, switch
from resnet_core.ui.why_view import Film, show_film

FEW = 12
"""Checkpoints that are shown of a long run, with the first and the last, until all are asked for."""
MAP_FILM = Switch("whymap", "Film this map over the epochs")
_PART = 4
_SHARES = (
    "each frame with its own scale, and what the network gives each sign at that checkpoint (softmax, "
    "without a temperature)."
)


def show_over_epochs(drawn: Page, chosen: Chosen, label: int, place: int) -> None:
    """Draws the film of Grad-CAM.

    Args:
        drawn: the page.
        chosen: the run and the picture; the film begins at its checkpoint.
        label: of the class that Grad-CAM is asked about, at every checkpoint the same.
        place: number of the place of Grad-CAM.
    """
    if len(chosen.steps) < 2:
        return
    st.subheader("Over the epochs", anchor=False)
    steps = _steps(chosen, "whyall")
    found = _in_parts("inside/film", chosen, steps, film, (label,))
    if found is None:
        return
    frames = tuple(
        Frame(chosen.steps[step], one.cams[place].map, one.probabilities)
        for step, one in zip(steps, found, strict=True)
    )
    where, name = places(chosen.spec)[place], chosen.classes[label]
    caption = f"Grad-CAM at {place_words(where)} for {name}, {_SHARES}"
    show_film(_film("why-film", chosen, steps, frames, caption), drawn.look)
    reading(film_reading(frames, chosen.classes, label), "why-film")


def show_map_film(drawn: Page, chosen: Chosen, layer: str, channel: int, *, signed: bool) -> None:
    """Draws a switch and, once it is on, the film of one map; in the fragment where the map is chosen.

    Args:
        drawn: the page.
        chosen: the run and the picture; the film begins at its checkpoint.
        layer: that the map leaves.
        channel: of the map, from 0.
        signed: whether its values can be below zero.
    """
    adopt(MAP_FILM)
    if len(chosen.steps) < 2 or not switch(MAP_FILM):
        return
    steps = _steps(chosen, "whymapall")
    found = _in_parts("inside/map film", chosen, steps, map_film, (layer, channel))
    if found is None:
        return
    what = f"channel {channel} of {layer}"
    frames = tuple(
        Frame(chosen.steps[step], values, probabilities(scores), what, signed)
        for step, (scores, values) in zip(steps, found, strict=True)
    )
    show_film(_film("map-film", chosen, steps, frames, f"{sentence_case(what)}, {_SHARES}"), drawn.look)
    label = int(frames[steps.index(chosen.step)].shares.argmax())
    reading(film_reading(frames, chosen.classes, label), "map-film")


def _film(key: str, chosen: Chosen, steps: list[int], frames: tuple[Frame, ...], caption: str) -> Film:
    tags = (recorded_tag(chosen.run.recorded, "weights of a recorded run"),) if chosen.run.recorded else ()
    return Film(key, frames, steps.index(chosen.step), chosen.pixels, chosen.classes, caption, tags)


def _steps(chosen: Chosen, key: str) -> list[int]:
    """The checkpoints that are shown: all of them, or few of many until all are asked for."""
    steps = list(chosen.steps)
    if len(steps) > FEW and not switch(Switch(key, f"All {len(steps)} checkpoints")):
        return thinned(steps, chosen.step)
    return steps


def _in_parts(
    page: str,
    chosen: Chosen,
    steps: list[int],
    function: Callable[..., Sequence[Any]],
    arguments: tuple[Any, ...],
) -> list[Any] | None:
    """What a function finds at each checkpoint, a few checkpoints at a time so that progress is seen."""
    whiches = [chosen.at(step) for step in steps]
    parts = [
        (tuple(whiches[at : at + _PART]), chosen.pixels, *arguments) for at in range(0, len(whiches), _PART)
    ]
    found = measured_in_parts(page, f"Looking at {plural(len(steps), 'checkpoint')}", function, parts)
    return None if found is None else [one for part in found for one in part]


def thinned(steps: list[int], kept: int, most: int = FEW) -> list[int]:
    """Steps at about equal distances, with the first, the last and the one that is looked at.

    Args:
        steps: in order, more than `most`.
        kept: one of them.
        most: how many remain, or one more for `kept`.
    """
    numbers = {round(at * (len(steps) - 1) / (most - 1)) for at in range(most)} | {steps.index(kept)}
    return [steps[number] for number in sorted(numbers)]
