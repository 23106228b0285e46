"""Training a run of the store, from its beginning or from its last checkpoint."""

from __future__ import annotations

import dataclasses
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
from resnet_core.training.data import load_data
from resnet_core.training.evaluation import Evaluation, evaluate
from resnet_core.training.gradient_norms import is_kept
from resnet_core.training.hardest import Seen
from resnet_core.training.records import DONE, FAILED, QUEUED, STOPPED, EpochRecord, Run
from resnet_core.training.settings import RunSettings
from resnet_core.training.split import validation_split
from resnet_core.training.standby import keep, trainer_for
from resnet_core.training.store import RunStore
from resnet_core.training.trainer import NO_SIGN

#: Seconds between two writes of step metrics.
FLUSH = 0.4

_WENT_ON = "Its worker ended and was replaced; the run went on from its last checkpoint."


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

    Ends with the run marked as done, stopped or failed; what went wrong stands in its `reason`. A run
    that has a checkpoint goes on after it.

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
    if run.status in (DONE, STOPPED, FAILED):
        return

    def work() -> str:
        material = data or load_data(run.settings.data)
        return _Training(
            store, run, material, others=others, start=start, report=report or (lambda line: None)
        ).to_the_end()

    attended(store, run_id, work)


def described(settings: RunSettings, data: HandSigns) -> NetworkSpec:
    """The network that a run trains: the settings', with the recipe's batch norm."""
    return settings.trained_spec(size=settings.side, classes=len(data.classes))


@dataclasses.dataclass(frozen=True)
class Plan:
    """Which photographs each step sees; a function of settings and step alone, so that a run can go on.

    Attributes:
        count: photographs to train on.
        batch: photographs a step.
        drop_last: whether a smaller last batch is left out.
        epochs: in all.
        seed: of the order.
    """

    count: int
    batch: int
    drop_last: bool
    epochs: int
    seed: int

    @property
    def steps_per_epoch(self) -> int:
        """Steps in one epoch, at least one."""
        exact = self.count / self.batch
        return max(1, math.floor(exact) if self.drop_last else math.ceil(exact))

    @property
    def steps(self) -> int:
        """Steps in all."""
        return self.epochs * self.steps_per_epoch

    def indices(self, step: int) -> NDArray[np.intp]:
        """Positions, among those trained on, of the photographs of a step counted from 0."""
        epoch, position = divmod(step, self.steps_per_epoch)
        order = np.random.default_rng([self.seed, epoch]).permutation(self.count)
        return order[position * self.batch : (position + 1) * self.batch]


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
        before = run.card.get("data", {}).get("digest", data.digest)
        goes_on = checkpoint.resumable(store.checkpoints(run.id)) is not None
        if before != data.digest and goes_on:
            raise ValueError("This run began with other photographs, so it cannot go on with these.")
        store.begin(run.id, self.plan.steps, card, _WENT_ON if run.status != QUEUED else "")
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
        self.flushed = self.began

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
            if self.store.stop_requested(self.run_id):
                return self._stopped(step)
            self._step(step)
            step += 1
            if step % self.plan.steps_per_epoch == 0:
                self._end_epoch(step)
        return DONE

    def _go_on(self) -> int:
        """The step to begin with: after the last checkpoint, or the first."""
        last = checkpoint.resumable(self.store.checkpoints(self.run_id))
        if last is None:
            self.store.rewind(self.run_id, 0, 0, 0.0)
            return 0
        seconds = checkpoint.restore(last, self.trainer)
        self.began = time.monotonic() - seconds
        self.store.rewind(self.run_id, last.step, last.step // self.plan.steps_per_epoch, seconds)
        return last.step

    def _step(self, step: int) -> None:
        rate = self.recipe.learning_rate_at(step, self.plan.steps)
        shown = self.plan.indices(step)
        found = self.trainer.step(shown, step, rate)
        if not (math.isfinite(found.loss) and math.isfinite(found.gradient)):
            raise Diverged(
                f"The loss or its gradient was no longer a number at step {step + 1}, with a learning rate "
                f"of {rate:.2g}; a smaller learning rate or batch norm in the network usually helps."
            )
        self.seen.note(shown, found.losses, found.answers)
        epoch = step // self.plan.steps_per_epoch + 1
        self.pending.append((step + 1, epoch, self.seconds, found.loss, found.accuracy, rate))
        if found.norms is not None and is_kept(step + 1, self.settings.gradients_every):
            self.pending_norms.append((step + 1, found.norms))
        if time.monotonic() - self.flushed > FLUSH or step == 0:
            self._flush()

    def _flush(self) -> None:
        self.store.add_gradients(self.run_id, self.pending_norms)
        self.store.add_steps(self.run_id, self.pending)
        self.pending, self.pending_norms, self.flushed = [], [], time.monotonic()

    def _end_epoch(self, step: int) -> None:
        self._flush()
        epoch = step // self.plan.steps_per_epoch
        steps = self.store.steps(self.run_id, after=step - self.plan.steps_per_epoch)
        held, test = self._evaluate_validation(), self._evaluate_test()
        checkpoint.save(self.store.checkpoints(self.run_id), step, self.seconds, self.trainer)
        record = EpochRecord(
            epoch, step, self.seconds, float(steps.loss.mean()), float(steps.accuracy.mean()),
            held.loss if held else None, held.all.value if held else None,
            test.loss if test else None, test.all.value if test else None,
        )  # fmt: skip
        self.store.add_epoch(self.run_id, record)
        self.store.add_hardest(self.run_id, self.seen.hardest(epoch))
        self.report(_epoch_line(record, self.plan.epochs))

    def _stopped(self, step: int) -> str:
        self._flush()
        if step:
            checkpoint.save(self.store.checkpoints(self.run_id), step, self.seconds, self.trainer)
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


def _epoch_line(record: EpochRecord, epochs: int) -> str:
    parts = [f"epoch {record.epoch}/{epochs}", f"{record.seconds:.1f} s", f"loss {record.train_loss:.3f}"]
    for name in ("train", "validation", "test"):
        accuracy = getattr(record, f"{name}_accuracy")
        if accuracy is not None:
            parts.append(f"{name} {accuracy:.1%}")
    return ", ".join(parts)
