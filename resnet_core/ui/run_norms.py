"""The moving averages of the batch norm of a run: how they lie at its first and at its newest checkpoint."""

from __future__ import annotations

import streamlit as st

from resnet_core.figures.norm_histograms import What, describe_norms, norm_columns, norm_figure, norm_reading
from resnet_core.network.weights import WeightsError
from resnet_core.training.checkpoint import Checkpoint, checkpoints
from resnet_core.training.norm_statistics import NormStatistics, norm_statistics
from resnet_core.training.records import Run
from resnet_core.ui import services
from resnet_core.ui.figure import show_figure
from resnet_core.ui.notices import problem
from resnet_core.ui.page import Page, reading
from resnet_core.ui.plain import plain
from resnet_core.ui.run_view import run_tags

_WHAT = (
    "Batch norm subtracts the mean of each channel and divides by the root of its variance. In training both "
    "are those of the batch; whenever the network is asked, they are these **moving averages**, which follow "
    "those of the batches slowly. A row is one batch norm, from the input at the top to the output, and its "
    "colours say in which share of its channels the average has which value."
)
_SIDES: tuple[What, What] = ("mean", "variance")


def show_norms(run: Run, drawn: Page) -> None:
    """Draws moving means and variances as histograms by layer, or says why there are none.

    Args:
        run: however far it is.
        drawn: the page.
    """
    kept = checkpoints(services.store().checkpoints(run.id))
    if not kept:
        st.markdown(
            "Of this recorded run the curves are kept, and not its weights."
            if run.recorded
            else "The first moving averages are kept at the end of the first epoch, and stand here then."
        )
        return
    try:
        panels = [(_words(run, one), _read(run, one)) for one in dict.fromkeys((kept[0], kept[-1]))]
    except (WeightsError, ValueError, OSError) as refusal:
        problem(plain(str(refusal)))
        return
    if not panels[0][1].layers:
        st.markdown("This network has no batch norm.")
        return
    for column, what in zip(st.columns(2), _SIDES, strict=True):
        with column:
            show_figure(
                norm_figure(panels, what, drawn.look),
                key=f"moving-{what}-of-run",
                alt=describe_norms(panels, what),
                data=norm_columns(panels),
                caption="Of 100 values 99 lie between the ends of the axis; the others are counted there.",
                tags=run_tags(run),
            )
    reading(norm_reading(panels), "norm")
    st.markdown(_WHAT)


def _words(run: Run, one: Checkpoint) -> str:
    epochs = {record.step: record.epoch for record in services.store().epochs(run.id)}
    return f"epoch {epochs[one.step]}" if one.step in epochs else f"step {one.step}"


@st.cache_data(show_spinner=False, max_entries=16)
def _statistics(path: str, changed: int, _run: Run) -> NormStatistics:
    del changed  # tells a file from another one of its name
    return norm_statistics(path, _run.settings.spec(size=_run.settings.side, classes=_run.classes))


def _read(run: Run, one: Checkpoint) -> NormStatistics:
    return _statistics(str(one.path), one.path.stat().st_mtime_ns, run)
