"""Sentences about what each block adds, made from the numbers of the residual meter."""

from __future__ import annotations

from collections.abc import Sequence

from resnet_core.figures.residual_meter import block_words
from resnet_core.figures.text import plural, significant
from resnet_core.probes.residuals import Residual

SMALL = 0.5
"""Below this part of what the shortcut brings, F(x) is said to change it little."""
ALIGNED = 0.3
"""From this cosine on, F(x) is said to strengthen what is there; from its opposite on, to take away."""


def answer(rows: Sequence[Residual]) -> str:
    """The sentence that answers the question of the page, for one picture.

    Args:
        rows: of all blocks with an addition; none for a plain net.
    """
    if not rows:
        return (
            "This network is plain: **its blocks add nothing to what enters them**; all that leaves a block "
            "has gone through its layers."
        )
    most = max(rows, key=lambda row: row.ratio)
    return (
        f"For this picture **{block_words(most.block)} changes most**: what its branch adds, F(x), spreads "
        f"{_times(most)} what its shortcut brings."
    )


def reading(rows: Sequence[Residual], pictures: str) -> str:
    """What the meter says of all blocks together.

    Args:
        rows: of all blocks with an addition, at least one.
        pictures: what was measured: "this picture", "1 200 pictures of SIGNS".
    """
    small = [row for row in rows if row.ratio < SMALL]
    said = [
        f"Over {pictures}, F(x) spreads less than half as far as what the shortcut brings in "
        f"**{len(small)} of {plural(len(rows), 'block')}**"
        if pictures != "this picture"
        else f"F(x) spreads less than half as far as what the shortcut brings in **{len(small)} of "
        f"{plural(len(rows), 'block')}**"
    ]
    identity = [row for row in rows if row.identity]
    if len(identity) > 1:
        low = min(identity, key=lambda row: row.ratio)
        high = max(identity, key=lambda row: row.ratio)
        said.append(
            f"among those whose shortcut is x itself it is from {significant(low.ratio)} times in "
            f"{block_words(low.block)} to {significant(high.ratio)} times in {block_words(high.block)}"
        )
    return f"{'; '.join(said)}. {_directions(rows)}"


def of_block(row: Residual) -> str:
    """What one block adds."""
    brings = "x" if row.identity else "s(x), what the shortcut makes of x"
    if row.branch == 0:
        return f"In {block_words(row.block)} **F(x) is the same everywhere**, so it adds nothing that varies."
    return (
        f"In {block_words(row.block)} F(x) has a standard deviation of {significant(row.branch)} and "
        f"{brings} one of {significant(row.shortcut)}: {significant(row.ratio)} times. Their cosine is "
        f"{significant(row.cosine, 2)}, so {_direction(row)}."
    )


def _times(row: Residual) -> str:
    if row.shortcut == 0:
        return "while nothing varies in"
    return f"{significant(row.ratio)} times as far as"


def _direction(row: Residual) -> str:
    if row.cosine >= ALIGNED:
        return "F(x) mostly strengthens what is there"
    if row.cosine <= -ALIGNED:
        return "F(x) mostly takes away from what is there"
    return "F(x) mostly brings something new"


def _directions(rows: Sequence[Residual]) -> str:
    new = sum(abs(row.cosine) < ALIGNED for row in rows)
    return (
        f"In {new} of {len(rows)} their cosine is between \u2212{ALIGNED} and {ALIGNED}: F(x) mostly brings "
        "something new there, and neither repeats nor cancels what comes by the shortcut."
    )
