"""How large the gradient of a run was at every block, step by step: a heat map that grows while it trains."""

from __future__ import annotations

import streamlit as st

from resnet_core.figures.gradient_blocks import blocks_figure, blocks_reading, describe_blocks
from resnet_core.figures.table import Columns
from resnet_core.training.gradient_norms import GradientNorms
from resnet_core.training.records import Run
from resnet_core.ui import services
from resnet_core.ui.figure import show_figure
from resnet_core.ui.page import Page, reading
from resnet_core.ui.run_view import run_tags

KEY = "gradient-of-run"
_WHAT = (
    "Every column of colours is one step, every row the stem, a block or the head. The colour is |dL/dW|: "
    "how long the gradient of the loss L of that step's pictures is, taken with respect to all kernels W of "
    "the block together, before the step. A block is named by its stage and its number in it: 3.1 is the "
    "first block of `conv3`."
)


def show_gradient(run: Run, drawn: Page) -> None:
    """Draws the heat map of a run, or says why there is none.

    Args:
        run: however far it is.
        drawn: the page.
    """
    every = run.settings.gradients_every
    if run.recorded:
        st.markdown("Of this recorded run the curves are kept, and not its gradients.")
        return
    if not every:
        st.markdown(
            "The gradients of this run are not kept. A run that is begun with *Gradients kept* above 0, "
            "under *More*, keeps them; where stages are frozen there are none to keep."
        )
        return
    norms = services.store().gradient_norms(run.id)
    kept = "every step" if every == 1 else f"one step in {every}, from the first on"
    show_figure(
        blocks_figure(norms, drawn.look, run.steps or 1),
        key=KEY,
        alt=describe_blocks(norms),
        data=_columns(norms),
        caption=f"Gradients of {kept}; an empty cell is a gradient of exactly 0.",
        tags=run_tags(run),
    )
    reading(blocks_reading(norms), "gradient")
    st.markdown(_WHAT)


def _columns(norms: GradientNorms) -> Columns:
    names, table = norms.by_block()
    return {"step": norms.step.tolist()} | {name: table[:, at].tolist() for at, name in enumerate(names)}
