"""Recipes: how a network is trained, apart from which network on which pictures."""

from __future__ import annotations

import dataclasses
import math

from resnet_core.hands.augmentation import NEAR, SLIGHT, WIDE, Views

PRECISIONS = ("float32", "bfloat16")

RANGE_FROM = 1e-6
"""The learning rate with which the schedule ``range`` begins."""


@dataclasses.dataclass(frozen=True)
class Recipe:
    """One way of training.

    Attributes:
        name: in settings and addresses.
        title: on the page.
        why: what it does and why, one or two sentences.
        optimiser: ``adam`` or ``adamw`` (decoupled weight decay).
        learning_rate: the peak.
        schedule: ``constant``, or ``cosine``: a linear rise, then half a cosine down to zero, or ``range``:
            from `RANGE_FROM` up to the learning rate, each step by the same factor (Smith 2015,
            arXiv:1506.01186, has it grow by the same difference).
        warmup: part of all steps that the rise takes, 0 to 1.
        weight_decay: of the kernels; never of biases or of batch norm.
        label_smoothing: share of the target spread evenly over all classes.
        batch_norm_momentum: of the moving averages; ``None`` leaves the network's own.
        zero_gamma: whether the last batch norm of each branch starts at zero.
        initializer: Keras name of the kernels' initialiser.
        views: how far each photograph is turned, scaled, shifted and relit at random; ``None``: not at all.
        average: share of the averaged weights that a step keeps, 0 to 1; they take the place of the last
            weights wherever the network is asked (Polyak and Juditsky 1992). 0 is no averaging.
        drop_last: whether a last, smaller batch of an epoch is left out.
        epochs: suggested number.
        precision: of the arithmetic between the layers, one of `PRECISIONS`; weights, batch statistics, loss
            and optimiser are float32 with either.
    """

    name: str
    title: str
    why: str
    optimiser: str
    learning_rate: float
    schedule: str
    warmup: float
    weight_decay: float
    label_smoothing: float
    batch_norm_momentum: float | None
    zero_gamma: bool
    initializer: str
    views: Views | None
    average: float
    drop_last: bool
    epochs: int
    precision: str = "float32"

    @property
    def traced(self) -> tuple[object, ...]:
        """What of it stands in the traced step; recipes that agree in this can take over from each other."""
        return (
            self.weight_decay, self.label_smoothing, self.initializer, self.views, self.average,
            self.precision,
        )  # fmt: skip

    def learning_rate_at(self, step: int, steps: int) -> float:
        """The learning rate of a step, counted from 0, in a run of `steps` steps."""
        if self.schedule == "constant":
            return self.learning_rate
        if self.schedule == "range":
            return RANGE_FROM * (self.learning_rate / RANGE_FROM) ** (step / max(1, steps - 1))
        rise = max(1, round(self.warmup * steps))
        if step < rise:
            return self.learning_rate * (step + 1) / rise
        done = (step - rise) / max(1, steps - rise)
        return self.learning_rate * 0.5 * (1 + math.cos(math.pi * done))


NOTEBOOK = Recipe(
    name="notebook",
    title="As in the course notebook",
    why=(
        "Adam with Keras' defaults, batch norm with momentum 0.99, no augmentation. The moving averages "
        "of the batch norm need hundreds of steps to catch up, so the test accuracy lags far behind."
    ),
    optimiser="adam",
    learning_rate=1e-3,
    schedule="constant",
    warmup=0.0,
    weight_decay=0.0,
    label_smoothing=0.0,
    batch_norm_momentum=0.99,
    zero_gamma=False,
    initializer="glorot_uniform",
    views=None,
    average=0.0,
    drop_last=False,
    epochs=10,
)

LECTURE = Recipe(
    name="lecture",
    title="Lecture, half a minute",
    why=(
        "For a run that has to end while people watch: AdamW with a warm-up and a cosine down to zero, every "
        "branch starting at zero, batch norm with momentum 0.9 so that its averages follow within an epoch, "
        "and pictures that are changed only slightly: views that differ more pay only in a longer run."
    ),
    optimiser="adamw",
    learning_rate=3e-3,
    schedule="cosine",
    warmup=0.15,
    weight_decay=0.05,
    label_smoothing=0.1,
    batch_norm_momentum=0.9,
    zero_gamma=True,
    initializer="he_normal",
    views=SLIGHT,
    average=0.0,
    drop_last=True,
    epochs=12,
)

