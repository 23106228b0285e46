"""The settings of a run: everything that decides what training will do, in one frozen record."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping
from typing import Any

from resnet_core.hands.dataset import SIZE
from resnet_core.network import blocktext, plantext
from resnet_core.network.accounting import account
from resnet_core.network.architecture import OWN, Architecture
from resnet_core.network.catalogue import with_batch_norm
from resnet_core.network.spec import NetworkSpec
from resnet_core.training.recipes import (
    COMMANDED,
    KNOWN,
    LECTURE,
    PRECISIONS,
    RANGES,
    Recipe,
    recipe_called,
)

#: The limits come from a time budget, not from mathematics: at full width on two cores
#: one epoch of SIGNS takes about a quarter of a minute.
MAX_EPOCHS = 500
MAX_BATCH = 256
#: Of a stacked block of one's own: parameters, multiply-adds and activations of one picture. The largest
#: networks of the catalogue that can be trained have 58 million, 0.92 billion and 15 million at 64 pixels.
MOST = {"parameters": 100_000_000, "multiply-adds": 5_000_000_000, "activations": 40_000_000}


INITIALIZERS = ("he_normal", "glorot_uniform", "orthogonal")


class SettingsError(ValueError):
    """A setting that cannot be used; the message says what was expected and what came."""


@dataclasses.dataclass(frozen=True)
class RunSettings:
    """What to train, on what, and how.

    Attributes:
        network: name in the catalogue, such as ``resnet50``; ``own`` for a stacked block.
        width: multiplier of every filter count; 1.0 is the network of the paper.
        data: name of the data set, ``signs`` or ``rendered``; ``taught`` for pictures of its own.
        recipe: name of a recipe (see ``recipes``).
        epochs: passes over the training photographs.
        batch_size: photographs a step.
        learning_rate: peak learning rate; ``None`` takes the recipe's own.
        seed: of the weights, of the order of the photographs and of the augmentation.
        validation_share: part of the training photographs that is held back, 0 to 0.5.
        base: id of the run whose weights it begins with; "" begins with random ones.
        block, plan: the texts of a block of one's own and of its stages (see `architecture`); "" for a
            network of the catalogue.
        batch_norm: whether the network has batch norm; without, every one is left out.
        initializer: of the kernels, one of `INITIALIZERS`; "" takes the recipe's own.
        side: height and width in pixels to which the pictures are reduced; 64 leaves them as they are.
        gradients_every: at every so many steps the norm of the gradient of each kernel is kept, from the
            first step on; 0 keeps none.
        weights: SHA-256 of the file of weights that it begins with (see `weights_files`); "" draws them.
        frozen_stages: of such a run, how many stages from the input never change; the stem is the first.
        rate_below_head: of such a run, factor on the learning rate of all layers but the last dense one.
        imagenet_pixels: of such a run, whether its weights expect pixels prepared as on ImageNet.
        precision: of the arithmetic between the layers, one of `recipes.PRECISIONS`.

    Raises:
        SettingsError: for a value outside its range.
    """

    network: str = "resnet50"
    width: float = 0.25
    data: str = "signs"
    recipe: str = LECTURE.name
    epochs: int = LECTURE.epochs
    batch_size: int = 32
    learning_rate: float | None = None
    seed: int = 1
    validation_share: float = 0.1
    base: str = ""
    block: str = ""
    plan: str = ""
    batch_norm: bool = True
    initializer: str = ""
    side: int = SIZE
    gradients_every: int = 0
    weights: str = ""
    frozen_stages: int = 0
    rate_below_head: float = 1.0
    imagenet_pixels: bool = False
    precision: str = "float32"

    def __post_init__(self) -> None:
        for name, (kinds, low, high) in _RANGES.items():
            value = getattr(self, name)
            if value is None and name == "learning_rate":
                continue
            if isinstance(value, bool) or not isinstance(value, kinds) or not _within(value, low, high):
                raise SettingsError(f"{name} must be a number from {low} to {high}, but {value!r} came.")
        for name in ("network", "data", "recipe", "base", "block", "plan", "initializer", "weights"):
            if not isinstance(getattr(self, name), str):
                raise SettingsError(f"{name} must be a name, but {getattr(self, name)!r} came.")
        self._check_own()
        if not isinstance(self.batch_norm, bool):
            raise SettingsError(f"batch_norm must be true or false, but {self.batch_norm!r} came.")
        if self.initializer and self.initializer not in INITIALIZERS:
            raise SettingsError(
                f"initializer must be one of {', '.join(INITIALIZERS)}, but {self.initializer[:60]!r} came."
            )
        if self.precision not in PRECISIONS:
            raise SettingsError(
                f"precision must be one of {', '.join(PRECISIONS)}, but {str(self.precision)[:60]!r} came."
            )
        self._check_beginning()
        if self.recipe not in KNOWN:
            raise SettingsError(f"recipe must be one of {', '.join(COMMANDED)}, but {self.recipe!r} came.")

    def _check_own(self) -> None:
        """Only the form: whether the texts can be read is said where the network is made of them."""
        for name, most in (("block", blocktext.MOST_CHARACTERS), ("plan", plantext.MOST_CHARACTERS)):
            text = getattr(self, name)
            if bool(text) != (self.network == OWN) or len(text) > most:
                raise SettingsError(
                    f"{name} must be a text of 1 to {most} characters where the network is {OWN}, and empty "
                    f"elsewhere, but the network is {self.network[:60]!r} and {len(text)} characters came."
                )

    def _check_beginning(self) -> None:
        """Whether the file is there and fits is said where it is read."""
        if self.weights and not re.fullmatch("[0-9a-f]{64}", self.weights):
            raise SettingsError(f"weights must be a SHA-256 in hexadecimal, but {self.weights[:80]!r} came.")
        if not isinstance(self.imagenet_pixels, bool):
            raise SettingsError(f"imagenet_pixels must be true or false, but {self.imagenet_pixels!r} came.")
        chosen = self.frozen_stages or self.rate_below_head != 1 or (self.imagenet_pixels and not self.base)
        if chosen and not self.weights:
            raise SettingsError(
                "Stages are frozen or slowed, or pixels prepared, only with weights to begin with."
            )
        if self.frozen_stages and self.gradients_every:
            raise SettingsError("Gradients are kept of all kernels, so frozen_stages must be 0 beside them.")

    @property
    def architecture(self) -> Architecture:
        """Which network is trained."""
        return Architecture(
            self.network, self.width, self.block, self.plan, self.batch_norm, self.imagenet_pixels
        )

    @property
    def can_be_asked(self) -> bool:
        """Whether it learned from pictures as they are, and to know them, not to find a learning rate."""
        return self.side == SIZE and not self.is_range

    @property
    def is_range(self) -> bool:
        """Whether the run looks for a learning rate; it ends with one at which nothing is learned."""
        return self.recipe in RANGES

    def spec(self, *, size: int = SIZE, classes: int = 6) -> NetworkSpec:
        """The network that is trained, without what the recipe changes in its batch norm.

        Args:
            size: side of the pictures in pixels.
            classes: of the data set.

        Raises:
            ValueError: as in `Architecture.spec`, or a block stacked so high that it cannot be trained here.
        """
        spec = self.architecture.spec(size=size, classes=classes)
        if self.network == OWN:
            _check_size(spec)
        return spec

    def trained_spec(self, *, size: int = SIZE, classes: int = 6) -> NetworkSpec:
        """The network as training begins with it: that of `spec`, with the recipe's batch norm.

        Args and Raises: as for `spec`.
        """
        recipe = self.recipe_used
        spec = self.spec(size=size, classes=classes)
        return with_batch_norm(spec, momentum=recipe.batch_norm_momentum, zero_gamma=recipe.zero_gamma)

    @property
    def recipe_used(self) -> Recipe:
        """The recipe, with this run's learning rate, initialiser and precision in place of its own."""
        recipe = recipe_called(self.recipe)
        return dataclasses.replace(
            recipe,
            learning_rate=recipe.learning_rate if self.learning_rate is None else self.learning_rate,
            initializer=self.initializer or recipe.initializer,
            precision=self.precision,
        )

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


def _check_size(spec: NetworkSpec) -> None:
    counted = account(spec)
    activations = sum(math.prod(layer.output_shape) for layer in counted.layers)
    found = (counted.parameters, counted.multiply_adds, activations)
    for (what, most), count in zip(MOST.items(), found, strict=True):
        if count > most:
            raise SettingsError(
                f"A block stacked for training may make at most {most:,} {what}, but this makes {count:,}."
            )


_RANGES: dict[str, tuple[Any, float, float]] = {
    "width": ((int, float), 0.05, 2.0),
    "epochs": (int, 1, MAX_EPOCHS),
    "batch_size": (int, 2, MAX_BATCH),
    "learning_rate": ((int, float), 1e-6, 10.0),
    "seed": (int, 0, 2**31 - 1),
    "validation_share": ((int, float), 0.0, 0.5),
    "side": (int, 16, 64),
    "gradients_every": (int, 0, 1000),
    "frozen_stages": (int, 0, 17),
    "rate_below_head": ((int, float), 1e-4, 1.0),
}


def _within(value: float, low: float, high: float) -> bool:
    return math.isfinite(value) and low <= value <= high
