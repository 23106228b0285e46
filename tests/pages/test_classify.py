"""The Classify page with a stand-in for the engine: what is given, what is said, and what is refused."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from resnet_core.engine.engine import EngineError, EngineState
from resnet_core.figures.text import significant
from resnet_core.hands import rendered
from resnet_core.hands.dataset import HandSigns
from resnet_core.hands.likeness import likeness
from resnet_core.hands.signs import load_signs
from resnet_core.training.calibration import Calibration
from resnet_core.training.records import STOPPED, Run
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore
from tests.hands.pictures import encoded
from tests.hands_factory import write_signs
from tests.pages.giving import give, halves
from tests.pages.standing import StandingEngine, a_run
from tests.pages.visiting import raised, visit, words
from tests.source_tree import ROOT

pytestmark = pytest.mark.usefixtures("standing_engine")


def test_without_a_trained_run_the_way_to_training_is_shown(own_store: RunStore) -> None:
    own_store.create(RunSettings(), "Never trained")
    app = visit("classify")
    assert raised(app) == []
    assert "No network has been trained on this machine yet" in words(app)
    assert [link.proto.label for link in app.get("page_link")] == ["Train a network"]


def test_it_opens_with_a_sample_that_is_answered(
    own_store: RunStore, standing_engine: StandingEngine
) -> None:
    hands = load_signs()
    a_run(own_store, digest=hands.digest)
    app = visit("classify")
    assert raised(app) == []
    index = int(app.number_input(key="sample").value or 0)
    assert (standing_engine.asked[-1] == hands.test_x[index]).all()
    label = hands.classes[hands.test_y[index]]
    assert f"test photograph {index} of SIGNS, labelled {label}" in words(app)
    assert "Ours says **2** with 75.0\u202f%, in 4.2\u202fms" in words(app)
    assert ("and is right" in words(app)) == (label == "2")
    assert "It leans to a **2**: 2 gets 75.0\u202f%, then come 4 with 25.0\u202f% and 0 with" in words(app)
    assert "it may be wrong however sure it is" in words(app)


def test_without_photographs_the_samples_are_rendered_and_say_so(
    own_store: RunStore,
    standing_engine: StandingEngine,
    small_rendered: HandSigns,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tmp_path / "nothing"))
    a_run(own_store)
    app = visit("classify", sample="7")
    assert raised(app) == []
    assert (standing_engine.asked[-1] == small_rendered.test_x[7]).all()
    assert f"test picture 7 of Rendered hands, labelled {small_rendered.test_y[7]}" in words(app)
    assert 'class="rx-tag"' in words(app)


def test_the_right_and_the_wrong_answer_to_a_sample_are_told(own_store: RunStore) -> None:
    a_run(own_store)
    hands = load_signs()
    for label, verdict in ((2, "and is right"), (3, "and is wrong")):
        index = int(np.flatnonzero(hands.test_y == label)[0])
        app = visit("classify", sample=str(index))
        assert verdict in words(app)
        assert f"{verdict.rpartition(' ')[2]}: it is labelled {label}" in words(app)


def test_below_its_threshold_a_network_gives_no_answer_and_says_what_to_try(
    own_store: RunStore, standing_engine: StandingEngine
) -> None:
    a_run(own_store)
    standing_engine.calibration = Calibration(1.0, 0.8)
    app = visit("classify")
    assert raised(app) == []
    assert "says **no hand, or not sure**: no sign has more than 75.0\u202f%" in words(app)
    assert "gives **no answer**, since no sign reaches the threshold of 80.0\u202f%" in words(app)
    assert "at most 75.0\u202f% for one sign" in words(app)
    assert "or one hand alone, upright" in words(app) or "Try one hand alone, upright" in words(app)
    layout = json.loads(app.get("plotly_chart")[0].proto.spec)["layout"]
    (line,) = layout["shapes"]
    assert line["x0"] == line["x1"] == 0.8
    assert "threshold 80.0\u202f%" in [note["text"] for note in layout["annotations"]]
    standing_engine.calibration = Calibration(1.0, 0.7)
    assert "says **2** with 75.0\u202f%" in words(app.run())


def test_what_the_network_sees_is_on_the_page(own_store: RunStore, standing_engine: StandingEngine) -> None:
    hands = load_signs()
    a_run(own_store, digest=hands.digest)
    app = visit("classify")
    found = likeness("signs", hands.digest, standing_engine.asked[-1])
    near = [f"{one.label}, {significant(one.distance)}" for one in found.nearest[0]]
    assert all(f"<figcaption>{one}</figcaption>" in words(app) for one in near)
    assert "nearest of the 96 training photographs of SIGNS, its own data" in words(app)
    mean = significant(float(standing_engine.asked[-1][..., 0].mean()) / 255)
    assert f'<th scope="row">red</th><td>{mean}</td>' in words(app)


def test_a_run_that_ships_is_asked_until_somebody_chooses_another(
    own_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped, ours = a_run(own_store, "Shipped"), a_run(own_store, "Ours")
    runs = RunStore.runs

    def with_a_recorded_one(store: RunStore) -> list[Run]:
        return [dataclasses.replace(run, recorded="2026-11-23" * (run.id == shipped)) for run in runs(store)]

    monkeypatch.setattr(RunStore, "runs", with_a_recorded_one)
    app = visit("classify")
    assert raised(app) == []
    assert app.selectbox(key="run").value == shipped
    assert "recorded 2026-11-23" in words(app)
    assert "Its weights ship with the app" in words(app)
    assert visit("classify", run=ours).selectbox(key="run").value == ours


def test_bad_values_in_the_address_get_notices_and_the_defaults(own_store: RunStore) -> None:
    newest = [a_run(own_store, title) for title in ("Older", "Newer")][-1]
    app = visit("classify", run="260101-000000-dead", picture="telepathy", sample="24", mirror="maybe")
    assert raised(app) == []
    assert len(app.info) == 4
    assert "a run with trained weights" in words(app)
    assert app.selectbox(key="run").value == newest


def test_the_address_chooses_the_run_and_runs_of_one_name_are_told_apart(own_store: RunStore) -> None:
    older, newer = a_run(own_store, "Twin"), a_run(own_store, "Twin", status=STOPPED)
    app = visit("classify", run=older)
    assert app.selectbox(key="run").value == older
    assert len(set(app.selectbox(key="run").options)) == 2
    assert newer in " ".join(app.selectbox(key="run").options)


def test_coming_from_a_page_that_shows_an_untrained_run_shows_a_trained_one(own_store: RunStore) -> None:
    trained = a_run(own_store, "Trained")
    queued = own_store.create(RunSettings(), "Queued")
    app = visit("train", run=queued)
    app.switch_page("pages/classify.py").run()
    assert raised(app) == []
    assert app.selectbox(key="run").value == trained


def test_an_engine_that_is_starting_is_waited_for(
    own_store: RunStore, standing_engine: StandingEngine
) -> None:
    a_run(own_store)
    standing_engine.now = EngineState(False, "The engine is starting.")
    app = visit("classify")
    assert raised(app) == []
    assert len(app.error) == 0
    assert "The engine is starting. The answer comes by itself." in words(app)
    assert "is right on 83.3\u202f% of 24 test pictures" in words(app)
    assert standing_engine.woken > 0
    standing_engine.now = EngineState(True, "The engine is ready.")
    assert "Ours says **2**" in words(app.run())


def test_an_engine_that_cannot_start_says_so_and_can_be_started_again(
    own_store: RunStore, standing_engine: StandingEngine
) -> None:
    a_run(own_store)
    standing_engine.now = EngineState(False, "The engine could not be started: no memory.", failed=True)
    app = visit("classify")
    assert app.error[0].value == standing_engine.now.sentence
    assert standing_engine.woken == 0
    next(button for button in app.button if button.label == "Start the engine again").click().run()
    assert standing_engine.woken == 1


@pytest.mark.parametrize(
    "refusal",
    [
        EngineError("The engine did not answer."),
        ValueError("The weights are of another network."),
        OSError("x"),
    ],
)
def test_what_the_engine_refuses_is_a_sentence(
    own_store: RunStore, standing_engine: StandingEngine, refusal: Exception
) -> None:
    a_run(own_store)
    standing_engine.refusal = refusal
    app = visit("classify")
    assert raised(app) == []
    assert str(refusal) in app.error[0].value
    assert any(button.label == "Ask again" for button in app.button)


def test_without_samples_pictures_can_still_be_given(
    own_store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_run(own_store)
    monkeypatch.setenv("RESNET_DATA_DIR", str(tmp_path / "nothing"))
    monkeypatch.setattr(rendered, "FOLDER", tmp_path / "nothing")
    app = visit("classify")
    assert "There are no samples" in app.error[0].value
    assert app.segmented_control(key="picture").options == ["Your files", "Snapshot", "Live camera"]
    assert "Ours says **2**" in words(give(app, ("a.png", encoded(halves()))))


def test_damaged_photographs_get_a_sentence_and_nothing_else_stops(
    own_store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_run(own_store)
    folder = write_signs(tmp_path / "data")
    (folder / "test_signs.h5").write_bytes(b"no photographs")
    monkeypatch.setenv("RESNET_DATA_DIR", str(folder))
    app = visit("classify")
    assert "There are no samples" in app.error[0].value
    assert "Ours says **2**" in words(give(app, ("a.png", encoded(halves()))))


def test_the_page_process_loads_no_tensorflow(own_store: RunStore) -> None:
    """In a process of its own, since other tests load TensorFlow into this one."""
    a_run(own_store)
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
