"""How large the gradient was at every block and kept step of a run, as a heat map that grows."""

from __future__ import annotations

import plotly.graph_objects as go

from resnet_core.figures.base import Axis, Look, frame
from resnet_core.figures.gradient_map import add_scale, decades, logarithms
from resnet_core.figures.text import significant
from resnet_core.training.gradient_norms import GradientNorms

ROW = 15
"""Pixels of a block, at the reading size, of which there is room for its name."""
LEAST, MOST = 180, 420
"""Pixels of all blocks."""
MOST_COLUMNS = 300
"""Steps; of more kept ones every k-th is drawn, as more could not be told apart."""


def blocks_figure(norms: GradientNorms, look: Look, end: int) -> go.Figure:
    """Draws the norm of the gradient with respect to all kernels of each block together.

    Args:
        norms: of a run, as far as it is; with layers on shortcuts, which belong to their blocks.
        look: theme and size.
        end: steps that the run will have taken, where the horizontal axis ends.
    """
    names, table = norms.by_block()
    ends = decades([table])
    inner = min(MOST, max(LEAST, ROW * len(names)))
    chart = frame(
        look, Axis("step", 0.5, end + 0.5), Axis("stem, blocks and head, from the input"), inner + 92
    )
    every = -(-len(names) * ROW // inner)
    shown = sorted({*range(0, len(names) - 1, every), len(names) - 1}) if names else []
    chart.layout["yaxis"] |= {
        "range": [len(names) - 0.5, -0.5], "tickvals": shown, "ticktext": [short(names[at]) for at in shown],
        "showgrid": False,
    }  # fmt: skip
    chart.layout["margin"]["l"] = look.pixels(64)
    add_scale(chart, ends)
    if not len(norms):
        chart.add("scatter", x=[None], y=[None], hoverinfo="skip", name="gradient")
        return chart.figure()
    few = slice(None, None, -(-len(norms) // MOST_COLUMNS))
    steps = norms.step[few]
    chart.add(
        "heatmap", x=steps, y=list(range(len(names))), z=logarithms(table[few], ends).T,
        coloraxis="coloraxis", name="gradient", customdata=[[name] * len(steps) for name in names],
        hovertemplate="%{customdata}, step %{x}: 10^%{z:.2f}<extra></extra>",
    )  # fmt: skip
    return chart.figure()


def short(name: str) -> str:
    """The name of a block in few letters: `conv2_block1` is 2.1, as stages are counted in the paper."""
    stage, _, block = name.partition("_block")
    return f"{stage.removeprefix('conv')}.{block}" if block else name


def blocks_reading(norms: GradientNorms) -> str:
    """Says, of the newest kept step, where the gradient is largest and where it is smallest."""
    names, table = norms.by_block()
    if not len(norms):
        return "The gradients of the first step stand here as soon as it is done."
    last = table[-1]
    most, least = int(last.argmax()), int(last.argmin())
    return (
        f"At step {norms.step[-1]} the gradient is largest at {_spoken(names[most])} "
        f"({significant(float(last[most]))}) and smallest at {_spoken(names[least])} "
        f"({significant(float(last[least]))}). At the stem it was {significant(float(table[0, 0]))} at the "
        f"first step and is {significant(float(last[0]))} now."
    )


def _spoken(name: str) -> str:
    return f"block {short(name)}" if "_block" in name else f"the {name}"


def describe_blocks(norms: GradientNorms) -> str:
    """Writes the alt text."""
    names, _ = norms.by_block()
    if not len(norms):
        return "A heat map of the gradient by block that has no steps yet."
    return (
        f"Heat map of the norm of the gradient of {len(names)} blocks over {len(norms)} kept steps, up to "
        f"step {norms.step[-1]}. {blocks_reading(norms)}"
    )
