"""What batch statistics and moving averages say, in sentences made of the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from resnet_core.figures.averages import Arrival
from resnet_core.figures.text import interval, percent, plural, significant, whole
from resnet_core.probes.averages import Distance, arrived, half
from resnet_core.probes.two_ways import BothWays, Right
from resnet_core.training.evaluation import wilson

SYMBOLS = (
    "A batch norm brings every channel to mean 0 and variance 1 before it scales it. In **training** it "
    "takes mean and variance of the pictures of the batch at hand, its *batch statistics*. When the network "
    "is **asked**, it takes its *moving averages* instead, so that an answer does not depend on which other "
    "pictures are asked about. After each batch of training the average μ becomes m·μ + (1 − m)·b: b is the "
    "mean of this batch, and the **momentum m** is the share of the old average that stays. The average of "
    "the variances moves alike."
)
CLOSED_FORM = (
    "**n** counts batches. Of a statistic that stands still, the share **1 − mⁿ** has arrived after n of "
    "them; mⁿ is still what was there before. Half has arrived after log ½ / log m batches. While a network "
    "learns, its statistics do not stand still, so its averages are later still."
)
PYTORCH = (
    "PyTorch counts the other way: its momentum is the share that is *replaced*, 1 − m. Its default 0.1 is "
    "0.9 here, and the default of Keras, 0.99, would be 0.01 there."
)


def enough(right: Right) -> bool:
    """Whether more are right with batch statistics than chance could explain: their intervals are apart."""
    return wilson(right.batch, right.count)[0] > wilson(right.moving, right.count)[1]


def share(correct: int, count: int) -> str:
    """A share of pictures with its interval."""
    return f"{percent(correct / count)} (95 % interval {interval(*wilson(correct, count))})"


def answer(found: BothWays, epoch: str, momentum: float | None) -> str:
    """The sentence that answers the question of the page, as far as these numbers do.

    Args:
        found: of the checkpoint.
        epoch: what it is called: "epoch 10".
        momentum: of its batch norms.
    """
    training, test = found.training, found.test
    keeps = f"; each batch replaces only {percent(1 - momentum, 1)} of them" if momentum else ""
    if enough(test):
        return (
            f"With the weights of {epoch}, **{_moving(test)}** of the test pictures are right, and "
            f"**{_batch(test)}** of the same pictures where each batch norm takes the mean and variance of "
            f"the batch: the weights have learned, the moving averages lag behind{keeps}."
        )
    if enough(training):
        return (
            f"With the weights of {epoch}, **{_moving(training)}** of the pictures that it learned from are "
            f"right, and **{_batch(training)}** of the same pictures where each batch norm takes the mean "
            f"and variance of the batch: the moving averages lag behind{keeps}. On test pictures it is "
            f"{_moving(test)} and {_batch(test)}: there it is not the averages alone."
        )
    return (
        f"With the weights of {epoch}, **{_moving(test)}** of the test pictures are right, and "
        f"**{_batch(test)}** where each batch norm takes the mean and variance of the batch: the averages "
        "make no difference here that chance could not make."
    )


def _moving(right: Right) -> str:
    return percent(right.moving / right.count)


def _batch(right: Right) -> str:
    return percent(right.batch / right.count)


def points(difference: float) -> str:
    """A difference of two shares: 58 percentage points."""
    return f"{significant(100 * difference, 2)} percentage points"


def ways_reading(found: BothWays, epoch: str) -> list[str]:
    """What the chart says of the chosen checkpoint: what the averages cost, and what is left then."""
    training, test = found.training, found.test
    said = [
        f"Of {whole(training.count)} training pictures, at {epoch}: {share(training.batch, training.count)} "
        f"with batch statistics, {share(training.moving, training.count)} with moving averages. Weights and "
        "pictures are the same, so the difference is the averages' alone.",
        f"Of {whole(test.count)} test pictures: {share(test.batch, test.count)} with batch statistics, "
        f"{share(test.moving, test.count)} with moving averages. {_rest(found)}",
    ]
    most = max(found.answers)
    if most > 0.6 * test.count:
        said.append(
            f"With its moving averages it gives one and the same answer, class {found.answers.index(most)}, "
            f"to {whole(most)} of {whole(test.count)} test pictures: so an accuracy stays near chance."
        )
    return said


def _rest(found: BothWays) -> str:
    training, test = found.training, found.test
    gap = training.batch / training.count - test.batch / test.count
    if enough(test):
        left = (
            f" What is left between test and training pictures, {points(gap)}, no momentum closes."
            if gap > 0.1
            else ""
        )
        return f"So the averages cost {points((test.batch - test.moving) / test.count)}.{left}"
    if gap > 0.15:
        return (
            f"Even with batch statistics the test lies {points(gap)} below the training pictures: that gap "
            "no momentum closes, it is what the network has learned by heart."
        )
    return "Both ways agree within what chance could make."


def arrival_reading(found: Arrival) -> list[str]:
    """What the chart of arrival says."""
    momentum, epoch = found.momentum, found.per_epoch
    said = [
        f"With m = {momentum:g} half has arrived after **{significant(half(momentum), 2)} batches**; in one "
        f"epoch of {plural(epoch, 'batch', 'batches')} {percent(float(arrived(momentum, epoch)))} arrive, in "
        f"ten {percent(float(arrived(momentum, 10 * epoch)))}."
    ]
    if len(found.training) == len(found.steps):
        reached = next(
            (
                steps
                for steps, right in zip(found.steps, found.training, strict=True)
                if right >= 0.95 * found.limits[0]
            ),
            None,
        )
        said.append(
            f"With the weights held still, the training pictures come within a twentieth of what batch "
            f"statistics get right after {plural(reached, 'batch', 'batches')}."
            if reached
            else "The training pictures do not come near what batch statistics get right in these batches."
        )
    return said


def distance_reading(found: Sequence[Distance]) -> str:
    """Which batch norms are farthest off."""
    shift, factor = max(found, key=lambda one: one.shift), max(found, key=lambda one: one.factor)
    third = max(1, len(found) // 3)
    early, late = (sum(one.shift for one in part) / len(part) for part in (found[:third], found[-third:]))
    where = "farther off near the output" if late > 1.3 * early else "farther off near the input"
    spread = "about as far off at both ends" if max(early, late) <= 1.3 * min(early, late) else where
    return (
        f"The means of *{shift.layer}* are off by {significant(shift.shift)} of their standard deviations, "
        f"more than any others; the standard deviations of *{factor.layer}* by a factor of "
        f"{significant(factor.factor)}. The averages are {spread}: {significant(early, 2)} standard "
        f"deviations in the first third of the layers, {significant(late, 2)} in the last."
    )
