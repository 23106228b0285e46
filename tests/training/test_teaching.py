"""Teaching a run: it learns another hand, forgets little, can be stopped, and leaves nothing when deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from resnet_core.hands.dataset import HandSigns
from resnet_core.network.weights import Weights, read_weights
from resnet_core.training import teaching
from resnet_core.training.checkpoint import newest_whole
from resnet_core.training.lesson import Lesson, hold_back
from resnet_core.training.loop import train
from resnet_core.training.predict import newest_weights, predict
from resnet_core.training.records import DONE, FAILED, STOPPED, Run
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore
from resnet_core.training.teaching import familiar, lesson_settings, outcome_of, teach
from tests.hands_factory import pictures

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, tiny_signs_folder: Path) -> tuple[RunStore, Run]:
    """A store with a small network that knows the made-up signs."""
    store = RunStore(tmp_path_factory.mktemp("runs"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
        run_id = store.create(
            RunSettings("cifar_resnet8", 1.0, recipe="ours", epochs=6, batch_size=16), "Base"
        )
        train(run_id, store.folder)
    assert store.run(run_id).status == DONE
    return store, store.run(run_id)


@pytest.fixture(autouse=True)
def made_up_signs(tiny_signs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    """Another person's signs: the same bars, upright, so that the network cannot know them."""
    labels = np.repeat(np.arange(6), 10)
    return Lesson(np.ascontiguousarray(pictures(labels, 5).transpose(0, 2, 1, 3)), labels)


@dataclass(frozen=True)
class Given:
    """A lesson that was given to its end: its run, what was told meanwhile, and the files that it made."""

    run: Run
    told: list[str]
    made: set[Path]


@pytest.fixture(scope="module")
def given_lesson(trained: tuple[RunStore, Run], lesson: Lesson, tiny_signs_folder: Path) -> Given:
    """The lesson that three tests look at; it takes twenty seconds."""
    store, base = trained
    before, told = files(store), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
        run_id = store.create(lesson_settings(base))
        teach(run_id, lesson, store.folder, told.append)
    return Given(store.run(run_id), told, files(store) - before)


def weights_of(store: RunStore, run: Run) -> Weights:
    return read_weights(newest_weights(store, run.id), run.settings.spec())


def files(store: RunStore) -> set[Path]:
    return {path for path in store.folder.rglob("*") if not path.name.startswith("runs.sqlite")}


def test_a_lesson_teaches_another_hand_and_says_what_was_forgotten(
    trained: tuple[RunStore, Run], lesson: Lesson, given_lesson: Given
) -> None:
    store, base = trained
    run, outcome = given_lesson.run, outcome_of(store, given_lesson.run.id)
    assert (run.status, run.step, run.epoch) == (DONE, 80, 8), run.reason
    assert len(given_lesson.told) == 8
    assert outcome is not None
    _, held = hold_back(lesson.labels, run.settings.seed)
    assert outcome.held == tuple(held)
    assert outcome.before.all.count == outcome.after.all.count == 18
    assert outcome.after.all.correct >= outcome.before.all.correct + 6
    assert outcome.after == run.evaluation
    # The answers are those of the two networks, asked in another way.
    for asked, answers in ((base, outcome.answers_before), (run, outcome.answers_after)):
        said = predict(run.settings, str(newest_weights(store, asked.id)), lesson.pictures[held])
        assert tuple(said.probabilities.argmax(axis=1)) == answers
    assert outcome.remembered is not None
    assert base.evaluation is not None
    assert outcome.remembered.before == base.evaluation.all
    assert len(store.steps(run.id)) == 80
    assert store.steps(run.id).loss[-10:].mean() < store.steps(run.id).loss[:10].mean()


def test_the_averages_of_the_batch_norm_stay_as_they_are(
    trained: tuple[RunStore, Run], given_lesson: Given
) -> None:
    store, base = trained
    before, after = weights_of(store, base), weights_of(store, given_lesson.run)
    for name, values in before.items():
        assert (values == after[name]).all() == ("moving_" in name), name


def test_no_picture_of_the_lesson_is_written_anywhere(
    trained: tuple[RunStore, Run], lesson: Lesson, given_lesson: Given
) -> None:
    store, _ = trained
    made = {path.name for path in given_lesson.made if path.is_file()}
    assert made == {"weights-000080.h5", "lesson.json"}
    everything = b"".join(path.read_bytes() for path in store.folder.rglob("*") if path.is_file())
    assert not any(picture.tobytes()[:600] in everything for picture in lesson.pictures)
    assert newest_whole(store.checkpoints(given_lesson.run.id)).checkpoint is None


def interrupt(monkeypatch: pytest.MonkeyPatch, at: int, act: Callable[[], None]) -> None:
    """Something happens before the step `at` of a lesson."""
    whole = teaching.Pupil.step

    def step(pupil: teaching.Pupil, indices: np.ndarray, number: int, rate: float) -> tuple[float, float]:
        if number == at:
            act()
        return whole(pupil, indices, number, rate)

    monkeypatch.setattr(teaching.Pupil, "step", step)


def test_a_lesson_that_is_stopped_keeps_what_was_learned(
    trained: tuple[RunStore, Run], lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, base = trained
    run_id = store.create(lesson_settings(base))
    interrupt(monkeypatch, 4, lambda: store.request_stop(run_id))
    teach(run_id, lesson, store.folder)
    run = store.run(run_id)
    assert (run.status, run.step) == (STOPPED, 5)
    assert newest_weights(store, run_id).name == "weights-000005.h5"
    assert outcome_of(store, run_id) is not None


@pytest.mark.parametrize("at", [0, 9])
def test_a_lesson_that_is_deleted_meanwhile_leaves_nothing(
    trained: tuple[RunStore, Run], lesson: Lesson, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    store, base = trained
    before = files(store)
    run_id = store.create(replace(lesson_settings(base), epochs=1))  # of ten steps

    def delete() -> None:
        store.end(run_id, STOPPED)
        store.delete(run_id)

    interrupt(monkeypatch, at, delete)
    teach(run_id, lesson, store.folder)
    assert all(run.id != run_id for run in store.runs())
    assert files(store) == before


def test_a_lesson_without_its_base_fails_with_a_sentence(
    trained: tuple[RunStore, Run], lesson: Lesson, tmp_path: Path
) -> None:
    store = RunStore(tmp_path)
    run_id = store.create(lesson_settings(trained[1]))
    teach(run_id, lesson, tmp_path)
    assert (store.run(run_id).status, "no run called" in store.run(run_id).reason) == (FAILED, True)


def test_a_run_that_was_taught_remembers_the_set_of_its_base(
    trained: tuple[RunStore, Run], tiny_signs: HandSigns
) -> None:
    store, base = trained
    taught = store.run(store.create(lesson_settings(base)))
    for run in (base, taught):
        known = familiar(store, run)
        assert known is not None
        assert known.digest == tiny_signs.digest
