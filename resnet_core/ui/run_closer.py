"""A closer look at a run under its curves, also while it goes on: one view at a time, loaded when chosen.

The curves are drawn anew each second. What stands here is a part of the page of its own with a slower pace,
so that it costs them nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from resnet_core.training.records import INTERRUPTED, Run, RunError
from resnet_core.ui import services
from resnet_core.ui.options import Choice
from resnet_core.ui.page import Page
from resnet_core.ui.run_gradient import show_gradient
from resnet_core.ui.run_hardest import show_hardest
from resnet_core.ui.run_norms import show_norms
from resnet_core.ui.run_shown import show_shown
from resnet_core.ui.run_view import show_evaluation
from resnet_core.ui.state import choose


@dataclass(frozen=True)
class View:
    """One view of a run.

    Attributes:
        title: on its button.
        draw: draws it, however far the run is.
        pace: seconds after which it is drawn again while the run goes on; None where nothing in it grows.
    """

    title: str
    draw: Callable[[Run, Page], None]
    pace: float | None


def _signs(run: Run, drawn: Page) -> None:
    if run.evaluation is None:
        st.markdown("Which signs it confuses stands here after its first epoch.")
        return
    show_evaluation(run, run.evaluation, drawn.look)


VIEWS = {
    "signs": View("Signs confused", _signs, 2.0),
    "hardest": View("Hardest pictures", show_hardest, 3.0),
    "gradient": View("Gradient by block", show_gradient, 2.0),
    "norm": View("Batch norm", show_norms, 3.0),
    "shown": View("Augmentation", show_shown, None),
}
"""Every view by its name in the address."""

VIEW = Choice("view", "A closer look", {name: view.title for name, view in VIEWS.items()}, "signs")


def show_closer(shown: Run, drawn: Page) -> None:
    """Draws the choice of a view and the view, as a part of the page that is drawn again by itself.

    Args:
        shown: the run as the page was drawn with.
        drawn: the page, which has adopted `VIEW`.
    """
    going_on = not shown.ended or shown.status == INTERRUPTED

    @st.fragment
    def closer() -> None:
        view = VIEWS[choose(VIEW)]

        @st.fragment(run_every=view.pace if going_on else None)
        def live() -> None:
            try:
                run = services.store().run(shown.id)
            except RunError:  # deleted in another tab, which the curves notice
                return
            view.draw(run, drawn)

        live()

    closer()
