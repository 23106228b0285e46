"""The player of a race: its two runs over the chart that stands below it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from resnet_core.figures.curves import smoothed
from resnet_core.figures.palette import sign
from resnet_core.figures.race import NAMES, loss_top
from resnet_core.training.race import Side
from resnet_core.ui.page import Page
from resnet_core.ui.player import Played, Rider, Said, Score, Values, show_score


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
    losses = [Values(side.steps.step, smoothed(side.steps.loss)) for side in sides]
    inks = [sign(side.kind, drawn.look.theme).ink for side in sides]
    riders = [Rider(NAMES[side.kind], ink, loss) for side, ink, loss in zip(sides, inks, losses, strict=True)]
    played = Played(chart, ("xy", "xy2", "xy3"), (0.0, float(end)), loss_top(sides), riders)
    said = [(NAMES[side.kind], _said(side, loss)) for side, loss in zip(sides, losses, strict=True)]
    show_score(Score(name, "Play the race", last, end, each, said, [played]), "race player")


def _said(side: Side, loss: Values) -> list[Said]:
    norms = side.norms.on_the_main_path()
    tests = [(record.step, record.test_loss) for record in side.epochs if record.test_loss is not None]
    first = norms.norms[:, 0] if len(norms) else np.empty(0)
    return [
        Said("training loss", loss),
        Said("test loss", Values([step for step, _ in tests], [one for _, one in tests]), later=True),
        Said("gradient of the first layer", Values(norms.step, first)),
    ]
