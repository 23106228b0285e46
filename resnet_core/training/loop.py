"""Training a run of the store, from its beginning or from its last checkpoint."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resnet_core.hands.dataset import HandSigns
from resnet_core.hands.reduced import reduced
from resnet_core.network.spec import NetworkSpec
from resnet_core.training import checkpoint
from resnet_core.training.attended import attended
from resnet_core.training.beginning import beginning_of
from resnet_core.training.card import run_card
from resnet_core.training.evaluation import Evaluation, evaluate
from resnet_core.training.gradient_norms import is_kept
from resnet_core.training.hardest import Seen
from resnet_core.training.obeying import SLOWLY, Obeying
from resnet_core.training.order import Plan
from resnet_core.training.records import (
    DONE,
    FAILED,
    PAUSED,
    STOPPED,
    EpochRecord,
    Interrupted,
    Run,
)
from resnet_core.training.said import diverged, epoch_line, material_of, why_it_goes_on
from resnet_core.training.settings import RunSettings
from resnet_core.training.slow_motion import SlowMotion
from resnet_core.training.split import validation_split
from resnet_core.training.standby import keep, trainer_for
from resnet_core.training.store import RunStore
from resnet_core.training.trainer import NO_SIGN

#: Seconds between two writes of step metrics.
FLUSH = 0.4
#: Seconds after which what is needed for going on is kept within an epoch, too, so that a killed worker loses
#: no more; and no more than this part of the time is spent on that. Weights alone are kept of every epoch.
EVERY, SHARE = 20.0, 0.05


class Diverged(ArithmeticError):
    """The loss is no longer a number; the message says at which step and what usually helps."""


def train(
    run_id: str,
    folder: Path | str | None = None,
    report: Callable[[str], None] | None = None,
    *,
    data: HandSigns | None = None,
    others: NDArray[np.uint8] | None = None,
    start: Path | None = None,
) -> None:
    """Train a queued run to its end, writing every metric to the store.

    Ends with the run marked as done, stopped, paused, interrupted or failed; what went wrong stands in its
    `reason`. A run that has a checkpoint goes on after it, with the very same steps as if nothing had been.

    Args:
        run_id: in the store.
        folder: of the store.
        report: called with a line of text after each epoch.
        data: to learn from; by default the set that the settings name.
        others: (N, 64, 64, 3) pictures that show no sign, to be learned beside it; by default none.
        start: file of a checkpoint whose weights the run begins with; by default they are drawn.
    """
    store = RunStore(folder)
    run = store.run(run_id)
    if run.status in (DONE, STOPPED, FAILED, PAUSED):
        return

    def work() -> str:
        material = data or material_of(store, run)
        return _Training(
            store, run, material, others=others, start=start, report=report or (lambda line: None)
        ).to_the_end()

    attended(store, run_id, work)


def described(settings: RunSettings, data: HandSigns) -> NetworkSpec:
    """The network that a run trains: the settings', with the recipe's batch norm."""
    return settings.trained_spec(size=settings.side, classes=len(data.classes))


class _Training:
    """A run being trained in this process."""

    def __init__(
        self,
        store: RunStore,
        run: Run,
        data: HandSigns,
        *,
        others: NDArray[np.uint8] | None,
        start: Path | None,
        report: Callable[[str], None],
    ) -> None:
        self.store, self.run_id, self.report = store, run.id, report
        self.folder = store.checkpoints(run.id)
        self.settings = settings = run.settings
        self.recipe = settings.recipe_used
        self.data = data
        train_on, self.validation = validation_split(data.train_x, data.train_y, settings.validation_share)
        images, labels = self._seen(data.train_x[train_on]), data.train_y[train_on]
        if others is not None:
            images = np.concatenate([images, self._seen(others)])
            labels = np.concatenate([labels, np.full(len(others), NO_SIGN)])
        self.plan = Plan(
            len(images), settings.batch_size, self.recipe.drop_last, settings.epochs, settings.seed
        )
        self.seen = Seen(train_on, data.train_y[train_on])
        spec = described(settings, data)
        card = run_card(spec, data, len(train_on), len(self.validation))
        self.found = checkpoint.newest_whole(self.folder)
        goes_on = self.found.checkpoint is not None
        if run.card.get("data", {}).get("digest", data.digest) != data.digest and goes_on:
            raise Interrupted(
                "This run began with other photographs, so it cannot go on with these. What it reached is "
                "kept; bring the others back, and go on."
            )
        store.begin(run.id, self.plan.steps, card, why_it_goes_on(run, self.found))
        self.began = time.monotonic()
        norms = settings.gradients_every > 0
        self.trainer = trainer_for(
            spec,
            self.recipe,
            images,
            labels,
            settings.seed,
            start=start,
            norms=norms,
            beginning=beginning_of(settings, spec, read=not goes_on),
        )
        self.pending: list[tuple[int, int, float, float, float, float]] = []
        self.pending_norms: list[tuple[int, NDArray[np.float32]]] = []
        self.flushed = self.saved = self.began
        self.cost = self.rate = 0.0
        self.obeying = Obeying(store, run.id)
        self.slow_motion = SlowMotion(self.trainer)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def _seen(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return reduced(images, self.settings.side)

    def to_the_end(self) -> str:
        """Train what is left; return how it ended. The next run of the same network begins sooner for it."""
        ended = self._to_the_end()
        keep(self.trainer)
        return ended

    def _to_the_end(self) -> str:
        step = self._go_on()
        while step < self.plan.steps:
            asked = self.obeying.asked_before(step, self._flush)
            self.began += self.obeying.waited  # a pause is no time of training
            if asked == STOPPED:
                return self._stopped(step)
            if asked == PAUSED:
                self._keep(step, between=True)
                return PAUSED
            self._step(step, slowly=asked == SLOWLY)
            step += 1
            if step % self.plan.steps_per_epoch == 0:
                self._end_epoch(step)
            elif self._due(EVERY):
                self._keep(step, between=True)
        return DONE

    def _go_on(self) -> int:
        """The step to begin with: after the last checkpoint, or the first."""
        last = self.found.checkpoint
        step, seconds = (last.step, checkpoint.restore(last, self.trainer)) if last else (0, 0.0)
        checkpoint.forget_later(self.folder, step)
        self.began = time.monotonic() - seconds
        self.saved = time.monotonic()
        epoch, position = divmod(step, self.plan.steps_per_epoch)
        self.store.rewind(self.run_id, step, epoch, seconds)
        if step and position == 0 and len(self.store.epochs(self.run_id)) < epoch:
            self._record_epoch(step)  # it ended between the checkpoint and the metrics of the epoch
        return step

    def _step(self, step: int, *, slowly: bool) -> None:
        rate = self.recipe.learning_rate_at(step, self.plan.steps) * self.obeying.factor(step + 1)
        indices, self.rate = self.plan.indices(step), rate
        if slowly:
            self.slow_motion.before()
        kept = is_kept(step + 1, self.settings.gradients_every)
        found = self.trainer.step(indices, step, rate, norms=kept)
        if not (math.isfinite(found.loss) and math.isfinite(found.gradient)):
            what = f"The loss or its gradient was no longer a number at step {step + 1}"
            raise Diverged(diverged(what, rate, self.folder))
        self.seen.note(indices, found.losses, found.answers)
        epoch = step // self.plan.steps_per_epoch + 1
        self.pending.append((step + 1, epoch, self.seconds, found.loss, found.accuracy, rate))
        if found.norms is not None:
            self.pending_norms.append((step + 1, found.norms))
        if slowly:
            self.store.add_single_step(self.run_id, self.slow_motion.after(indices, step, rate, found.loss))
        if slowly or time.monotonic() - self.flushed > FLUSH or step == 0:
            self._flush()

    def _flush(self) -> None:
        self.store.add_gradients(self.run_id, self.pending_norms)
        self.store.add_steps(self.run_id, self.pending)
        self.pending, self.pending_norms, self.flushed = [], [], time.monotonic()

    def _due(self, after: float = 0.0) -> bool:
        """Whether it is time to keep what is needed for going on."""
        return time.monotonic() - self.saved >= max(after, self.cost / SHARE)

    def _keep(self, step: int, *, between: bool = False, to_go_on: bool = True) -> None:
        """Take a checkpoint; the metrics of its steps are in the store before."""
        self._flush()
        began = time.monotonic()
        try:
            checkpoint.save(self.folder, step, self.seconds, self.trainer, between=between, to_go_on=to_go_on)
        except checkpoint.NotFinite as problem:
            what = f"The weights were no longer numbers after step {step}"
            raise Diverged(diverged(what, self.rate, self.folder)) from problem
        if to_go_on:
            self.saved = time.monotonic()
            self.cost = self.saved - began

    def _end_epoch(self, step: int) -> None:
        self._keep(step, to_go_on=self._due() or step == self.plan.steps)
        self._record_epoch(step)

    def _record_epoch(self, step: int) -> None:
        epoch = step // self.plan.steps_per_epoch
        steps = self.store.steps(self.run_id, after=step - self.plan.steps_per_epoch)
        held, test = self._evaluate_validation(), self._evaluate_test()
        record = EpochRecord(
            epoch, step, self.seconds, float(steps.loss.mean()), float(steps.accuracy.mean()),
            held.loss if held else None, held.all.value if held else None,
            test.loss if test else None, test.all.value if test else None,
        )  # fmt: skip
        self.store.add_epoch(self.run_id, record)
        self.store.add_hardest(self.run_id, self.seen.hardest(epoch))
        self.report(epoch_line(record, self.plan.epochs))

    def _stopped(self, step: int) -> str:
        self._flush()
        if step:
            self._keep(step)
            self._evaluate_test()
        return STOPPED

    def _evaluate_validation(self) -> Evaluation | None:
        if not len(self.validation):
            return None
        images, labels = self.data.train_x[self.validation], self.data.train_y[self.validation]
        return evaluate(self.trainer.probabilities(self._seen(images)), labels)

    def _evaluate_test(self) -> Evaluation | None:
        if not len(self.data.test_y):
            return None
        answers = self.trainer.probabilities(self._seen(self.data.test_x))
        found = evaluate(answers, self.data.test_y, self.data.clean_test)
        self.store.evaluated(self.run_id, found)
        return found
