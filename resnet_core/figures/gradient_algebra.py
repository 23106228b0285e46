"""The gradient through blocks as a sum of terms: formula, bars of what was measured, and what they say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from resnet_core.figures.base import FONT_SIZE, Axis, Look, frame
from resnet_core.figures.gradient_flow import SIGNS
from resnet_core.figures.palette import sign
from resnet_core.figures.text import percent, plural, significant
from resnet_core.probes.gradient_terms import Terms

_SUB = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
GAP = 1e-3
"""Up to which difference, as a share of the whole, terms are said to add up to it."""


def name_of(through: Sequence[int]) -> str:
    """A term as it stands in the product: 1, or F₃′F₁′, the later block first."""
    return "".join(f"F{number}′".translate(_SUB) for number in reversed(through)) or "1"


def product(count: int, masked: bool) -> str:
    """The derivative of what leaves `count` blocks by what enters them, as a product, in KaTeX.

    Args:
        count: of blocks.
        masked: whether the derivative of a ReLU, D, stands behind each addition.
    """
    return "".join(
        (f"D_{number}" if masked else "") + f"\\left(1+F_{number}'\\right)" for number in range(count, 0, -1)
    )


def expanded(count: int) -> str:
    """The same multiplied out, without any D: a term for each set of branches, the shortest first."""
    sets = sorted(
        ([n + 1 for n in range(count) if chosen >> n & 1] for chosen in range(2**count)),
        key=lambda each: (len(each), each),
    )
    return "+".join("".join(f"F_{number}'" for number in reversed(each)) or "1" for each in sets)


@dataclass(frozen=True)
class Passed:
    """All terms that pass so many branches.

    Attributes:
        branches: how many.
        terms: how many such terms there are.
        share: of the whole gradient, all of them together.
    """

    branches: int
    terms: int
    share: float


def by_branches(found: Terms) -> list[Passed]:
    """The shares by the number of branches that are passed, from none to all."""
    rows = []
    for branches in range(found.run.count + 1):
        shares = [one.share for one in found.terms if len(one.through) == branches]
        rows.append(Passed(branches, len(shares), sum(shares)))
    return rows


def terms_reading(found: Terms) -> list[str]:
    """Which terms carry the gradient, in sentences made from the numbers."""
    if not 0 < found.leaving < math.inf:
        return ["No gradient that can be measured arrives at these blocks, so there is nothing to share out."]
    rows = by_branches(found)
    parts = [f"the term 1, which passes no branch, carries **{percent(rows[0].share)}**"]
    parts += [f"{_which(row, found.run.count)} **{percent(row.share)}**" for row in rows[1:]]
    said = [f"Of the gradient dL/dx₁, {'; '.join(parts)}."]
    first = max(found.terms, key=lambda one: one.share)
    said.append(
        f"The largest single share is that of {name_of(first.through)}: {percent(first.share)}. "
        f"{_across(found)}"
    )
    return said


def _which(row: Passed, count: int) -> str:
    if row.branches == count:
        return f"the term through {'the branch' if count == 1 else f'all {count} branches'}"
    return f"the {plural(row.terms, 'term')} through {plural(row.branches, 'branch', 'branches')}"


def _across(found: Terms) -> str:
    """What the gradient gains or loses on its way, and whether any term works against the others."""
    factor = found.leaving / found.arriving if found.arriving else math.nan
    blocks = plural(found.run.count, "block")
    said = f"Through these {blocks} the gradient becomes {significant(factor)} times as long."
    against = [name_of(one.through) for one in found.terms if one.share < 0]
    if against:
        noun = "term points" if len(against) == 1 else "terms point"
        said += f" {len(against)} {noun} against the whole ({', '.join(against)}), with a share below 0."
    return said


def sums_up(found: Terms) -> str:
    """How well the terms, each measured alone, add up to the gradient computed at once."""
    if not math.isfinite(found.gap):
        return "The sum of the terms is not finite here, so that it cannot be compared."
    end = "no more than rounding" if found.gap <= GAP else "more than rounding should make"
    return (
        "Each term was computed by itself; their sum differs from the gradient computed at once by "
        f"{significant(found.gap)} of its length, {end}."
    )


def lengths_figure(found: Terms, look: Look) -> go.Figure:
    """Draws the length of every term, as a multiple of that of the gradient that arrives."""
    unit = found.arriving or 1.0
    values = [one.length / unit for one in found.terms]
    end = f"x{found.run.count + 1}".translate(_SUB)
    title = f"length of each term over that of dL/d{end}"
    return _bars(found, values, [significant(value) for value in values], title, look)


def shares_figure(found: Terms, look: Look) -> go.Figure:
    """Draws the share of every term along the whole gradient; together they make 100 %."""
    values = [100 * one.share if math.isfinite(one.share) else 0.0 for one in found.terms]
    labels = [_share(one.share) for one in found.terms]
    return _bars(found, values, labels, "share of dL/dx₁ along its own direction (%)", look)


def _share(share: float) -> str:
    return percent(share) if math.isfinite(share) else "–"


def _bars(found: Terms, values: list[float], labels: list[str], title: str, look: Look) -> go.Figure:
    names = [name_of(one.through) for one in found.terms]
    finite = [value for value in values if math.isfinite(value)] or [0.0]
    low, high = min(0.0, *finite), max(0.0, *finite)
    room = (high - low) or 1.0
    chart = frame(
        look,
        Axis(title, low - (0.3 * room if low < 0 else 0), high + 0.3 * room),
        Axis("term", -0.6, len(names) - 0.4),
        96 + 30 * len(names),
    )
    shown = sign(SIGNS[found.run.setting.kind], look.theme)
    chart.add(
        "bar", orientation="h", x=values, y=list(range(len(names))), text=labels, textposition="outside",
        textfont={"size": look.pixels(FONT_SIZE - 1)}, cliponaxis=False, marker={"color": shown.colour},
        customdata=names, hovertemplate="%{customdata}: %{text}<extra></extra>",
    )  # fmt: skip
    chart.layout["yaxis"] |= {
        "tickvals": list(range(len(names))),
        "ticktext": names,
        "autorange": False,
        "range": [len(names) - 0.4, -0.6],
        "showgrid": False,
        "ticks": "",
    }
    chart.layout["xaxis"] |= {"zeroline": True, "zerolinecolor": look.ground.edge, "nticks": 5}
    chart.layout["margin"]["l"] = look.pixels(76)
    return chart.figure()


def describe_terms(found: Terms, what: str) -> str:
    """Writes the alt text: every term with its number."""
    unit = found.arriving or 1.0
    each = [
        f"{name_of(one.through)} "
        + (significant(one.length / unit) if what == "length" else _share(one.share))
        for one in found.terms
    ]
    return f"Bars, the {what} of each term of the gradient: {'; '.join(each)}."
