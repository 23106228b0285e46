"""Which run the lesson on moving averages looks at, at which epoch, and how the averages are moved on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st

from resnet_core.probes.averages import FRESH, SAVED, momentum_of, norms_of
from resnet_core.probes.lesson_runs import lesson_runs
from resnet_core.probes.opened import Which
from resnet_core.probes.two_ways import BothWays
from resnet_core.training.checkpoint import checkpoints
from resnet_core.training.recipes import NOTEBOOK
from resnet_core.training.recording import RecordingError
from resnet_core.training.records import EpochRecord, Run
from resnet_core.ui.inside_choice import choose_step
from resnet_core.ui.notices import problem
from resnet_core.ui.options import Choice, labels
from resnet_core.ui.page import just_entered, scaled
from resnet_core.ui.pieces import adopt_and_tell
from resnet_core.ui.plain import plain
from resnet_core.ui.run_choice import run_words, trained_runs
from resnet_core.ui.services import store
from resnet_core.ui.state import adopt, adopt_afresh, choose

MOMENTA = ("0.5", "0.8", "0.9", "0.95", "0.98", "0.99", "0.995", "0.999")
BEGIN = Choice(
    "begin",
    "The averages begin",
    {SAVED: "As the run left them", FRESH: "At mean 0, variance 1"},
    SAVED,
    "At mean 0 and variance 1 every batch norm of Keras begins.",
)
MOST_EPOCHS = 12
"""Checkpoints of a run that are measured: all, or so many that lie evenly between first and last."""


@dataclass(frozen=True, eq=False)
class Looked:
    """A run that can be looked at.

    Attributes:
        run: the run.
        epochs: what it measured itself at the end of each.
        weights: the file of each checkpoint by its step, oldest first; of some recordings there are none.
        ways: what was measured of its checkpoints when it was recorded.
    """

    run: Run
    epochs: tuple[EpochRecord, ...]
    weights: Mapping[int, str]
    ways: Mapping[int, BothWays] = field(default_factory=dict)

    def at(self, step: int) -> Which:
        """The network after a step whose weights are there."""
        return Which(self.run.settings, self.weights[step], self.run.classes)

    def epoch_of(self, step: int) -> float:
        """The epoch of a step; between two where the run was stopped there."""
        known = {record.step: record.epoch for record in self.epochs}
        return float(known[step]) if step in known else step * self.run.settings.epochs / self.run.steps

    def words_of(self, step: int) -> str:
        """What a checkpoint is called: "epoch 3"."""
        number = self.epoch_of(step)
        return f"epoch {number:g}" if number == int(number) else f"step {step}"

    @property
    def steps(self) -> list[int]:
        """The checkpoints that are drawn."""
        found = sorted({*self.weights, *self.ways})
        if len(found) <= MOST_EPOCHS:
            return found
        gaps = MOST_EPOCHS - 1
        return [found[round(place * (len(found) - 1) / gaps)] for place in range(MOST_EPOCHS)]

    @property
    def usual_step(self) -> int:
        """The checkpoint that is shown first: where averages are known to cost most, or the last."""
        if not self.ways:
            return max(self.weights)
        return max(self.ways, key=lambda step: _cost(self.ways[step]))


def _cost(found: BothWays) -> tuple[int, int]:
    return found.training.batch - found.training.moving, found.test.batch - found.test.moving


def looked_at() -> list[Looked]:
    """Every run with batch norm that can be looked at, the default first.

    That is the newest run of this machine with the notebook's recipe, or else the lesson's own recordings.
    """
    found = [_of_store(one.run) for one in trained_runs(store()) if not one.run.settings.base]
    found += _recorded()
    return sorted((one for one in found if _has_norms(one)), key=_rank)


def _rank(one: Looked) -> tuple[bool, bool, bool]:
    return one.run.settings.recipe != NOTEBOOK.name, bool(one.run.recorded), one.run.settings.data != "signs"


def _of_store(run: Run) -> Looked:
    kept = {each.step: str(each.path) for each in checkpoints(store().checkpoints(run.id))}
    return Looked(run, tuple(store().epochs(run.id)), kept)


def _recorded() -> list[Looked]:
    try:
        shipped = lesson_runs()
    except RecordingError as refusal:
        problem(plain(str(refusal)))
        return []
    return [
        Looked(
            one.recording.run,
            one.recording.epochs,
            {each.step: str(each.path) for each in checkpoints(one.recording.folder)},
            one.ways,
        )
        for one in shipped
    ]


def _has_norms(one: Looked) -> bool:
    try:
        return bool(one.steps and norms_of(Which(one.run.settings, "", one.run.classes)))
    except ValueError:  # settings of a network that this version does not know
        return False


def ask_run(runs: Sequence[Looked]) -> tuple[Looked, int]:
    """Draws the choices of run and epoch.

    Args:
        runs: from `looked_at`, at least one.
    """
    names = labels({one.run.id: run_words(one.run) for one in runs})
    which = Choice("run", "Trained run", names, runs[0].run.id, expected="a run with batch norm")
    take: Callable[..., list[str]] = adopt_afresh if just_entered() else adopt
    adopt_and_tell(which, BEGIN, afresh=take)
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-averages"):
        with st.container(width=scaled(440)):
            run_id = choose(which, "select")
        looked = next(one for one in runs if one.run.id == run_id)
        names_of_steps = {step: looked.words_of(step).capitalize() for step in looked.steps}
        step = choose_step("step", "Epoch", names_of_steps, looked.usual_step)
    return looked, step


def with_weights(runs: Sequence[Looked], looked: Looked, step: int) -> tuple[Looked, int] | None:
    """The run and step whose averages can be moved on: these, or those of a run whose weights are here."""
    if step in looked.weights:
        return looked, step
    here = [looked, *runs]
    found = next((one for one in here if one.weights), None)
    return (found, max(found.weights)) if found else None


def ask_moving(which: Which) -> tuple[float, str]:
    """Draws the choices of how the averages are moved on: momentum, by default the run's, and beginning."""
    own = momentum_of(which.spec)
    usual = min(MOMENTA, key=lambda name: abs(float(name) - (0.99 if own is None else own)))
    option = Choice("momentum", "Momentum m, as Keras counts it", {name: name for name in MOMENTA}, usual)
    adopt(option)
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-moving"):
        with st.container(width=scaled(380)):
            momentum = float(choose(option, "scrub"))
        begin = choose(BEGIN)
    return momentum, begin
