"""How long the paths through a network are: in numbers for the real one, path by path for a small one."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from resnet_core.figures.base import Axis, Look, frame
from resnet_core.figures.palette import Kind, sign
from resnet_core.figures.svg import box, document, element, group, label
from resnet_core.figures.text import percent, significant, whole
from resnet_core.network.paths import Unit, mean_length, middle, share_between

_CELL, _ROW, _LEFT, _HEAD = 56.0, 22.0, 40.0, 30.0


def number_of_paths(forks: int) -> str:
    """Writes 2^n: in full up to a million, then also rounded."""
    exact = 2**forks
    if forks <= 20:
        return whole(exact)
    if forks <= 1000:
        return f"2^{forks}, about {significant(float(exact))}"
    return f"2^{forks}"


def path_figure(counts: Sequence[int], unit: Unit, kind: Kind, look: Look, height: float = 320) -> go.Figure:
    """Draws the share of the paths that have each length.

    Args:
        counts: from `paths.path_lengths`.
        unit: what the lengths count.
        kind: of the network.
        look: Theme and size.
        height: In pixels at the reading size.
    """
    total = sum(counts)
    shares = [count / total for count in counts]
    what = "blocks whose branch it takes" if unit == "blocks" else "convolutions on it"
    share = Axis("share of all paths (%)", 0, 108 * max(shares))
    chart = frame(look, Axis(f"length of a path ({what})"), share, height)
    shown = sign(kind, look.theme)
    chart.add(
        "bar", x=list(range(len(shares))), y=[100 * share for share in shares],
        marker={"color": shown.colour}, hovertemplate="length %{x}: %{y:.3g} % of the paths<extra></extra>",
    )  # fmt: skip
    return chart.figure()


def describe_lengths(counts: tuple[int, ...], unit: Unit) -> str:
    """Writes the alt text of the chart: how many paths, how long most of them are."""
    low, high = middle(counts)
    return (
        f"Share of paths by length in {unit}: {whole(len(counts) - 1)} at most, "
        f"{significant(mean_length(counts))} on average, "
        f"{percent(share_between(counts, low, high))} between {low} and {high}."
    )


def unravelled_svg(paths: Sequence[Sequence[bool]], kind: Kind) -> str:
    """Draws every path of n blocks as a line from x to the sum: through a block, or past it.

    Args:
        paths: from `paths.paths_of`: for each block, whether the path takes its branch.
        kind: of the network.

    Raises:
        ValueError: If there is nothing to draw.
    """
    if not paths or not paths[0]:
        raise ValueError("Expected at least one path through at least one block. Received none.")
    blocks = len(paths[0])
    width, height = _LEFT + _CELL * blocks + 150, _HEAD + _ROW * len(paths) + 8
    heads = [
        label(f"F{number}", _LEFT + _CELL * (number - 0.5), 18, "rx-strong", anchor="middle")
        for number in range(1, blocks + 1)
    ]
    middle_y = _HEAD + _ROW * len(paths) / 2
    rows = [_path(path, index) for index, path in enumerate(paths)]
    ends = [
        label("x", 8, middle_y + 4, "rx-strong"),
        label("length", _LEFT + _CELL * blocks + 16, 18, "rx-quiet"),
    ]
    body = group([*heads, *ends, *rows], f"rx-{kind}")
    title = f"{blocks} blocks as {len(paths)} paths"
    words = (
        f"{title}: each row is one path; a filled box is a block whose branch it takes, a line goes past it."
    )
    return document(_style(kind) + body, width, height, name="rx-unravelled", title=title, description=words)


def _path(path: Sequence[bool], index: int) -> str:
    y = _HEAD + _ROW * (index + 0.5)
    end = _LEFT + _CELL * len(path)
    line = element("path", d=f"M{_LEFT - 18:g} {y:g}H{end + 8:g}", class_="rx-way")
    boxes = [
        box(_LEFT + _CELL * place + 12, y - 7, _CELL - 24, 14, "rx-taken", radius=4)
        for place, through in enumerate(path)
        if through
    ]
    return group([line, *boxes, label(str(sum(path)), end + 28, y + 4.5, "rx-quiet")])


def _style(kind: Kind) -> str:
    shown = sign(kind, "light")
    colour = f"var(--rx-{kind}-colour,{shown.colour})"
    return element(
        "style",
        '.rx-diagram text{font-family:"Source Sans",Arial,sans-serif;font-size:13px;'
        "fill:var(--rx-text,#1B1F24)}"
        ".rx-diagram .rx-quiet{fill:var(--rx-quiet,#565F69)}.rx-diagram .rx-strong{font-weight:600}"
        f".rx-way{{fill:none;stroke:{colour};stroke-width:2}}.rx-taken{{fill:{colour}}}",
    )
