"""What the four corners say together, and where a cure is offered, in sentences made from the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from resnet_core.figures.gradient_words import (
    FAR,
    Facts,
    called,
    comparable,
    explodes,
    loses_much,
    steadier,
    verdict,
)
from resnet_core.figures.text import significant


def corners_reading(rows: Sequence[Sequence[Facts]]) -> str:
    """What becomes of each network's gradient in how many corners, and which is steadier in how many.

    Args:
        rows: the networks in each corner, in one order.
    """
    said = [
        f"the gradient of the {called(column[0])} {_counted([verdict(one.reaching) for one in column])}"
        for column in zip(*rows, strict=True)
    ]
    return f"Of {len(rows)} corners, {'; '.join(said)}.{_steadier(rows)}"


def _counted(verdicts: Sequence[str]) -> str:
    return ", ".join(f"{kind} in {verdicts.count(kind)}" for kind in dict.fromkeys(verdicts))


def _steadier(rows: Sequence[Sequence[Facts]]) -> str:
    """In how many corners each network's gradient changes less from end to end, where that can be told."""
    if any(len(row) != 2 or not all(map(comparable, row)) for row in rows):
        return ""
    found = [steadier(*row) for row in rows]
    counts = [sum(one is row[place] for one, row in zip(found, rows, strict=True)) for place in (0, 1)]
    one, other = rows[0]
    said = f"the {called(one)} is the steadier one in {counts[0]}, the {called(other)} in {counts[1]}"
    alike = len(rows) - sum(counts)
    return f" From end to end {said}{f', and {alike} come within a factor of two' if alike else ''}."


def corner_caption(row: Sequence[Facts]) -> str:
    """What becomes of each gradient in one corner, with its factor from end to end."""
    return "; ".join(f"{one.name}: {verdict(one.reaching)} (×{significant(one.reaching)})" for one in row)


def ill(pair: Sequence[Facts], batch_norm: bool) -> Facts | None:
    """The first network that needs a cure: one with shortcuts and no batch norm that explodes."""
    return None if batch_norm else next(filter(explodes, pair), None)


def cure_words(one: Facts) -> str:
    """Why a network that `explodes` is offered the cures."""
    reasons = []
    if one.reaching > FAR:
        reasons.append(f"its gradient grows {significant(one.reaching)} times on its way back")
    if loses_much(one):
        reasons.append(f"its loss begins at {significant(one.loss)}")
    return (
        f"**Here the {called(one)} explodes:** {' and '.join(reasons)}. Without batch norm every block adds "
        "its branch at full size. Start the branches smaller:"
    )
