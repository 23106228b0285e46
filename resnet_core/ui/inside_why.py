"""Why this answer: which parts of the picture the score of a class hangs on, by four methods."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from resnet_core.figures.text import duration, plural, shape
from resnet_core.figures.why_sheets import (
    GRADIENT,
    SMOOTHGRAD,
    Seen,
    method_names,
    methods_sheet,
    stages_sheet,
)
from resnet_core.figures.why_words import (
    answer_words,
    cam_reading,
    covered_reading,
    gradient_reading,
    sanity_reading,
)
from resnet_core.probes.explaining import Looked, places
from resnet_core.probes.explanations import look
from resnet_core.probes.opened import Which
from resnet_core.probes.why import why, why_covered, why_smoothed
from resnet_core.ui.asking import measured
from resnet_core.ui.inside_choice import Chosen
from resnet_core.ui.method import how_measured
from resnet_core.ui.notices import recorded_tag
from resnet_core.ui.page import Page, reading, source_line
from resnet_core.ui.why_choice import Asked, ask_why
from resnet_core.ui.why_film import show_over_epochs
from resnet_core.ui.why_link import jumps
from resnet_core.ui.why_view import show_sheet

HEIGHT = 480
TOP = "rx-why-top"
SMALL = 4
"""Cells a side below which a map is said to be too coarse for a finger."""
_WHAT = (
    "**What is asked.** The score y of a class is its value before the softmax. **Grad-CAM** weighs the maps "
    "A of a layer: α is the mean of dy/dA over a map, how fast the score grows with it, and what is drawn is "
    "ReLU(Σ α A), the sum over all maps where it is above 0. It was made for the last maps; at early stages, "
    "where a cell sees little of the picture, one α for a whole map says less. The **gradient** dy/dx says "
    "how fast the score grows with each value x of the picture; drawn is the largest size of the three "
    "colours. **SmoothGrad** is the mean gradient of noisy copies. **Occlusion** covers one square after the "
    "other and draws by how much the score falls: below 0 it rises."
)
_NOTE = (
    "**What such maps can tell, and what not.** They say on what this one score hangs for this one picture. "
    "They do not say that the network *understands* a hand, nor what it would do with another picture; and "
    "that a map looks sensible proves nothing. Some methods draw nearly the same map for any weights, as an "
    "edge detector does: so the maps of the untrained network stand one click away. A square that is covered "
    "makes a picture that the network was never trained on. Each cell is drawn over its own part of the "
    "picture, yet it can depend on far more (the field under each map)."
)


def show_why(drawn: Page, chosen: Chosen) -> None:
    """Draws the section: Grad-CAM at every stage, the methods side by side, and the film over the epochs.

    Args:
        drawn: the page.
        chosen: run, checkpoint and picture.
    """
    with st.container(key=TOP):
        st.header("Why this answer?", anchor=False)
    where = places(chosen.spec)
    if not where:
        st.markdown("This network has no maps, so there is no part of the picture to point at.")
        return
    asked = ask_why(chosen, where)
    sentence = "Going there and back through the network, once for all stages."
    looked = measured("inside/why", sentence, HEIGHT, why, chosen.which, chosen.pixels, asked.label)
    if looked is None:
        return
    reading(answer_words(looked, chosen.classes), "why-answer")
    seen = [Seen(_step_words(chosen), looked)]
    untrained = replace(chosen.which, weights="")
    if asked.untrained:
        sentence = "Asking the untrained network."
        beside = measured("inside/why0", sentence, HEIGHT + 1, why, untrained, chosen.pixels, looked.label)
        seen += [Seen(_untrained_words(chosen), beside)] if beside is not None else []
    _stages(drawn, chosen, asked, seen)
    whole = [
        _rest(chosen, asked, which, one) for which, one in zip((chosen.which, untrained), seen, strict=False)
    ]
    found = [one for one in whole if one is not None]
    if len(found) == len(seen):
        _methods(drawn, chosen, asked, found)
    show_over_epochs(drawn, chosen, looked.label, asked.place)
    _method(chosen, looked, found)
    _sources()


def _rest(chosen: Chosen, asked: Asked, which: Which, seen: Seen) -> Seen | None:
    """With the methods that take more than one pass."""
    number, pixels, label = int(which.weights == ""), chosen.pixels, seen.looked.label
    copies = plural(asked.smoothing.samples, "noisy copy", "noisy copies")
    smoothed = measured(
        f"inside/smooth{number}", f"SmoothGrad: {copies}.", HEIGHT + 2 + number,
        why_smoothed, which, pixels, label, asked.smoothing,
    )  # fmt: skip
    covered = measured(
        f"inside/cover{number}", "Occlusion: covering one square after the other.", HEIGHT + 4 + number,
        why_covered, which, pixels, asked.covering,
    )  # fmt: skip
    if smoothed is None or covered is None:
        return None
    return replace(seen, smoothed=smoothed, covered=covered)


def _stages(drawn: Page, chosen: Chosen, asked: Asked, seen: list[Seen]) -> None:
    """Grad-CAM at the end of every stage."""
    looked = seen[0].looked
    sheet = stages_sheet(seen, chosen.pixels, chosen.classes)
    show_sheet(sheet, drawn.look, _tags(chosen), jump_to=TOP if jumps() else "")
    last = looked.cams[-1].place
    small = (
        f" The last map has only {shape(last.shape[:2])} cells, too few to point at a finger; earlier "
        "stages have more, each of which sees less of the picture."
        if min(last.shape[:2]) < SMALL
        else ""
    )
    said, asks = st.columns(2, gap="large")
    with said:
        reading(cam_reading(looked.cams[asked.place], chosen.classes[looked.label]) + small, "why-stages")
    asks.markdown(_WHAT)


def _methods(drawn: Page, chosen: Chosen, asked: Asked, seen: list[Seen]) -> None:
    """The four methods side by side, and what each says."""
    show_sheet(methods_sheet(seen, asked.place, chosen.pixels, chosen.classes), drawn.look, _tags(chosen))
    first, maps = seen[0], seen[0].maps
    label = first.looked.label
    name = chosen.classes[label]
    said, note = st.columns(2, gap="large")
    note.markdown(_NOTE)
    with said:
        reading(gradient_reading(maps[GRADIENT], "The gradient", name), "why-gradient")
        reading(gradient_reading(maps[SMOOTHGRAD], "SmoothGrad", name), "why-smooth")
        if first.covered is not None:
            reading(covered_reading(first.covered, label, chosen.classes), "why-covered")
        if len(seen) > 1:
            names = method_names(first, asked.place)
            pairs = [(words[0], maps[key], seen[1].maps[key]) for key, words in names.items()]
            reading(sanity_reading(pairs), "why-sanity")


def _step_words(chosen: Chosen) -> str:
    words = chosen.steps[chosen.step]
    return words[:1].lower() + words[1:]


def _untrained_words(chosen: Chosen) -> str:
    return f"untrained network, random weights of seed {chosen.run.settings.seed}"


def _tags(chosen: Chosen) -> tuple[str, ...]:
    return (recorded_tag(chosen.run.recorded, "weights of a recorded run"),) if chosen.run.recorded else ()


def _sources() -> None:
    for key, sentence in {
        "gradcam": "Selvaraju et al. 2017, *Grad-CAM: visual explanations from deep networks via "
        "gradient-based localization*, arXiv:1610.02391.",
        "methods": "Simonyan et al. 2014, arXiv:1312.6034 (the gradient); Smilkov et al. 2017, "
        "arXiv:1706.03825 (SmoothGrad); Zeiler and Fergus 2014, arXiv:1311.2901 (occlusion).",
        "sanity": "Adebayo et al. 2018, *Sanity checks for saliency maps*, arXiv:1810.03292, abstract: “some "
        "existing saliency methods are independent both of the model and of the data generating process”.",
    }.items():
        source_line(sentence, f"why-{key}")


def _method(chosen: Chosen, looked: Looked, seen: list[Seen]) -> None:
    mirrored = chosen.run.calibration.mirrored if chosen.run.calibration else False
    told = (
        " The answers of the Classify page are means over the picture and its mirror image, divided by a "
        "temperature; here the network's own pass on the picture alone is explained, without both, so its "
        "probabilities differ a little."
        if mirrored
        else ""
    )
    how_measured(
        "The picture went through the network with the moving averages of its batch norm, and the gradient "
        "of the class's score came back, in 32-bit floats; one backward pass gives it at every stage and at "
        f"the picture, in {duration(looked.seconds)}. Grad-CAM is taken where the maps leave the last block "
        "of a stage and, in pre-activation networks, also behind the last ReLU. Rows and columns are counted "
        f"from 0.{told} Tests hold Grad-CAM against finite differences of every activation, against class "
        "activation maps and against tf-keras-vis, and occlusion against squares one by one.",
        code=look,
        downloads={"why.npz": lambda: _arrays(chosen, seen)},
        key="why",
    )


def _arrays(chosen: Chosen, seen: list[Seen]) -> bytes:
    """All maps as they are, with the picture and the scores."""
    found: dict[str, Any] = {"picture": chosen.pixels}
    for prefix, one in zip(("", "untrained_"), seen, strict=False):
        found |= one.arrays(prefix)
    written_to = io.BytesIO()
    np.savez_compressed(written_to, **found)
    return written_to.getvalue()
