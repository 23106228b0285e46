"""The moving averages read from a checkpoint are those of the Keras layers, and their histograms NumPy's."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from resnet_core.figures.base import Look
from resnet_core.figures.norm_histograms import (
    BINS,
    describe_norms,
    edges,
    histograms,
    norm_columns,
    norm_figure,
    norm_reading,
)
from resnet_core.network.catalogue import network
from resnet_core.network.model import keras_model
from resnet_core.network.weights import WeightsError, read_some, write_weights
from resnet_core.training.norm_statistics import NormStatistics, norm_layers, norm_statistics

SPEC = network("cifar_resnet8", size=32, classes=6)


def shaken(seed: int) -> keras.Model:
    """The network with moving averages of its own in every batch norm, one variance exactly 0."""
    model, generator = keras_model(SPEC), np.random.default_rng(seed)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            size = layer.moving_mean.shape
            layer.moving_mean.assign(generator.normal(0, 2, size))
            layer.moving_variance.assign(10 ** generator.normal(0, 1.5, size))
    first = model.get_layer(norm_layers(SPEC)[0])
    first.moving_variance.assign(np.where(np.arange(16) == 3, 0, first.moving_variance.numpy()))
    return model


@pytest.fixture(scope="module")
def models() -> tuple[keras.Model, keras.Model]:
    return shaken(1), shaken(2)


@pytest.fixture(scope="module")
def read(
    models: tuple[keras.Model, keras.Model], tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[str, NormStatistics]]:
    folder = tmp_path_factory.mktemp("norms")
    found = []
    for number, model in enumerate(models, start=1):
        write_weights(folder / f"{number}.h5", model)
        found.append((f"epoch {number}", norm_statistics(folder / f"{number}.h5", SPEC)))
    return found


def test_they_are_those_of_the_layers(
    models: tuple[keras.Model, keras.Model], read: list[tuple[str, NormStatistics]]
) -> None:
    kept = {layer.name for layer in models[0].layers if isinstance(layer, keras.layers.BatchNormalization)}
    assert set(read[0][1].layers) == kept
    for model, (_, found) in zip(models, read, strict=True):
        for name, mean, variance in zip(found.layers, found.mean, found.variance, strict=True):
            assert np.array_equal(mean, model.get_layer(name).moving_mean.numpy())
            assert np.array_equal(variance, model.get_layer(name).moving_variance.numpy())


@pytest.mark.parametrize("what", ["mean", "variance"])
def test_histograms_are_numpys_of_the_layers_variables(
    what: str, models: tuple[keras.Model, keras.Model], read: list[tuple[str, NormStatistics]]
) -> None:
    both = [found for _, found in read]
    ends = edges(both, what)  # type: ignore[arg-type]
    figure = norm_figure(read, what, Look())  # type: ignore[arg-type]
    for model, found, drawn in zip(models, both, figure.data, strict=True):
        table = histograms(found, what, ends)  # type: ignore[arg-type]
        for row, name in enumerate(found.layers):
            values = getattr(model.get_layer(name), f"moving_{what}").numpy().astype(np.float64)
            if what == "variance":
                values = np.log10(np.maximum(values, 1e-300))
            counts, _ = np.histogram(np.clip(values, ends[0], ends[-1]), bins=BINS, range=(ends[0], ends[-1]))
            assert table[row] == pytest.approx(counts / values.size)
        assert table.sum(axis=1) == pytest.approx(1)
        shown = np.array(drawn.z, float)
        assert np.array_equal(np.nan_to_num(shown), table)
        assert np.isnan(shown[table == 0]).all()


def test_words_and_columns_say_the_same_numbers(read: list[tuple[str, NormStatistics]]) -> None:
    columns = norm_columns(read)
    channels = sum(values.size for values in read[0][1].mean)
    assert {len(column) for column in columns.values()} == {channels}
    assert columns["moving variance, epoch 2"].tolist() == np.concatenate(read[1][1].variance).tolist()  # type: ignore[union-attr]
    assert norm_reading(read).startswith("Epoch 1: the median moving mean is ")
    assert "epoch 2: from 0" not in describe_norms(read[1:], "mean")
    assert "epoch 1: from 0 to" in describe_norms(read, "variance")


def test_averages_that_are_all_the_same_can_be_drawn() -> None:
    fresh = NormStatistics(("a",), (np.zeros(4, np.float32),), (np.ones(4, np.float32),))
    for what in ("mean", "variance"):
        assert histograms(fresh, what, edges([fresh], what)).max() == 1  # type: ignore[arg-type]


def test_a_file_of_another_network_is_refused(tmp_path: Path) -> None:
    write_weights(tmp_path / "w.h5", keras_model(network("cifar_resnet14", size=32, classes=6)))
    with pytest.raises(WeightsError, match="is not one of them"):
        norm_statistics(tmp_path / "w.h5", SPEC)
    with pytest.raises(WeightsError):
        read_some(tmp_path / "nothing.h5", SPEC, [])
