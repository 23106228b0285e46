"""Why over the epochs: Grad-CAM of one stage and the probabilities, at the checkpoints of the run."""

from __future__ import annotations

import streamlit as st

from resnet_core.figures.text import plural
from resnet_core.figures.why_film import Frame, film_reading
from resnet_core.figures.why_words import place_words
from resnet_core.probes.explaining import places
from resnet_core.probes.why import film
from resnet_core.ui.asking import measured_in_parts
from resnet_core.ui.inside_choice import Chosen
from resnet_core.ui.notices import recorded_tag
from resnet_core.ui.options import Switch
from resnet_core.ui.page import Page, reading
from resnet_core.ui.state import switch
from resnet_core.ui.why_view import Film, show_film

FEW = 12
"""Checkpoints that are shown of a long run, with the first and the last, until all are asked for."""
_PART = 4


def show_over_epochs(drawn: Page, chosen: Chosen, label: int, place: int) -> None:
    """Draws the film.

    Args:
        drawn: the page.
        chosen: the run and the picture; the film begins at its checkpoint.
        label: of the class that Grad-CAM is asked about, at every checkpoint the same.
        place: number of the place of Grad-CAM.
    """
    if len(chosen.steps) < 2:
        return
    st.subheader("Over the epochs", anchor=False)
    steps = list(chosen.steps)
    if len(steps) > FEW and not switch(_all_option(len(steps))):
        steps = thinned(steps, chosen.step)
    whiches = [chosen.at(step) for step in steps]
    parts = [(tuple(whiches[at : at + _PART]), chosen.pixels, label) for at in range(0, len(whiches), _PART)]
    found = measured_in_parts("inside/film", f"Looking at {plural(len(steps), 'checkpoint')}", film, parts)
    if found is None:
        return
    looked = [one for part in found for one in part]
    frames = tuple(
        Frame(chosen.steps[step], one.cams[place].map, one.probabilities)
        for step, one in zip(steps, looked, strict=True)
    )
    where = places(chosen.spec)[place]
    name = chosen.classes[label]
    tags = (recorded_tag(chosen.run.recorded, "weights of a recorded run"),) if chosen.run.recorded else ()
    caption = (
        f"Grad-CAM at {place_words(where)} for {name}, each frame with its own scale, and what the network "
        "gives each sign at that checkpoint (softmax, without a temperature)."
    )
    show_film(
        Film("why-film", frames, steps.index(chosen.step), chosen.pixels, chosen.classes, caption, tags),
        drawn.look,
    )
    reading(film_reading(frames, chosen.classes, label), "why-film")


def thinned(steps: list[int], kept: int, most: int = FEW) -> list[int]:
    """Steps at about equal distances, with the first, the last and the one that is looked at.

    Args:
        steps: in order, more than `most`.
        kept: one of them.
        most: how many remain, or one more for `kept`.
    """
    numbers = {round(at * (len(steps) - 1) / (most - 1)) for at in range(most)} | {steps.index(kept)}
    return [steps[number] for number in sorted(numbers)]


def _all_option(count: int) -> Switch:
    return Switch("whyall", f"All {count} checkpoints")
