"""The Classify page with a stand-in for the engine: what is given, what is said, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from resnet_core.engine.engine import EngineError, EngineState
from resnet_core.hands.prepared import Prepared, prepare
from resnet_core.hands.signs import load_signs
from resnet_core.training.evaluation import evaluate
from resnet_core.training.records import DONE, STOPPED
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore
from resnet_core.ui import services
from tests.hands.pictures import encoded
from tests.hands_factory import write_signs
from tests.pages.standing import StandingEngine
from tests.pages.visiting import pictures, raised, visit, words
from tests.source_tree import ROOT


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> StandingEngine:
    standing = StandingEngine()
    monkeypatch.setattr(services, "engine", lambda: standing)
    return standing


@pytest.fixture
def store(tmp_path: Path, tiny_signs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunStore]:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
    monkeypatch.setenv("RESNET_RUNS_DIR", str(tmp_path))
    monkeypatch.setenv("RESNET_SETTINGS", str(tmp_path / "settings.json"))
    services.store.clear()
    yield RunStore(tmp_path)
    services.store.clear()


def a_run(store: RunStore, title: str = "Ours", digest: str = "", status: str = DONE) -> str:
    """A run with a checkpoint, which nobody reads here, and 20 of 24 right."""
    run_id = store.create(RunSettings(epochs=1), title)
    store.begin(run_id, 2, {"data": {"digest": digest}})
    store.add_steps(run_id, [(1, 1, 0.5, 1.0, 0.5, 1e-3), (2, 1, 1.0, 0.9, 0.6, 1e-3)])
    answers = np.eye(6)[np.arange(24) % 6]
    answers[:4] = np.roll(answers[:4], 1, axis=1)
    store.evaluated(run_id, evaluate(answers, np.arange(24) % 6))
    store.checkpoints(run_id).mkdir(parents=True)
    (store.checkpoints(run_id) / "weights-000002.h5").write_bytes(b"")
    store.end(run_id, status)
    return run_id


def halves(width: int = 200, height: int = 100) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), (255, 0, 0))
    image.paste((0, 0, 255), (width // 2, 0, width, height))
    return image


def give(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    for name, content in files:
        app.file_uploader(key="pictures").upload(name, content)
    return app.run()


def test_without_a_trained_run_the_way_to_training_is_shown(store: RunStore) -> None:
    store.create(RunSettings(), "Never trained")
    app = visit("classify")
    assert raised(app) == []
    assert "No network has been trained on this machine yet" in words(app)
    assert [link.proto.label for link in app.get("page_link")] == ["Train a network"]


def test_it_opens_with_a_sample_that_is_answered(store: RunStore, engine: StandingEngine) -> None:
    hands = load_signs()
    a_run(store, digest=hands.digest)
    app = visit("classify")
    assert raised(app) == []
    index = int(app.number_input(key="sample").value or 0)
    assert (engine.asked[-1] == hands.test_x[index]).all()
    label = hands.classes[hands.test_y[index]]
    assert f"test photograph {index} of SIGNS, labelled {label}" in words(app)
    assert "Ours says **2** with 75.0\u202f%, in 4.2\u202fms" in words(app)
    assert ("and is right" in words(app)) == (label == "2")
    assert "It leans to a **2**: 2 gets 75.0\u202f%, and 4, the next, 25.0\u202f%" in words(app)
    assert "it may be wrong however sure it is" in words(app)


def test_the_right_and_the_wrong_answer_to_a_sample_are_told(store: RunStore) -> None:
    a_run(store)
    hands = load_signs()
    for label, verdict in ((2, "and is right"), (3, "and is wrong")):
        index = int(np.flatnonzero(hands.test_y == label)[0])
        app = visit("classify", sample=str(index))
        assert verdict in words(app)
        assert f"its label is {label}" in pictures(app)


def test_bad_values_in_the_address_get_notices_and_the_defaults(store: RunStore) -> None:
    newest = [a_run(store, title) for title in ("Older", "Newer")][-1]
    app = visit("classify", run="260101-000000-dead", picture="telepathy", sample="24", mirror="maybe")
    assert raised(app) == []
    assert len(app.info) == 4
    assert "a run that has been trained on this machine" in words(app)
    assert app.selectbox(key="run").value == newest


def test_the_address_chooses_the_run_and_runs_of_one_name_are_told_apart(store: RunStore) -> None:
    older, newer = a_run(store, "Twin"), a_run(store, "Twin", status=STOPPED)
    app = visit("classify", run=older)
    assert app.selectbox(key="run").value == older
    assert len(set(app.selectbox(key="run").options)) == 2
    assert newer in " ".join(app.selectbox(key="run").options)


def test_coming_from_a_page_that_shows_an_untrained_run_shows_a_trained_one(store: RunStore) -> None:
    trained = a_run(store, "Trained")
    queued = store.create(RunSettings(), "Queued")
    app = visit("train", run=queued)
    app.switch_page("pages/classify.py").run()
    assert raised(app) == []
    assert app.selectbox(key="run").value == trained


def test_one_picture_is_shown_with_its_square_and_answered(store: RunStore, engine: StandingEngine) -> None:
    a_run(store)
    app = give(visit("classify", picture="files"), ("hand_*of*_me.png", encoded(halves())))
    assert raised(app) == []
    assert "hand_*of*_me.png, 200×100 pixels" in words(app)
    assert "left: 25.000%; top: 0.000%; width: 50.000%; height: 100.000%" in pictures(app)
    (seen,) = engine.asked[-1]
    assert (seen[:, :24] == (255, 0, 0)).all()
    assert (seen[:, 40:] == (0, 0, 255)).all()


def test_several_pictures_are_answered_and_each_bad_one_gets_its_sentence(
    store: RunStore, engine: StandingEngine
) -> None:
    a_run(store)
    whole, glass = encoded(halves(), "JPEG"), halves().convert("RGBA")
    glass.putalpha(100)
    app = give(
        visit("classify", picture="files"),
        ("a.png", encoded(glass)),
        ("not a picture.jpg", b"just a text"),
        ("<b>.webp", encoded(halves(), "WEBP")),
        ("cut.jpg", whole[: len(whole) // 2]),
    )
    assert raised(app) == []
    assert len(app.error) == 2
    assert "not a picture.jpg should be a JPEG, PNG or WebP picture, but a text came" in words(app)
    assert "cut.jpg is cut off or damaged" in words(app)
    assert engine.asked[-1].shape == (2, 64, 64, 3)
    assert "Ours looked at 2 pictures in one forward pass" in words(app)
    assert "sure of none of them" in words(app)
    assert "a.png. Its transparent parts are shown white." in pictures(app)
    assert "&lt;b&gt;.webp" in pictures(app)
    assert "<b>.webp" not in pictures(app)
    assert [button.proto.label for button in app.get("download_button")][:1] == ["CSV of all answers"]


def test_more_pictures_than_can_be_had_at_once_are_cut_with_a_sentence(
    store: RunStore, engine: StandingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resnet_core.ui.given.MOST", 2)
    a_run(store)
    one = encoded(halves(16, 16))
    app = give(visit("classify", picture="files"), *((f"{n}.png", one) for n in range(3)))
    assert "At most 2 pictures should come at once, but 3 came" in words(app)
    assert len(engine.asked[-1]) == 2


def test_a_picture_is_opened_once_and_forgotten_with_its_file(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def noticed(data: bytes, name: str, *, mirrored: bool) -> Prepared:
        opened.append(name)
        return prepare(data, name, mirrored=mirrored)

    monkeypatch.setattr("resnet_core.ui.given.prepare", noticed)
    a_run(store)
    app = give(visit("classify", picture="files"), ("a.png", encoded(halves())))
    app.run()
    assert opened == ["a.png"]
    assert len(app.session_state["prepared pictures"]) == 1
    app.segmented_control(key="picture").set_value("sample").run()
    assert app.session_state["prepared pictures"] == {}


def test_the_camera_is_not_asked_for_before_its_switch_is_on(store: RunStore) -> None:
    a_run(store)
    app = visit("classify", picture="camera")
    assert raised(app) == []
    assert len(app.camera_input) == 0
    assert "localhost or over HTTPS" in words(app)
    app.toggle(key="camera on").set_value(True).run()
    assert len(app.camera_input) == 1


@pytest.mark.parametrize("mirror", ["on", "off"])
def test_a_snapshot_is_answered_mirrored_if_wanted(
    store: RunStore, engine: StandingEngine, mirror: str
) -> None:
    a_run(store)
    app = visit("classify", picture="camera", mirror=mirror)
    app.toggle(key="camera on").set_value(True).run()
    app.camera_input(key="camera").upload("snapshot.jpg", encoded(halves(), "JPEG", quality=95)).run()
    assert raised(app) == []
    (seen,) = engine.asked[-1]
    red_on_the_left = seen[32, 5, 0] > 200
    assert red_on_the_left == (mirror == "off")
    assert "Your snapshot, 200×100 pixels" in words(app)


def test_an_engine_that_is_starting_is_waited_for(store: RunStore, engine: StandingEngine) -> None:
    a_run(store)
    engine.now = EngineState(False, "The engine is starting.")
    app = visit("classify")
    assert raised(app) == []
    assert len(app.error) == 0
    assert "The engine is starting. The answer comes by itself." in words(app)
    assert "is right on 83.3\u202f% of 24 test photographs" in words(app)
    assert engine.woken > 0
    engine.now = EngineState(True, "The engine is ready.")
    assert "Ours says **2**" in words(app.run())


def test_an_engine_that_cannot_start_says_so_and_can_be_started_again(
    store: RunStore, engine: StandingEngine
) -> None:
    a_run(store)
    engine.now = EngineState(False, "The engine could not be started: no memory.", failed=True)
    app = visit("classify")
    assert app.error[0].value == engine.now.sentence
    assert engine.woken == 0
    next(button for button in app.button if button.label == "Start the engine again").click().run()
    assert engine.woken == 1


@pytest.mark.parametrize(
    "refusal",
    [
        EngineError("The engine did not answer."),
        ValueError("The weights are of another network."),
        OSError("x"),
    ],
)
def test_what_the_engine_refuses_is_a_sentence(
    store: RunStore, engine: StandingEngine, refusal: Exception
) -> None:
    a_run(store)
    engine.refusal = refusal
    app = visit("classify")
    assert raised(app) == []
    assert str(refusal) in app.error[0].value
    assert any(button.label == "Ask again" for button in app.button)


def test_without_photographs_pictures_can_still_be_given(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_run(store)
    monkeypatch.setenv("RESNET_DATA_DIR", str(tmp_path / "nothing"))
    app = visit("classify")
    assert app.segmented_control(key="picture").options == ["Your files", "The camera"]
    assert "Ours says **2**" in words(give(app, ("a.png", encoded(halves()))))


def test_damaged_photographs_get_a_sentence_and_nothing_else_stops(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_run(store)
    folder = write_signs(tmp_path / "data")
    (folder / "test_signs.h5").write_bytes(b"no photographs")
    monkeypatch.setenv("RESNET_DATA_DIR", str(folder))
    app = visit("classify")
    assert "There are no samples" in app.error[0].value
    assert "Ours says **2**" in words(give(app, ("a.png", encoded(halves()))))


def test_the_page_process_loads_no_tensorflow(store: RunStore) -> None:
    """In a process of its own, since other tests load TensorFlow into this one."""
    a_run(store)
    program = (
        "import sys\n"
        "from resnet_core.ui import services\n"
        "from tests.pages.standing import StandingEngine\n"
        "from tests.pages.visiting import raised, visit\n"
        "services.engine = lambda standing=StandingEngine(): standing\n"
        "for name in ('data', 'classify'): assert raised(visit(name)) == []\n"
        "assert services.engine().asked\n"
        "print(*({'tensorflow', 'keras'} & sys.modules.keys()), 'and nothing else')"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (answer.returncode, answer.stdout.split()) == (0, ["and", "nothing", "else"]), answer.stderr
