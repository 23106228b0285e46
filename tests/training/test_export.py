"""A run that left: plain Keras predicts the same, the events are read back, and the notebook runs."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from click.testing import CliRunner

from resnet_core.commands.main import main
from resnet_core.network.catalogue import network
from resnet_core.network.model import keras_model
from resnet_core.network.spec import (
    BlockSpec,
    Conv,
    Dense,
    Gate,
    GlobalAveragePool,
    NetworkSpec,
    Scale,
    StageSpec,
)
from resnet_core.network.weights import set_weights, weights_of, write_weights
from resnet_core.training.controls import RateChange
from resnet_core.training.export import (
    FORMS,
    expected_bytes,
    export_kept,
    export_name,
    export_run,
    light_export,
)
from resnet_core.training.export_model import save_model
from resnet_core.training.export_notebook import notebook
from resnet_core.training.export_tables import COLUMNS, exported_card
from resnet_core.training.loop import train
from resnet_core.training.predict import newest_weights, predict
from resnet_core.training.records import Run, RunError
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore

SETTINGS = RunSettings(network="cifar_resnet8", width=0.25, epochs=2, batch_size=32, recipe="ours")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, tiny_signs_folder: Path) -> RunStore:
    """A store with one run that is done, whose data folder stays set while this file is tested."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
        made = RunStore(tmp_path_factory.mktemp("runs"))
        train(made.create(SETTINGS, "Small: a run"), made.folder)
        return made


@pytest.fixture
def run(store: RunStore, tiny_signs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
    monkeypatch.setenv("RESNET_RUNS_DIR", str(store.folder))
    return next(run for run in store.runs() if not run.recorded)


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (5, 64, 64, 3), dtype=np.uint8)


@pytest.mark.parametrize("form", ["keras", "h5"])
def test_a_model_that_left_predicts_the_same(
    store: RunStore, run: Run, pictures: np.ndarray, tmp_path: Path, form: str
) -> None:
    path = tmp_path / f"run{FORMS[form].ending}"
    export_run(store, run.id, form, path)
    model = keras.models.load_model(path)
    found = model.predict(pictures / np.float32(255), verbose=0)
    ours = predict(run.settings, str(newest_weights(store, run.id)), pictures).probabilities
    np.testing.assert_allclose(found, ours, atol=1e-6)
    assert [layer.name for layer in model.layers].count("stem_conv1") == 1
    assert {type(layer).__module__.split(".")[0] for layer in model.layers} == {"keras"}
    assert [left.name for left in tmp_path.iterdir()] == [path.name]
    assert abs(expected_bytes(run, FORMS[form]) - path.stat().st_size) < 100_000


def test_plain_keras_alone_opens_it(store: RunStore, run: Run, pictures: np.ndarray, tmp_path: Path) -> None:
    """In a process that never heard of this project."""
    export_run(store, run.id, "keras", tmp_path / "run.keras")
    np.save(tmp_path / "x.npy", pictures / np.float32(255))
    program = (
        "import sys, keras, numpy as np; m = keras.models.load_model('run.keras'); "
        "np.save('y.npy', m.predict(np.load('x.npy'), verbose=0)); "
        "assert not [name for name in sys.modules if name.startswith('resnet')]"
    )
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True, capture_output=True)
    ours = predict(run.settings, str(newest_weights(store, run.id)), pictures).probabilities
    np.testing.assert_allclose(np.load(tmp_path / "y.npy"), ours, atol=1e-6)


def test_weights_that_left_go_into_the_program(store: RunStore, run: Run, tmp_path: Path) -> None:
    export_run(store, run.id, "weights", tmp_path / "run.weights.h5")
    model = keras_model(run.settings.spec(), seed=5)
    model.load_weights(tmp_path / "run.weights.h5")
    for name, value in weights_of(model).items():
        assert np.isfinite(value).all()
        if name == "stem_conv1/kernel":
            assert not np.array_equal(value, weights_of(keras_model(run.settings.spec(), seed=5))[name])


def test_layers_that_keras_does_not_bring_are_written_as_plain_ones(tmp_path: Path) -> None:
    block = BlockSpec((Conv(4, 3), Scale(0.5, True)), (Gate(-1.0, True),))
    stem, head = (Conv(4, 3),), (GlobalAveragePool(), Dense(3, "softmax"))
    spec = NetworkSpec("gated", "Gated", (8, 8, 3), stem, (StageSpec("a", (block,)),), head)
    model, generator = keras_model(spec), np.random.default_rng(1)
    drawn = {name: generator.normal(0, 0.7, value.shape) for name, value in weights_of(model).items()}
    set_weights(model, drawn)
    write_weights(tmp_path / "ours.h5", model)
    save_model(tmp_path / "plain.keras", spec, tmp_path / "ours.h5")
    x = generator.random((4, 8, 8, 3), np.float32)
    plain = keras.models.load_model(tmp_path / "plain.keras")
    np.testing.assert_allclose(plain(x), model(x), atol=1e-6)
    assert {type(layer).__module__.split(".")[0] for layer in plain.layers} == {"keras"}


