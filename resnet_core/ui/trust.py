"""How far the answers of a run can be trusted, in a sentence from what was measured of it."""

from __future__ import annotations

import streamlit as st

from resnet_core.figures.text import THIN, interval, percent, whole
from resnet_core.training.records import Run
from resnet_core.training.reliance import Abstention, Reliance
from resnet_core.ui.figure import draw_html
from resnet_core.ui.notices import recorded_tag
from resnet_core.ui.plain import plain

STRANGERS = (
    "A network trained on SIGNS alone has seen few people's hands, all before one light wall. On other hands "
    "and other walls it may be wrong however sure it is."
)
RENDERED = (
    "This network has seen rendered hands only. On photographs of people it may be wrong however sure it is."
)


def show_trust(run: Run) -> None:
    """Draws the sentence, with the tag of a run that ships."""
    if run.recorded:
        versions = ", ".join(f"{name} {version}" for name, version in run.card.get("versions", {}).items())
        draw_html(
            f'<p class="rx-caption">{recorded_tag(run.recorded, f"seed {run.settings.seed}, {versions}")} '
            "Its weights ship with the app; they were trained elsewhere.</p>"
        )
    st.caption(trust(run))


def trust(run: Run) -> str:
    """Writes how far the answers of a run can be trusted.

    Args:
        run: With what was measured of it, if anything was.

    Returns:
        Sentences in Markdown.
    """
    measured = run.reliance
    if measured is not None:
        return _measured(measured)
    return STRANGERS if run.settings.data == "signs" else RENDERED


def _measured(found: Reliance) -> str:
    parts = []
    if found.right is not None:
        parts.append(
            f"Measured on {plain(found.measured_on)}: of {whole(found.right.count)} answers "
            f"{percent(found.right.value)} are right (95{THIN}% interval {interval(*found.right.interval)})."
        )
    silent = {
        True: "It gives no answer to {} of hands that show a sign",
        False: "to {} of pictures without one",
    }
    words = [
        silent[signs].format(_shares([one for one in found.abstentions if one.signs is signs]))
        for signs in (True, False)
        if any(one.signs is signs for one in found.abstentions)
    ]
    if words:
        parts.append(f"{', and '.join(words)[:1].upper()}{', and '.join(words)[1:]}.")
    return " ".join(parts)


def _shares(kinds: list[Abstention]) -> str:
    return ", ".join(f"{percent(one.value)} ({plain(one.name)}, {whole(one.count)})" for one in kinds)
