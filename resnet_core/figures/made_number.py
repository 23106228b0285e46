"""How one number of a map was made, as tables: patch, kernel, products, summands, and the formula."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from resnet_core.figures.text import significant
from resnet_core.probes.made import Fact, Made, Term, Window, shortened

MOST_TERMS, MOST_WINDOWS = 6, 3
_MOST_SIDE = 9


def made_html(made: Made, value: float, symbol: str) -> str:
    """Returns how a number was made.

    Args:
        made: from `probes.arithmetic`.
        value: as it stands in the map.
        symbol: what it is called: `F(x)`, or the layer.
    """
    parts = [_windows(made), _terms(made), _facts(made), _formula(made)]
    check = (
        f'<p class="rx-result">= <strong>{written(made.value)}</strong>, and in the map of '
        f"{html.escape(symbol)} stands {written(value)}</p>"
    )
    return f'<div class="rx-made">{"".join(parts)}{check}</div>'


def written(value: float, decimals: int = 6) -> str:
    """Writes a number with so many decimals, in which sums of several still add up: −0.123456."""
    return f"{value:.{decimals}f}".replace("-", "\u2212") if math.isfinite(value) else significant(value)


def decimals_for(values: Iterable[float]) -> int:
    """How many decimals numbers that are added need: six, or more where all of them are small."""
    largest = max((abs(value) for value in values), default=0.0)
    if largest == 0 or not math.isfinite(largest):
        return 6
    return min(15, max(6, 5 - math.floor(math.log10(largest))))


def terms_shown(made: Made) -> tuple[Term, ...]:
    """The summands that are written out; they add up to what all of them add up to."""
    return shortened(made.terms, MOST_TERMS)


def columns_of(made: Made) -> dict[str, list[object]]:
    """Everything that made a number, in full precision, as columns for a CSV file."""
    rows: list[tuple[object, ...]] = []
    for one in made.windows:
        for (row, column), pixel in np.ndenumerate(one.values):
            kernel = "" if one.kernel is None else float(one.kernel[row, column])
            product = "" if one.kernel is None else float(one.products[row, column])
            inside = bool(one.inside[row, column])
            rows.append(("pixel", one.channel, row, column, inside, float(pixel), kernel, product))
    rows += [("summand " + term.name, "", "", "", "", term.value, "", "") for term in made.terms]
    rows += [(f"{fact.symbol}, {fact.words}", "", "", "", "", fact.value, "", "") for fact in made.facts]
    rows.append(("result", "", "", "", "", made.value, "", ""))
    names = ("what", "channel", "row", "column", "inside", "value", "kernel", "product")
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def _windows(made: Made) -> str:
    if not made.windows:
        return ""
    ordered = sorted(made.windows, key=lambda one: -abs(float(one.products.sum())))
    if made.windows[0].values.size == 1:
        return _pixels(ordered[:MOST_TERMS])
    shown = "".join(_window(one) for one in ordered[:MOST_WINDOWS])
    more = len(ordered) - MOST_WINDOWS
    rest = (
        f"<p>The {MOST_WINDOWS} channels that count most; {more} more are summed below.</p>"
        if more > 0
        else ""
    )
    outside = "" if all(one.inside.all() for one in ordered) else "<p>Grey pixels lie outside the map.</p>"
    return f"{shown}{rest}{outside}"


def _pixels(windows: Sequence[Window]) -> str:
    """Windows of one pixel, a row each."""
    rows = [
        (
            f"channel {one.channel}",
            significant(float(one.values[0, 0]), 4),
            significant(float(one.kernel[0, 0]), 4) if one.kernel is not None else "",
            significant(float(one.products[0, 0]), 4),
        )
        for one in windows
    ]
    return _table(("from", "pixel", "kernel", "product"), rows)


def _window(one: Window) -> str:
    """Patch, kernel and products of one channel."""
    if max(one.values.shape) > _MOST_SIDE:
        return ""
    grids = [(f"channel {one.channel}", one.values)]
    signs = []
    if one.kernel is not None:
        grids += [("kernel", one.kernel), ("products", one.products)]
        signs = ["×", "=", f"sum {written(float(one.products.sum()))}"]
    cells = ""
    for place, (name, values) in enumerate(grids):
        sign = f'<span class="rx-sign-between">{signs[place]}</span>' if place < len(signs) - 1 else ""
        cells += f"{_grid(name, values, one.inside)}{sign}"
    total = f'<span class="rx-sign-between">{signs[-1]}</span>' if signs else ""
    return f'<div class="rx-window">{cells}{total}</div>'


def _grid(name: str, values: NDArray[np.float64], inside: NDArray[np.bool_]) -> str:
    rows = ""
    for row, known in zip(values, inside, strict=True):
        cells = "".join(
            f"<td{'' if lies else ' class=rx-outside'}>{significant(float(value), 3)}</td>"
            for value, lies in zip(row, known, strict=True)
        )
        rows += f"<tr>{cells}</tr>"
    return f"<table class='rx-grid'><caption>{html.escape(name)}</caption><tbody>{rows}</tbody></table>"


def _terms(made: Made) -> str:
    if not made.terms:
        return ""
    shown = terms_shown(made)
    places = decimals_for([term.value for term in shown])
    rows = [(term.name, written(term.value, places)) for term in shown]
    return _table(("summand", "value"), [*rows, ("sum", written(made.sum, places))], last=True)


def _facts(made: Made) -> str:
    rows = [(fact.symbol, fact.words, significant(fact.value, 7)) for fact in made.facts]
    return _table(("sign", "what it is", "value"), rows) if rows else ""


def _formula(made: Made) -> str:
    if made.formula == "sum":
        return ""
    filled = plugged(made.formula, made.facts)
    numbers = f"<p>= {html.escape(filled)}</p>" if filled != made.formula else ""
    return f"<p>{html.escape(made.formula)}</p>{numbers}"


def plugged(formula: str, facts: Iterable[Fact]) -> str:
    """The formula with numbers in the place of its symbols: `max(0, −0.3)`."""
    numbers = {fact.symbol: fact.value for fact in facts}
    signs = "|".join(re.escape(symbol) for symbol in sorted(numbers, key=len, reverse=True))
    if not signs:
        return formula

    def number(found: re.Match[str]) -> str:
        value = significant(numbers[found[0]], 5)
        return f"({value})" if numbers[found[0]] < 0 else value

    return re.sub(rf"(?<!\w)(?:{signs})(?!\w)", number, formula)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, last: bool = False) -> str:
    heads = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in head)
    body = ""
    for place, row in enumerate(rows):
        marked = ' class="rx-total"' if last and place == len(rows) - 1 else ""
        cells = "".join(f"<td>{html.escape(cell)}</td>" for cell in row[1:])
        body += f'<tr{marked}><th scope="row">{html.escape(row[0])}</th>{cells}</tr>'
    return f'<table class="rx-table"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'
