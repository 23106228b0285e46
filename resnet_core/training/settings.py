"""The settings of a run: everything that decides what training will do, in one frozen record."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

from resnet_core.training.recipes import RECIPES, TEACHING, Recipe, recipe_called

#: The limits come from a time budget, not from mathematics: at full width on two cores
#: one epoch of SIGNS takes about half a minute.
MAX_EPOCHS = 500
MAX_BATCH = 256


class SettingsError(ValueError):
    """A setting that cannot be used; the message says what was expected and what came."""


@dataclasses.dataclass(frozen=True)
class RunSettings:
    """What to train, on what, and how.

    Attributes:
        network: name in the catalogue, such as ``resnet50``.
        width: multiplier of every filter count; 1.0 is the network of the paper.
        data: name of the data set, ``signs`` or ``rendered``; ``taught`` for pictures of its own.
        recipe: name of a recipe (see ``recipes``).
        epochs: passes over the training photographs.
        batch_size: photographs a step.
        learning_rate: peak learning rate; ``None`` takes the recipe's own.
        seed: of the weights, of the order of the photographs and of the augmentation.
        validation_share: part of the training photographs that is held back, 0 to 0.5.
        base: id of the run whose weights it begins with; "" begins with random ones.

    Raises:
        SettingsError: for a value outside its range.
    """

    network: str = "resnet50"
    width: float = 0.25
    data: str = "signs"
    recipe: str = "ours"
    epochs: int = RECIPES["ours"].epochs
    batch_size: int = 32
    learning_rate: float | None = None
    seed: int = 1
    validation_share: float = 0.1
    base: str = ""

    def __post_init__(self) -> None:
        for name, (kinds, low, high) in _RANGES.items():
            value = getattr(self, name)
            if value is None and name == "learning_rate":
                continue
            if isinstance(value, bool) or not isinstance(value, kinds) or not _within(value, low, high):
                raise SettingsError(f"{name} must be a number from {low} to {high}, but {value!r} came.")
        for name in ("network", "data", "recipe", "base"):
            if not isinstance(getattr(self, name), str):
                raise SettingsError(f"{name} must be a name, but {getattr(self, name)!r} came.")
        if self.recipe not in RECIPES and self.recipe != TEACHING.name:
            raise SettingsError(f"recipe must be one of {', '.join(RECIPES)}, but {self.recipe!r} came.")

    @property
    def recipe_used(self) -> Recipe:
        """The recipe, with this run's learning rate in place of its own where one was chosen."""
        recipe = recipe_called(self.recipe)
        if self.learning_rate is None:
            return recipe
        return dataclasses.replace(recipe, learning_rate=self.learning_rate)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as they are written to the store."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> RunSettings:
        """The inverse of `to_dict`.

        Raises:
            SettingsError: for an unknown name or a value outside its range.
        """
        known = {field.name for field in dataclasses.fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise SettingsError(f"settings are {', '.join(sorted(known))}, but {', '.join(unknown)} came.")
        return cls(**values)


_RANGES: dict[str, tuple[Any, float, float]] = {
    "width": ((int, float), 0.05, 2.0),
    "epochs": (int, 1, MAX_EPOCHS),
    "batch_size": (int, 2, MAX_BATCH),
    "learning_rate": ((int, float), 1e-6, 10.0),
    "seed": (int, 0, 2**31 - 1),
    "validation_share": ((int, float), 0.0, 0.5),
}


def _within(value: float, low: float, high: float) -> bool:
    return math.isfinite(value) and low <= value <= high
