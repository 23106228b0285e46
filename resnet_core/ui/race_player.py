"""The player of a race: play, pause and scrub in the browser, over the chart that stands below it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from resnet_core.figures.curves import smoothed
from resnet_core.figures.palette import sign
from resnet_core.figures.race import NAMES, loss_top
from resnet_core.training.race import Side
from resnet_core.ui.component import asset, component
from resnet_core.ui.page import Page

MOST_POINTS = 600
"""Values of a curve that the browser is told, to be said at the head; the chart has all of them."""


def show_player(drawn: Page, name: str, sides: Sequence[Side], end: int, chart: str) -> None:
    """Draws the controls that play a race; the chart beside them is covered from the play head on.

    Args:
        drawn: the page.
        name: of the race; another one begins with everything shown.
        sides: its two runs.
        end: steps that each run will have taken.
        chart: key of the figure.
    """
    last = max([0, *(int(side.steps.step[-1]) for side in sides if len(side.steps))])
    each = next((record.step for side in sides for record in side.epochs[:1]), max(1, end))
    _component()(
        key="race player",
        data={
            "name": name,
            "chart": f"st-key-rx-figure-{chart}",
            "sides": [_told(side, drawn) for side in sides],
            "top": loss_top(sides),
            "last": last,
            "end": end,
            "each": each,
        },
    )


def _told(side: Side, drawn: Page) -> dict[str, Any]:
    norms = side.norms.on_the_main_path()
    few = _few(len(side.steps))
    tests = [(record.step, record.test_loss) for record in side.epochs if record.test_loss is not None]
    return {
        "name": NAMES[side.kind],
        "ink": sign(side.kind, drawn.look.theme).ink,
        "steps": side.steps.step[few].tolist(),
        "loss": _rounded(smoothed(side.steps.loss)[few]),
        "tested": [step for step, _ in tests],
        "test": _rounded(np.array([loss for _, loss in tests], float)),
        "kept": norms.step.tolist(),
        "first": _rounded(norms.norms[:, 0]) if len(norms) else [],
    }


def _few(count: int) -> np.ndarray:
    """Places of at most `MOST_POINTS` values, the first and the last with them."""
    every = max(1, -(-count // MOST_POINTS))
    return np.unique(np.r_[0:count:every, count - 1]) if count else np.empty(0, int)


def _rounded(values: np.ndarray) -> list[float | None]:
    """Four digits, which are more than is said; None for what JSON does not know."""
    return [float(f"{value:.4g}") if np.isfinite(value) else None for value in values.tolist()]


@cache
def _component() -> Any:
    return component("race", asset("race.html"))
