"""What a recipe sets, and why, as rows of words. No number here is chosen: all are read from the recipe."""

from __future__ import annotations

import math

from resnet_core.figures.text import percent
from resnet_core.hands.augmentation import Views
from resnet_core.training.recipes import Recipe


def settings_of(recipe: Recipe) -> list[tuple[str, str, str]]:
    """Name, value and reason of each setting of a recipe."""
    return [
        ("Optimiser", _optimiser(recipe), _WHY["optimiser"]),
        ("Learning rate", _rate(recipe), _WHY["rate" if recipe.schedule == "cosine" else "constant"]),
        ("Label smoothing", _share(recipe.label_smoothing), _WHY["smoothing"]),
        ("Momentum of the batch norm", _momentum(recipe), _WHY["momentum"]),
        (
            "Last batch norm of each branch",
            "starts at zero" if recipe.zero_gamma else "starts at one",
            _WHY["gamma"],
        ),
        ("Kernels begin", recipe.initializer.replace("_", " "), _WHY["kernels"]),
        ("Views of a picture", views_in_words(recipe.views), _WHY["views"]),
        ("Average of the weights", _average(recipe), _WHY["average"]),
        ("Numbers between the layers", recipe.precision, _WHY["precision"]),
        ("Last, smaller batch", "left out" if recipe.drop_last else "taken", _WHY["last"]),
    ]


def views_in_words(views: Views | None) -> str:
    """How far a view may differ from its picture."""
    if views is None:
        return "as they are"
    words = (
        f"turned by up to {math.degrees(views.turn):.0f}°, scaled by up to {percent(views.zoom, 2)}, shifted "
        f"by up to {percent(views.shift, 2)}, light changed by up to {percent(views.light, 2)}, each colour "
        f"by up to {percent(views.tint, 2)}"
    )
    return f"{words}, mirrored half of the time" if views.mirror else words


def _optimiser(recipe: Recipe) -> str:
    if not recipe.weight_decay:
        return "Adam"
    return f"AdamW, weight decay {recipe.weight_decay:g} on kernels"


def _rate(recipe: Recipe) -> str:
    if recipe.schedule != "cosine":
        return f"{recipe.learning_rate:g}, always"
    return (
        f"rises to {recipe.learning_rate:g} over the first {percent(recipe.warmup, 2)} of the steps, then "
        "falls along half a cosine to zero"
    )


def _momentum(recipe: Recipe) -> str:
    return "the network's own" if recipe.batch_norm_momentum is None else f"{recipe.batch_norm_momentum:g}"


def _share(part: float) -> str:
    return percent(part, 2) if part else "none"


def _average(recipe: Recipe) -> str:
    return f"keeps {percent(recipe.average, 3)} in a step" if recipe.average else "none"


_WHY = {
    "optimiser": "Adam divides each step by the size of the gradients so far; AdamW also shrinks kernels.",
    "rate": "A rise, so that the first steps do no harm; a fall, so that the last ones settle.",
    "constant": "The simplest; the last steps are as large as the first.",
    "smoothing": "This share of the target is spread over all signs: the network need not become ever surer.",
    "momentum": "The share of its moving averages that a step keeps: with 0.99 they need hundreds of steps.",
    "gamma": "At zero each block begins as its shortcut, and the network as a short one.",
    "kernels": "He normal keeps the size of the signal where ReLU follows (He et al. 2015, *Delving Deep*).",
    "views": "Each step sees another view, so that pictures cannot be learned by heart; it costs more steps.",
    "average": "A mean over the last steps answers in place of the latest weights: it swings less.",
    "precision": "Of the two, bfloat16 has the range of float32 and 8 of its 24 significant bits (Kalamkar "
    "et al. 2019, arXiv:1905.12322), so that half as much is moved.",
    "last": "A batch of very few pictures has noisy statistics.",
}
