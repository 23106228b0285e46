"""A run that has ended played again, with its curves as they came, over the two charts that stand below."""

from __future__ import annotations

from resnet_core.figures.curves import Progress, Quantity, axis_end, smoothed, top_of
from resnet_core.figures.palette import kind_of, sign
from resnet_core.training.records import EpochRecord, Run, Steps
from resnet_core.ui import services
from resnet_core.ui.page import Page
from resnet_core.ui.player import Played, Rider, Said, Score, Values, show_score
from resnet_core.ui.run_gradient import KEY as GRADIENT_MAP
from resnet_core.ui.run_view import end_of, rate_of, run_curves

MOST_POINTS = 3000
"""Values of a curve that the browser is told; of runs with more steps every k-th."""


def show_replay(run: Run, drawn: Page, progress: Progress) -> None:
    """Draws the controls that play a run again; nothing before it has ended, or where it has no two steps.

    Args:
        run: that has ended.
        drawn: the page.
        progress: what its charts are drawn over.
    """
    steps = services.store().steps(run.id)
    if not run.ended or len(steps) < 2:
        return
    show_score(score_of(run, steps, services.store().epochs(run.id), drawn, progress), "run player")


def score_of(
    run: Run, steps: Steps, epochs: tuple[EpochRecord, ...], drawn: Page, progress: Progress
) -> Score:
    """What the player is told of a run.

    Args:
        run: that has ended.
        steps: its steps that are kept, at least one.
        epochs: its epochs.
        drawn: the page.
        progress: what its charts are drawn over.
    """
    at, _ = rate_of(services.store(), run, progress)
    along = None if progress == "step" else Values(steps.step, at)
    end = max(run.steps, int(steps.step[-1]))
    quantities: tuple[Quantity, Quantity] = ("loss", "accuracy")
    charts = [_chart(run, steps, epochs, drawn, (quantity, progress, along)) for quantity in quantities]
    # The heat map of the gradients grows with them, if it is the one of the closer views that is chosen.
    charts.append(Played(GRADIENT_MAP, ("xy",), (0.0, float(end)), 1.0, ()))
    return Score(
        name=run.id,
        group="Play the run again",
        last=int(steps.step[-1]),
        end=end,
        each=max(1, round(run.steps / run.settings.epochs)),
        sides=[("", _said(steps, epochs))],
        charts=charts,
        seconds=Values(steps.step, steps.seconds),
        most=MOST_POINTS,
    )


def _said(steps: Steps, epochs: tuple[EpochRecord, ...]) -> list[Said]:
    said = [
        Said("training loss", Values(steps.step, steps.loss)),
        Said("accuracy", Values(steps.step, steps.accuracy), share=True),
        Said("learning rate", Values(steps.step, steps.learning_rate)),
    ]
    for split in ("validation", "test"):
        for quantity in ("loss", "accuracy"):
            values = _of_epochs(epochs, f"{split}_{quantity}")
            said.append(Said(f"{split} {quantity}", values, share=quantity == "accuracy", later=True))
    return said


def _of_epochs(epochs: tuple[EpochRecord, ...], name: str) -> Values:
    there = [(record.step, getattr(record, name)) for record in epochs if getattr(record, name) is not None]
    return Values([step for step, _ in there], [value for _, value in there])


def _chart(
    run: Run,
    steps: Steps,
    epochs: tuple[EpochRecord, ...],
    drawn: Page,
    asked: tuple[Quantity, Progress, Values | None],
) -> Played:
    """One of the two charts, as `run_view.show_curves` draws it."""
    quantity, progress, along = asked
    lines = run_curves(services.store(), run, quantity, progress)
    ink = sign(kind_of(run.settings.network), drawn.look.theme).ink
    riders = []
    for line in lines:
        values = _of_epochs(epochs, f"{'train' if line.split == 'training' else line.split}_{quantity}")
        if line.noisy:
            values = Values(steps.step, smoothed(getattr(steps, quantity)))
        riders.append(Rider(line.label, ink, values))
    end = axis_end(lines, end_of(run, progress))
    return Played(f"{quantity}-of-run", ("xy", "xy2"), (0.0, end), top_of(lines, quantity), riders, along)
