"""The Train and Runs pages: empty, full, with bad addresses, and what their buttons do."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from resnet_core.hands import rendered
from resnet_core.hands.dataset import HandSigns
from resnet_core.hands.signs import load_signs
from resnet_core.training.evaluation import evaluate
from resnet_core.training.precision import usual_precision
from resnet_core.training.recipes import LECTURE
from resnet_core.training.records import DONE, FAILED, QUEUED, STOPPED, EpochRecord
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore
from resnet_core.ui import services
from resnet_core.ui.navigation import ROOT
from resnet_core.ui.plan import KEEP
from tests.hands_factory import write_signs
from tests.pages import visiting
from tests.pages.standing import Trained
from tests.pages.visiting import raised, words

pytestmark = pytest.mark.usefixtures("asked")


def visit(name: str, **address: str) -> AppTest:
    at = visiting.visit(name, **address)
    assert raised(at) == []
    return at


def a_run(store: RunStore, settings: RunSettings | None = None, status: str = DONE, digest: str = "") -> str:
    """A run of two epochs, as the store would hold it."""
    run_id = store.create(settings or RunSettings(epochs=2))
    data = {"training": 86, "validation": 10, "test": 24, "digest": digest or load_signs().digest}
    store.begin(run_id, 4, {"data": data})
    store.add_steps(run_id, [(i, (i + 1) // 2, i * 0.5, 2.0 / i, i / 8, 1e-3) for i in range(1, 5)])
    for epoch in (1, 2):
        store.add_epoch(run_id, EpochRecord(epoch, 2 * epoch, float(epoch), 1, 0.5, 1.1, 0.4, 1.2, epoch / 3))
    answers = np.eye(6)[np.arange(24) % 6] * 0.9 + 0.1 / 6
    answers[3] = np.roll(answers[3], 1)
    store.evaluated(run_id, evaluate(answers, np.arange(24) % 6))
    if status != "running":
        store.end(run_id, status, "The disk is full." if status == FAILED else None)
    return run_id


def chart(at: AppTest, index: int) -> dict:
    return json.loads(at.get("plotly_chart")[index].proto.spec)


def test_before_the_first_run_the_page_says_what_it_will_take(store: RunStore) -> None:
    at = visit("train")
    assert "No run yet" in words(at)
    assert "1\u202f503\u202f974 parameters" in words(at)
    assert "21.5\u202fmillion multiply-adds" in words(at)


def test_without_photographs_it_trains_on_rendered_hands_and_says_so(
    store: RunStore, asked: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tmp_path / "nothing"))
    at = visit("train", epochs="2")
    assert "Rendered hands: 84 pictures to train on, 12 to validate, 24 to test." in words(at)
    assert 'class="rx-tag"' in words(at)
    assert "Photographs of real hands" in [link.proto.label for link in at.get("page_link")]
    next(button for button in at.button if button.label == "Train").click().run()
    (run,) = store.runs()
    assert asked.runs == [run.id]
    assert run.settings == RunSettings(
        data="rendered", epochs=2, gradients_every=int(KEEP.default), precision=usual_precision(LECTURE)
    )
    assert run.title == "ResNet-50, quarter width, rendered hands, seed 1"


def test_with_photographs_rendered_hands_can_be_chosen(store: RunStore) -> None:
    at = visit("train")
    assert "SIGNS: 84 photographs" in words(at)
    assert 'class="rx-tag"' not in words(at)
    at.segmented_control(key="data").set_value("rendered").run()
    assert "Rendered hands: 84 pictures" in words(at)
    assert at.query_params["data"] in ("rendered", ["rendered"])
    next(button for button in at.button if button.label == "Train").click().run()
    assert [run.settings.data for run in store.runs()] == ["rendered"]


def test_without_any_hands_the_page_says_so(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tmp_path / "nothing"))
    monkeypatch.setattr(rendered, "FOLDER", tmp_path / "nothing")
    at = visit("train")
    assert "train.jpg is not there" in words(at)
    assert "pictures of hands cannot be had here" in words(at)
    assert not [button for button in at.button if button.label == "Train"]


def test_a_run_on_rendered_hands_says_so_wherever_it_is_drawn(
    store: RunStore, small_rendered: HandSigns
) -> None:
    run_id = a_run(store, RunSettings(data="rendered", epochs=2), digest=small_rendered.digest)
    at = visit("train", run=run_id)
    assert "95.8\u202f%** of the 24 rendered test pictures" in words(at)
    assert words(at).count('class="rx-tag"') == 4, "loss, accuracy, confusion and mistakes"
    assert "1 mistake" in words(at)
    at = visit("runs", runs=run_id)
    assert "of 24 rendered test pictures" in words(at)
    assert 'class="rx-tag"' in words(at)


def test_the_best_run_is_the_best_on_the_same_pictures(store: RunStore, small_rendered: HandSigns) -> None:
    other = store.create(RunSettings(data="rendered", epochs=2), "Perfect elsewhere")
    store.begin(other, 4, {"data": {"test": 24, "digest": small_rendered.digest}})
    store.evaluated(other, evaluate(np.eye(6)[np.arange(24) % 6], np.arange(24) % 6))
    store.end(other, DONE)
    a_run(store)
    said = words(visit("runs"))
    assert "is right on **95.8\u202f%** of 24 test photographs" in said
    assert "The best of" not in said


def test_train_starts_the_run_that_the_address_describes(store: RunStore, asked: Trained) -> None:
    at = visit("train", network="cifar_plain20", width="0.5", recipe="notebook", epochs="7", seed="3")
    next(button for button in at.button if button.label == "Train").click().run()
    assert raised(at) == []
    (run,) = store.runs()
    assert asked.runs == [run.id]
    assert run.status == QUEUED
    assert run.settings == RunSettings(
        "cifar_plain20", 0.5, recipe="notebook", epochs=7, seed=3, gradients_every=int(KEEP.default)
    )
    assert "Waiting" in at.get("progress")[0].proto.text


def test_a_recipe_brings_its_epochs_unless_the_address_names_others(store: RunStore) -> None:
    at = visit("train")
    assert at.radio(key="precision").value == usual_precision(LECTURE)
    at.radio(key="recipe").set_value("notebook").run()
    assert at.number_input(key="epochs").value == 10
    assert at.radio(key="precision").value == "float32"
    at = visit("train", recipe="notebook", epochs="7")
    assert at.number_input(key="epochs").value == 7
    at.query_params["recipe"], at.query_params["epochs"] = "best", "5"
    at.run()
    assert at.number_input(key="epochs").value == 5


def test_a_run_is_drawn_as_it_stands(store: RunStore) -> None:
    run_id = a_run(store)
    at = visit("train", run=run_id)
    loss = chart(at, 0)
    assert len(loss["data"]) >= 3, "training, validation and test"
    assert "95.8" in words(at), "23 of 24 right"
    assert "1 mistake" in words(at)


@pytest.mark.parametrize("over", ["step", "epoch", "seconds"])
def test_curves_are_drawn_over_steps_epochs_and_seconds(store: RunStore, over: str) -> None:
    a_run(store)
    at = visit("train", over=over)
    assert chart(at, 1)["layout"]["xaxis"]["title"]["text"].startswith(over.rstrip("s"))


def test_photographs_of_another_set_are_not_shown_as_its_mistakes(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = a_run(store)
    monkeypatch.setenv("RESNET_DATA_DIR", str(write_signs(tmp_path / "other", train=60)))
    said = words(visit("train", run=run_id))
    assert "1 mistake" not in said
    assert "pictures of this run are not on this machine" in said


def test_settings_that_cannot_be_read_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "settings.json"
    broken.write_text("{", encoding="utf-8")
    monkeypatch.setenv("RESNET_SETTINGS", str(broken))
    monkeypatch.delenv("RESNET_RUNS_DIR", raising=False)
    services.store.clear()
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert raised(at) == []
    assert "settings.json" in words(at)


def test_a_failed_run_says_why_and_a_stopped_one_can_go_on(store: RunStore, asked: Trained) -> None:
    failed, stopped = a_run(store, status=FAILED), a_run(store, status=STOPPED)
    assert "The disk is full." in words(visit("train", run=failed))
    at = visit("train", run=stopped)
    next(button for button in at.button if button.label.startswith("Go on")).click().run()
    assert asked.runs == [stopped]
    assert store.run(stopped).status == QUEUED


def test_stop_asks_the_run_to_end(store: RunStore) -> None:
    run_id = a_run(store, status="running")
    at = visit("train", run=run_id)
    next(button for button in at.button if button.label == "Stop").click().run()
    assert store.stop_requested(run_id)


@pytest.mark.parametrize(
    "address",
    [
        {"network": "resnet51"}, {"width": "9"}, {"epochs": "-1"}, {"epochs": "1e9"}, {"seed": "x"},
        {"run": "../../etc/passwd"}, {"over": "<script>"}, {"rate": "nan"}, {"recipe": "magic"},
    ],
)  # fmt: skip
def test_a_bad_address_is_told_and_the_default_is_shown(store: RunStore, address: dict[str, str]) -> None:
    a_run(store)
    at = visit("train", **address)
    assert f"The address says {next(iter(address))}" in words(at)
    assert "<script>" not in words(at)


def test_runs_page_without_runs_leads_to_training(store: RunStore) -> None:
    assert "No run has been trained" in words(visit("runs"))


def test_runs_are_compared_and_their_difference_named(store: RunStore) -> None:
    one, other = a_run(store), a_run(store, RunSettings(network="plain50", epochs=2, seed=5))
    at = visit("runs", runs=f"{one},{other}")
    assert "differs between their settings: network, seed" in words(at)
    drawn = {trace.get("name") for trace in chart(at, 0)["data"]}
    assert {store.run(one).title, store.run(other).title} <= drawn
    assert "differs" not in words(visit("runs", runs=one))


def test_a_run_is_renamed_and_deleted_after_a_question(store: RunStore) -> None:
    run_id = a_run(store)
    at = visit("runs")
    at.text_input[0].input("the <b>first</b> run").run()
    next(button for button in at.button if button.label == "Rename").click().run()
    assert store.run(run_id).title == "the <b>first</b> run"
    assert "This cannot be undone" in words(at)
    next(button for button in at.button if button.label == "Delete this run").click().run()
    assert raised(at) == []
    assert store.runs() == []


def test_a_run_that_goes_on_is_not_deleted(store: RunStore) -> None:
    a_run(store, status="running")
    at = visit("runs")
    next(button for button in at.button if button.label == "Delete this run").click().run()
    assert "still going on" in words(at)
