"""What a race says, in sentences made from its numbers, and what He et al. 2015 say about it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resnet_core.figures.race import NAMES
from resnet_core.figures.text import percent, plural, significant
from resnet_core.probes.gradient_setting import CLASSES
from resnet_core.training.gradient_norms import GradientNorms
from resnet_core.training.race import Race, Side

CLEAR, CHANGED, LEARNED = 1.1, 3.0, 0.9
"""From which ratio of two losses on one run is said to be ahead; from which ratio on a gradient is said to
have risen, or fallen; and below which part of the loss of guessing a run is said to have learned."""
INITIALISERS = {"he_normal": "He", "glorot_uniform": "Glorot", "orthogonal": "orthogonal"}


@dataclass(frozen=True)
class Finish:
    """What the sentences speak of, for one run, at the last epoch that both have completed.

    Attributes:
        kind: of the network.
        loss: mean training loss over that epoch, in nats.
        test_loss: on the test pictures after it, in nats; None where there are none.
        accuracy: on the test pictures after it; None where there are none.
        early: median over the first epoch of the norm of the gradient of the first layer's kernel.
        late: the same over the last epoch.
        factor: the largest over the smallest of the layers' medians over the last epoch; not a number where
            it cannot be told.
    """

    kind: str
    loss: float
    test_loss: float | None
    accuracy: float | None
    early: float
    late: float
    factor: float

    @property
    def name(self) -> str:
        """What sentences call the network."""
        return f"{NAMES[self.kind]} net"


def finish(sides: Sequence[Side]) -> tuple[int, tuple[Finish, ...]] | None:
    """The last epoch that all runs have completed, and how they stood then; None before the first one."""
    epoch = min(len(side.epochs) for side in sides)
    if not epoch or any(not len(side.norms) for side in sides):
        return None
    return epoch, tuple(_finish(side, epoch) for side in sides)


def _finish(side: Side, epoch: int) -> Finish:
    record = side.epochs[epoch - 1]
    before = side.epochs[epoch - 2].step if epoch > 1 else 0
    norms = side.norms.on_the_main_path()
    late = _medians(norms, before, record.step)
    return Finish(
        side.kind,
        record.train_loss,
        record.test_loss,
        record.test_accuracy,
        float(_medians(norms, 0, side.epochs[0].step)[0]),
        float(late[0]),
        float(late.max() / late.min()) if late.min() > 0 and np.isfinite(late).all() else math.nan,
    )


def _medians(norms: GradientNorms, after: int, until: int) -> NDArray[np.float64]:
    """Layer by layer over the kept steps in an epoch; of the nearest one before its end where it has none."""
    inside = (norms.step > after) & (norms.step <= until)
    if not inside.any():
        inside = norms.step == max(norms.step[norms.step <= until])
    return np.median(norms.norms[inside].astype(np.float64), axis=0)


def race_reading(epoch: int, pair: Sequence[Finish]) -> list[str]:
    """Who is ahead, and what the gradient did; each sentence true of the numbers."""
    said = [ahead(epoch, pair), tested(pair), first_layer(epoch, pair), across(pair)]
    return [sentence for sentence in said if sentence]


def ahead(epoch: int, pair: Sequence[Finish]) -> str:
    """Which of two runs has the smaller training loss, or that this cannot be told."""
    when = f"After {plural(epoch, 'epoch')}"
    if not all(math.isfinite(one.loss) for one in pair):
        return f"{when} a loss is no longer a number."
    chance = math.log(CLASSES)
    better, worse = sorted(pair, key=lambda one: one.loss)
    losses = f"{significant(better.loss)} in the {better.name}, {significant(worse.loss)} in the {worse.name}"
    if better.loss > LEARNED * chance:
        return (
            f"{when} **neither net has learned**: the training loss is {losses}, where guessing among "
            f"{CLASSES} signs costs ln {CLASSES} = {significant(chance)}."
        )
    if worse.loss < CLEAR * better.loss:
        return f"{when} **both are about even**: the training loss is {losses}."
    more = f", {significant(worse.loss / better.loss)} times as much" if better.loss > 0 else ""
    stuck = f"; the {worse.name} has not learned yet" if worse.loss > LEARNED * chance else ""
    return f"{when} **the {better.name} is ahead**: the training loss is {losses}{more}{stuck}."


def tested(pair: Sequence[Finish]) -> str:
    """The test losses, and how many pictures each answers rightly; empty where there are none."""
    said = [
        f"{significant(one.test_loss)} in the {one.name} ({percent(one.accuracy)} right)"
        for one in pair
        if one.test_loss is not None and one.accuracy is not None
    ]
    return f"On the test pictures the loss is {', '.join(said)}." if len(said) == len(pair) else ""


def first_layer(epoch: int, pair: Sequence[Finish]) -> str:
    """What became of the gradient at the first layer's kernel, from the first epoch to the last."""
    if epoch == 1:
        each = " and ".join(f"{significant(one.late)} in the {one.name}" for one in pair)
        return f"At the first layer the gradient |dL/dW|, as a median over this epoch, is {each}."
    said = [
        f"in the {one.name} it {_became(one.early, one.late)} (from {significant(one.early)} to "
        f"{significant(one.late)})"
        for one in pair
    ]
    return (
        "At the first layer, the gradient |dL/dW|, as a median over the first epoch and over the last: "
        f"{'; '.join(said)}."
    )


def across(pair: Sequence[Finish]) -> str:
    """How much the gradient differs from layer to layer; empty where that cannot be told."""
    if not all(math.isfinite(one.factor) for one in pair):
        return ""
    said = " and ".join(f"of {significant(one.factor)} in the {one.name}" for one in pair)
    return f"From layer to layer it differs by a factor {said}: the largest such median over the smallest."


def _became(early: float, late: float) -> str:
    if not (math.isfinite(early) and math.isfinite(late)):
        return "was not finite"
    if early == late:
        return "stayed the same"
    if early == 0 or late == 0:
        return "vanished" if late == 0 else "appeared"
    factor = late / early
    if factor >= CHANGED:
        return f"**rose {significant(factor)}-fold**"
    if factor <= 1 / CHANGED:
        return f"**fell {significant(1 / factor)}-fold**"
    return "stayed within a factor of 3"


def race_words(race: Race) -> str:
    """What is raced, in a few words: `20 layers, batch norm, He kernels`."""
    norm = "batch norm" if race.batch_norm else "no batch norm"
    return f"{race.depth} layers, {norm}, {INITIALISERS[race.initializer]} kernels"


def capital(words: str) -> str:
    """Words with a capital first letter, and names in them as they are."""
    return words[:1].upper() + words[1:]


HE_2015 = (
    "He et al. 2015 (arXiv 1512.03385). Figure 1 shows the training and the test error of plain nets of 20 "
    "and 56 layers on CIFAR-10: “The deeper network has higher training error, and thus test error.” Figure "
    "6 draws plain nets of 20 to 56 layers beside residual ones, and says that the error of the plain net of "
    "110 layers is above 60 % and not displayed. Their nets have batch norm and He kernels, and section 4.1 "
    "holds that the trouble is “unlikely to be caused by vanishing gradients”; footnote 3 adds that three "
    "times as many iterations do not cure it."
)
"""What they say about exactly this race, with its places."""
