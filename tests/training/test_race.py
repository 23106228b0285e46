"""A race: the same batches, the same kernels in twin layers, and recordings that can be read and refused."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from resnet_core.hands.dataset import HandSigns
from resnet_core.training import loop
from resnet_core.training.data import load_data
from resnet_core.training.loop import train
from resnet_core.training.race import BATCH, MOST_COLUMNS, PAIRS, Race, found, race_of, side_of, title
from resnet_core.training.race_recording import GRADIENTS, RUN, read_race, recorded_races, write_race
from resnet_core.training.recording import RecordingError
from resnet_core.training.records import DONE, STOPPED
from resnet_core.training.store import RunStore
from resnet_core.training.trainer import StepResult, Trainer
from tests.races import a_race, write

SMALL = Race(depth=8, data="signs", epochs=2, learning_rate=0.002, width=0.25, side=16)


@pytest.fixture
def store(tmp_path: Path, tiny_signs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tiny_signs_folder))
    return RunStore(tmp_path / "runs")


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("batch_norm", [True, False])
def test_a_race_is_two_runs_that_differ_in_their_network_only(
    pair: tuple[str, str], batch_norm: bool
) -> None:
    race = dataclasses.replace(SMALL, pair=pair, batch_norm=batch_norm, depth=14, seed=7)
    one, other = race.settings(1080)
    assert one != other
    assert dataclasses.replace(one, network=other.network) == other
    assert race_of(one, other) == race
    with pytest.raises(ValueError, match="differ in their network only"):
        race_of(one, dataclasses.replace(other, seed=8))
    with pytest.raises(ValueError, match="of one depth"):
        race_of(one, dataclasses.replace(one, network="resnet50"))
    assert title(one).startswith("Race: ")
    assert ("no batch norm" in title(one)) is not batch_norm


def test_nonsense_is_refused_in_a_sentence() -> None:
    for wrong in ({"pair": ("plain", "plain")}, {"depth": 9}, {"initializer": "zeros"}):
        with pytest.raises(ValueError, match=r"\w+ \w+ \w+"):
            dataclasses.replace(SMALL, **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("epochs", [1, 3, 20, 200])
def test_no_more_gradients_are_kept_than_a_picture_can_show(epochs: int) -> None:
    (one, _) = dataclasses.replace(SMALL, epochs=epochs).settings(1080)
    steps = epochs * (1080 // BATCH)
    assert 0 < -(-steps // one.gradients_every) <= MOST_COLUMNS


def test_both_see_the_same_pictures_in_the_same_order_and_start_with_the_same_kernels(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, list[np.ndarray]] = {}
    first: dict[str, dict[str, np.ndarray]] = {}
    pictures: dict[str, np.ndarray] = {}
    real_step = Trainer.step

    def watched(self: Trainer, indices: np.ndarray, step: int, rate: float, **more: bool) -> StepResult:
        name = self.network.name
        if step == 0:
            first[name] = {one.path: one.numpy() for one in self.model.trainable_variables}
            pictures[name] = self._data[0].numpy()
        seen.setdefault(name, []).append(indices)
        return real_step(self, indices, step, rate, **more)

    monkeypatch.setattr(Trainer, "step", watched)
    for settings in SMALL.settings(96):
        train(store.create(settings), store.folder)
    one, other = seen.values()
    assert len(one) == len(other) == 2 * (96 // BATCH)
    for mine, theirs in zip(one, other, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    np.testing.assert_array_equal(*pictures.values())
    plain, residual = first["cifar_plain8"], first["cifar_resnet8"]
    assert sum(name.endswith("/kernel") for name in plain) == 8
    assert plain.keys() == residual.keys()
    for name, value in plain.items():
        np.testing.assert_array_equal(value, residual[name], err_msg=name)
    runs = store.runs()
    for kind, settings in zip(SMALL.pair, SMALL.settings(96), strict=True):
        run = found(runs, settings)
        assert run is not None
        assert run.status == DONE
        side = side_of(store, kind, run)
        assert side.norms.norms.shape == (run.steps, 8)
        assert (side.norms.norms > 0).all()


def test_pictures_are_reduced_for_training_and_for_the_test(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    sides: set[int] = set()
    real = Trainer.probabilities

    def watched(self: Trainer, images: np.ndarray) -> np.ndarray:
        sides.update(images.shape[1:3])
        return real(self, images)

    monkeypatch.setattr(Trainer, "probabilities", watched)
    settings = dataclasses.replace(SMALL, epochs=1).settings(96)[0]
    train(store.create(settings), store.folder)
    assert sides == {16}
    data = load_data("signs")
    assert isinstance(data, HandSigns)
    assert loop.described(settings, data).input_shape == (16, 16, 3)


def test_the_run_that_stands_for_a_side_is_the_newest_that_did_not_fail(store: RunStore) -> None:
    settings = SMALL.settings(96)[0]
    assert found(store.runs(), settings) is None
    good = store.create(settings)
    bad = store.create(settings)
    assert found(store.runs(), settings) is not None
    store.request_stop(bad)
    assert found(store.runs(), settings).id == good  # type: ignore[union-attr]
    store.request_stop(good)
    chosen = found(store.runs(), settings)
    assert chosen is not None
    assert chosen.status == STOPPED


def test_what_was_recorded_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = a_race()
    read = write_race(tmp_path / "races" / "8-he", made)
    assert read.race == race_of(made[0].run.settings, made[1].run.settings)
    for written, again in zip(made, read.sides, strict=True):
        assert again.kind == written.kind
        assert again.run.recorded
        np.testing.assert_array_equal(again.norms.norms, written.norms.norms)
        np.testing.assert_array_equal(again.norms.step, written.norms.step)
        np.testing.assert_allclose(again.steps.loss, written.steps.loss, rtol=1e-5)
    monkeypatch.setenv("RESNET_RACES_DIR", str(tmp_path / "races"))
    assert [one.name for one in recorded_races()] == ["8-he"]
    monkeypatch.setenv("RESNET_RACES_DIR", str(tmp_path / "none"))
    assert recorded_races() == ()


def _changed(folder: Path, kind: str, change: dict[str, object]) -> None:
    path = folder / kind / RUN
    said = json.loads(path.read_text())
    for key, value in change.items():
        said["settings" if key != "digest" else "card"] |= (
            {key: value} if key != "digest" else {"data": {**said["card"]["data"], "digest": value}}
        )
    path.write_text(json.dumps(said))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seed": 9}, "differ in their network only"),
        ({"network": "resnet50"}, "of one depth|32-bit floats of shape"),
        ({"digest": "x" * 64}, "the same pictures"),
        ({"gradients_every": 0}, "which gradients were kept"),
        ({"gradients_every": 2}, "of shape"),
    ],
)
def test_a_strangers_recording_is_refused(tmp_path: Path, change: dict[str, object], words: str) -> None:
    folder = write(tmp_path)
    _changed(folder, "residual", change)
    with pytest.raises(RecordingError, match=words):
        read_race(folder)


def test_gradients_that_are_none_are_refused(tmp_path: Path) -> None:
    folder = write(tmp_path)
    path = folder / "plain" / GRADIENTS
    table = np.load(path)
    for wrong in (-table, table.astype(np.float64), table[:-1], np.array([{"a": 1}])):
        np.save(path, wrong, allow_pickle=True)
        with pytest.raises(RecordingError, match="recorded race"):
            read_race(folder)
    path.write_bytes(b"0" * 2_000_000)
    with pytest.raises(RecordingError, match="at most"):
        read_race(folder)
    path.unlink()
    with pytest.raises(RecordingError, match="recorded race"):
        read_race(folder)
