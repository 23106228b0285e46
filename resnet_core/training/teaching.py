"""Teaching a trained network one person's hand: a short run on top of another, examined before and after.

Half of every batch are pictures of that hand, each sign as often as every other, and half are pictures of
the set that the network had learned before, so that it does not forget other people's hands.
"""

from __future__ import annotations

import gc
import json
import logging
import math
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resnet_core.hands.dataset import SIZE, HandsError, HandSigns
from resnet_core.places import write_beside
from resnet_core.training.attended import attended
from resnet_core.training.card import run_card
from resnet_core.training.data import load_data
from resnet_core.training.evaluation import evaluate
from resnet_core.training.lesson import CLASSES, TAUGHT, Lesson, Outcome, Remembered, hold_back
from resnet_core.training.loop import Diverged
from resnet_core.training.predict import newest_weights
from resnet_core.training.pupil import Pupil
from resnet_core.training.recipes import TEACHING
from resnet_core.training.records import DONE, FAILED, QUEUED, STOPPED, EpochRecord, Run, RunError
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore

log = logging.getLogger(__name__)

#: Steps between two examinations.
EXAMINED_EVERY = 10
BATCH = 32
_AGAIN = "Its worker ended and was replaced; the lesson began again."
_OUTCOME = "lesson.json"


def lesson_settings(base: Run, seed: int = RunSettings.seed) -> RunSettings:
    """The settings of a run that teaches another one."""
    return RunSettings(
        network=base.settings.network, width=base.settings.width, data=TAUGHT, recipe=TEACHING.name,
        epochs=TEACHING.epochs, batch_size=BATCH, seed=seed, validation_share=0.0, base=base.id,
        block=base.settings.block, plan=base.settings.plan, batch_norm=base.settings.batch_norm,
        imagenet_pixels=base.settings.imagenet_pixels,
    )  # fmt: skip


def lesson_title(base: Run) -> str:
    """What a run that teaches another one is called by default."""
    return f"{base.title}, taught"


def teach(
    run_id: str,
    lesson: Lesson,
    folder: Path | str | None = None,
    report: Callable[[str], None] | None = None,
) -> None:
    """Do a queued run that teaches another one, writing every metric to the store.

    The pictures stay in memory: what is written is numbers and weights. A run that is deleted meanwhile
    leaves nothing behind.

    Args:
        run_id: in the store; its settings name the run to start from.
        lesson: the pictures.
        folder: of the store.
        report: called with a line of text after each examination.
    """
    store = RunStore(folder)
    try:
        run = store.run(run_id)
        if run.status in (DONE, STOPPED, FAILED):
            return
        attended(
            store, run_id, lambda: _Teaching(store, run, lesson, report or (lambda line: None)).to_the_end()
        )
    except RunError:
        log.info("run %s was deleted while it was taught", run_id)
        shutil.rmtree(store.checkpoints(run_id).parent, ignore_errors=True)
    finally:
        gc.collect()  # a model and its graphs hold each other, and with them the pictures


