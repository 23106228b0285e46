"""The tool that records a run of each recipe: its curves and its evaluation, and no weights."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from resnet_core.hands.dataset import HandSigns
from resnet_core.training.export import export_run, form_called, light_export
from resnet_core.training.predict import newest_weights
from resnet_core.training.recipes import RECIPES
from resnet_core.training.recording import read_recording
from resnet_core.training.records import RunError
from resnet_core.training.store import RunStore
from tools.record_recipes import folder_of, recorded, settings_of, title_of


def test_each_recipe_is_trained_as_the_page_offers_it() -> None:
    for name, recipe in RECIPES.items():
        settings = settings_of(name)
        assert (settings.recipe, settings.epochs, settings.data) == (name, recipe.epochs, "signs")
        assert title_of(settings) == f"{recipe.title}: ResNet-50, quarter width, seed 1"
        assert len(title_of(settings)) <= 80


def test_a_recording_without_weights_can_be_watched_and_not_asked(
    tmp_path: Path, small_rendered: HandSigns
) -> None:
    settings = dataclasses.replace(
        settings_of(next(iter(RECIPES)), epochs=1), network="cifar_resnet8", width=0.05, data="rendered"
    )
    made = recorded(settings, tmp_path)
    folder = tmp_path / folder_of(settings.recipe)
    assert [path.name for path in folder.iterdir()] == ["run.json"]
    assert (folder / "run.json").stat().st_size < 100_000
    again = read_recording(folder)
    assert again.weights is None
    assert again.run == made.run
    assert again.run.evaluation is not None
    assert again.steps.step.tolist() == list(range(1, made.run.steps + 1))
    store = RunStore(tmp_path / "runs", recordings=[again])
    for asking in (
        lambda: newest_weights(store, again.run.id),
        lambda: export_run(store, again.run.id, "keras", tmp_path / "out.keras"),
    ):
        with pytest.raises(RunError, match="the curves are kept, and not its weights"):
            asking()
    assert light_export(store, again.run, form_called("csv")).count("\n") == made.run.steps + 2
    assert '"weights_after_step": null' in light_export(store, again.run, form_called("card"))
