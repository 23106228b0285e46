"""The choice between trained runs: those that have weights to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from resnet_core.figures.text import percent
from resnet_core.hands import sets
from resnet_core.training.predict import newest_weights
from resnet_core.training.records import RUNNING, Run, RunError
from resnet_core.training.store import RunStore
from resnet_core.ui.options import Choice, labels


@dataclass(frozen=True)
class TrainedRun:
    """A run with weights.

    Attributes:
        run: As it stands.
        weights: The file with its newest weights.
    """

    run: Run
    weights: Path


def trained_runs(store: RunStore) -> list[TrainedRun]:
    """The runs that can be asked; one that goes on after its first epoch, none that saw reduced pictures.

    Those of this machine come first, and last those that were taught one person's hand: they are chosen, and
    never asked by default.
    """
    found = []
    for run in store.runs():
        if run.step and run.settings.can_be_asked:
            try:
                found.append(TrainedRun(run, newest_weights(store, run.id)))
            except RunError:
                continue  # stopped or deleted before its first checkpoint: nothing to ask
    return sorted(found, key=lambda one: bool(one.run.settings.base))


def shown_first(runs: Sequence[Run], recipe: str) -> Run:
    """The run that is watched where nobody has chosen one: the newest, or a recorded one of a recipe.

    Args:
        runs: at least one, the newest first and those that ship last.
        recipe: whose recording is shown where nothing has been trained on this machine; if there are several,
            one that can be repeated here.
    """
    if not runs[0].recorded:
        return runs[0]
    same = [run for run in runs if run.settings.recipe == recipe]
    return next((run for run in same if run.settings.data in sets.NAMES), (*same, *runs)[0])


def run_choice(runs: Sequence[TrainedRun]) -> Choice:
    """Declares the choice between runs.

    Args:
        runs: At least one, the default first.
    """
    names = labels({one.run.id: run_words(one.run) for one in runs})
    return Choice("run", "Trained run", names, runs[0].run.id, expected="a run with trained weights")


def run_words(run: Run) -> str:
    """Names a run, with how far it is and how often it is right."""
    words = run.title
    if run.recorded:
        words += f", recorded {run.recorded}"
    if run.status == RUNNING:
        words += f", still training, epoch {run.epoch}"
    if run.evaluation is not None:
        words += f": {percent(run.evaluation.all.value)} of the test"
    return words
