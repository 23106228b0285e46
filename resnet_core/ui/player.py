"""The player: play, pause and scrub what was measured step by step, in the browser, over charts beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from resnet_core.training.records import thinned_places
from resnet_core.ui.component import asset, component

SPEEDS = (1, 2, 10, 60)
"""Times as fast as it was."""


@dataclass(frozen=True, eq=False)
class Values:
    """What was measured at some steps.

    Attributes:
        steps: increasing, from 1.
        values: one for each of them; what is not finite is said to be not there yet.
    """

    steps: ArrayLike
    values: ArrayLike

    def told(self, most: int) -> dict[str, Any]:
        """For the browser: at most so many values, the first and the last with them, with six digits."""
        steps, values = np.asarray(self.steps), np.asarray(self.values, np.float64)
        few = thinned_places(len(steps), most)
        return {"steps": steps[few].tolist(), "values": [_rounded(value) for value in values[few].tolist()]}


@dataclass(frozen=True, eq=False)
class Said:
    """A value that is said at the head.

    Attributes:
        words: before it: "training loss".
        of: the value over the steps.
        share: whether it is a share of one, to be said in percent.
        later: whether nothing is said of it before it is there.
    """

    words: str
    of: Values
    share: bool = False
    later: bool = False


@dataclass(frozen=True, eq=False)
class Rider:
    """The name of a curve, which rides on the play head at the height of its value.

    Attributes:
        name: of the curve.
        ink: its colour.
        of: its value over the steps.
    """

    name: str
    ink: str
    of: Values


@dataclass(frozen=True, eq=False)
class Played:
    """A chart that is covered from the play head on.

    Attributes:
        key: of the figure, as in `show_figure`.
        panels: its pairs of axes in plotly's terms, the upper first: "xy", "xy2".
        ends: of its horizontal axis.
        top: of the upper panel's vertical axis, which begins at 0.
        riders: on the upper panel.
        along: where on the horizontal axis each step is; None where the axis counts steps.
    """

    key: str
    panels: Sequence[str]
    ends: tuple[float, float]
    top: float
    riders: Sequence[Rider]
    along: Values | None = None


@dataclass(frozen=True, eq=False)
class Score:
    """What is played.

    Attributes:
        name: another one begins with everything shown.
        group: what the controls do, read out.
        last: step that is there.
        end: steps that there will be.
        each: steps of an epoch.
        sides: name, "" for none, and what is said of each run.
        charts: that are covered.
        seconds: when each step was done; None where it is played in one and the same time.
        most: values of a curve that the browser is told at most.
    """

    name: str
    group: str
    last: int
    end: int
    each: int
    sides: Sequence[tuple[str, Sequence[Said]]]
    charts: Sequence[Played]
    seconds: Values | None = None
    most: int = 600

    def told(self) -> dict[str, Any]:
        """For the browser, as `player.js` reads it."""
        return {
            "name": self.name, "group": self.group, "last": self.last, "end": self.end, "each": self.each,
            "seconds": _line(self.seconds, self.most), "speeds": SPEEDS if self.seconds else (),
            "charts": [self._chart(chart) for chart in self.charts],
            "sides": [{"name": name, "says": [self._said(one) for one in says]} for name, says in self.sides],
        }  # fmt: skip

    def _chart(self, chart: Played) -> dict[str, Any]:
        riders = [{"name": r.name, "ink": r.ink, **r.of.told(self.most)} for r in chart.riders]
        return {
            "chart": f"st-key-rx-figure-{chart.key}", "panels": list(chart.panels), "ends": list(chart.ends),
            "top": chart.top, "riders": riders, "along": _line(chart.along, self.most),
        }  # fmt: skip

    def _said(self, one: Said) -> dict[str, Any]:
        return {"words": one.words, "share": one.share, "later": one.later, **one.of.told(self.most)}


def show_score(score: Score, key: str) -> None:
    """Draws the controls that play a score.

    Args:
        score: what is played.
        key: of its own on the page.
    """
    _component()(key=key, data=score.told())


def _line(values: Values | None, most: int) -> dict[str, Any] | None:
    if values is None:
        return None
    told = values.told(most)
    return {"steps": told["steps"], "at": told["values"]}


def _rounded(value: float) -> float | None:
    """Six digits, as recordings have them; None for what JSON does not know."""
    return float(f"{value:.6g}") if np.isfinite(value) else None


@cache
def _component() -> Any:
    return component("player", asset("player.html"))
