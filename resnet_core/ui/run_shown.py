"""What the augmentation of a run does to a photograph: the original, and as the run's steps show it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from resnet_core.figures.contact_sheet import sheet_html
from resnet_core.figures.table import csv_text
from resnet_core.hands.dataset import HandSigns
from resnet_core.hands.reduced import reduced
from resnet_core.training.records import Run
from resnet_core.training.shown import Shown, change_words, shown_in
from resnet_core.training.split import validation_split
from resnet_core.ui.asking import measured
from resnet_core.ui.hand_set import caption, picture_words
from resnet_core.ui.options import Number
from resnet_core.ui.page import Page, scaled
from resnet_core.ui.run_view import data_of
from resnet_core.ui.state import adopt, enter

STEPS = 11
"""Steps beside the original: together they fill two rows of six."""

_WHY = (
    "A sign means the same when the hand is turned a little, nearer or farther, off the centre{mirror} or in "
    "another light. Each of these is drawn at random for every picture and every step, so the network never "
    "sees the same picture twice and cannot learn it by heart. *Left* is against the clock; the light of a "
    "value v from 0 to 1 is factor · v + what is added, with a small tint of each colour. They are drawn by "
    "the function and with the seed of the training itself."
)


def show_shown(run: Run, drawn: Page) -> None:
    """Draws the choice of a training photograph, and it as the first epochs of a run show it.

    Args:
        run: however far it is.
        drawn: the page.
    """
    del drawn  # photographs look the same in every theme
    views = run.settings.recipe_used.views
    if views is None:
        st.markdown("The recipe of this run shows every photograph as it is: there is no augmentation.")
        return
    data = data_of(run)
    if data is None:
        st.markdown("The pictures of this run are not on this machine, or it has not begun yet.")
        return
    option = Number("photograph", f"Training {data.noun}", 0, 0, len(data.train_y) - 1)
    adopt(option)
    with st.container(width=scaled(220)):
        index = int(enter(option))
    train_on, _ = validation_split(data.train_x, data.train_y, run.settings.validation_share)
    if index not in train_on:
        nearest = int(train_on[np.abs(train_on - index).argmin()])
        st.markdown(
            f"Number {index} is held back for validation, so no step sees it. {nearest} is trained on."
        )
        return
    asked = (run.settings, data.digest, index, STEPS)
    found = measured("train/shown", "Drawing it as the steps show it.", 320, shown_in, *asked)
    if found is not None:
        _draw(data, index, found)
        st.markdown(_WHY.format(mirror=", shown with the other hand (mirrored)" if views.mirror else ""))


def _draw(data: HandSigns, index: int, found: Shown) -> None:
    if not found.steps:
        st.markdown(f"No step of this run sees number {index}: it lies in batches that are left out.")
        return
    words = [change_words(one) for one in found.changes]
    captions = ["as it is", *(f"step {at}: {one}" for at, one in zip(found.steps, words, strict=True))]
    pictures = np.concatenate([_same_size(data.train_x[index], found), found.pictures])
    st.html(sheet_html(pictures, captions, side=112))
    caption(
        f"{picture_words(data, 'train', index)}, sign {data.classes[data.train_y[index]]}: first as it is, "
        "then as the steps of this run that see it show it, one an epoch.",
        rendered=data.rendered,
    )
    st.download_button(
        "CSV", lambda: csv_text(_columns(found)), file_name=f"shown-{index}.csv", mime="text/csv",
        key=f"shown-csv-{index}", type="tertiary", on_click="ignore", help="What was drawn for each step",
    )  # fmt: skip


def _same_size(picture: np.ndarray, found: Shown) -> np.ndarray:
    """The original, in the size in which the run saw it."""
    return reduced(picture[None], found.pictures.shape[1])


def _columns(found: Shown) -> dict[str, list[object]]:
    columns: dict[str, list[object]] = {"step": list(found.steps)}
    for name in ("mirrored", "turn", "zoom", "right", "down", "lift"):
        columns[name] = [getattr(one, name) for one in found.changes]
    for place, colour in enumerate(("red", "green", "blue")):
        columns[f"gain {colour}"] = [one.gain[place] for one in found.changes]
    return columns
