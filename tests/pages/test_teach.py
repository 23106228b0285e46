"""The Teach page with a stand-in for the engine: what is collected, taught, shown, saved and deleted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from resnet_core.engine.engine import EngineError
from resnet_core.figures.text import interval
from resnet_core.training.evaluation import wilson
from resnet_core.training.lesson import TAUGHT, Lesson, Outcome, Remembered, hold_back
from resnet_core.training.records import DONE, RUNNING
from resnet_core.training.store import RunStore
from resnet_core.training.teaching import write_outcome
from resnet_core.ui import services
from tests.hands.pictures import encoded
from tests.hands_factory import pictures as made
from tests.pages.standing import StandingEngine, a_run
from tests.pages.visiting import pictures, raised, visit, words


class TeachingEngine(StandingEngine):
    """Takes lessons, which tests then bring to their end, and what is to be forgotten."""

    def __init__(self) -> None:
        super().__init__()
        self.taught: dict[str, Lesson] = {}
        self.forgotten: list[tuple[str, tuple[str, ...]]] = []

    def train(self, run_id: str, store: RunStore, lesson: Lesson) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.taught[run_id] = lesson
        store.begin(run_id, 80, {"data": {"test": 12}})

    def forget(self, person: str, runs: tuple[str, ...]) -> None:
        self.forgotten.append((person, runs))


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> TeachingEngine:
    standing = TeachingEngine()
    monkeypatch.setattr(services, "engine", lambda: standing)
    return standing


def give(app: AppTest, *names: str, seed: int = 1, width: int = 64) -> AppTest:
    """Uploads one picture a name; the first letter decides what it shows."""
    labels = np.array([int(name[0]) if name[0] in "012345" else 0 for name in names])
    field = app.file_uploader[0]
    for name, pixels in zip(names, made(labels, seed), strict=True):
        field.upload(name, encoded(Image.fromarray(pixels).resize((width, 64))))
    return app.run()


def collecting(own_store: RunStore) -> AppTest:
    """The page with four pictures of each sign."""
    a_run(own_store, "Base")
    return give(visit("teach", pictures="files"), *(f"{i // 4}_{i}.png" for i in range(24)))


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def finish(store: RunStore, engine: TeachingEngine) -> str:
    """Brings the lesson to its end: all wrong before, all right after, one of a familiar set forgotten."""
    ((run_id, lesson),) = engine.taught.items()
    _, held = hold_back(lesson.labels, 1)
    right = np.eye(6)[lesson.labels[held]]
    known = np.arange(6)
    outcome = Outcome.measured(
        "Base",
        held=held,
        labels=lesson.labels,
        before=np.roll(right, 1, axis=1),
        after=right,
        remembered=Remembered.measured(
            "SIGNS", "photograph", known, np.eye(6), np.eye(6)[[1, 1, 2, 3, 4, 5]]
        ),
    )
    (store.checkpoints(run_id)).mkdir(parents=True)
    (store.checkpoints(run_id) / "weights-000080.h5").write_bytes(b"")
    store.add_steps(run_id, [(1, 1, 0.5, 1.0, 0.5, 1e-3), (80, 8, 9.0, 0.5, 1.0, 1e-5)])
    write_outcome(store, run_id, outcome)
    store.evaluated(run_id, outcome.after)
    store.end(run_id, DONE)
    return run_id


def files(store: RunStore) -> set[Path]:
    return {path for path in store.folder.rglob("*") if not path.name.startswith("runs.sqlite")}


def test_without_a_trained_run_the_way_to_training_is_shown(own_store: RunStore) -> None:
    app = visit("teach")
    assert raised(app) == []
    assert "there is none to teach" in words(app)
    assert [link.proto.label for link in app.get("page_link")] == ["Train one"]


def test_it_opens_with_the_camera_and_says_where_snapshots_are_kept(own_store: RunStore) -> None:
    a_run(own_store, "Base")
    app = visit("teach")
    assert raised(app) == []
    assert "Base is right on 83.3\u202f% of 24 test photographs" in words(app)
    assert pictures(app).count("0/10") == 6
    assert "and no further" in words(app)
    assert "for this browser session only" in words(app)
    assert [button.disabled for button in app.button if button.label == "Teach"] == [True]
    assert not any(button.label == "Delete all of it" for button in app.button)


def test_files_are_collected_by_the_sign_in_their_name(own_store: RunStore) -> None:
    a_run(own_store, "Base")
    app = give(visit("teach", pictures="files"), "3_a.png", "3 (2).png", "5.png", "hand.png")
    assert raised(app) == []
    assert "hand.png should begin with its sign" in words(app)
    assert ("2/10" in pictures(app), "1/10" in pictures(app), pictures(app).count("0/10")) == (True, True, 4)
    assert "of the two with the most there are 2 and 1" in words(app)
    app.file_uploader[0].upload("4.png", b"not a picture")
    app.run()
    assert "4.png should be a JPEG, PNG or WebP picture" in words(app)
    app = give(app, "3_again.png")  # the very same pixels
    assert "came in once only" in words(app)
    assert "2/10" in pictures(app)


def test_snapshots_are_taken_back(own_store: RunStore) -> None:
    a_run(own_store, "Base")
    app = give(visit("teach", pictures="files"), "0_a.png", "0_b.png", "1_a.png")
    app = press(app, "Take back the last")
    assert (pictures(app).count("0/10"), "2/10" in pictures(app)) == (5, True)
    app = press(app, "Take back this one")
    assert "1/10" in pictures(app)
    app = press(app, "Take back the last")
    assert pictures(app).count("0/10") == 6


def test_teaching_hands_the_snapshots_to_the_engine_and_is_watched(
    own_store: RunStore, engine: TeachingEngine
) -> None:
    app = press(collecting(own_store), "Teach it 24 snapshots")
    assert raised(app) == []
    ((run_id, lesson),) = engine.taught.items()
    assert np.bincount(lesson.labels).tolist() == [4] * 6
    settings = own_store.run(run_id).settings
    assert (settings.data, own_store.run(settings.base).title) == (TAUGHT, "Base")
    assert app.query_params["lesson"] == run_id
    assert "Base, taught" in words(app)
    press(app, "Stop")
    assert own_store.stop_requested(run_id)


def test_before_and_after_are_shown_with_what_changed_and_what_was_forgotten(
    own_store: RunStore, engine: TeachingEngine
) -> None:
    app = press(collecting(own_store), "Teach it 24 snapshots")
    run_id = finish(own_store, engine)
    app.run()
    assert raised(app) == []
    assert (
        "Of your 6 snapshots held back, Base read **0** rightly before the lesson and **6** after it"
        in words(app)
    )
    assert interval(*wilson(0, 6)) in words(app)
    assert "read 6 rightly before and 5 after: 1 forgotten, 0 gained" in words(app)
    assert "3: read as 4, now 3" in pictures(app)
    (link,) = [link for link in app.get("page_link") if link.proto.label == "Try it on Classify"]
    assert run_id in link.proto.query_string
    # Somebody else sees the numbers, and none of the pictures.
    other = visit("teach", lesson=run_id)
    assert "1 forgotten" in words(other)
    assert "were not saved, so they cannot be shown" in words(other)
    assert not any(button.label == "Save its snapshots" for button in other.button)


def test_saving_makes_files_and_deleting_leaves_nothing(own_store: RunStore, engine: TeachingEngine) -> None:
    app = collecting(own_store)
    before = files(own_store)
    app = press(app, "Teach it 24 snapshots")
    run_id = finish(own_store, engine)
    app.run()
    assert not list(own_store.folder.rglob("*.png"))
    app = press(app, "Save its snapshots")
    assert len(list((own_store.folder / run_id).rglob("*.png"))) == 24
    other = press(visit("teach", lesson=run_id), "Take up its snapshots again")
    assert raised(other) == []
    assert pictures(other).count("4/10") == 6
    app = press(app, "Delete all of it")
    assert raised(app) == []
    assert "Deleted: 24 snapshots and 1 taught network" in words(app)
    assert files(own_store) == before
    assert [run.title for run in own_store.runs()] == ["Base"]
    assert engine.forgotten == [("test session id", (run_id,))]
    assert pictures(app).count("0/10") == 6
    assert app.session_state["snapshots"] == []
    assert app.session_state["lessons of this session"] == {}
    assert "lesson" not in app.query_params


def test_a_lesson_that_goes_on_can_be_deleted(own_store: RunStore, engine: TeachingEngine) -> None:
    app = press(collecting(own_store), "Teach it 24 snapshots")
    (run_id,) = engine.taught
    assert own_store.run(run_id).status == RUNNING
    app = press(app, "Delete all of it")
    assert raised(app) == []
    assert [run.title for run in own_store.runs()] == ["Base"]
    assert engine.forgotten[0][1] == (run_id,)


def test_an_engine_that_cannot_be_reached_is_a_sentence(own_store: RunStore, engine: TeachingEngine) -> None:
    app = collecting(own_store)
    engine.refusal = EngineError("The engine could not be started: no memory.")
    app = press(app, "Teach it 24 snapshots")
    assert raised(app) == []
    assert "no memory" in app.error[0].value


def test_bad_values_in_the_address_get_notices_and_the_defaults(own_store: RunStore) -> None:
    a_run(own_store, "Base")
    app = visit("teach", run="260101-000000-dead", lesson="nonsense", sign="7", pictures="telepathy")
    assert raised(app) == []
    assert len(app.info) == 4
