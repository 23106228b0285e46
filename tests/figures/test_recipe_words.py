"""What is said of a recipe is what the recipe says."""

from __future__ import annotations

import dataclasses

import pytest

from resnet_core.figures.recipe_words import settings_of, views_in_words
from resnet_core.hands.augmentation import NEAR
from resnet_core.training.recipes import COMMANDED, KNOWN, NOTEBOOK, RECIPES, Recipe


@pytest.mark.parametrize("name", KNOWN)
def test_two_recipes_that_differ_are_told_apart(name: str) -> None:
    recipe = KNOWN[name]
    said = [value for _, value, _ in settings_of(recipe)]
    changes = {
        "optimiser and its decay": {"weight_decay": recipe.weight_decay + 0.125},
        "learning rate": {"learning_rate": recipe.learning_rate * 2},
        "smoothing": {"label_smoothing": recipe.label_smoothing + 0.25},
        "momentum": {"batch_norm_momentum": 0.875},
        "gamma": {"zero_gamma": not recipe.zero_gamma},
        "kernels": {"initializer": "orthogonal"},
        "views": {"views": None if recipe.views else NEAR},
        "average": {"average": 0.75},
        "precision": {"precision": "bfloat16"},
        "last": {"drop_last": not recipe.drop_last},
    }
    for place, change in enumerate(changes.values()):
        other = [value for _, value, _ in settings_of(dataclasses.replace(recipe, **change))]
        assert [one != two for one, two in zip(said, other, strict=True)].index(True) == place


def test_the_three_of_the_app_are_named_and_the_notebooks_is_the_notebooks() -> None:
    assert list(RECIPES) == ["lecture", "notebook", "best"]
    assert set(RECIPES) < set(COMMANDED) < set(KNOWN)
    said: Recipe = NOTEBOOK
    assert dict(row[:2] for row in settings_of(said)) == {
        "Optimiser": "Adam",
        "Learning rate": "0.001, always",
        "Label smoothing": "none",
        "Momentum of the batch norm": "0.99",
        "Last batch norm of each branch": "starts at one",
        "Kernels begin": "glorot uniform",
        "Views of a picture": "as they are",
        "Average of the weights": "none",
        "Numbers between the layers": "float32",
        "Last, smaller batch": "taken",
    }


def test_views_are_said_with_their_limits() -> None:
    assert "15°" in views_in_words(NEAR)
    assert "mirrored" in views_in_words(NEAR)
    assert "mirrored" not in views_in_words(dataclasses.replace(NEAR, mirror=False))
