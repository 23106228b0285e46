"""Gradients at initialisation, against the table that this project measured once with Keras' own models.

Each ratio should be within a factor of 3 of the table and on the same side of 1; the last words say whether.
The table was made of pictures less their mean colour: only so its spread behind the
stem comes out, 0.15 with He kernels and no batch norm (of pictures from 0 to 1 it is 0.6).
"""

from __future__ import annotations

import dataclasses
import time

from benchmarks.figure import Figure
from resnet_core.figures.gradient_words import facts
from resnet_core.hands import sets
from resnet_core.probes.gradient_setting import Setting
from resnet_core.probes.gradients import profile

FACTOR = 3.0
TABLE = {  # kind, batch norm, initialiser: |dL/dx| first/last, |dL/dW| second/last; 56 layers, 3 seeds
    ("plain", False, "glorot_uniform"): (6.2e-9, 0.61),
    ("residual", False, "glorot_uniform"): (8.8, 0.34),
    ("plain", False, "he_normal"): (0.70, 1.2),
    ("residual", False, "he_normal"): (1.2e4, 0.20),
    ("plain", True, "glorot_uniform"): (9.3e3, 458),
    ("residual", True, "glorot_uniform"): (78, 6.7),
    ("plain", True, "he_normal"): (5.9e3, 491),
    ("residual", True, "he_normal"): (33, 5.4),
}
SEEDS = (1, 2, 3)


def bench() -> list[Figure]:
    """The table with 64 test pictures of 64x64, and how long a pair takes at preview size."""
    hands = sets.load(sets.default_name())
    figures = []
    for (kind, norm, initializer), reference in TABLE.items():
        setting = Setting(kind, 56, norm, initializer, centred=True)
        found = facts(
            [profile(dataclasses.replace(setting, seed=seed), hands.test_x, hands.test_y) for seed in SEEDS]
        )
        name = f"{kind}-56, {'bn' if norm else 'no bn'}, {initializer.split('_')[0]}"
        for what, value, wanted in zip(
            ("dL/dx first/last", "dL/dW 2nd/last"), (found.reaching, found.kernels), reference, strict=True
        ):
            against = f"the table; {agrees(value, wanted)}"
            figures.append(Figure(f"{name}, {what}", value, "", wanted, against))
    return [*figures, *_previews()]


def agrees(value: float, wanted: float) -> str:
    """Whether a ratio is near that of the table, and on the same side of 1."""
    near = wanted / FACTOR <= value <= wanted * FACTOR
    side = (value > 1) == (wanted > 1)
    return f"{'within' if near else 'NOT within'} a factor of 3, {'same' if side else 'OTHER'} side of 1"


def _previews() -> list[Figure]:
    hands = sets.load(sets.default_name())
    figures = []
    for depth, goal in ((20, 0.5), (56, 1.5)):
        taken = []
        for seed in range(4):
            began = time.perf_counter()
            for kind in ("plain", "residual"):
                setting = Setting(kind, depth, False, "glorot_uniform", seed=seed, pictures=8, side=32)
                profile(setting, hands.test_x, hands.test_y)
            taken.append(time.perf_counter() - began)
        figures.append(Figure(f"preview of a pair, {depth} layers", min(taken[1:]), "s", goal, "the goal"))
    return figures