BEST = dataclasses.replace(
    LECTURE,
    name="best",
    title="Best, a few minutes",
    why=(
        "As for a lecture, five times as long: pictures are turned, scaled, shifted and relit at random, so "
        "that the network cannot learn them by heart, and the weights are averaged over the last epochs, "
        "since single epochs swing. They are not mirrored: SIGNS shows one hand, and its mirror image cost "
        "more than it gave."
    ),
    learning_rate=2e-3,
    weight_decay=0.02,
    views=dataclasses.replace(NEAR, mirror=False),
    average=0.98,
    epochs=60,
)

OURS = dataclasses.replace(
    LECTURE,
    name="ours",
    title="Ours, for short runs (earlier)",
    why="The recipe of earlier runs: shorter than the best of now, and pictures are mirrored, too.",
    learning_rate=2e-3,
    weight_decay=0.02,
    views=NEAR,
    epochs=24,
)
"""Earlier runs keep it."""

LONG = dataclasses.replace(
    OURS,
    name="long",
    title="For many pictures",
    why=(
        "As the best of the short ones, with views that differ more, for thousands of pictures of many "
        "hands. It made the weights that ship."
    ),
    warmup=0.05,
    weight_decay=0.05,
    views=WIDE,
    average=0.999,
    epochs=30,
)

TEACHING = Recipe(
    name="taught",
    title="Teaching one hand",
    why=(
        "Adam over all layers of a trained network for 80 steps, with the moving averages of its batch norm "
        "left as they are; half of each batch are pictures it had learned before, so that it does not forget."
    ),
    optimiser="adam",
    learning_rate=1e-3,
    schedule="cosine",
    warmup=0.06,
    weight_decay=0.0,
    label_smoothing=0.1,
    batch_norm_momentum=None,
    zero_gamma=False,
    initializer="he_normal",
    views=NEAR,
    average=0.0,
    drop_last=True,
    epochs=8,
)
"""For runs on top of another; not among those that a network can be trained with from its beginning."""

RACE = dataclasses.replace(
    NOTEBOOK,
    name="race",
    title="A race",
    why=(
        "Adam with one learning rate, so that a short run gets somewhere (He et al. 2015 took stochastic "
        "gradient descent and 64,000 steps), and nothing besides that could hide what the network itself "
        "does: no augmentation, no weight decay, no label smoothing, no branch that starts at zero."
    ),
    batch_norm_momentum=0.9,
    initializer="he_normal",
    drop_last=True,
)
"""For two networks that are compared with each other, see `race`."""

RECIPES: dict[str, Recipe] = {recipe.name: recipe for recipe in (LECTURE, NOTEBOOK, BEST)}
"""Among which a person chooses on a page."""

COMMANDED: dict[str, Recipe] = RECIPES | {LONG.name: LONG}
"""Among which a person chooses on the command line."""

RANGES: dict[str, Recipe] = {
    f"range-{recipe.name}": dataclasses.replace(
        recipe,
        name=f"range-{recipe.name}",
        title=f"Which learning rate? {recipe.title}",
        why="The same recipe, but with a learning rate that grows at every step until the loss explodes.",
        learning_rate=1.0,
        schedule="range",
        epochs=3,
    )
    for recipe in RECIPES.values()
}
"""For short runs that look for a learning rate, one for each recipe, see `rate_range`."""

KNOWN: dict[str, Recipe] = COMMANDED | RANGES | {recipe.name: recipe for recipe in (OURS, TEACHING, RACE)}
"""All recipes that settings may name."""


def recipe_called(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        ValueError: when there is none; the message lists those that exist.
    """
    if name not in KNOWN:
        raise ValueError(f"recipe must be one of {', '.join(COMMANDED)}, but {name!r} came.")
    return KNOWN[name]
