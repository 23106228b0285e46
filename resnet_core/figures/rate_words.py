"""What a range of learning rates says, in sentences made of its numbers."""

from __future__ import annotations

import math

from resnet_core.figures.rate_range import Ranged
from resnet_core.figures.text import significant
from resnet_core.training.rate_range import EXPLODED, before_explosion

HOW = (
    "The **learning rate** says how far a step goes: how much of the gradient, as the optimiser scales it, "
    "is taken off the weights. Here it starts so small that nothing happens and grows by the same factor at "
    "every step. First the **loss**, the cross-entropy on the pictures of the step, in nats, stands still; "
    "then it falls; then steps go too far and it rises; at last it explodes. Before that a network should "
    "be trained, and not long before."
)


def suggestion(one: Ranged) -> float | None:
    """The learning rate at which the loss falls fastest, to one digit; None where it never does."""
    place = one.found.steepest
    return rounded(float(one.rates[place])) if place is not None else None


def rounded(rate: float) -> float:
    """A rate to one significant digit: 0.00214 is 0.002."""
    return float(f"{rate:.0e}")


def answer(one: Ranged) -> str:
    """The sentence that answers the question of the page."""
    rate = suggestion(one)
    if rate is None:
        return f"For {one.label} the loss did not fall clearly at any of these learning rates."
    steepest, rises = one.found.steepest, one.found.rises
    beyond = f", and from {significant(float(one.rates[rises]), 2)} on it rises" if rises is not None else ""
    return (
        f"About **{significant(rate, 1)}** for {one.label}: at {significant(float(one.rates[steepest]), 2)} "
        f"its loss falls fastest{beyond}."
    )


def reading(one: Ranged) -> str:
    """What the curve says and why the choice follows from it."""
    seen, smooth = one.found, before_explosion(one.losses)
    if seen.steepest is None or seen.lowest is None:
        return f"**{one.label}**: the loss does not fall by more than the noise of single steps. {_end(one)}"
    steepest, lowest = float(one.rates[seen.steepest]), float(one.rates[seen.lowest])
    rises = float(one.rates[seen.rises]) if seen.rises is not None else None
    if rises is None:
        rise, margin = "and does not rise again", "though what lies beyond is not seen here"
    else:
        rise = f"and rises from {significant(rises, 2)} on"
        margin = f"a factor of {significant(rises / steepest, 2)} below where it begins to rise"
        if rises < 2 * steepest:
            margin = "close to where it begins to rise, so rather take less"
    return (
        f"**{one.label}**: from {significant(float(smooth[0]))} the loss falls fastest at a rate of "
        f"{significant(steepest, 2)}, where a step helps most; it is lowest, "
        f"{significant(float(smooth[seen.lowest]))}, at {significant(lowest, 2)} {rise}. "
        f"{_worse(one)}{_end(one)} So {significant(rounded(steepest), 1)} is suggested, {margin}."
    )


def _worse(one: Ranged) -> str:
    place = one.found.worse
    rate = significant(float(one.rates[place]), 2) if place is not None else ""
    return f"At {rate} it is as high again as in the beginning. " if rate else ""


def _end(one: Ranged) -> str:
    place = one.found.exploded
    if place is not None:
        return (
            f"At {significant(float(one.rates[place]), 2)} it has exploded: {EXPLODED:g} times the lowest "
            "before it, or no number."
        )
    if one.failed:
        return f"Soon after {significant(float(one.rates[-1]), 2)} the loss is no number any more."
    return "It does not explode in this range."


def compared(one: Ranged, other: Ranged) -> str:
    """Which of two settings takes the larger learning rate."""
    rates = suggestion(one), suggestion(other)
    if rates[0] is None or rates[1] is None:
        return "The two cannot be compared, because the loss of one does not fall."
    factor = math.exp(abs(math.log(rates[0] / rates[1])))
    if factor < 2:
        return "Both ask for about the same learning rate; the places differ by less than a factor of 2."
    larger, smaller = (one, other) if rates[0] > rates[1] else (other, one)
    return (
        f"{larger.label} takes a learning rate {significant(factor, 2)} times as large as {smaller.label}. "
        "One seed each: a factor of 2 may be chance."
    )
