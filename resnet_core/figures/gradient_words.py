"""What a gradient profile says, in sentences made from its numbers, and what the papers say about it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from resnet_core.figures.gradient_flow import TITLES
from resnet_core.figures.text import significant
from resnet_core.probes.gradient_setting import CLASSES, Setting
from resnet_core.probes.gradients import Profile

INITIALISATIONS = {"he_normal": "He", "glorot_uniform": "Glorot", "orthogonal": "orthogonal"}
FAR, NEAR = 1e3, 10.0
"""From which ratio on a gradient is said to explode (or to vanish, below its inverse); and up to which, both
ways, it is said to keep its size."""


@dataclass(frozen=True)
class Facts:
    """What the sentences speak of: medians over the seeds, for one network.

    Attributes:
        kind: of the network.
        reaching: |dL/dx| behind the stem over that behind the last block but one.
        kernels: |dL/dW| of the second convolution over that of the last.
        first: standard deviation of the activations behind the stem.
        last: the same behind the last block.
        loss: in nats.
    """

    kind: str
    reaching: float
    kernels: float
    first: float
    last: float
    loss: float

    @property
    def name(self) -> str:
        """What sentences call the network."""
        return TITLES[self.kind]


def facts(profiles: Sequence[Profile]) -> Facts:
    """The medians over profiles that differ only in their seed."""

    def median(values: Sequence[float]) -> float:
        return float(np.median(values))

    return Facts(
        profiles[0].setting.kind,
        median([one.reaching for one in profiles]),
        median([one.kernel_ratio for one in profiles]),
        median([one.spreads[0] for one in profiles]),
        median([one.spreads[-1] for one in profiles]),
        median([one.loss for one in profiles]),
    )


def verdict(ratio: float) -> str:
    """What a gradient does on its way back, from what is left of it."""
    if math.isnan(ratio):
        return "cannot be told, since nothing arrives anywhere"
    if ratio == 0:
        return "is exactly 0 at the stem"
    if ratio < 1 / FAR:
        return "vanishes"
    if ratio < 1 / NEAR:
        return "shrinks"
    if ratio <= NEAR:
        return "stays within a factor of 10"
    return "grows" if ratio <= FAR else "explodes"


def answer(pair: Sequence[Facts], setting: Setting) -> str:
    """The sentence that answers the page's question, with what was measured."""
    first, *others = pair
    told = (
        _arriving(first) if math.isnan(first.reaching) else f"{_arriving(first)} as long as near the output"
    )
    said = [f"Behind the first of {setting.depth} layers the gradient of the {called(first)} is {told}"]
    said += [f"that of the {called(other)} {_arriving(other)}" for other in others]
    return f"{', '.join(said)}. Measured at initialisation, with {corner_words(setting)}."


def _arriving(one: Facts) -> str:
    return (
        "**0, as it is at the output**"
        if math.isnan(one.reaching)
        else f"**{significant(one.reaching)} times**"
    )


def corner_words(setting: Setting) -> str:
    """The corner that a setting is in."""
    norm = "batch norm" if setting.batch_norm else "no batch norm"
    return f"{norm} and {INITIALISATIONS[setting.initializer]} kernels"


def reading(pair: Sequence[Facts]) -> list[str]:
    """Sentences about two networks; each is true of the numbers, or is left out."""
    said = [on_the_way(one) for one in pair]
    said += filter(None, [compared(*pair)] if len(pair) == 2 else [])
    said += filter(None, map(hidden, pair))
    return [*said, *filter(None, map(large_loss, pair))]


def on_the_way(one: Facts) -> str:
    """What becomes of the gradient, and of the activations, of one network."""
    return (
        f"**{called(one).capitalize()}.** Going back from the last block but one to the stem the gradient "
        f"**{verdict(one.reaching)}** (times {significant(one.reaching)}). Going forward, the standard "
        f"deviation of the activations is {significant(one.first)} behind the stem and "
        f"{significant(one.last)} behind the last block."
    )


