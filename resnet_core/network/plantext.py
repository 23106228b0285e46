"""A stage plan as one short text, which can stand in an address or in the settings of a run, and back.

    2-2-2~1-2-4~1-2-2~small

Blocks in each stage, factors on the filters, strides of the first blocks, and the stem, `large` where it is
not written. By hand, `|` and commas or spaces may stand for `~` and `-`, as in the text of a block.
"""

from __future__ import annotations

import re

from resnet_core.network.layers import shown
from resnet_core.network.stacking import MOST_STAGES, STEMS, StagePlan

MOST_CHARACTERS = 200
_USUAL = STEMS[0]
_WHOLE = re.compile(r"[0-9]{1,6}", re.ASCII)
_DECIMAL = re.compile(r"[0-9]{1,6}(\.[0-9]{1,17})?", re.ASCII)


def write(plan: StagePlan) -> str:
    """The text of a plan; equal plans have the same, and `read` turns it back."""
    rows = [write_row(row) for row in (plan.repeats, plan.widths, plan.strides)]
    return "~".join([*rows, *([] if plan.stem == _USUAL else [plan.stem])])


def read(text: str) -> StagePlan:
    """The plan of a text, which may be a stranger's.

    Raises:
        ValueError: one sentence with what was expected and what came.
    """
    if not isinstance(text, str) or len(text) > MOST_CHARACTERS:
        raise ValueError(f"A stage plan is a text of at most {MOST_CHARACTERS} characters.")
    parts = [part.strip() for part in text.replace("|", "~").split("~")]
    if len(parts) not in (3, 4):
        raise ValueError(
            "A stage plan is written as repeats, widths, strides and perhaps the stem, with ~ or | between "
            f"them, but {len(parts)} part{'s' if len(parts) > 1 else ''} came."
        )
    repeats, widths, strides, *stem = parts
    return plan_of(repeats, widths, strides, *stem)


def plan_of(repeats: str, widths: str = "", strides: str = "", stem: str = _USUAL) -> StagePlan:
    """The plan of its rows, each a text such as `2-2-2` or `2, 2, 2`.

    Widths and strides that are left out double the filters and halve the sides from stage to stage.

    Raises:
        ValueError: one sentence with what was expected and what came.
    """
    rows = read_whole("repeats", repeats)
    return StagePlan(
        rows,
        read_row("widths", widths) if widths.strip() else tuple(2.0**stage for stage in range(len(rows))),
        read_whole("strides", strides) if strides.strip() else (1, *(2,) * (len(rows) - 1)),
        stem,
    )


def read_whole(what: str, text: str) -> tuple[int, ...]:
    """The whole numbers of a row; errors as in `read_row`."""
    return tuple(int(each) for each in _split(what, text, _WHOLE, "whole numbers"))


def read_row(what: str, text: str) -> tuple[float, ...]:
    """The numbers of a row, one for each stage.

    Raises:
        ValueError: one sentence with what was expected and what came.
    """
    return tuple(float(each) for each in _split(what, text, _DECIMAL, "numbers"))


def write_row(row: tuple[int, ...] | tuple[float, ...], between: str = "-") -> str:
    """The text of a row, every number in full."""
    return between.join(repr(value).removesuffix(".0") for value in row)


def _split(what: str, text: str, number: re.Pattern[str], kind: str) -> list[str]:
    words = re.split(r"[-,\s]+", text.strip())
    if len(words) > MOST_STAGES or not all(number.fullmatch(word) for word in words):
        raise ValueError(
            f"{what} must be 1 to {MOST_STAGES} {kind}, one for each stage, such as 2-2-2, "
            f"but {shown(text)} came"
        )
    return words
