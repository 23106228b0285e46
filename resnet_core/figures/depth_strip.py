"""The networks as strips of blocks over the axis of the charts, and what is said of each layer."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from resnet_core.figures.gradient_flow import QUANTITIES, SIGNS, TITLES, Course, course
from resnet_core.figures.text import significant
from resnet_core.network import blocktext
from resnet_core.probes.gradients import Profile

ROOM = 0.5
"""Layers of free axis behind the last one."""
NONE = "–"
"""What stands where a layer has no such number."""
_KERNEL = re.compile(r"(?P<block>\w+_block\d+)_(entry|branch|exit)_\w+")


@dataclass(frozen=True)
class Part:
    """Stem, block or head of a network.

    Attributes:
        name: `stem`, `conv2_block1`, ..., `head`.
        first: number of its first layer.
        last: number of its last layer.
    """

    name: str
    first: int
    last: int


@dataclass(frozen=True)
class Said:
    """What is said of one layer.

    Attributes:
        name: the layer and where it is.
        rows: for each network |dL/dx| of what leaves its block, |dL/dW| of the layer, and the standard
            deviation of what leaves its block, as written; a dash where there is none.
    """

    name: str
    rows: tuple[tuple[str, str, str], ...]


def reach(pair: Sequence[Sequence[Profile]]) -> int:
    """The number of the last layer of the deeper network, where the axis of depth ends."""
    return max(one.layer for profiles in pair for one in profiles[0].kernels if not one.shortcut)


def parts_of(one: Profile) -> list[Part]:
    """Stem, blocks and head of a network, each with the layers that it holds."""
    ends = (0, *one.layers)
    found = [Part(name, ends[at] + 1, ends[at + 1]) for at, name in enumerate(one.points)]
    last = max(kernel.layer for kernel in one.kernels if not kernel.shortcut)
    return [*found, Part("head", one.layers[-1] + 1, last)]


def said_of(pair: Sequence[Sequence[Profile]]) -> list[Said]:
    """What is said of each layer, from 1 on: medians over the seeds of each network.

    Args:
        pair: for each network its profiles, which differ only in their seed.
    """
    drawn = [[course(profiles, quantity) for quantity in QUANTITIES] for profiles in pair]
    last, said = reach(pair), []
    for layer in range(1, last + 1):
        names = dict.fromkeys(filter(None, (_name(profiles[0], layer) for profiles in pair)))
        rows = tuple(_values(courses, layer) for courses in drawn)
        said.append(Said(f"Layer {layer} of {last}: {'; '.join(names)}", rows))
    return said


def sentence(said: Said, names: Sequence[str]) -> str:
    """The same in one sentence, for a screen reader."""
    each = [
        f"{name}: gradient at the activations {x}, at the kernel {kernel}; standard deviation {spread}"
        for name, (x, kernel, spread) in zip(names, said.rows, strict=True)
    ]
    return f"{said.name}. {'; '.join(each)}."


def strip_html(pair: Sequence[Sequence[Profile]]) -> str:
    """Draws each network as a row of blocks, with an arc over each that has a shortcut.

    What stands at layer n stands at n / (`reach` + `ROOM`) of the width, as on the axis of the charts. The
    stages are named where they are at the same layers in all networks.
    """
    end = reach(pair) + ROOM
    found = [_stages(parts_of(profiles[0])) for profiles in pair]
    named = found[0] if all(one == found[0] for one in found) else []
    stages = "".join(
        f'<span style="{_box(low - 0.5, high + 0.5, end)}">{name}</span>' for name, low, high in named
    )
    rows = "".join(_row(profiles[0], end) for profiles in pair)
    return f'<div class="rx-depth-stages"><div class="rx-depth-track">{stages}</div></div>{rows}'


def _stages(parts: Sequence[Part]) -> list[tuple[str, int, int]]:
    """The stages with their first and last layer, named as in table 1 of He et al. 2015: conv2_x."""
    names = list(dict.fromkeys(part.name.split("_")[0] for part in parts[1:-1]))
    found = []
    for name in names:
        own = [part for part in parts if part.name.startswith(f"{name}_")]
        found.append((f"{name}_x", own[0].first, own[-1].last))
    return found


def _row(one: Profile, end: float) -> str:
    kind = one.setting.kind
    arcs = _has_shortcuts(one)
    boxes = []
    for part in parts_of(one):
        place = _box(part.first - 0.5, part.last + 0.5, end)
        inside = part.name not in ("stem", "head")
        arc = "<u></u>" if arcs and inside else ""
        boxes.append(f'<b class="{"" if inside else "rx-depth-end"}" style="{place}">{arc}</b>')
    name = html.escape(TITLES[kind])
    return (
        f'<div class="rx-depth-row rx-depth-{SIGNS[kind]}"><div class="rx-depth-track">{"".join(boxes)}</div>'
        f"<span>{name}</span></div>"
    )


def _has_shortcuts(one: Profile) -> bool:
    if one.setting.kind == "own":
        return blocktext.read(one.setting.block)[0].shortcut is not None
    return one.setting.kind != "plain"


def _box(low: float, high: float, end: float) -> str:
    """A place on the track, from one layer to another."""
    return f"left:{100 * low / end:.3f}%;width:{100 * max(high - low, 0.2) / end:.3f}%"


def _values(courses: Sequence[Course], layer: int) -> tuple[str, str, str]:
    """The three quantities at a layer; of those about x what leaves the block that the layer is in."""
    written = []
    for one, exact in zip(courses, (False, True, False), strict=True):
        places = [
            at for at, there in enumerate(one.layers) if there == layer or (there > layer and not exact)
        ]
        written.append(significant(one.line.middle[places[0]]) if places else NONE)
    return written[0], written[1], written[2]


def _name(one: Profile, layer: int) -> str:
    """Where a layer is: `conv3_block2, convolution 1 of 2`; empty where the network has no such layer."""
    kernels = [kernel for kernel in one.kernels if not kernel.shortcut]
    found = next((kernel for kernel in kernels if kernel.layer == layer), None)
    if found is None:
        return ""
    inside = _KERNEL.fullmatch(found.name)
    if inside is None:
        return "the stem" if found.name.startswith("stem") else "the dense layer at the output"
    block = inside["block"]
    own = sorted({kernel.layer for kernel in kernels if kernel.name.startswith(f"{block}_")})
    return f"{block}, layer {own.index(layer) + 1} of {len(own)}"