def compared(one: Facts, other: Facts) -> str:
    """Which of two gradients changes less from end to end; empty where that cannot be told."""
    if not (comparable(one) and comparable(other)):
        return ""
    first = steadier(one, other)
    if first is None:
        return "Both gradients change by about as much on their way, within a factor of two."
    less, more = sorted((change(one), change(other)))
    wilder = other if first is one else one
    return (
        f"From end to end the gradient changes by a factor of {significant(less)} in the "
        f"{called(first)} and of {significant(more)} in the {called(wilder)}: **here the "
        f"{called(first)} is the steadier one**."
    )


def comparable(one: Facts) -> bool:
    """Whether a gradient arrives at both ends, so that the factor between them can be told."""
    return 0 < one.reaching < math.inf


def change(one: Facts) -> float:
    """By which factor, 1 or more, a gradient changes from end to end, up or down; of a `comparable` one."""
    return max(one.reaching, 1 / one.reaching)


def steadier(one: Facts, other: Facts) -> Facts | None:
    """Which of two gradients changes less from end to end; None within a factor of two.

    Args:
        one: `comparable`.
        other: the same.
    """
    factor = change(one) / change(other)
    if 1 / 2 <= factor <= 2:
        return None
    return one if factor < 1 else other


def hidden(one: Facts) -> str:
    """Where the kernels look healthy and the gradient is not; empty elsewhere."""
    far = 0 < one.reaching < 1 / FAR or FAR < one.reaching < math.inf
    spread = one.last / one.first if one.first > 0 else math.nan
    # One must grow towards the stem by much as the other shrinks, or they could not hide each other.
    hiding = 0 < spread < 1 / NEAR if one.reaching < 1 else NEAR < spread < math.inf
    if not (far and hiding and 1 / NEAR <= one.kernels <= NEAR):
        return ""
    return (
        f"Look at the kernels of the {called(one)}: |dL/dW| of the second convolution is "
        f"{significant(one.kernels)} times that of the last, which looks healthy. It is not: dL/dW of a "
        "layer is made of the gradient behind it times the activations before it, and towards the stem one "
        f"{'shrinks' if one.reaching < 1 else 'grows'} as the other "
        f"{'grows' if one.reaching < 1 else 'shrinks'}, so that their product hides both."
    )


def loses_much(one: Facts) -> bool:
    """Whether the loss starts far above that of guessing."""
    return one.loss > NEAR * math.log(CLASSES)


def large_loss(one: Facts) -> str:
    """Where the loss starts far above that of guessing; empty elsewhere."""
    chance = math.log(CLASSES)
    if not loses_much(one):
        return ""
    return (
        f"The loss of the {called(one)} begins at {significant(one.loss)}, where guessing among {CLASSES} "
        f"classes costs ln {CLASSES} = {significant(chance)}: its activations have grown too large."
    )


def called(one: Facts) -> str:
    """A network as sentences call it: the plain net, the net of your block."""
    return "net of your block" if one.kind == "own" else f"{one.name} net"


def explodes(one: Facts) -> bool:
    """Whether a residual net needs one of the cures: it explodes, forward or back."""
    return one.kind not in ("plain", "own") and (one.reaching > FAR or loses_much(one))


def papers(setting: Setting) -> list[str]:
    """What papers say about the corner of a setting, each with its place."""
    he = (
        "He et al. 2015 (arXiv 1512.03385, section 4.1) hold that the trouble of their plain nets, which "
        "have batch norm, is “unlikely to be caused by vanishing gradients”; they speak of training, "
        "this page of its first moment."
    )
    yang = (
        "Yang et al. 2019 (*A mean field theory of batch normalization*, arXiv 1902.08129) study gradients "
        "in nets with batch norm at initialisation, and note that after one step of the optimiser their "
        "dynamic range shrinks."
    )
    fixup = (
        "Zhang et al. 2019 (*Fixup*, arXiv 1901.09321, abstract) train residual nets without batch norm as "
        "stably as with it, “even for networks with 10,000 layers”: the last layer of each branch "
        "starts at 0, the others are scaled, and single numbers are added."
    )
    skip = (
        "De and Smith 2020 (*SkipInit*, arXiv 2002.10444): at initialisation batch norm makes the branch "
        "smaller, by about the square root of the depth, beside the shortcut; one learnable number on each "
        "branch can do the same. ReZero (Bachlechner et al. 2020, arXiv 2003.04887) starts that number at 0."
    )
    return [he, yang] if setting.batch_norm else [fixup, skip]