def test_the_events_are_read_back(store: RunStore, run: Run, tmp_path: Path) -> None:
    path = tmp_path / export_name(run, FORMS["tensorboard"])
    export_run(store, run.id, "tensorboard", path)
    assert "tfevents" in path.name
    read: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
    events = list(tf.compat.v1.train.summary_iterator(str(path)))
    for event in events:
        for value in event.summary.value:
            read[value.tag].append((event.step, event.wall_time, value.simple_value))
    assert events[0].file_version == "brain.Event:2"
    steps, epochs = store.steps(run.id), store.epochs(run.id)
    step, wall, loss = map(np.array, zip(*read["step/loss"], strict=True))
    assert step.tolist() == steps.step.tolist()
    np.testing.assert_allclose(wall, run.created + steps.seconds, atol=1e-5)
    np.testing.assert_allclose(loss, steps.loss, rtol=1e-6)
    number, wall, accuracy = map(np.array, zip(*read["epoch/test_accuracy"], strict=True))
    assert number.tolist() == [1, 2]
    np.testing.assert_allclose(wall, [run.created + record.seconds for record in epochs], atol=1e-5)
    np.testing.assert_allclose(accuracy, [record.test_accuracy for record in epochs], rtol=1e-6)


def test_the_table_has_every_step_and_every_epoch(store: RunStore, run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(light_export(store, run, FORMS["csv"]))))
    steps = [row for row in rows if row["of"] == "step"]
    assert tuple(rows[0]) == COLUMNS
    assert [float(row["loss"]) for row in steps] == store.steps(run.id).loss.tolist()
    assert [float(row["test_loss"]) for row in rows[len(steps) :]] == [
        record.test_loss for record in store.epochs(run.id)
    ]


def test_the_card_says_what_it_takes_to_judge_the_run(store: RunStore, run: Run) -> None:
    card = json.loads(light_export(store, run, FORMS["card"]))
    assert RunSettings.from_dict(card["settings"]) == run.settings
    assert card["data"]["digest"] == run.card["data"]["digest"]
    assert "keras" in card["versions"]
    assert run.evaluation is not None
    assert card["test"]["all"]["accuracy"] == run.evaluation.all.value
    assert tuple(card["test"]["all"]["wilson_interval_95"]) == run.evaluation.all.interval
    assert card["model"]["weights_after_step"] == run.step
    assert "0 to 1" in card["model"]["takes"]


def test_the_notebook_runs_and_gives_the_same(store: RunStore, run: Run) -> None:
    made = json.loads(light_export(store, run, FORMS["notebook"]))
    assert (made["nbformat"], made["cells"][0]["cell_type"]) == (4, "markdown")
    assert len({cell["id"] for cell in made["cells"]}) == len(made["cells"])
    names: dict[str, object] = {"__name__": "__main__"}
    for cell in made["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    again = names["store"].steps(names["run_id"])  # type: ignore[attr-defined]
    np.testing.assert_allclose(again.loss, store.steps(run.id).loss, rtol=1e-3)
    assert names["right"] == names["run"].evaluation.all.correct  # type: ignore[attr-defined]


def test_changes_of_the_learning_rate_leave_with_the_card_and_the_notebook(store: RunStore, run: Run) -> None:
    changes = (RateChange(2, 0.5), RateChange(5, 0.1))
    card = exported_card(run, 1, changes)
    assert card["learning_rate_changes"] == [{"step": 2, "factor": 0.5}, {"step": 5, "factor": 0.1}]
    cells = notebook(run, store.steps(run.id), store.epochs(run.id), changes)["cells"]
    program = "".join("".join(cell["source"]) for cell in cells)
    assert "store.change_rate(run_id, 2, 0.5)" in program
    assert program.index("change_rate(run_id, 5, 0.1)") < program.index("train(run_id, store.folder, print)")


def test_a_run_on_pictures_that_are_not_kept_has_no_notebook(store: RunStore, run: Run) -> None:
    lesson = dataclasses.replace(run, settings=dataclasses.replace(run.settings, data="taught", base="x"))
    with pytest.raises(RunError, match="learned from One person's hand, which does not come"):
        light_export(store, lesson, FORMS["notebook"])


def test_without_weights_no_model_leaves_and_nothing_is_left_behind(store: RunStore, tmp_path: Path) -> None:
    run_id = store.create(SETTINGS)
    with pytest.raises(RunError, match="has no weights yet"):
        export_run(store, run_id, "keras", tmp_path / "run.keras")
    assert list(tmp_path.iterdir()) == []
    store.request_stop(run_id)
    store.delete(run_id)


def test_a_worker_keeps_the_file_beside_the_run(store: RunStore, run: Run) -> None:
    path = Path(export_kept(str(store.folder), run.id, "tensorboard", 1))
    assert path.parent == store.checkpoints(run.id).parent / "exports"
    assert path.is_file()


def test_the_command_writes_what_it_says(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "card.json"
    said = CliRunner().invoke(main, ["export", run.id, "--as", "card", "--out", str(out), "--json"])
    assert json.loads(said.output)["bytes"] == out.stat().st_size
    missing = CliRunner().invoke(main, ["export", "nothing", "--as", "csv", "--out", str(out)])
    assert missing.exit_code == 1


def test_a_network_of_the_catalogue_is_named_as_in_the_program(tmp_path: Path) -> None:
    spec = network("cifar_plain8", size=16, width=0.25)
    model = keras_model(spec)
    write_weights(tmp_path / "w.h5", model)
    save_model(tmp_path / "m.h5", spec, tmp_path / "w.h5")
    plain = keras.models.load_model(tmp_path / "m.h5")
    assert [layer.name for layer in plain.layers] == [layer.name for layer in model.layers]
