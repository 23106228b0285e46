"""How long the paths through a network are: in numbers for the real one, path by path for a small one."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from resnet_core.figures.base import Axis, Look, frame
from resnet_core.figures.diagram_parts import plus
from resnet_core.figures.palette import Kind, sign
from resnet_core.figures.svg import box, document, element, group, label
from resnet_core.figures.text import percent, power, significant, whole
from resnet_core.network.paths import Unit, mean_length, middle, share_between

_CELL, _ROW, _LEFT, _HEAD = 84.0, 26.0, 96.0, 108.0
_CHAIN = 62.0


def number_of_paths(forks: int) -> str:
    """Writes 2ⁿ: in full up to a million, then also rounded."""
    exact = 2**forks
    if forks <= 20:
        return whole(exact)
    if forks <= 1000:
        return f"{power(2, forks)}, about {significant(float(exact))}"
    return power(2, forks)


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
    width, height = _LEFT + _CELL * blocks + 196, _HEAD + _ROW * len(paths) + 8
    rows = [_path(path, index, len(paths)) for index, path in enumerate(paths)]
    end, middle_y = _LEFT + _CELL * blocks, _HEAD + _ROW * len(paths) / 2
    ends = [
        label("x", 20, middle_y + 4.5, "rx-strong", anchor="middle"),
        plus(end + 88, middle_y),
        label("y", end + 112, middle_y + 4.5, "rx-strong", anchor="middle"),
        label("length", end + 150, _HEAD - 8, "rx-quiet", anchor="middle"),
    ]
    body = group([*_chain(blocks), *ends, *rows], f"rx-{kind}")
    title = f"{blocks} blocks as {len(paths)} paths"
    words = (
        f"{title}: above, the blocks with their shortcuts; below, each row is one path from x to y, "
        "a box is a block whose branch it takes, a bare line goes past it."
    )
    return document(_style(kind) + body, width, height, name="rx-unravelled", title=title, description=words)


def _chain(blocks: int) -> list[str]:
    """The blocks as they stand in the network, each with the arc of its shortcut and its sum."""
    end = _LEFT + _CELL * blocks
    parts = [
        label("x", 20, _CHAIN + 4.5, "rx-strong", anchor="middle"),
        element("path", d=f"M32 {_CHAIN:g}H{end + 98:g}", class_="rx-way"),
        label("y", end + 112, _CHAIN + 4.5, "rx-strong", anchor="middle"),
    ]
    for place in range(blocks):
        left = _LEFT + _CELL * place
        start, stop, top = left + 2, left + _CELL - 10, _CHAIN - 46
        parts += [
            element("path", d=f"M{start:g} {_CHAIN:g}C{start:g} {top:g} {stop:g} {top:g} {stop:g} "
                    f"{_CHAIN - 7:g}", class_="rx-way"),
            box(left + 14, _CHAIN - 13, _CELL - 40, 26, "rx-taken", radius=5),
            label(f"F{place + 1}", left + 14 + (_CELL - 40) / 2, _CHAIN + 4.5, "rx-on", anchor="middle"),
            plus(stop, _CHAIN),
        ]  # fmt: skip
    return parts


def _path(path: Sequence[bool], index: int, count: int) -> str:
    """One path: it leaves x, goes through or past each block, and joins the others at the sum."""
    y, middle_y = _HEAD + _ROW * (index + 0.5), _HEAD + _ROW * count / 2
    end = _LEFT + _CELL * len(path)
    way = (
        f"M32 {middle_y:g}C62 {middle_y:g} 62 {y:g} {_LEFT:g} {y:g}H{end:g}"
        f"C{end + 44:g} {y:g} {end + 44:g} {middle_y:g} {end + 80:g} {middle_y:g}"
    )
    boxes = []
    for place, through in enumerate(path):
        if through:
            left = _LEFT + _CELL * place + 14
            boxes.append(box(left, y - 9, _CELL - 40, 18, "rx-taken", radius=4))
            boxes.append(label(f"F{place + 1}", left + (_CELL - 40) / 2, y + 4.5, "rx-on", anchor="middle"))
    length = label(str(sum(path)), end + 150, y + 4.5, "rx-quiet", anchor="middle")
    return group([element("path", d=way, class_="rx-way rx-one"), *boxes, length])


def _style(kind: Kind) -> str:
    shown = sign(kind, "light")
    colour, wash = f"var(--rx-{kind}-colour,{shown.colour})", f"var(--rx-{kind}-wash,{shown.wash})"
    where = f".rx-diagram .rx-{kind} "
    return element(
        "style",
        '.rx-diagram text{font-family:"Source Sans",Arial,sans-serif;font-size:14px;'
        "fill:var(--rx-text,#1B1F24)}"
        ".rx-diagram .rx-quiet{fill:var(--rx-quiet,#565F69)}.rx-diagram .rx-strong{font-weight:600}"
        f".rx-way{{fill:none;stroke:{colour};stroke-width:2}}"
        f"{where}:is(.rx-taken,.rx-plus){{fill:{wash};stroke:{colour};stroke-width:2}}",
    )
