"""A closer look at a run under its curves: each view says what it has, or why it has nothing yet."""

from __future__ import annotations

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from resnet_core.hands.dataset import HandSigns
from resnet_core.network.depth import weight_layers
from resnet_core.network.model import keras_model
from resnet_core.network.weights import write_weights
from resnet_core.training.evaluation import evaluate
from resnet_core.training.hardest import Seen
from resnet_core.training.records import EpochRecord
from resnet_core.training.settings import RunSettings
from resnet_core.training.split import validation_split
from resnet_core.training.store import RunStore
from tests.pages.standing import StandingEngine
from tests.pages.visiting import pictures, raised, visit, words

SETTINGS = RunSettings("cifar_resnet8", width=0.25, epochs=3, gradients_every=2)


@pytest.fixture(autouse=True)
def stands(standing_engine: StandingEngine) -> None:
    """An engine that measures in this process."""


def going_on(store: RunStore, settings: RunSettings = SETTINGS, digest: str = "") -> str:
    """A run in its first epoch."""
    run_id = store.create(settings)
    store.begin(run_id, 12, {"data": {"training": 64, "validation": 0, "test": 24, "digest": digest}})
    store.add_steps(run_id, [(i, 1, i * 0.5, 2.0 / i, i / 8, 1e-3 * i) for i in range(1, 5)])
    return run_id


def an_epoch(store: RunStore, run_id: str, epoch: int, right: int = 20) -> None:
    """What is there after an epoch: its record, the evaluation and a checkpoint."""
    store.add_epoch(run_id, EpochRecord(epoch, 4 * epoch, float(epoch), 1, 0.5, None, None, 1.2, right / 24))
    answers = np.eye(6)[np.arange(24) % 6] * 0.9 + 0.1 / 6
    answers[right:] = np.roll(answers[right:], 1, axis=1)
    store.evaluated(run_id, evaluate(answers, np.arange(24) % 6))
    folder = store.checkpoints(run_id)
    folder.mkdir(parents=True, exist_ok=True)
    write_weights(folder / f"weights-{4 * epoch:06d}.h5", keras_model(SETTINGS.spec()))


def right_answers(app: AppTest) -> int:
    """The sum of the diagonal of the confusion matrix on the page."""
    charts = [json.loads(one.proto.spec) for one in app.get("plotly_chart")]
    (cells,) = ([note for note in one["layout"]["annotations"] if "x" in note] for one in charts[2:])
    return sum(int(note["text"]) for note in cells if note["x"] == note["y"] and note["text"].isdecimal())


def test_before_the_first_epoch_each_view_says_what_it_waits_for(own_store: RunStore) -> None:
    run_id = going_on(own_store)
    expected = {
        "signs": "after its first epoch",
        "hardest": "at the end of the first epoch",
    }
    for view, sentence in expected.items():
        app = visit("train", run=run_id, view=view)
        assert raised(app) == []
        assert sentence in words(app), view


def test_the_confusion_is_that_of_the_latest_epoch_while_it_goes_on(own_store: RunStore) -> None:
    run_id = going_on(own_store)
    an_epoch(own_store, run_id, 1, right=12)
    app = visit("train", run=run_id)
    assert "Which signs are taken for which" in words(app)
    assert right_answers(app) == 12
    an_epoch(own_store, run_id, 2, right=20)
    assert right_answers(app.run()) == 20


def test_gradients_are_drawn_as_far_as_they_are_kept(own_store: RunStore) -> None:
    run_id = going_on(own_store)
    layers = len(weight_layers(SETTINGS.spec()))
    norms = np.random.default_rng(1).uniform(0.1, 2, (2, layers)).astype(np.float32)
    own_store.add_gradients(run_id, [(1, norms[0]), (3, norms[1])])
    said = words(visit("train", run=run_id, view="gradient"))
    assert "At step 3 the gradient is largest at" in said
    assert "one step in 2" in said
    other = going_on(own_store, RunSettings("cifar_resnet8", epochs=3))
    assert "are not kept" in words(visit("train", run=other, view="gradient"))


def test_batch_norm_is_shown_at_the_first_and_the_newest_checkpoint(own_store: RunStore) -> None:
    run_id = going_on(own_store)
    an_epoch(own_store, run_id, 1)
    app = visit("train", run=run_id, view="norm")
    assert "Epoch 1: the median moving mean is 0, the median moving variance 1.00." in words(app)
    an_epoch(own_store, run_id, 2)
    said = words(app.run())
    assert raised(app) == []
    assert "variance 1.00; epoch 2: the median" in said
    (own_store.checkpoints(run_id) / "weights-000008.h5").write_bytes(b"cut off")
    app = visit("train", run=run_id, view="norm")
    assert raised(app) == []
    assert "cannot be read" in words(app)


def test_no_classifier_is_offered_for_a_run_without_weights(own_store: RunStore) -> None:
    run_id = going_on(own_store)
    an_epoch(own_store, run_id, 1)

    def ways() -> list[str]:
        return [link.proto.label for link in visit("train", run=run_id).get("page_link")]

    assert "Which sign does it see in my own picture?" in ways()
    for kept in own_store.checkpoints(run_id).iterdir():
        kept.unlink()
    assert "Which sign does it see in my own picture?" not in ways()


def test_the_hardest_photographs_are_shown_with_their_answers_and_losses(
    own_store: RunStore, tiny_signs: HandSigns
) -> None:
    run_id = going_on(own_store, digest=tiny_signs.digest)
    seen = Seen(np.arange(40), tiny_signs.train_y[:40])
    seen.note(np.arange(40), np.arange(40) / 10, np.arange(40) % 6)
    own_store.add_hardest(run_id, seen.hardest(1))
    app = visit("train", run=run_id, view="hardest")
    assert raised(app) == []
    sheet = next(one for one in pictures(app).split("rx-sheet") if "loss 3.90" in one)
    assert sheet.count("<img") == 24
    label = tiny_signs.classes[tiny_signs.train_y[39]]
    assert f"Training photograph 39: {label}, answered {tiny_signs.classes[3]}, loss 3.90" in sheet
    assert "24 training photographs of the 40 seen" in words(app)


def test_the_augmentation_is_shown_step_by_step_and_said(own_store: RunStore, tiny_signs: HandSigns) -> None:
    run_id = going_on(own_store, digest=tiny_signs.digest)
    train_on, held = validation_split(tiny_signs.train_x, tiny_signs.train_y, SETTINGS.validation_share)
    app = visit("train", run=run_id, view="shown", photograph=str(train_on[0]))
    assert raised(app) == []
    drawn = next(one for one in pictures(app).split("rx-sheet") if "as it is" in one)
    assert 2 <= drawn.count("<img") <= 1 + SETTINGS.epochs
    assert "step " in drawn
    assert "light ×" in drawn
    app = visit("train", run=run_id, view="shown", photograph=str(held[0]))
    assert "is held back for validation, so no step sees it" in words(app)
    plain = going_on(own_store, RunSettings("cifar_resnet8", recipe="notebook"))
    assert "there is no augmentation" in words(visit("train", run=plain, view="shown"))
