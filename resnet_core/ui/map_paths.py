"""Shortcuts over the whole depth, and the paths that they open, as sections of the map's page."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from resnet_core.figures.diagram import has_room, networks_svg
from resnet_core.figures.outline import outline, shortcut_of
from resnet_core.figures.palette import kind_of
from resnet_core.figures.path_lengths import describe_lengths, number_of_paths, path_figure, unravelled_svg
from resnet_core.figures.shortcut_line import MOST_BLOCKS, shortcuts_svg
from resnet_core.figures.text import percent, plural, shape, significant, whole
from resnet_core.network.blocks import identity_block
from resnet_core.network.parts import tree
from resnet_core.network.paths import Unit, forks, mean_length, middle, path_lengths, paths_of, share_between
from resnet_core.network.spec import NetworkSpec, StageSpec
from resnet_core.ui.figure import show_figure, show_svg
from resnet_core.ui.options import Choice, Number
from resnet_core.ui.page import Page, reading, source_line
from resnet_core.ui.plain import plain
from resnet_core.ui.state import choose, slide

UNIT = Choice("count", "Length counted in", {"blocks": "Blocks", "layers": "Convolutions"}, "blocks")
SMALL = Number("n", "Blocks unravelled, n", 3, 1, 5)
SOURCE = (
    "Veit, Wilber and Belongie 2016, *Residual networks behave like ensembles of relatively shallow "
    "networks*, arXiv:1605.06431."
)


def show_shortcuts(specs: Sequence[NetworkSpec], drawn: Page) -> None:
    """Draws the networks with their shortcuts over the whole depth."""
    st.header("Shortcuts over the whole depth", anchor=False)
    scale = drawn.look.scale
    if not has_room(specs, scale):
        _every_shortcut(specs, scale)
    parts = [(spec, part) for spec in specs for part in tree(spec).children]
    show_svg(
        networks_svg(specs, scale=scale),
        key="shortcuts",
        alt=" ".join(outline(spec, fold=True).description for spec in specs),
        data={
            "network": [spec.name for spec, _ in parts],
            "part": [part.name for _, part in parts],
            "blocks": [sum(child.fold == "block" for child in part.children) for _, part in parts],
            "output_shape": [shape(part.counts.output_shape) for _, part in parts],
        },
        narrow=networks_svg(specs, direction="down", scale=scale),
        caption="Each arc carries x past one block; a sign on it says how it changes the shape."
        + ("" if has_room(specs, scale) else " Blocks alike in a row are drawn once."),
    )


def _every_shortcut(specs: Sequence[NetworkSpec], scale: float) -> None:
    """Draws all blocks of deep networks, without their layers."""
    if max(sum(1 for _ in spec.blocks()) for spec in specs) > MOST_BLOCKS:
        return
    show_svg(
        shortcuts_svg(specs, scale=scale),
        key="every-shortcut",
        alt=" ".join(outline(spec, fold=True).description for spec in specs),
        data={
            "network": [spec.name for spec in specs for _ in spec.blocks()],
            "block": [
                f"{stage.name}_block{number}"
                for spec in specs
                for stage in spec.stages
                for number in range(1, len(stage.blocks) + 1)
            ],
            "shortcut": [shortcut_of(block) for spec in specs for block in spec.blocks()],
        },
        narrow=shortcuts_svg(specs, direction="down", scale=scale),
        caption="Each bar is a block, as high as it has channels (logarithm); each arc carries x past it; "
        "a square stands on the arcs that change the shape.",
    )


def show_paths(spec: NetworkSpec, drawn: Page) -> None:
    """Draws how many paths lead through a network and how long they are, and a small one path by path."""
    st.header("Every shortcut doubles the number of paths", anchor=False)
    count = forks(spec)
    if count:
        unit: Unit = "blocks" if choose(UNIT) == "blocks" else "layers"
        counts = path_lengths(spec, unit)
        show_figure(
            path_figure(counts, unit, kind_of(spec.name), drawn.look),
            key="path-lengths",
            alt=describe_lengths(counts, unit),
            data={"length": range(len(counts)), "paths": [str(paths) for paths in counts]},
            caption=f"Counted from the description of {spec.title}; stem and head lie on every path.",
        )
        low, high = middle(counts)
        reading(
            f"{plain(spec.title)} has {plural(count, 'block')} with a shortcut, so "
            f"**{number_of_paths(count)} paths**. The longest has {whole(len(counts) - 1)} {_words(unit)}, "
            f"the mean {significant(mean_length(counts))}, and {percent(share_between(counts, low, high))} "
            f"of all paths have {low} to {high}.",
            key="paths",
        )
    else:
        reading(
            f"{plain(spec.title)} has no shortcut, so **one path**: every value goes through every layer.",
            key="paths",
        )
    _unravelled()
    source_line(SOURCE, key="paths")


def _words(unit: Unit) -> str:
    return "blocks" if unit == "blocks" else "convolutions"


def _unravelled() -> None:
    with st.container(key="rx-map-slider"):
        blocks = int(slide(SMALL))
    listed = paths_of(_small(blocks))
    show_svg(
        unravelled_svg(listed, "residual"),
        key="unravelled",
        alt=f"{plural(blocks, 'block')} multiplied out into {plural(len(listed), 'path')}.",
        data={
            "path": range(1, len(listed) + 1),
            "length": [sum(path) for path in listed],
            "branches_taken": [
                " ".join(f"F{i}" for i, taken in enumerate(path, 1) if taken) for path in listed
            ],
        },
        caption="Above, the blocks as they stand in a network. Below, the same sum multiplied out: each row "
        "is one path from x to y, through the branch F of a block or past it.",
    )


def _small(blocks: int) -> NetworkSpec:
    return NetworkSpec(
        "small", "Small", (8, 8, 4), (), (StageSpec("conv2", (identity_block((1, 1, 4)),) * blocks),), ()
    )