def outcome_of(store: RunStore, run_id: str) -> Outcome | None:
    """What a lesson did; None where it has not come to its end."""
    path = _outcome_path(store, run_id)
    return Outcome.from_dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def write_outcome(store: RunStore, run_id: str, outcome: Outcome) -> None:
    """Keep what a lesson did, in the folder of its run."""
    path = _outcome_path(store, run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_beside(path, json.dumps(outcome.to_dict()).encode())


def familiar(store: RunStore, run: Run) -> HandSigns | None:
    """The set that a run, or the base of a taught one, learned from; the rendered one where that is gone."""
    while run.settings.base:
        try:
            run = store.run(run.settings.base)
        except RunError:
            break  # its base has been deleted since
    for name in dict.fromkeys((run.settings.data, "rendered")):
        try:
            return load_data(name)
        except HandsError as missing:
            log.info("%s cannot be learned again: %s", name, missing)
    return None


def _outcome_path(store: RunStore, run_id: str) -> Path:
    return store.checkpoints(run_id).parent / _OUTCOME


class _Teaching:
    """A lesson being given in this process."""

    def __init__(self, store: RunStore, run: Run, lesson: Lesson, report: Callable[[str], None]) -> None:
        self.store, self.run, self.lesson, self.report = store, run, lesson, report
        self.base = store.run(run.settings.base)
        self.seed = run.settings.seed
        self.known = familiar(store, run)
        self.learn, self.held = hold_back(lesson.labels, self.seed)
        self.steps = run.settings.epochs * EXAMINED_EVERY
        self.began = time.monotonic()
        self._begin()

    def _begin(self) -> None:
        """Write the card; the pictures themselves stay out of it."""
        self.spec = self.run.settings.spec(size=SIZE, classes=CLASSES)
        pictures, labels, names = self.lesson.pictures, self.lesson.labels, tuple(map(str, range(CLASSES)))
        learn, held = self.learn, self.held
        taught = HandSigns(
            TAUGHT, "Your hand", pictures[learn], labels[learn], pictures[held], labels[held], names,
            rendered=False, source="Snapshots of one person.",
        )  # fmt: skip
        card = run_card(self.spec, taught, len(self.learn), 0)
        if "calibration" in self.base.card:
            card["calibration"] = self.base.card["calibration"]
        self.store.begin(self.run.id, self.steps, card, "" if self.run.status == QUEUED else _AGAIN)
        self.store.rewind(self.run.id, 0, 0, 0.0)

    def to_the_end(self) -> str:
        """Examine, teach, examine again; return how it ended."""
        images, labels = self.lesson.pictures, self.lesson.labels
        if self.known is not None:
            images = np.concatenate([images, self.known.train_x])
            labels = np.concatenate([labels, self.known.train_y])
        weights = newest_weights(self.store, self.base.id)
        mirrored = self.base.calibration.mirrored if self.base.calibration else False
        pupil = Pupil(
            self.spec, weights, TEACHING, images=images, labels=labels, seed=self.seed, mirrored=mirrored
        )
        before, known_before = self._examine(pupil)
        done = self._teach(pupil)
        if not done or not self._there():
            return STOPPED
        after, known_after = self._examine(pupil)
        remembered = None
        if self.known is not None and known_before is not None and known_after is not None:
            remembered = Remembered.measured(
                self.known.title, self.known.noun, self.known.test_y, known_before, known_after
            )
        outcome = Outcome.measured(
            self.base.title,
            held=self.held,
            labels=self.lesson.labels,
            before=before,
            after=after,
            remembered=remembered,
        )
        pupil.save(self.store.checkpoints(self.run.id) / f"weights-{done:06d}.h5")
        write_outcome(self.store, self.run.id, outcome)
        self.store.evaluated(self.run.id, outcome.after)
        return DONE if done == self.steps else STOPPED

    def _there(self) -> bool:
        """Whether the run has not been deleted."""
        return any(run.id == self.run.id for run in self.store.runs())

    def _examine(self, pupil: Pupil) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """Probabilities for the pictures held back, and for the test of the familiar set if there is one."""
        held = pupil.probabilities(self.lesson.pictures[self.held])
        return held, None if self.known is None else pupil.probabilities(self.known.test_x)

    def _teach(self, pupil: Pupil) -> int:
        """Take the steps; return how many were taken before somebody stopped them."""
        for step in range(self.steps):
            if self.store.stop_requested(self.run.id):
                return step
            rate = TEACHING.learning_rate_at(step, self.steps)
            loss, accuracy = pupil.step(self._indices(step), step, rate)
            if not math.isfinite(loss):
                raise Diverged(f"The loss was no longer a number at step {step + 1}; teach another run.")
            epoch = step // EXAMINED_EVERY + 1
            row = (step + 1, epoch, time.monotonic() - self.began, loss, accuracy, rate)
            self.store.add_steps(self.run.id, [row])
            if (step + 1) % EXAMINED_EVERY == 0:
                self._end_epoch(pupil, epoch, step + 1)
        return self.steps

    def _indices(self, step: int) -> NDArray[np.intp]:
        """Positions of the pictures of a step: half of the lesson, every sign alike, half familiar ones."""
        random = np.random.default_rng([self.seed, step])
        labels = self.lesson.labels[self.learn]
        each = 1 / np.bincount(labels, minlength=CLASSES)[labels]
        own = BATCH if self.known is None else BATCH // 2
        indices = random.choice(self.learn, own, replace=own > len(labels), p=each / each.sum())
        if self.known is None:
            return indices
        others = random.choice(len(self.known.train_y), BATCH - own, replace=False)
        return np.concatenate([indices, len(self.lesson.labels) + others])

    def _end_epoch(self, pupil: Pupil, epoch: int, step: int) -> None:
        found = evaluate(pupil.probabilities(self.lesson.pictures[self.held]), self.lesson.labels[self.held])
        steps = self.store.steps(self.run.id, after=step - EXAMINED_EVERY)
        record = EpochRecord(
            epoch, step, time.monotonic() - self.began, float(steps.loss.mean()),
            float(steps.accuracy.mean()), None, None, found.loss, found.all.value,
        )  # fmt: skip
        self.store.add_epoch(self.run.id, record)
        self.report(
            f"step {step}/{self.steps}, {record.seconds:.1f} s, loss {record.train_loss:.3f}, "
            f"held back {found.all.correct} of {found.all.count}"
        )
