"""Runs on one chart, those that differ in their seed alone as a median with a band, and what differs."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from resnet_core.figures import curves
from resnet_core.figures.curves import Curve, Progress, Quantity, smoothed
from resnet_core.figures.palette import Split, kind_of
from resnet_core.figures.spread import QUARTILES_FROM, spread
from resnet_core.training.records import Run
from resnet_core.training.repeats import Repeated, digest_of, repeated
from resnet_core.training.weights_files import called
from resnet_core.ui.figure import show_figure
from resnet_core.ui.notices import empty
from resnet_core.ui.options import labels
from resnet_core.ui.page import Page, reading
from resnet_core.ui.plain import plain
from resnet_core.ui.run_view import run_curves, run_tags
from resnet_core.ui.services import store


@dataclass(frozen=True)
class Asked:
    """What the chart shows: which quantity, of which pictures, over what."""

    quantity: Quantity
    split: Split
    progress: Progress


def show_compared(compared: Sequence[Run], drawn: Page, asked: Asked) -> None:
    """Draws the chart of the runs that a person has chosen.

    Args:
        compared: the runs, the newest first.
        drawn: the page.
        asked: what is drawn over what.
    """
    names = labels({run.id: run.title for run in compared})
    lines: list[Curve] = []
    for group in reversed(repeated(compared)):
        kind = kind_of(group.runs[0].settings.network)
        rank = sum(line.kind == kind and not line.faint for line in lines)
        lines += (
            _spread_of(group, names, rank, asked) if group.is_group else _single(group, names, rank, asked)
        )
    if not any(curve.points[0].size for curve in lines):
        empty("None of these runs has a point for this chart yet.")
        return
    quantity, progress = asked.quantity, asked.progress
    show_figure(
        curves.curve_figure(lines, drawn.look, quantity=quantity, progress=progress, height=420),
        key="compared",
        alt=curves.describe(lines, quantity, progress),
        data=columns_of_compared(lines, quantity, progress),
        caption=caption_of(lines, quantity),
        tags=run_tags(*compared),
    )


def name_of(group: Repeated, names: dict[str, str]) -> str:
    """What a group is called: the title of its first run without the seed, and how many seeds are done."""
    first = names[group.runs[0].id]
    if not group.is_group:
        return first
    return f"{re.sub(r', seed [0-9]+$', '', first)}, {len(group.done)} seeds"


def _single(group: Repeated, names: dict[str, str], rank: int, asked: Asked) -> list[Curve]:
    """The curves of runs that are not repeated, or not done: each with a sign of its own."""
    return [
        dataclasses.replace(one, label=names[run.id], rank=rank + number)
        for number, run in enumerate(group.runs)
        for one in run_curves(store(), run, asked.quantity, asked.progress, [asked.split])
    ]


def _spread_of(group: Repeated, names: dict[str, str], rank: int, asked: Asked) -> list[Curve]:
    """The seeds of a group as faint lines, and the median of those that are done with its band."""
    name, found, done = name_of(group, names), [], []
    for run in group.runs:
        for one in run_curves(store(), run, asked.quantity, asked.progress, [asked.split]):
            label = f"{name}: seed {run.settings.seed}"
            found.append(dataclasses.replace(one, label=label, rank=rank, count=None, faint=True))
            if run in group.done:
                x, y = one.points
                done.append((x, smoothed(y) if one.noisy else y))
    if len(done) > 1:
        around = spread(done)
        found.append(
            Curve(name, found[0].kind, asked.split, around.x, around.median, rank=rank, spread=around)
        )
    return found


def caption_of(lines: Sequence[Curve], quantity: Quantity) -> str:
    """Says what the bands of a chart are: of seeds, of a proportion, or of neither."""
    many = {line.spread.count >= QUARTILES_FROM for line in lines if line.spread is not None}
    said = []
    if many:
        least = "goes from the least to the most of them"
        band = least if many == {False} else "holds the middle half of them, from quartile to quartile"
        if len(many) > 1:
            band = f"{least}, from {QUARTILES_FROM} seeds on from quartile to quartile"
        said.append(
            f"A line of several seeds is their median, and its band {band}. Each seed is a faint line; one "
            "that is not done yet does not count in the band."
        )
    if quantity == "accuracy" and any(line.count is not None for line in lines):
        whose = "Bands of single runs" if many else "Bands"
        said.append(f"{whose} are 95 % intervals (Wilson) of the accuracy on the test pictures.")
    return " ".join(said)


def columns_of_compared(lines: Sequence[Curve], quantity: str, progress: str) -> dict[str, Any]:
    """The points of all curves, of medians with their bands, as columns for a CSV file."""
    columns: dict[str, Any] = {}
    for line in lines:
        x, y = line.points
        what = f"median {quantity}" if line.spread is not None else quantity
        columns[f"{line.label} {progress}"], columns[f"{line.label} {what}"] = x, y
        if line.spread is not None:
            words = "lower quartile", "upper quartile"
            low, high = words if line.spread.count >= QUARTILES_FROM else ("least", "most")
            columns[f"{line.label} {low}"] = line.spread.low
            columns[f"{line.label} {high}"] = line.spread.high
    return columns


def show_differences(compared: Sequence[Run]) -> None:
    """Says what differs between the settings of runs, those of several seeds taken as one, in a table.

    Args:
        compared: the runs.
    """
    if len(compared) < 2:
        return
    groups = repeated(compared)
    if len(groups) == 1:
        seeds = sorted(run.settings.seed for run in groups[0].runs)
        reading(f"These runs have the same settings but for the seed: {', '.join(map(str, seeds))}.")
        return
    names = labels({run.id: run.title for run in compared})
    settings = [_settings_of(group) for group in groups]
    different = [name for name in settings[0] if len({str(each[name]) for each in settings}) > 1]
    if not different:
        reading("These runs have the same settings.")
        return
    words = ", ".join(name.replace("_", " ") for name in different)
    reading(f"What differs between their settings: {words}.")
    table = {"run": [plain(name_of(group, names)) for group in groups]}
    for name in different:
        table[name.replace("_", " ")] = [
            "the recipe's" if each[name] is None else plain(str(each[name])) or "none" for each in settings
        ]
    st.table(table)


def _settings_of(group: Repeated) -> dict[str, Any]:
    first = group.runs[0]
    settings = first.settings.to_dict()
    del settings["gradients_every"]  # what is watched changes nothing of what is learnt
    return settings | {
        "pictures": digest_of(first)[:12],
        "weights": called(first.settings.weights) or "random",
        "seed": ", ".join(str(seed) for seed in sorted(run.settings.seed for run in group.runs)),
    }
