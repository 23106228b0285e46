"""The photographs that a run finds hardest, as it last saw them in training."""

from __future__ import annotations

import streamlit as st

from resnet_core.figures.contact_sheet import sheet_html
from resnet_core.figures.table import csv_text
from resnet_core.figures.text import plural, significant
from resnet_core.training.hardest import Hardest, hardest_columns
from resnet_core.training.records import Run
from resnet_core.ui import services
from resnet_core.ui.hand_set import caption
from resnet_core.ui.page import Page
from resnet_core.ui.run_view import data_of


def show_hardest(run: Run, drawn: Page) -> None:
    """Draws the training photographs with the largest losses, or says why there are none.

    Args:
        run: however far it is.
        drawn: the page.
    """
    del drawn  # photographs look the same in every theme
    found = services.store().hardest(run.id)
    if found is None or not found.photographs:
        st.markdown(_nothing(run))
        return
    data = data_of(run)
    classes = data.classes if data is not None else tuple(map(str, range(run.classes)))
    if data is None:
        st.markdown("The pictures of this run are not on this machine, so only their table can be had.")
    else:
        captions = [
            f"{classes[one.label]}, answered {classes[one.answer]}, loss {significant(one.loss)}"
            for one in found.photographs
        ]
        places = [one.index for one in found.photographs]
        words = [f"Training {data.noun} {at}: {text}" for at, text in zip(places, captions, strict=True)]
        st.html(sheet_html(data.train_x[places], captions, descriptions=words))
        caption(_words(found, data.noun), rendered=data.rendered)
    st.download_button(
        "CSV", lambda: csv_text(hardest_columns(found.photographs, classes)),
        file_name=f"hardest-epoch{found.epoch}.csv", mime="text/csv", key=f"hardest-csv-{run.id}",
        type="tertiary", on_click="ignore", help="The table of these photographs",
    )  # fmt: skip
    st.markdown(_WHAT)


_WHAT = (
    "The loss of a picture is the cross-entropy in nats as the network answered in training mode, before "
    "the step, on the picture as it was shown: turned, moved and relit where the recipe does that, and "
    "with label smoothing where it has it, so that even the surest answer has a loss. A picture stays "
    "here with its latest loss until the run sees it again. Look whether these are hard for you, too: an "
    "unusual hand, a label that is wrong, or two signs that look alike."
)


def _words(found: Hardest, noun: str) -> str:
    return (
        f"{plural(len(found.photographs), f'training {noun}')} of the {found.seen} seen, with the largest "
        f"latest losses at the end of epoch {found.epoch}, the hardest first."
    )


def _nothing(run: Run) -> str:
    if run.recorded:
        return "Of this recorded run the curves are kept, and not which pictures were hardest."
    if run.ended:
        return "Of this run it was not kept which pictures were hardest."
    return "The pictures that it finds hardest stand here at the end of the first epoch."
